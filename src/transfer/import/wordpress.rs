//! Reads the XML export of WordPress (WXR): posts and pages, each with its comments inside.
//!
//! What WordPress did only when it showed a page is written out: paragraphs, shortcodes, reusable blocks. What was shown to
//! nobody, or only to those who knew a password, comes in as a draft, so that no word becomes public that was not. The
//! default category says nothing about a post and makes no tag.

mod blocks;
mod comments;
mod item;
mod library;
mod paragraphs;
mod pictures;
mod shortcodes;
#[cfg(test)]
mod tests;

use self::item::Head;
pub use self::library::Library;
use self::shortcodes::Writing;
use super::NotAnExport;
use super::xml::{Element, Records};
use crate::blog::post::{Comments, Details, Kind, Markup};
use crate::text;
use crate::transfer::archive::{Entry, Given, Picture, Post, Status};
use crate::transfer::load::Pass;
use crate::transfer::report::{About, Note};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, VecDeque};
use std::io::BufRead;

const SYSTEM: &str = "WordPress";

/// Reads an export as a stream; one item with its comments is in memory.
pub struct WordPress<'a, R: BufRead> {
    records: Records<R>,
    head: Head,
    given: &'a Given,
    library: &'a Library,
    pass: Pass,
    ready: VecDeque<Entry>,
    counts: Counts,
    /// The last item that was whole.
    last: Option<String>,
    over: bool,
}

/// What is counted over the whole file.
#[derive(Debug, Default)]
struct Counts {
    /// How many were left out, by what they are and why.
    left_out: BTreeMap<(About, String), u64>,
    /// In how many posts each shortcode of a plugin was met.
    shortcodes: BTreeMap<String, u64>,
    /// How many posts have galleries whose pictures are not in the export.
    lost_galleries: u64,
}

impl<'a, R: BufRead> WordPress<'a, R> {
    /// Looks at the beginning and refuses what is not an export of WordPress. `library` was gathered before from all
    /// files of the export, see [`gather`].
    ///
    /// # Errors
    /// Where the file is of another system, or damaged.
    pub fn open(reader: R, given: &'a Given, library: &'a Library, pass: Pass) -> Result<Self> {
        let mut export = Self {
            records: Records::new(reader, &["rss", "channel"]),
            head: Head::default(),
            given,
            library,
            pass,
            ready: VecDeque::new(),
            counts: Counts::default(),
            last: None,
            over: false,
        };
        let mut is_ours = false;
        while let Some(record) = export.records.next(SYSTEM)? {
            is_ours |= record.name == "wp:wxr_version";
            if record.name == "item" {
                is_ours |= record.child("wp:post_type").is_some();
                export.introduce();
                export.take_item(&record);
                break;
            }
            export.head.take(&record);
        }
        if !is_ours {
            bail!(NotAnExport(
                "This is not a WordPress export. In WordPress, choose Tools → Export → All content.".to_owned()
            ));
        }
        Ok(export)
    }

    fn introduce(&mut self) {
        self.head.settle(self.given.old_url.as_deref());
        if !self.head.title.is_empty() || !self.head.description.is_empty() {
            self.ready.push_back(Entry::Blog {
                title: self.head.title.clone(),
                description: self.head.description.clone(),
            });
        }
        if self.pass == Pass::Posts {
            let addresses = self.head.addresses(self.library);
            self.ready.extend(addresses);
        }
    }

    fn read_on(&mut self) -> Result<()> {
        let record = self.records.next(SYSTEM);
        let record = match (&self.last, record) {
            (Some(last), Err(error)) => Err(error.context(format!("after the {last}"))),
            (_, record) => record,
        };
        match record? {
            Some(record) if record.name == "item" => self.take_item(&record),
            Some(_) => {}
            None => self.end(),
        }
        Ok(())
    }

    fn end(&mut self) {
        self.over = true;
        let counts = std::mem::take(&mut self.counts);
        for ((about, why), count) in counts.left_out {
            self.ready
                .push_back(Entry::Skipped(Note::counted(about, count, why)));
        }
        let mut changed = |about, count, why: String| {
            if count > 0 {
                self.ready
                    .push_back(Entry::Changed(Note::counted(about, count, why)));
            }
        };
        for (name, count) in counts.shortcodes {
            let why = format!("the shortcode [{name}] of a plugin stays as words");
            changed(About::Post, count, why);
        }
        let why = "a gallery is left out, because its pictures are not in the export";
        changed(About::Post, counts.lost_galleries, why.to_owned());
        let repaired = self.records.repaired();
        let (bytes, zeros) = (repaired.bad_bytes, repaired.zeros);
        let why = format!("bytes that are no characters were replaced by �: {bytes}");
        changed(About::File, bytes.min(1), why);
        let why = format!("characters U+0000 were left out: {zeros}");
        changed(About::File, zeros.min(1), why);
        let why = "words before the export were passed over";
        changed(About::File, repaired.preceded.into(), why.to_owned());
        let why = "text within text was read up to the end of its field";
        changed(About::File, repaired.nested.into(), why.to_owned());
    }

    fn leave_out(&mut self, about: About, why: impl Into<String>) {
        let key = (about, why.into());
        *self.counts.left_out.entry(key).or_default() += 1;
    }

