//! What folders of each program become.

use super::*;
use crate::blog::post::{Comments, Kind, Markup};
use crate::blog::time::Millis;
use crate::transfer::archive::{Entry, Given, Post, Status};
use anyhow::{Context, bail};
use jiff::tz::TimeZone;

/// A folder in memory.
struct Folder(Vec<String>, Vec<String>);

impl Folder {
    fn of(files: &[(&str, &str)]) -> Self {
        let (names, texts) = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .unzip();
        Self(names, texts)
    }

    fn site(&self) -> Result<Site> {
        let given = Given {
            old_url: None,
            zone: TimeZone::UTC,
            now: Millis::parse("2026-01-01T00:00:00Z").unwrap(),
        };
        Site::read(self, &given)
    }

    fn entries(&self) -> Vec<Entry> {
        let site = self.site().unwrap();
        site.entries(self).collect::<Result<_>>().unwrap()
    }

    fn posts(&self) -> Vec<Post> {
        let posts = self.entries().into_iter().filter_map(|entry| match entry {
            Entry::Post(post) => Some(*post),
            _ => None,
        });
        posts.collect()
    }
}

impl Files for Folder {
    fn names(&self) -> &[String] {
        &self.0
    }

    fn read(&self, name: &str) -> Result<Vec<u8>> {
        if name.contains("..") {
            bail!("{name} leaves the folder");
        }
        let at = self.0.iter().position(|known| known == name);
        Ok(self.1[at.context("no such file")?].clone().into_bytes())
    }
}

fn paths(files: &[(&str, &str)]) -> Vec<(Kind, String)> {
    let posts = Folder::of(files).posts();
    posts
        .into_iter()
        .map(|post| (post.kind, post.path.unwrap_or_default()))
        .collect()
}

const DATED: &str = "---\ntitle: Low Water\ndate: 2016-06-05\n---\nText\n";
const UNDATED: &str = "---\ntitle: About\n---\nText\n";

#[test]
fn every_program_is_known_by_its_folders() {
    let (post, page) = (Kind::Post, Kind::Page);
    let toml = "+++\ntitle = \"Low Water\"\ndate = 2016-06-05\n+++\nText\n";
    let pelican = "Title: Low Water\nDate: 2016-06-05\nCategory: Sea\n\nText\n";
    for (files, expected) in [
        (
            vec![
                ("blog/_config.yml", "baseurl: /b\npermalink: pretty\n"),
                ("blog/_posts/2016-06-05-low.md", UNDATED),
                ("blog/about.md", UNDATED),
                ("blog/_layouts/x.md", UNDATED),
            ],
            vec![(post, "/b/2016/06/05/low/"), (page, "/b/about/")],
        ),
        (
            vec![
                ("_config.yml", "root: /\npermalink: /blog/:year/:title/\n"),
                ("source/_posts/2016-06-05-low.markdown", DATED),
                ("source/about/index.md", UNDATED),
            ],
            vec![(post, "/blog/2016/low/"), (page, "/about/")],
        ),
        (
            vec![
                (
                    "hugo.toml",
                    "baseURL = \"https://example.org/x/\"\n[permalinks]\nposts = \"/:year/:slug/\"\n",
                ),
                ("content/posts/low/index.md", toml),
                ("content/about.md", toml),
                ("content/notes/Ebb Tide.md", toml),
            ],
            vec![
                (post, "/x/2016/low-water/"),
                (page, "/x/about/"),
                (post, "/x/notes/ebb-tide/"),
            ],
        ),
        (
            vec![
                ("config.toml", "base_url = \"https://example.org\"\n"),
                (
                    "content/2016-06-05-low.md",
                    "+++\ntitle = \"Low\"\n+++\nText",
                ),
                (
                    "content/pages/about.md",
                    "+++\ntitle = \"About\"\npath = \"me\"\n+++\nText",
                ),
            ],
            vec![(post, "/low/"), (page, "/me/")],
        ),
        (
            vec![
                (
                    "pelicanconf.py",
                    "SITEURL = 'https://example.org'\nARTICLE_URL = '{date:%Y}/{slug}/'\n",
                ),
                ("content/low.md", pelican),
                ("content/pages/about.md", "Title: About\n\nText"),
            ],
            vec![(post, "/2016/low-water/"), (page, "/pages/about.html")],
        ),
        (
            vec![
                (
                    "astro.config.mjs",
                    "export default { site: 'https://example.org' }",
                ),
                ("src/content/blog/Low.md", DATED),
                ("src/pages/about.md", UNDATED),
            ],
            vec![(post, "/blog/low/"), (page, "/about/")],
        ),
        (
            vec![
                ("eleventy.config.js", ""),
                ("posts/2016-06-05-low.md", UNDATED),
                ("about.md", UNDATED),
            ],
            vec![(post, "/posts/low/"), (page, "/about/")],
        ),
        (
            vec![
                ("a/low.md", DATED),
                ("about.md", UNDATED),
                ("README.md", "x"),
            ],
            vec![(post, "/a/low/"), (page, "/about/")],
        ),
    ] {
        let expected: Vec<(Kind, String)> = expected
            .into_iter()
            .map(|(kind, path)| (kind, path.to_owned()))
            .collect();
        assert_eq!(paths(&files), expected, "{files:?}");
    }
}

