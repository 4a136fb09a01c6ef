//! The comments of an item; pingbacks and trackbacks are links, and no comments.

use super::{WordPress, item, short, words};
use crate::blog::post::Markup;
use crate::transfer::archive::{Comment, Entry, On, Ping};
use crate::transfer::import::xml::Element;
use crate::transfer::report::{About, Note};
use std::io::BufRead;

impl<R: BufRead> WordPress<'_, R> {
    pub(super) fn comments(&mut self, item: &Element) {
        for comment in item.all("wp:comment") {
            match comment.of("wp:comment_type") {
                "" | "comment" => self.comment(item, comment),
                "pingback" | "trackback" => self.ping(item, comment),
                kind => {
                    let why = format!("{}: neither a comment nor a pingback", short(kind));
                    self.leave_out(About::Comment, why);
                }
            }
        }
    }

    fn comment(&mut self, item: &Element, comment: &Element) {
        let name = words(comment.of("wp:comment_author"));
        let Some(created_at) = item::comment_date(comment, self.given) else {
            let which = format!("{} by {}", comment.of("wp:comment_id"), short(&name));
            self.ready.push_back(Entry::Skipped(Note::new(
                About::Comment,
                which,
                "its date cannot be read",
            )));
            return;
        };
        self.ready.push_back(Entry::Comment(Box::new(Comment {
            origin: self.head.comment(comment, self.library),
            other_origins: self.head.earlier_comment(comment, self.library),
            on: On::Origin(self.head.post(item, self.library)),
            parent: self.parent(item, comment),
            state: item::state(comment.of("wp:comment_approved")),
            name,
            url: comment.of("wp:comment_author_url").to_owned(),
            email: comment.of("wp:comment_author_email").to_owned(),
            markup: Markup::Html,
            source: comment.full_text("wp:comment_content"),
            created_at,
        })));
    }

    /// The name of the comment that one answers: the one of this number on the same post.
    fn parent(&self, item: &Element, comment: &Element) -> Option<String> {
        let number = comment.of("wp:comment_parent");
        if matches!(number, "" | "0") {
            return None;
        }
        let there = item
            .all("wp:comment")
            .find(|other| other.of("wp:comment_id") == number);
        let mut nowhere = Element::default();
        nowhere.children.push(Element {
            name: "wp:comment_id".to_owned(),
            text: number.to_owned(),
            ..Element::default()
        });
        Some(self.head.comment(there.unwrap_or(&nowhere), self.library))
    }

    fn ping(&mut self, item: &Element, comment: &Element) {
        let Some(created_at) = item::comment_date(comment, self.given) else {
            return self.leave_out(About::Comment, "a pingback whose date cannot be read");
        };
        self.ready.push_back(Entry::Ping(Box::new(Ping {
            origin: self.head.comment(comment, self.library),
            on: On::Origin(self.head.post(item, self.library)),
            state: item::state(comment.of("wp:comment_approved")),
            title: words(comment.of("wp:comment_author")),
            url: comment.of("wp:comment_author_url").to_owned(),
            created_at,
        })));
    }
}