    fn take_item(&mut self, item: &Element) {
        let kind = match (item.of("wp:post_type"), item.of("wp:status")) {
            (_, "auto-draft") => {
                return self.leave_out(About::Post, "WordPress began it, and nobody wrote in it");
            }
            ("post", _) => Kind::Post,
            ("page", _) => Kind::Page,
            // These are in the library.
            ("attachment", _) => {
                if self.pass == Pass::Posts {
                    self.ready.extend(self.head.file(library::address(item)));
                }
                return self.comments(item);
            }
            ("wp_block", _) => return self.comments(item),
            (kind, _) => {
                let kind = if kind.is_empty() { "item" } else { kind };
                let why = format!("{}: neither a post nor a page", short(kind));
                self.leave_out(About::File, why);
                return self.comments(item);
            }
        };
        if self.pass != Pass::Comments {
            self.post(item, kind);
        }
        if self.pass != Pass::Posts {
            self.comments(item);
        }
        self.last = Some(format!(
            "{} “{}”",
            kind.word(),
            short(&words(item.of("title")))
        ));
    }

    fn post(&mut self, item: &Element, kind: Kind) {
        let title = words(item.of("title"));
        let which = format!("“{}”", short(&title));
        let status = item::status(item.of("wp:status"));
        let hidden = item::why_hidden(item);
        let dates = item::Dates::of(item, self.given);
        let source = item.full_text("content:encoded");
        let source = self.written_out(&source, item.of("wp:post_id"));
        if self.pass == Pass::Posts {
            let files = self.head.files_in(&source);
            self.ready.extend(files);
        }
        let post = Post {
            origin: self.head.post(item, self.library),
            other_origins: self.head.earlier_names(item, self.library),
            kind,
            status: if hidden.is_some() {
                Status::Draft
            } else {
                status
            },
            title,
            path: self.head.path(item),
            slug: item.of("wp:post_name").to_owned(),
            old_addresses: self.head.old_addresses(item, kind, self.library),
            source,
            markup: Markup::Html,
            tags: item::tags(item),
            author: self.head.author(item.of("dc:creator")),
            excerpt: words(item.of("excerpt:encoded")),
            comments: if item.of("wp:comment_status") == "closed" {
                Comments::Closed
            } else {
                Comments::Blog
            },
            pinned: item.of("wp:is_sticky") == "1",
            menu_place: self.library.menu_place(item),
            picture: self.picture(item),
            details: Details::default(),
            fields: Vec::new(),
            published_at: dates.published_at(status),
            updated_at: dates.changed_at(),
        };
        if self.pass == Pass::Survey {
            self.say(&post, &which, hidden, &dates);
        }
        self.ready.push_back(Entry::Post(Box::new(post)));
    }

    /// Notes what did not come in as it was.
    fn say(&mut self, post: &Post, which: &str, hidden: Option<&str>, dates: &item::Dates) {
        if let Some(why) = hidden {
            self.ready
                .push_back(Entry::Changed(Note::new(post.kind.into(), which, why)));
        }
        if post.status == Status::Published && !dates.is_known() {
            let why = "it has no date, so it has that of the import";
            self.ready
                .push_back(Entry::Changed(Note::new(post.kind.into(), which, why)));
        }
    }

    /// The text as readers saw it.
    fn written_out(&mut self, source: &str, id: &str) -> String {
        let (mut unknown, mut lost_galleries) = (BTreeMap::new(), 0);
        let mut writing = Writing {
            library: self.library,
            post: id,
            unknown: &mut unknown,
            lost_galleries: &mut lost_galleries,
        };
        let html = if blocks::has_blocks(source) {
            blocks::written_out(source, &mut writing)
        } else {
            blocks::classic(source, &mut writing)
        };
        for name in unknown.into_keys() {
            *self.counts.shortcodes.entry(name).or_default() += 1;
        }
        self.counts.lost_galleries += lost_galleries.min(1);
        pictures::with_alts(&html, self.library)
    }

    /// The picture that represents a post.
    fn picture(&self, item: &Element) -> Option<Picture> {
        let id = item::meta(item, "_thumbnail_id")?;
        let file = self.library.file(id)?;
        Some(Picture {
            address: file.address.clone(),
            alt: file.alt.clone(),
            caption: file.caption.clone(),
        })
    }
}

/// Reads a file of an export to its end and keeps what the posts need; says whether the file is whole.
///
/// # Errors
/// Where the file is of another system, or damaged.
pub fn gather(reader: impl BufRead, library: &mut Library) -> Result<()> {
    let mut records = Records::new(reader, &["rss", "channel"]);
    let mut last = None::<String>;
    loop {
        let record = records.next(SYSTEM);
        let record = match &last {
            Some(last) => record.with_context(|| format!("after the item “{last}”"))?,
            None => record?,
        };
        let Some(record) = record else {
            return Ok(());
        };
        if record.name == "item" {
            library.take(&record);
            last = Some(short(&words(record.of("title"))));
        }
    }
}

impl<R: BufRead> Iterator for WordPress<'_, R> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.ready.pop_front() {
                return Some(Ok(entry));
            }
            if self.over {
                return None;
            }
            if let Err(error) = self.read_on() {
                self.over = true;
                return Some(Err(error));
            }
        }
    }
}

/// WordPress keeps names and titles as HTML (`Tom &amp; Ada`); these are their words.
fn words(html: &str) -> String {
    if html.contains(['<', '&']) {
        text::plain(html).trim().to_owned()
    } else {
        html.to_owned()
    }
}

/// Where the end tag of an element begins, in whatever case it is written.
fn end_tag(text: &str, name: &str) -> Option<usize> {
    let mut ends = text.match_indices("</").map(|(at, _)| at);
    ends.find(|at| {
        let there = text.as_bytes()[at + 2..].get(..name.len());
        there.is_some_and(|there| there.eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// The beginning of a text, fit for one line of a report.
fn short(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(80)
        .collect()
}
