//! The made-up content of `assets/demo`: lists of words and sentences, themes, posts and pages written by hand, pictures.

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::prose::capitalise;

/// The newest posts, newest first. In all hand-written texts `{{picture 3: caption}}` is a picture by its number, and
/// `{{post 14}}` the address of a post by its number from the newest.
const POSTS: [&str; 12] = [
    include_str!("../../assets/demo/posts/first-swallows.md"),
    include_str!("../../assets/demo/posts/five-accounts.md"),
    include_str!("../../assets/demo/posts/kneading.md"),
    include_str!("../../assets/demo/posts/rule-of-twelfths.md"),
    include_str!("../../assets/demo/posts/minato.md"),
    include_str!("../../assets/demo/posts/untitled.md"),
    include_str!("../../assets/demo/posts/lost-road.md"),
    include_str!("../../assets/demo/posts/dark-field.md"),
    include_str!("../../assets/demo/posts/button-museum.md"),
    include_str!("../../assets/demo/posts/marbling.md"),
    include_str!("../../assets/demo/posts/two-words-for-rain.md"),
    include_str!("../../assets/demo/posts/garden-cinema.md"),
];

const PAGES: [&str; 2] = [
    include_str!("../../assets/demo/pages/about.md"),
    include_str!("../../assets/demo/pages/reading-list.md"),
];

/// All that is made up, as the files say it.
#[derive(Debug)]
pub struct Content {
    /// The lists of `texts.toml` by their names; an entry of weight 3 is in its list three times.
    pub lists: HashMap<String, Vec<String>>,
    pub themes: Vec<Theme>,
    pub passages: Vec<Passage>,
    pub pictures: Vec<Description>,
    pub posts: Vec<Written>,
    pub pages: Vec<Written>,
    /// All titles that the themes make, each with the place of its theme.
    pub titles: Vec<(String, usize)>,
}

/// One pursuit and its words.
#[derive(Debug, Deserialize)]
pub struct Theme {
    pub tag: String,
    #[serde(flatten)]
    pub lists: HashMap<String, Vec<String>>,
}

/// A small post in another script.
#[derive(Debug, Deserialize)]
pub struct Passage {
    pub title: String,
    pub slug: String,
    /// HTML, because Markdown has no way to name a language.
    pub text: String,
}

/// What is said about a picture, in the order of [`super::pictures::FILES`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Description {
    pub alt: String,
    pub caption: String,
    pub width: u32,
    pub height: u32,
}

/// A text that was written by hand.
#[derive(Debug)]
pub struct Written {
    pub title: &'static str,
    pub slug: &'static str,
    pub tags: Vec<&'static str>,
    pub body: &'static str,
}

/// An entry of a list: how often it comes is part of it where that is not once.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Once(String),
    Often { weight: usize, text: String },
}

#[derive(Deserialize)]
struct Themes {
    themes: Vec<Theme>,
}

#[derive(Deserialize)]
struct Passages {
    passages: Vec<Passage>,
}

#[derive(Deserialize)]
struct Pictures {
    pictures: Vec<Description>,
}

impl Content {
    /// Reads what is embedded in the program.
    ///
    /// # Errors
    /// Where a file of `assets/demo` is not what this module expects: the program was built from a broken one.
    pub fn read() -> Result<Self> {
        let entries: HashMap<String, Vec<Entry>> =
            parse("texts", include_str!("../../assets/demo/texts.toml"))?;
        let Themes { themes } = parse("themes", include_str!("../../assets/demo/themes.toml"))?;
        let Passages { passages } =
            parse("passages", include_str!("../../assets/demo/passages.toml"))?;
        let Pictures { pictures } =
            parse("pictures", include_str!("../../assets/demo/pictures.toml"))?;
        let mut lists: HashMap<String, Vec<String>> = entries
            .into_iter()
            .map(|(name, list)| (name, list.into_iter().flat_map(Entry::repeated).collect()))
            .collect();
        let texts = passages.iter().map(|passage| passage.text.clone());
        lists.insert("passage".to_owned(), texts.collect());
        let frames = lists.remove("title_frame").unwrap_or_default();
        let titles = (0..).zip(&themes).flat_map(|(place, theme)| {
            let titles = frames.iter().flat_map(|frame| theme.titles(frame));
            titles.map(move |title| (title, place))
        });
        Ok(Self {
            titles: titles.collect(),
            posts: POSTS.into_iter().map(Written::parse).collect(),
            pages: PAGES.into_iter().map(Written::parse).collect(),
            lists,
            themes,
            passages,
            pictures,
        })
    }

    /// A list of `texts.toml`, empty where there is none of this name.
    pub fn list(&self, name: &str) -> &[String] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }

    /// The theme that one of the tags names; the first theme where none does.
    pub fn theme_of(&self, tags: &[&str]) -> &Theme {
        let mut themes = self.themes.iter();
        themes
            .find(|theme| tags.contains(&theme.tag.as_str()))
            .unwrap_or(&self.themes[0])
    }
}

fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    toml::from_str(text).with_context(|| format!("{name}.toml of the demo content"))
}

impl Entry {
    fn repeated(self) -> impl Iterator<Item = String> {
        let (text, weight) = match self {
            Self::Once(text) => (text, 1),
            Self::Often { weight, text } => (text, weight),
        };
        std::iter::repeat_n(text, weight)
    }
}

impl Theme {
    /// The frame with each place, thing and person of the theme in its gaps, and with each pair where it has two gaps.
    fn titles(&self, frame: &str) -> Vec<String> {
        let mut titles = vec![frame.to_owned()];
        for name in ["place", "things", "person"] {
            let gap = format!("{{{name}}}");
            if let Some(words) = self.lists.get(name).filter(|_| frame.contains(&gap)) {
                let filled = |title: &String| -> Vec<String> {
                    words.iter().map(|word| title.replace(&gap, word)).collect()
                };
                titles = titles.iter().flat_map(filled).collect();
            }
        }
        for title in &mut titles {
            capitalise(title, 0);
        }
        titles
    }
}

impl Written {
    /// The first three lines are title, slug and tags; the rest is Markdown.
    fn parse(text: &'static str) -> Self {
        let mut rest = text;
        let [title, slug, tags] = ["Title:", "Slug:", "Tags:"].map(|name| {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            rest = after;
            line.trim_start_matches(name).trim()
        });
        let tags = tags.split(", ").filter(|tag| !tag.is_empty());
        Self {
            title,
            slug,
            tags: tags.collect(),
            body: rest.trim(),
        }
    }
}
