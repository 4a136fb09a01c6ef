//! Words in, HTML out. Pure: the same source gives the same HTML, for everybody, at any time.
//!
//! `markdown` turns Markdown into HTML · `tree` reads HTML within bounds, `tree_html` writes it again · `body` rewrites it for our pages, with
//! `inline_styles` (styles become classes), `anchor_ids` (what addresses of its parts end with), `code` (in colours),
//! `picture` (a place for each), `embed` (films) and `address` (where links may lead) · `sanitize` decides, last of
//! all, what is safe, in pieces of bounded length (`runs`) · `excerpt` finds the words again, `outline` the headings ·
//! `fill_placeholders` makes a stored text ready for its page, `absolutize` for feeds, `portable` for other programs · `parts` cuts a text for the
//! editor · `strip_tags` finds the words of what was rendered · `clipboard` makes what is pasted clean · `dates` writes
//! days and times · `css` makes the style sheet that readers get.

pub mod absolutize;
mod address;
mod anchor_ids;
mod body;
mod clipboard;
mod code;
pub mod css;
pub mod dates;
mod embed;
mod excerpt;
mod html_to_text;
mod inline_styles;
mod lint_facts;
mod markdown;
mod outline;
mod parts;
mod picture;
mod placeholders;
mod portable;
mod runs;
mod sanitize;
mod strip_tags;
pub mod tree;
mod tree_html;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::blog::media::{self, Pictures};
use crate::blog::post::{Markup, Rendered};
use body::{Body, Place};
use memchr::memmem;
use tree::Tree;

pub use anchor_ids::is_reserved as is_id_of_page;
pub use clipboard::{Clipboard, Pasted, Placed, converted, pasted};
pub use code::forget_idle_grammars;
pub use embed::{Film, can_play};
pub use excerpt::{excerpt, picture_addresses, picture_hosts, plain};
pub use html_to_text::html_to_text;
pub use lint_facts::{lint_facts, pictures_missing, pictures_without_words};
pub use markdown::{TooDeep, comment};
pub use outline::{Heading, minutes, number_of_words, outline, reading_minutes};
pub use parts::{Part, parts};
pub use placeholders::{below_others, fill_placeholders};
pub use portable::portable;
pub use strip_tags::strip_tags;

/// The version of all this, stored with each rendering: raise it when the same source would give another result, and
/// stored renderings are made again.
pub const RENDERER: i64 = 7;

/// The length of an excerpt in characters.
const EXCERPT_CHARS: usize = 300;

/// Laid out for our pages, HTML may become this many times longer; only input made for the purpose becomes more.
const MAX_GROWTH: usize = 8;

/// Short texts may grow by this many bytes whatever their length.
const FREE_GROWTH: usize = 64 * 1024;

/// Renders a post or page. Whatever is nested too deep or grows too much is shown as plain words.
/// `pictures` is what is known of those that the source mentions.
pub fn post(source: &str, markup: Markup, pictures: &Pictures) -> Rendered {
    post_with(source, markup, pictures, &BTreeMap::new())
}

/// The same where some pictures of other sites are stored here by now: their addresses there and here. The source keeps
/// what its author wrote.
pub fn post_with(
    source: &str,
    markup: Markup,
    pictures: &Pictures,
    fetched: &BTreeMap<String, String>,
) -> Rendered {
    let html = match markup {
        Markup::Markdown => markdown::post(source).map(Cow::Owned),
        Markup::Html => Some(Cow::Borrowed(source)),
    };
    html.and_then(|html| rendered(&with_fetched(html, fetched), pictures))
        .unwrap_or_else(|| {
            let words = match markup {
                Markup::Markdown => source.to_owned(),
                Markup::Html => excerpt::stripped(source),
            };
            Rendered {
                html: sanitize::post(&paragraphs(&words)),
                excerpt: excerpt(&words, EXCERPT_CHARS),
                word_count: counted(&words),
                words,
                ..Rendered::default()
            }
        })
}

