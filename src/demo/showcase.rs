//! The newest posts and the standing pages, written by hand in `showcase/*.md`.
//!
//! Each begins with a line for its title, slug and tags. `{{picture 3: caption}}` represents a picture by its number,
//! `{{post 14}}` for the address of a post by its number from the newest.

use super::parts::Body;
use super::picture;
use super::posts::Plan;
use super::themes::{THEMES, Theme};
use crate::blog::post::Markup;

/// A standing page.
pub struct Page {
    pub slug: &'static str,
    pub text: &'static str,
}

pub const PAGES: [Page; 2] = [
    Page {
        slug: "about",
        text: include_str!("showcase/about.md"),
    },
    Page {
        slug: "reading-list",
        text: include_str!("showcase/reading-list.md"),
    },
];

/// Newest first.
const POSTS: [&str; 12] = [
    include_str!("showcase/first-swallows.md"),
    include_str!("showcase/five-accounts.md"),
    include_str!("showcase/kneading.md"),
    include_str!("showcase/rule-of-twelfths.md"),
    include_str!("showcase/minato.md"),
    include_str!("showcase/untitled.md"),
    include_str!("showcase/lost-road.md"),
    include_str!("showcase/dark-field.md"),
    include_str!("showcase/button-museum.md"),
    include_str!("showcase/marbling.md"),
    include_str!("showcase/two-words-for-rain.md"),
    include_str!("showcase/garden-cinema.md"),
];

/// How many posts are written by hand.
pub const COUNT: u64 = POSTS.len() as u64;

/// The post with this number from the newest, if it is one of these.
pub fn post(number: u64) -> Option<&'static str> {
    POSTS.get(usize::try_from(number).ok()?).copied()
}

/// What is in the first three lines.
pub struct Head {
    pub title: &'static str,
    pub slug: &'static str,
    tags: &'static str,
    body: &'static str,
}

impl Head {
    /// The theme that a tag names, for those who comment; the first theme where none does.
    pub fn theme(&self) -> &'static Theme {
        let named = self
            .tags
            .split(", ")
            .find_map(|tag| THEMES.iter().find(|theme| theme.tag == tag));
        named.unwrap_or(&THEMES[0])
    }
}

pub fn head(text: &'static str) -> Head {
    let mut rest = text;
    let [title, slug, tags] = ["Title:", "Slug:", "Tags:"].map(|name| {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        line.trim_start_matches(name).trim()
    });
    Head {
        title,
        slug,
        tags,
        body: rest.trim(),
    }
}

/// Title, tags and source, with pictures and addresses filled in.
pub fn read(text: &'static str, plan: &Plan) -> (String, Vec<String>, String) {
    let head = head(text);
    let tags = head
        .tags
        .split(',')
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| !tag.is_empty());
    (
        head.title.to_owned(),
        tags.collect(),
        filled(head.body, plan),
    )
}

fn filled(body: &str, plan: &Plan) -> String {
    let mut source = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("{{") {
        let (gap, after) = after.split_once("}}").unwrap_or((after, ""));
        source.push_str(before);
        source.push_str(&filling(gap, plan));
        rest = after;
    }
    source.push_str(rest);
    source
}

fn filling(gap: &str, plan: &Plan) -> String {
    if let Some(number) = gap.strip_prefix("post ") {
        let number = number.parse().unwrap_or(0);
        // A blog too small to hold that post leads to its first page instead.
        return if number < plan.posts {
            plan.path(number)
        } else {
            "/".to_owned()
        };
    }
    let (number, caption) = gap
        .trim_start_matches("picture ")
        .split_once(": ")
        .unwrap_or(("0", gap));
    let mut body = Body::new(Markup::Markdown);
    let number = number.parse().unwrap_or(0) % picture::COUNT;
    body.picture(&plan.pictures, number, caption);
    body.text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hand_written_text_has_a_head_and_a_body() {
        for text in POSTS.into_iter().chain(PAGES.map(|page| page.text)) {
            let head = head(text);
            assert!(!head.slug.is_empty() && !head.body.is_empty());
            assert!(!head.body.contains("Tags:"));
        }
    }
}
