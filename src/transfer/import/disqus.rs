//! Reads the XML export of Disqus: threads with their addresses, then comments that name their threads.

use std::collections::{HashMap, VecDeque};
use std::io::BufRead;

use anyhow::Result;

use super::xml::{Element, Records};
use crate::blog::comment::State;
use crate::blog::post::Markup;
use crate::transfer::archive::{Comment, Entry};
use crate::transfer::report::{About, Note};

const SYSTEM: &str = "Disqus";

/// Reads an export as a stream. In memory are the addresses of the threads, and one comment.
pub struct Disqus<R: BufRead> {
    records: Records<R>,
    /// The address of each thread by its number.
    threads: HashMap<String, String>,
    /// What was read while the file was looked at.
    ready: VecDeque<Element>,
}

impl<R: BufRead> Disqus<R> {
    /// Looks at the beginning and refuses what is not an export of Disqus.
    pub fn open(reader: R) -> Result<Self> {
        let mut records = Records::new(reader, &["disqus"]);
        let ready = records.next(SYSTEM)?.into_iter().collect();
        Ok(Self {
            records,
            threads: HashMap::new(),
            ready,
        })
    }

    fn entry(&mut self) -> Result<Option<Entry>> {
        loop {
            let record = match self.ready.pop_front() {
                Some(record) => record,
                None => match self.records.next(SYSTEM)? {
                    Some(record) => record,
                    None => return Ok(None),
                },
            };
            match record.name.as_str() {
                "thread" => {
                    let address = match record.of("link") {
                        "" => record.of("id"),
                        link => link,
                    };
                    self.threads
                        .insert(record.attribute("dsq:id").to_owned(), address.to_owned());
                }
                "post" => return Ok(Some(self.comment(&record))),
                _ => {}
            }
        }
    }

    fn comment(&self, post: &Element) -> Entry {
        let author = |name| post.child("author").map_or("", |author| author.of(name));
        let name = author("name");
        let skipped = |why: &str| {
            let name = if name.is_empty() { "nobody" } else { name };
            let which = format!("by {name} of {}", post.of("createdAt"));
            Entry::Skipped(Note::new(About::Comment, which, why))
        };
        let id = post.attribute("dsq:id");
        if id.is_empty() {
            return skipped("it has no id, so a second import would create it twice");
        }
        let Some(created_at) = super::moment(post.of("createdAt")) else {
            return skipped("its date cannot be read");
        };
        let Some(address) = self.threads.get(named(post, "thread")) else {
            return skipped("its thread is not in the file");
        };
        Entry::Comment(Box::new(Comment {
            origin: origin(id),
            other_origins: Vec::new(),
            on: super::page(address),
            parent: Some(named(post, "parent"))
                .filter(|id| !id.is_empty())
                .map(origin),
            state: if post.of("isSpam") == "true" {
                State::Spam
            } else if post.of("isDeleted") == "true" {
                State::Deleted
            } else {
                State::Approved
            },
            name: name.to_owned(),
            url: author("link").to_owned(),
            email: author("email").to_owned(),
            markup: Markup::Html,
            source: post.full_text("message"),
            created_at,
        }))
    }
}

impl<R: BufRead> Iterator for Disqus<R> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        self.entry().transpose()
    }
}

/// The number of what an element inside names.
fn named<'a>(element: &'a Element, name: &str) -> &'a str {
    element
        .child(name)
        .map_or("", |child| child.attribute("dsq:id"))
}

/// Numbers of comments are the same for all of Disqus.
fn origin(id: &str) -> String {
    format!("disqus:{id}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blog::time::Millis;
    use crate::transfer::archive::On;

    const EXPORT: &str = include_str!("../../../tests/fixtures/disqus/export.xml");

    fn comments(export: &str) -> Vec<Comment> {
        Disqus::open(export.as_bytes())
            .unwrap()
            .filter_map(|entry| match entry.unwrap() {
                Entry::Comment(comment) => Some(*comment),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_comment_is_on_the_address_of_its_thread() {
        let comments = comments(EXPORT);
        assert_eq!(comments[0].on, On::Path("/2016/06/tides.html".to_owned()));
        assert_eq!(comments[0].name, "Ada & Co");
        assert_eq!(comments[0].source, "<p>High water at <b>noon</b></p>");
        assert_eq!(comments[0].created_at, Millis(1_465_128_000_000));
        assert_eq!(comments[1].parent.as_deref(), Some("disqus:101"));
    }

    #[test]
    fn spam_and_what_was_deleted_stay_so() {
        let states: Vec<State> = comments(EXPORT).iter().map(|one| one.state).collect();
        assert!(states.contains(&State::Spam));
        assert!(states.contains(&State::Deleted));
    }

    #[test]
    fn a_comment_without_a_thread_is_named() {
        let export = "<disqus><post xmlns:dsq='d' dsq:id='1'><createdAt>2016-06-05T12:00:00Z</createdAt>\
            <author><name>Ada</name></author><thread dsq:id='9'/></post></disqus>";
        let entries: Vec<Entry> = Disqus::open(export.as_bytes())
            .unwrap()
            .collect::<Result<_>>()
            .unwrap();
        let Entry::Skipped(note) = &entries[0] else {
            panic!("{entries:?}");
        };
        assert_eq!(note.which, "by Ada of 2016-06-05T12:00:00Z");
        assert_eq!(note.reason, "its thread is not in the file");
    }

    #[test]
    fn a_file_that_is_cut_off_ends_in_an_error() {
        for end in [EXPORT.len() / 2, EXPORT.trim_end().len() - 3] {
            let last = Disqus::open(&EXPORT.as_bytes()[..end])
                .unwrap()
                .find_map(Result::err);
            let why = last.unwrap().to_string();
            assert!(why.contains("ends in the middle"), "{why}");
        }
        assert!(Disqus::open("<rss><channel/></rss>".as_bytes()).is_err());
        assert!(Disqus::open("".as_bytes()).is_err());
    }
}