#[test]
fn what_front_matter_says_comes_in() {
    let text = "---\ntitle: Tides\npermalink: /old/%2e%2e/%2e%2e/tides.html\nredirect_from: [/a/, b/]\n\
                tags: sea, low water\ncategory: News\nauthor: {name: Ada}\ndescription: About tides\ncomments: false\n\
                mood: calm\nnested: {a: 1, b: [x, y]}\nlayout: post\n---\nText\n<!-- more -->\nMore\n";
    let folder = Folder::of(&[("_posts/2016-06-05-tides.md", text)]);
    let post = folder.posts().remove(0);
    assert_eq!(post.path.as_deref(), Some("/tides.html"));
    assert_eq!(post.old_addresses, ["/a/", "/b/"]);
    assert_eq!(post.tags, ["News", "sea", "low water"]);
    assert_eq!(
        (post.author.as_str(), post.excerpt.as_str()),
        ("Ada", "About tides")
    );
    assert_eq!(post.comments, Comments::Closed);
    assert_eq!(post.markup, Markup::Markdown);
    assert_eq!(post.source, "Text\n<!--more-->\nMore\n");
    let fields: Vec<(&str, &str)> = post
        .fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        fields,
        [("mood", "calm"), ("nested.a", "1"), ("nested.b", "x, y")]
    );
}

#[test]
fn drafts_and_what_is_to_come_are_not_public() {
    let status = |name: &str, more: &str| {
        let text = format!("---\ntitle: T\n{more}\n---\nText");
        Folder::of(&[(name, &text)]).posts().remove(0).status
    };
    let post = "_posts/2016-06-05-t.md";
    assert_eq!(status(post, ""), Status::Published);
    for draft in [
        "draft: true",
        "published: false",
        "published: no",
        "status: draft",
    ] {
        assert_eq!(status(post, draft), Status::Draft, "{draft}");
    }
    assert_eq!(status("_drafts/t.md", ""), Status::Draft);
    assert_eq!(status("_posts/2027-06-05-t.md", ""), Status::Scheduled);
    let notes = Folder::of(&[(".obsidian/app.json", "{}"), ("Note.md", "Text")]);
    assert_eq!(notes.posts()[0].status, Status::Draft);
}

#[test]
fn a_title_is_that_of_the_front_matter_or_the_first_heading_or_the_file() {
    let title = |text: &str| {
        let post = Folder::of(&[("_posts/2016-06-05-low-water.md", text)])
            .posts()
            .remove(0);
        (post.title, post.source)
    };
    let of = |title: &str, text: &str| (title.to_owned(), text.to_owned());
    assert_eq!(title("---\ntitle: T\n---\n# H\nx"), of("T", "# H\nx"));
    assert_eq!(title("---\n---\n# *H* &amp; I\n\nx"), of("H & I", "x"));
    assert_eq!(title("---\n---\nx"), of("Low water", "x"));
}

#[test]
fn pictures_and_texts_are_found_wherever_they_are() {
    let text = "+++\ntitle = \"T\"\ndate = 2016-06-05\nimage = \"cover.png\"\n+++\n\
                ![a](a.png) ![b](/img/b%20c.png) [c](../ebb.md#x) [d](../../../../etc/passwd.png) [e](/x.pdf) ![f](gone.png)\n";
    let folder = Folder::of(&[
        ("hugo.toml", "baseURL = \"https://example.org/\""),
        ("content/posts/low/index.md", text),
        ("content/posts/low/a.png", ""),
        ("content/posts/low/cover.png", ""),
        (
            "content/posts/ebb.md",
            "+++\ntitle = \"Ebb\"\ndate = 2016-06-06\n+++\nx",
        ),
        ("static/img/b c.png", ""),
        ("static/x.pdf", ""),
        ("etc/passwd.png", ""),
    ]);
    let mut site = folder.site().unwrap();
    let pictures = site.pictures(&folder).unwrap();
    let names: Vec<&str> = pictures.iter().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "content/posts/low/a.png",
            "content/posts/low/cover.png",
            "static/img/b c.png"
        ]
    );
    site.taken = pictures
        .into_iter()
        .map(|name| {
            let address = format!("/media/{}.png", name.len());
            (name, address)
        })
        .collect();
    let entries: Vec<Entry> = site.entries(&folder).collect::<Result<_>>().unwrap();
    let Some(Entry::Post(post)) = entries.iter().find(|entry| matches!(entry, Entry::Post(_)))
    else {
        panic!("{entries:?}");
    };
    assert_eq!(
        post.source,
        "![a](/media/23.png) ![b](/media/18.png) [c](/posts/ebb/#x) [d](../../../../etc/passwd.png) [e](/x.pdf) ![f](gone.png)\n"
    );
    assert_eq!(
        post.picture
            .as_ref()
            .map(|picture| picture.address.as_str()),
        Some("/media/27.png")
    );
    let addresses: Vec<(&str, &str)> = entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Address { from, to } => Some((from.as_str(), to.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(
        addresses,
        [
            ("/posts/low/a.png", "/media/23.png"),
            ("/img/b c.png", "/media/18.png")
        ]
    );
}

#[test]
fn what_is_left_out_is_named() {
    let folder = Folder::of(&[
        (
            "_posts/2016-06-05-a.md",
            "---\ntitle: A\n---\n{% include sig.html %}",
        ),
        ("_posts/undated.md", UNDATED),
        ("_posts/2016-06-06-b.md", "no front matter"),
        ("index.md", UNDATED),
    ]);
    let reasons: Vec<String> = folder
        .entries()
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Skipped(note) | Entry::Changed(note) => {
                Some(format!("{}: {}", note.which, note.reason))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        reasons,
        [
            "_posts/undated.md: its name does not begin with a date",
            "_posts/2016-06-06-b.md: it has no front matter, without which Jekyll copies it as it is",
            "index.md: it is the front page",
            "A: the tag “include sig.html” is not supported and stays as words",
        ]
    );
    assert!(Folder::of(&[("a.txt", "x")]).site().is_err());
}
