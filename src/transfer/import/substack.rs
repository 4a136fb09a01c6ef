//! Reads the zip file that Substack exports: `posts.csv`, with a line for each post, and the texts as HTML files.
//!
//! Subscribers and what they did are in it too; none of that is read.

use super::NotAnExport;
use super::markdown::Files;
use crate::blog::post::{Kind, Markup};
use crate::blog::time::Millis;
use crate::text::escape;
use crate::text::tree::{Id, Tree};
use crate::transfer::archive::{Entry, Post, Status};
use crate::transfer::report::{About, Note};
use anyhow::{Result, bail};
use std::collections::HashMap;

const NOT_SUBSTACK: &str =
    "This is not an export of Substack: the zip file of Settings → Exports, which holds posts.csv.";
/// The file with a line for each post.
pub const LIST: &str = "posts.csv";
/// Boxes that ask to subscribe or to share, of which nothing works elsewhere.
const WIDGETS: &[&str] = &[
    "subscription-widget-wrap",
    "subscription-widget-wrap-editor",
    "button-wrapper",
    "poll-embed",
];

/// The posts of an export.
pub struct Substack {
    rows: Vec<HashMap<String, String>>,
    /// The names of the texts, by the number and name of their posts.
    texts: HashMap<String, String>,
}

impl Substack {
    /// Reads the list of posts; an export without one is refused.
    ///
    /// # Errors
    /// Where a file cannot be read, or the folder is no export of Substack.
    pub fn open(files: &dyn Files) -> Result<Self> {
        let names = files.names();
        let list = names
            .iter()
            .find(|name| name.rsplit('/').next() == Some(LIST));
        let Some(list) = list else {
            bail!(NotAnExport(NOT_SUBSTACK.to_owned()));
        };
        let mut lines = csv(&String::from_utf8_lossy(&files.read(list)?)).into_iter();
        let head = lines.next().unwrap_or_default();
        if !head.iter().any(|column| column == "post_id") {
            bail!(NotAnExport(NOT_SUBSTACK.to_owned()));
        }
        let rows = lines.map(|line| head.iter().cloned().zip(line).collect());
        let texts = names.iter().filter_map(|name| {
            let file = name.rsplit('/').next()?.strip_suffix(".html")?;
            Some((file.to_owned(), name.clone()))
        });
        Ok(Self {
            rows: rows.collect(),
            texts: texts.collect(),
        })
    }

    /// The posts, each text read when it is asked for.
    pub fn entries<'s>(&'s self, files: &'s dyn Files) -> impl Iterator<Item = Result<Entry>> + 's {
        self.rows.iter().flat_map(move |row| {
            let id = column(row, "post_id");
            let text = self.texts.get(id).map(|name| files.read(name)).transpose();
            let text =
                text.map(|bytes| bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
            match text {
                Ok(text) => entries_of(row, text.as_deref())
                    .into_iter()
                    .map(Ok)
                    .collect(),
                Err(error) => vec![Err(error)],
            }
        })
    }
}

fn column<'r>(row: &'r HashMap<String, String>, name: &str) -> &'r str {
    row.get(name).map_or("", |value| value.trim())
}

fn entries_of(row: &HashMap<String, String>, text: Option<&str>) -> Vec<Entry> {
    let id = column(row, "post_id");
    if id.is_empty() {
        return Vec::new();
    }
    let kind = if column(row, "type") == "page" {
        Kind::Page
    } else {
        Kind::Post
    };
    let is_published = column(row, "is_published").eq_ignore_ascii_case("true");
    let is_for_all = matches!(column(row, "audience"), "everyone" | "");
    let published_at = Millis::parse(column(row, "post_date"));
    let (number, slug) = id.split_once('.').unwrap_or((id, id));
    let title = column(row, "title");
    let mut entries = Vec::new();
    if is_published && !is_for_all {
        let why = "imported as a draft, because only subscribers could read it";
        entries.push(Entry::Changed(Note::new(About::from(kind), title, why)));
    }
    if text.is_none() {
        let why = "its text is not in the export";
        entries.push(Entry::Changed(Note::new(About::from(kind), title, why)));
    }
    let podcast = column(row, "podcast_url");
    let podcast = if podcast.is_empty() {
        String::new()
    } else {
        format!("<p><a href=\"{0}\">{0}</a></p>\n", escape(podcast))
    };
    entries.push(Entry::Post(Box::new(Post {
        origin: format!("substack:post-{number}"),
        kind,
        status: if is_published && is_for_all {
            Status::Published
        } else {
            Status::Draft
        },
        title: title.to_owned(),
        path: is_published.then(|| format!("/p/{slug}")),
        slug: slug.to_owned(),
        source: format!("{podcast}{}", without_widgets(text.unwrap_or_default())),
        markup: Markup::Html,
        excerpt: column(row, "subtitle").to_owned(),
        published_at,
        updated_at: published_at,
        ..Post::default()
    })));
    entries
}

