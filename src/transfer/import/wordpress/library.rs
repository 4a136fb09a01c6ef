//! What the posts of an export need and what may be anywhere in it: attachments, reusable blocks, and which numbers and
//! names are given more than once.

use super::item;
use crate::transfer::import::xml::Element;
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// No menu has a place behind this one.
const ORDER_MAX: i64 = 1_000_000;

/// A file of the media library.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    pub address: String,
    pub alt: String,
    pub caption: String,
}

/// Gathered in a walk over all files of an export, before the others.
#[derive(Debug, Default)]
pub struct Library {
    attachments: HashMap<String, Attachment>,
    /// The attachments of a post and the addresses of their pages, in the order of the export.
    of_post: HashMap<String, Vec<String>>,
    pages: HashMap<String, Vec<String>>,
    blocks: HashMap<String, String>,
    posts: HashMap<u64, u32>,
    comments: HashMap<u64, u32>,
    /// Whether somebody put the pages in an order.
    has_order: bool,
    /// The categories and tags that published posts have.
    used_terms: BTreeSet<String>,
}

impl Library {
    /// Takes in an item of the export.
    pub fn take(&mut self, item: &Element) {
        let id = item.of("wp:post_id");
        match item.of("wp:post_type") {
            "attachment" => self.attachment(id, item),
            // WordPress shows no other ones.
            "wp_block" if is_public(item) => {
                self.blocks
                    .insert(id.to_owned(), item.full_text("content:encoded"));
            }
            _ => {}
        }
        if matches!(item.of("wp:post_type"), "post" | "page") {
            for name in [
                format!("id {id}"),
                format!("guid {}", item.of("guid")),
                format!("link {}", item.of("link")),
            ] {
                *self.posts.entry(digest(&name)).or_default() += 1;
            }
        }
        self.has_order |= item.of("wp:post_type") == "page" && order(item) > 0;
        if matches!(item.of("wp:post_type"), "post" | "page") && is_public(item) {
            let terms = item
                .all("category")
                .map(|term| term.attribute("nicename").to_owned());
            self.used_terms.extend(terms);
        }
        for comment in item.all("wp:comment") {
            *self
                .comments
                .entry(digest(comment.of("wp:comment_id")))
                .or_default() += 1;
        }
    }

    fn attachment(&mut self, id: &str, item: &Element) {
        let alt = item::meta(item, "_wp_attachment_image_alt").unwrap_or_default();
        let parent = item.of("wp:post_parent").to_owned();
        self.of_post
            .entry(parent.clone())
            .or_default()
            .push(id.to_owned());
        let pages = self.pages.entry(parent).or_default();
        pages.push(format!("?attachment_id={id}"));
        pages.extend(super::super::path(item.of("link")));
        self.attachments.insert(
            id.to_owned(),
            Attachment {
                address: address(item).to_owned(),
                alt: alt.to_owned(),
                caption: item.of("excerpt:encoded").to_owned(),
            },
        );
    }

    pub fn file(&self, id: &str) -> Option<&Attachment> {
        self.attachments.get(id.trim())
    }

    /// The numbers of the attachments of a post.
    pub fn files_of(&self, post: &str) -> &[String] {
        self.of_post.get(post).map_or(&[], Vec::as_slice)
    }

    /// The addresses of the pages of a post's attachments; each is a path or the query of one.
    pub fn pages_of(&self, post: &str) -> &[String] {
        self.pages.get(post).map_or(&[], Vec::as_slice)
    }

    pub fn block(&self, id: &str) -> Option<&str> {
        self.blocks.get(id).map(String::as_str)
    }

    /// Whether a post's number, guid or link names it alone.
    pub fn names_one_post(&self, kind: &str, name: &str) -> bool {
        !matches!(name, "" | "0")
            && self
                .posts
                .get(&digest(&format!("{kind} {name}")))
                .is_none_or(|count| *count < 2)
    }

    /// Whether a comment's number names it alone.
    pub fn names_one_comment(&self, id: &str) -> bool {
        !matches!(id, "" | "0")
            && self
                .comments
                .get(&digest(id))
                .is_none_or(|count| *count < 2)
    }

    /// Where a page is in the menu: in WordPress those without a place come first.
    pub fn menu_place(&self, item: &Element) -> i64 {
        if self.has_order && item.of("wp:post_type") == "page" {
            order(item) + 1
        } else {
            0
        }
    }

    /// Whether a published post has a category or tag.
    pub fn uses_term(&self, nicename: &str) -> bool {
        self.used_terms.contains(nicename)
    }
}

/// The address of an attachment's file.
pub fn address(attachment: &Element) -> &str {
    match attachment.of("wp:attachment_url") {
        "" => attachment.of("guid"),
        address => address,
    }
}

/// The place that a page has in WordPress's menu.
fn order(page: &Element) -> i64 {
    let order = page.of("wp:menu_order").trim().parse();
    order.map_or(0, |order: i64| order.clamp(0, ORDER_MAX))
}

/// Whether everybody could see an item.
fn is_public(item: &Element) -> bool {
    item.of("wp:status") == "publish" && item.of("wp:post_password").is_empty()
}

/// The same for the same words, in this run: there may be millions of them.
fn digest(words: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    words.hash(&mut hasher);
    hasher.finish()
}
