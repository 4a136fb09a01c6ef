//! Addresses of what comes in: which one a post gets, and which posts live at those that comments name.

use crate::blog::post::{self, Kind};
use crate::blog::settings::{Permalinks, Settings};
use crate::blog::time::Millis;
use crate::blog::{PostId, address, slug};
use crate::store::Store;
use anyhow::Result;
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// How addresses are made on this blog.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    pattern: Permalinks,
    zone: TimeZone,
}

/// What became of the address that a post had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    /// It had none, so it got one.
    Made,
    /// This blog has a page of its own there.
    Ours,
}

impl Paths {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            pattern: settings.permalinks,
            zone: TimeZone::get(&settings.zone).unwrap_or(TimeZone::UTC),
        }
    }

    /// The address of what is published.
    pub(super) fn of(
        &self,
        kind: Kind,
        had: Option<&str>,
        slug: &str,
        at: Millis,
    ) -> (String, Fate) {
        let had = had.map(address::normal);
        match had {
            Some(path) if !address::is_ours(&path) => (path, Fate::Kept),
            had => {
                let fate = if had.is_some() {
                    Fate::Ours
                } else {
                    Fate::Made
                };
                (self.made(kind, slug, at), fate)
            }
        }
    }

    /// An address made of a name and a date: pages keep the short ones that most programs give them.
    fn made(&self, kind: Kind, slug: &str, at: Millis) -> String {
        let short = format!("/{slug}/");
        if kind == Kind::Page && !address::is_ours(&short) {
            return short;
        }
        let made = post::permalink(kind, self.pattern, slug, at, &self.zone);
        if address::is_ours(&made) && kind == Kind::Post {
            return post::permalink(kind, Permalinks::Month, slug, at, &self.zone);
        }
        made
    }
}

/// The name that an address is made of: the one that the old system used, else one of the title.
pub(super) fn name_of(old: &str, title: &str, kind: Kind) -> String {
    let usable = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
    let old: String = address::normal(old)
        .chars()
        .map(|c| if usable(c) { c } else { '-' })
        .collect();
    let old = old.trim_matches(['-', '.']);
    if !old.is_empty() {
        return old.to_owned();
    }
    match slug::of(title) {
        none if none.is_empty() => kind.word().to_owned(),
        slug => slug,
    }
}

/// Which posts live at the addresses that comments name; each is asked for once.
pub(super) struct Addresses<'a> {
    store: Option<&'a Store>,
    known: HashMap<String, Option<PostId>>,
}

impl<'a> Addresses<'a> {
    pub(super) fn new(store: Option<&'a Store>) -> Self {
        Self {
            store,
            known: HashMap::new(),
        }
    }

    /// These systems take whatever address a page was opened at: in any spelling, with a query that names the post or
    /// says nothing, and as it was before the post moved.
    pub(super) async fn post_at(&mut self, address: &str) -> Result<Option<PostId>> {
        let Some(store) = self.store else {
            return Ok(None);
        };
        if let Some(known) = self.known.get(address) {
            return Ok(*known);
        }
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let spellings = match path {
            "" | "/" => Vec::new(),
            path => address::spellings(path),
        };
        let mut keys = vec![address::key(address)];
        if path.len() > 1 && path.len() < address.len() {
            keys.push(address::key(path));
        }
        let mut post = None;
        for key in keys {
            if post.is_none() {
                post = store.imports().post_spelled(&spellings, &key).await?;
            }
        }
        self.known.insert(address.to_owned(), post);
        Ok(post)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_where_it_is_free_to_have() {
        let paths = Paths {
            pattern: Permalinks::Month,
            zone: TimeZone::UTC,
        };
        let at = Millis(1_465_128_000_000);
        let of = |kind, had, slug| paths.of(kind, had, slug, at);
        let (post, page) = (Kind::Post, Kind::Page);
        assert_eq!(
            of(post, Some("/2016/%e6%b8%af/"), "x"),
            ("/2016/港/".to_owned(), Fate::Kept)
        );
        assert_eq!(
            of(post, None, "tides"),
            ("/2016/06/tides.html".to_owned(), Fate::Made)
        );
        assert_eq!(of(page, None, "about"), ("/about/".to_owned(), Fate::Made));
        assert_eq!(
            of(page, Some("/tags/"), "tags"),
            ("/p/tags.html".to_owned(), Fate::Ours)
        );
        assert_eq!(
            of(page, Some("/admin/x/"), "x"),
            ("/x/".to_owned(), Fate::Ours)
        );
    }

    #[test]
    fn a_name_comes_from_the_old_system_or_the_title() {
        assert_eq!(name_of("%e6%b8%af", "T", Kind::Post), "港");
        assert_eq!(name_of("", "Low Tide!", Kind::Post), "low-tide");
        assert_eq!(name_of(" a/b?c ", "T", Kind::Page), "a-b-c");
        assert_eq!(name_of("", "…", Kind::Page), "page");
    }
}