/// Whether a stored text has something that few texts have, whose looks are in a sheet of their own.
#[must_use]
pub fn has_blocks(html: &str) -> bool {
    const CLASSES: [&str; 5] = ["callout", "bookmark", "wide", "gallery", "columns"];
    holds(html, "<audio")
        || memmem::find_iter(html.as_bytes(), " class=\"").any(|at| {
            let value = &html[at + " class=\"".len()..];
            let value = value.split('"').next().unwrap_or_default();
            value.split(' ').any(|class| CLASSES.contains(&class))
        })
}

/// Whether a stored text has a gallery, whose pictures a script shows in a dialog.
#[must_use]
pub fn has_gallery(html: &str) -> bool {
    holds(html, "<div class=\"gallery")
}

/// The feature picture of a post: a picture of ours with its size and its copies, as a text would show it alone. Empty for one
/// on another site, which browsers may not be allowed to load.
#[must_use]
pub fn feature(address: &str, alt: &str, pictures: &Pictures) -> String {
    if !address.starts_with(media::FOLDER) {
        return String::new();
    }
    let source = format!("<img src=\"{}\" alt=\"{}\">", escape(address), escape(alt));
    let html = post(&source, Markup::Html, pictures).html;
    let inside = html
        .split_once("<img")
        .and_then(|(_, tag)| tag.split_once('>'));
    inside.map_or_else(String::new, |(attributes, _)| {
        format!("<img class=\"feature u-featured\"{attributes}>")
    })
}

/// Whether a text shows the picture of a feature picture, given as [`feature`] makes it.
#[must_use]
pub fn shows(html: &str, feature: &str) -> bool {
    value_of(feature, " src=").is_some_and(|(begin, end)| holds(html, &feature[begin..end]))
}

/// Puts our own address of a picture where its old one is, also in links that lead to it. Smaller copies of the old place
/// go: ours are known to the renderer.
fn with_fetched<'h>(html: Cow<'h, str>, fetched: &BTreeMap<String, String>) -> Cow<'h, str> {
    if fetched.is_empty() {
        return html;
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html.as_ref();
    while let Some(at) = rest.find('<') {
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        out.push_str(&rest[..at]);
        out.push_str(&tag_with_fetched(&rest[at..end], fetched));
        rest = &rest[end..];
    }
    out.push_str(rest);
    if out == html { html } else { Cow::Owned(out) }
}

fn tag_with_fetched<'t>(tag: &'t str, fetched: &BTreeMap<String, String>) -> Cow<'t, str> {
    let mut tag = Cow::Borrowed(tag);
    for (attribute, is_picture) in [(" src=", true), (" href=", false)] {
        let Some((begin, end)) = value_of(&tag, attribute) else {
            continue;
        };
        let here = fetched.get(&tag[begin..end].replace("&amp;", "&"));
        let Some(here) = here.cloned() else {
            continue;
        };
        let mut new = format!("{}{here}{}", &tag[..begin], &tag[end..]);
        for other in [" srcset=", " sizes="] {
            if is_picture && let Some((begin, end)) = value_of(&new, other) {
                new.replace_range(begin - other.len() - 1..=end, "");
            }
        }
        tag = Cow::Owned(new);
    }
    tag
}

/// Where the quoted value of an attribute begins and ends; `name` with the blank before it and the sign behind it.
fn value_of(tag: &str, name: &str) -> Option<(usize, usize)> {
    let begin = tag.find(name)? + name.len() + 1;
    let quote = tag[begin - 1..]
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''))?;
    Some((begin, begin + tag[begin..].find(quote)?))
}

/// The words of a post or page as [`post`] finds them, without rendering it; `None` for a text that it shows as plain words.
pub fn words(source: &str, markup: Markup) -> Option<String> {
    let html = match markup {
        Markup::Markdown => markdown::post(source).map(Cow::Owned),
        Markup::Html => Some(Cow::Borrowed(source)),
    };
    let tree = Tree::of(&html?)?;
    Some(excerpt::words(&tree, tree.top()))
}

/// The safe HTML of the foot of a page, written in Markdown.
pub fn footer(source: &str) -> String {
    sanitize::part(&markdown::post(source).unwrap_or_else(|| paragraphs(source)))
}

