//! The style sheet of readers' pages: ours, then a theme, then the author's own, in one file.
//!
//! `author_css` reads what the author wrote and keeps what can do no harm; `shrink` takes the comments and blanks out of ours.

mod author_css;
mod minify;

#[cfg(test)]
mod tests;

use crate::blog::appearance::Theme;

pub use author_css::{AuthorCss, LeftOut, author_css};
pub use minify::minified;

/// What all themes build on; by itself it is the theme [`Theme::Book`].
const BASE: &str = include_str!("../../../assets/daybook.css");

/// The rules of a theme, to be after [`BASE`].
#[must_use]
pub fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::Book => "",
        Theme::Plain => include_str!("../../../assets/themes/plain.css"),
        Theme::Newspaper => include_str!("../../../assets/themes/newspaper.css"),
        Theme::Typewriter => include_str!("../../../assets/themes/typewriter.css"),
        Theme::Sepia => include_str!("../../../assets/themes/sepia.css"),
        Theme::Contrast => include_str!("../../../assets/themes/contrast.css"),
    }
}

/// The whole sheet of a blog. `source` is the author's own, as it was typed.
#[must_use]
pub fn sheet(of: Theme, source: &str) -> String {
    minified(BASE) + &minified(theme(of)) + &author_css(source).css
}

/// The paper of a theme, light and dark, for what colours the browser around the page.
#[must_use]
pub fn papers(of: Theme) -> [&'static str; 2] {
    let css = match of {
        Theme::Book => custom_properties(BASE),
        _ => theme(of),
    };
    let mut papers = css
        .split("--paper: ")
        .skip(1)
        .map(|rest| rest.split(';').next().unwrap_or_default());
    [(); 2].map(|()| papers.next().unwrap_or_default())
}

/// The dark colours of a sheet are in a block of this.
const DARK: &str = "@media (prefers-color-scheme: dark)";

/// A sheet in which each theme holds within elements of its class alone, such as `theme-sepia`, and its dark colours within
/// those of the class `dark` in them: samples of all themes on one page.
#[must_use]
pub fn samples() -> String {
    let base = custom_properties(BASE);
    let of = |one: &Theme| {
        let rules = format!("{base}\n{}", theme(*one));
        let rules = rules.replace(DARK, ".dark").replace(":root", "&");
        minified(&format!(".theme-{one} {{ {rules} }}"))
    };
    Theme::ALL.iter().map(of).collect()
}

/// The rules of a sheet that only set custom properties of the whole page, as they are at its top.
fn custom_properties(css: &'static str) -> &'static str {
    const END: &str = "/* The sheet */";
    css.split(END).next().unwrap_or_default()
}