/// A text without the boxes that ask to subscribe; one that has none stays as it is.
fn without_widgets(html: &str) -> String {
    if !WIDGETS.iter().any(|class| html.contains(class)) {
        return html.to_owned();
    }
    let Some(tree) = Tree::of(html) else {
        return html.to_owned();
    };
    let is_widget = |id: Id| {
        let class = tree
            .element(id)
            .and_then(|element| element.attribute("class"));
        class.is_some_and(|classes| {
            classes
                .split_ascii_whitespace()
                .any(|class| WIDGETS.contains(&class))
        })
    };
    tree.html_with(tree.top(), &|id| is_widget(id).then(String::new))
}

/// The lines of a file of values between commas (RFC 4180): those in quotes may hold commas, quotes and line ends.
fn csv(text: &str) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    let mut line: Vec<String> = Vec::new();
    let mut value = String::new();
    let mut is_quoted = false;
    let mut signs = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if is_quoted && signs.peek() == Some(&'"') => {
                value.push('"');
                signs.next();
            }
            '"' if is_quoted || value.is_empty() => is_quoted = !is_quoted,
            ',' if !is_quoted => line.push(std::mem::take(&mut value)),
            '\n' if !is_quoted => {
                line.push(std::mem::take(&mut value).trim_end_matches('\r').to_owned());
                lines.push(std::mem::take(&mut line));
            }
            sign => value.push(sign),
        }
    }
    if !value.is_empty() || !line.is_empty() {
        line.push(value);
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zip(Vec<String>, Vec<&'static str>);

    impl Files for Zip {
        fn names(&self) -> &[String] {
            &self.0
        }

        fn read(&self, name: &str) -> Result<Vec<u8>> {
            let at = self.0.iter().position(|known| known == name).unwrap();
            Ok(self.1[at].as_bytes().to_vec())
        }
    }

    #[test]
    fn values_in_quotes_hold_anything() {
        assert_eq!(
            csv("\u{feff}a,b\r\n\"x, \"\"y\"\"\n\",2\n3"),
            [vec!["a", "b"], vec!["x, \"y\"\n", "2"], vec!["3"]]
        );
    }

    #[test]
    fn posts_drafts_and_podcasts_come_in() {
        let list = "post_id,post_date,is_published,type,audience,title,subtitle,podcast_url\n\
                    7.tides,2021-06-05T12:00:00.000Z,true,newsletter,everyone,\"Tides, high\",About,\n\
                    8.paid,2021-06-06T12:00:00.000Z,true,podcast,only_paid,Paid,,https://example.org/a.mp3\n\
                    9.idea,,false,newsletter,everyone,Idea,,\n";
        let html = "<p>High</p><div class=\"subscription-widget-wrap\"><form><p>Subscribe</p></form></div><p>a &lt; b</p>";
        let zip = Zip(
            ["posts.csv", "posts/7.tides.html", "email_list.csv"]
                .map(str::to_owned)
                .into(),
            vec![list, html, "email\nx@example.org\n"],
        );
        let entries: Vec<Entry> = Substack::open(&zip)
            .unwrap()
            .entries(&zip)
            .collect::<Result<_>>()
            .unwrap();
        let posts: Vec<&Post> = entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Post(post) => Some(&**post),
                _ => None,
            })
            .collect();
        assert_eq!(posts[0].title, "Tides, high");
        assert_eq!(posts[0].path.as_deref(), Some("/p/tides"));
        assert_eq!(posts[0].source, "<p>High</p><p>a &lt; b</p>");
        assert_eq!(posts[0].published_at, Millis::parse("2021-06-05T12:00:00Z"));
        assert_eq!(posts[1].status, Status::Draft);
        assert!(
            posts[1]
                .source
                .contains("href=\"https://example.org/a.mp3\"")
        );
        assert_eq!(
            (posts[2].status, posts[2].path.clone()),
            (Status::Draft, None)
        );
        assert!(matches!(&entries[1], Entry::Changed(note) if note.which == "Paid"));
        let other = Zip(vec!["a.html".to_owned()], vec![""]);
        assert!(Substack::open(&other).is_err());
    }

    #[test]
    fn a_text_without_boxes_is_left_alone() {
        assert_eq!(without_widgets("<p>a<p>b"), "<p>a<p>b");
    }
}
