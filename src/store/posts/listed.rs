//! Posts as lists show them, read as one row with one list.

use crate::blog::PostId;
use crate::blog::post::Listed;
use crate::blog::time::Millis;
use crate::error::Result;
use crate::store::json::list;
use crate::store::{Page, PageDirection};
use serde::de::DeserializeOwned;
use std::cmp::Reverse;

/// What a page that lists posts shows of each, as one row with one list. What chooses among posts `p` with their author
/// `a` comes behind, and ends the bracket that is open; the order of the list does not matter yet. The feature picture is behind
/// all texts in the row, so it is read only of a post whose details, before them, say that it has one.
pub(in crate::store) const LISTED: &str = "select json_group_array(json_array(id, title, path, author, \
     writer, published_at, updated_at, \
     comments, approved_comments, json(case when cut then 'true' \
     else 'false' end), details, feature, html)) \
     from (select p.id, p.title, p.path, coalesce(nullif(p.byline, \
     ''), a.name, '') as author, \
     (select slug from writers where id = p.writer_id) as writer, \
     p.published_at, p.updated_at, p.comments, p.approved_comments, \
     p.cut and not p.protected as cut, \
     p.details, case when p.protected or coalesce(p.details ->> 'picture', '') = '' then '' \
     else p.feature end as feature, \
     case when p.protected then '' else coalesce(p.teaser, p.html) end as html ";

/// A post of a list by time.
pub(in crate::store) trait Dated {
    fn place(&self) -> (Millis, PostId);
}

impl Dated for Listed {
    fn place(&self) -> (Millis, PostId) {
        (self.published_at, self.id)
    }
}

/// Reads a list of posts and puts the newest first.
pub(in crate::store) fn newest_first<T: Dated + DeserializeOwned>(json: &str) -> Result<Vec<T>> {
    let mut posts: Vec<T> = list(json)?;
    posts.sort_unstable_by_key(|post| Reverse(post.place()));
    Ok(posts)
}

/// Makes a page of a list of posts that was asked for with one more than fits.
pub(in crate::store) fn page_of<T>(json: &str, side: PageDirection, limit: i64) -> Result<Page<T>>
where
    T: Dated + DeserializeOwned,
{
    let mut posts = newest_first(json)?;
    if matches!(side, PageDirection::Newer(..)) {
        posts.reverse();
    }
    Ok(Page::of(posts, side, limit))
}
