//! The page of a post and its context, read by one statement whose one row holds lists as JSON.
//!
//! Handing a statement to the thread of a connection, and each row back, costs more than reading most of what a page
//! needs. What differs by engine here is how rows become JSON. Nothing here gives away an email address or a network.

use crate::blog::PostId;
use crate::blog::comment::{self, Comment, PER_PAGE, Parent};
use crate::blog::post::{Link, Post};
use crate::error::Result;
use crate::store::Posts;
use crate::store::ask::sql;
use crate::store::handle::Handle;
use crate::store::json::list;
use crate::store::posts::POST_COLUMNS;
use crate::store::{PingLine, RelatedPost, Tag};

/// One page of the comments on a post.
#[derive(Debug, Clone)]
pub struct ThreadPage {
    /// Those that are shown, oldest first.
    pub comments: Vec<Comment>,
    /// Comments on other pages that some of these answer and that are shown.
    pub parents: Vec<Parent>,
    /// How many pages there are; at least one.
    pub pages: i64,
}

/// The context of a post on its page: tags, neighbours, related posts, comments.
#[derive(Debug, Clone)]
pub struct PostContext {
    pub tags: Vec<Tag>,
    /// The posts published just before and just after it; pages have none.
    pub older: Option<Link>,
    pub newer: Option<Link>,
    /// The posts that are related to it, the most alike first.
    pub related: Vec<RelatedPost>,
    pub thread: ThreadPage,
    /// Pingbacks and trackbacks that are shown, oldest first.
    pub pings: Vec<PingLine>,
}

/// The same as the row holds it.
#[derive(Debug, sqlx::FromRow)]
struct ContextRow {
    tags: String,
    older: String,
    newer: String,
    related: String,
    last_place: i64,
    thread: String,
    parents: String,
    pings: String,
}

/// The columns of a [`ContextRow`] of the post `p`; `$2` and `$3` are the places that the page of comments lies between.
/// Each list holds arrays in the order of the fields of what is made of them.
const CONTEXT_COLUMNS: &str = "\
     (select json_group_array(json_array(t.id, t.name, t.slug) order by pt.place) \
       from post_tags pt join tags t on t.id = pt.tag_id where pt.post_id = p.id) as tags, \
     (select json_group_array(json_array(o.title, o.path)) from (select title, path from posts \
       where p.kind = 'post' and state = 'published' and kind = 'post' \
       and (published_at, id) < (p.published_at, p.id) \
       order by published_at desc, id desc limit 1) o) as older, \
     (select json_group_array(json_array(n.title, n.path)) from (select title, path from posts \
       where p.kind = 'post' and state = 'published' and kind = 'post' \
       and (published_at, id) > (p.published_at, p.id) \
       order by published_at, id limit 1) n) as newer, \
     (select json_group_array(json_array(s.title, s.path, s.published_at) order by r.place) \
       from related r cross join posts s on s.id = r.other_id \
       where r.post_id = p.id and s.state = 'published' and s.protected = 0 \
       and s.details not like '%\"noindex\":true%') as related, \
     (select coalesce(max(place), 0) from comments where post_id = p.id) as last_place, \
     (select json_group_array(json_array(c.id, c.post_id, c.parent_id, c.state, c.name, '', \
       c.url, c.author_id, c.created_at, c.markup, '', c.html, '', c.place, c.decided_at, '', \
       c.edited_at, json('false'), c.origin) order by c.created_at, c.id) from comments c \
       where c.post_id = p.id and c.place > $2 and c.place <= $3 \
       and c.state = 'approved') as thread, \
     (select json_group_array(json_array(f.id, f.name, f.place)) from comments f \
       where +f.state = 'approved' and not (f.place > $2 and f.place <= $3) \
       and f.id in (select c.parent_id from comments c where c.post_id = p.id \
         and c.place > $2 and c.place <= $3 and c.state = 'approved')) as parents, \
     (select json_group_array(json_array(g.title, g.url, g.created_at) \
       order by g.created_at, g.id) from pings g \
       where g.post_id = p.id and g.state = 'approved') as pings ";

/// A post and its context.
#[derive(Debug, sqlx::FromRow)]
struct OpenedRow {
    #[sqlx(flatten)]
    post: Post,
    #[sqlx(flatten)]
    context: ContextRow,
}

impl Posts<'_> {
    /// The published post or page at an address, without its source, and its context with one page of its
    /// comments; pages count from 1, and one that does not exist is empty.
    pub async fn with_context(self, path: &str, page: i64) -> Result<Option<(Post, PostContext)>> {
        let (begin, end) = places(page);
        let row: Option<OpenedRow> = self
            .ask(sql!(
                "select ",
                POST_COLUMNS,
                "'' as source, p.html, ",
                CONTEXT_COLUMNS,
                "from posts p left join authors a on a.id = p.author_id \
                 where p.path = $1 and p.state = 'published'"
            ))
            .bind(path)
            .bind(begin)
            .bind(end)
            .one()
            .await?;
        row.map(|row| Ok((row.post, row.context.read()?)))
            .transpose()
    }

    /// The context of a post.
    pub async fn context(self, post: PostId, page: i64) -> Result<PostContext> {
        let (begin, end) = places(page);
        let row: ContextRow = self
            .ask(sql!(
                "select ",
                CONTEXT_COLUMNS,
                "from posts p where p.id = $1"
            ))
            .bind(post)
            .bind(begin)
            .bind(end)
            .row()
            .await?;
        row.read()
    }
}

impl ContextRow {
    fn read(self) -> Result<PostContext> {
        Ok(PostContext {
            tags: list(&self.tags)?,
            older: list(&self.older)?.pop(),
            newer: list(&self.newer)?.pop(),
            related: list(&self.related)?,
            pings: list(&self.pings)?,
            thread: ThreadPage {
                comments: list(&self.thread)?,
                parents: list(&self.parents)?,
                pages: comment::page_of(self.last_place),
            },
        })
    }
}

/// The places that a page of comments lies between: after the first, up to the second.
fn places(page: i64) -> (i64, i64) {
    let end = page.clamp(0, i64::MAX / PER_PAGE) * PER_PAGE;
    (end - PER_PAGE, end)
}