/// The safe HTML of what is next to posts, written in Markdown; its headings are under that of its block.
pub fn sidebar_text(source: &str, pictures: &Pictures) -> String {
    let html = markdown::post(source).unwrap_or_else(|| paragraphs(source));
    let body =
        Tree::of(&html).and_then(|tree| Body::of(&tree, Place::List, pictures, max_bytes(&html)));
    sanitize::part(&body.map_or_else(|| paragraphs(source), |body| body.html))
}

/// The HTML of an author's Markdown, not yet safe: what an importer puts into a text that is HTML.
pub fn markdown_to_html(source: &str) -> String {
    markdown::post(source).unwrap_or_else(|| paragraphs(source))
}

/// Makes the HTML of an imported comment safe, and plain.
///
/// Blogger's newer export writes the commenter's line ends as they are, its older one as `<br>`.
pub fn imported_comment(source: &str) -> String {
    let lower = source.to_ascii_lowercase();
    let marks_lines = ["<br", "<p>", "<p ", "<div"]
        .iter()
        .any(|mark| lower.contains(mark));
    let source = if marks_lines {
        Cow::Borrowed(source)
    } else {
        Cow::Owned(source.trim().replace("\r\n", "\n").replace('\n', "<br>"))
    };
    let source = source.as_ref();
    let none = Pictures::new();
    let body =
        Tree::of(source).and_then(|tree| Body::of(&tree, Place::Thread, &none, max_bytes(source)));
    let html = body.map_or_else(|| paragraphs(&excerpt::stripped(source)), |body| body.html);
    sanitize::comment(&html)
}

/// Whether the HTML of a post is as the sanitiser leaves it: once more changes nothing. Fuzzing asks (`fuzz/`).
pub fn is_clean(html: &str) -> bool {
    sanitize::post(html) == html
}

/// The same of a comment.
pub fn is_clean_comment(html: &str) -> bool {
    sanitize::comment(html) == html
}

/// Whether a long text holds a few words: what is asked of each page, and several times as fast as [`str::contains`].
fn holds(text: &str, words: &str) -> bool {
    memmem::find(text.as_bytes(), words.as_bytes()).is_some()
}

/// Text as it is written in HTML, in the text and in attributes. Characters that HTML does not allow are left out.
pub fn escape(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !matches!(c, '&' | '<' | '>' | '"') && is_allowed(c);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ if is_allowed(c) => escaped.push(c),
            _ => {}
        }
    }
    Cow::Owned(escaped)
}

/// Neither a control character nor one of the last two of a plane, which are no characters.
fn is_allowed(c: char) -> bool {
    let is_control = c.is_control() && !matches!(c, '\n' | '\t');
    !is_control && !matches!(c, '\u{FDD0}'..='\u{FDEF}') && u32::from(c) & 0xFFFE != 0xFFFE
}

/// Plain text as HTML: paragraphs where empty lines are, line breaks where lines end.
fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut html = String::new();
    for paragraph in text
        .split("\n\n")
        .map(str::trim)
        .filter(|words| !words.is_empty())
    {
        let lines = escape(paragraph).replace('\n', "<br>");
        html.extend(["<p>", &lines, "</p>\n"]);
    }
    html
}

fn rendered(html: &str, pictures: &Pictures) -> Option<Rendered> {
    let tree = Tree::of(html)?;
    let whole = Body::of(&tree, Place::Page, pictures, max_bytes(html))?;
    let teaser = if whole.broken || whole.differs_in_lists {
        Some(Body::of(&tree, Place::List, pictures, max_bytes(html))?)
    } else {
        None
    };
    let words = excerpt::words(&tree, tree.top());
    let word_count = counted(&words);
    Some(Rendered {
        html: sanitize::post(&whole.html),
        teaser: teaser.map(|teaser| sanitize::part(&teaser.html)),
        cut: whole.broken,
        excerpt: excerpt(&words, EXCERPT_CHARS),
        word_count,
        words,
        picture: whole.picture,
        contents: outline::contents(&whole.entries, word_count),
        feature: String::new(),
    })
}

fn counted(words: &str) -> i64 {
    i64::try_from(number_of_words(words)).unwrap_or(i64::MAX)
}

fn max_bytes(source: &str) -> usize {
    MAX_GROWTH * source.len() + FREE_GROWTH
}
