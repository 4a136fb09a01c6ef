//! What feeds hold: published posts and shown comments, from one place to another. Places are read from an index alone;
//! whole texts only of what a document holds.
//!
//! Nothing here gives away an email address or a network.

use super::ask::sql;
use super::json::json;
use super::{PageDirection, Store};
use crate::blog::feed::{Of, Place};
use crate::blog::post::{Comments, Details};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, PostId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// A published post for a feed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FeedPost {
    pub id: PostId,
    /// Its name in the system that it was brought in from.
    pub origin: Option<String>,
    pub title: String,
    pub path: String,
    pub author: String,
    pub published_at: Millis,
    pub updated_at: Millis,
    pub comments: Comments,
    pub approved_comments: i64,
    #[sqlx(try_from = "String")]
    pub details: Details,
    pub picture: String,
    pub excerpt: String,
    pub html: String,
    /// The names of its tags, one a line, in the author's order.
    pub tags: String,
}

/// A shown comment for a feed, with its post.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FeedComment {
    pub id: CommentId,
    /// Its name in the system that it was brought in from.
    pub origin: Option<String>,
    pub parent_id: Option<CommentId>,
    pub parent_origin: Option<String>,
    /// The place of the comment that it answers, where that is shown.
    pub parent_place: Option<i64>,
    pub place: Option<i64>,
    pub name: String,
    pub url: String,
    pub author_id: Option<AuthorId>,
    pub created_at: Millis,
    pub edited_at: Option<Millis>,
    pub html: String,
    pub post_id: PostId,
    pub post_origin: Option<String>,
    pub post_title: String,
    pub post_path: String,
}

/// Comments of the whole blog that may be passed over, and are counted: each step looks for its post.
pub const COMMENTS_FURTHEST: usize = 10_000;

/// What is asked about the places of a feed. Protected posts are left out by the index that holds them alone: by its number
/// the planner would look for the row of each, most of which is its text. `$1` is the number of its tag or of its post, `$2` that of
/// its comment.
struct Questions {
    /// Older than the place `$3, $4`, newest first.
    older: &'static str,
    /// Newer than the place `$3, $4`, oldest first.
    newer: &'static str,
    /// Newest first, but the first `$3`.
    skipping: &'static str,
    total: &'static str,
}

const POSTS: Questions = Questions {
    older: "select published_at as at, id from posts \
            where kind = 'post' and state = 'published' \
            and not exists (select 1 from posts x indexed by posts_protected \
              where x.id = posts.id and x.protected = 1) \
            and $1 = 0 and $2 = 0 \
            and (published_at, id) < ($3, $4) order by published_at desc, id desc limit $5",
    newer: "select published_at as at, id from posts \
            where kind = 'post' and state = 'published' \
            and not exists (select 1 from posts x indexed by posts_protected \
              where x.id = posts.id and x.protected = 1) \
            and $1 = 0 and $2 = 0 \
            and (published_at, id) > ($3, $4) order by published_at, id limit $5",
    skipping: "select published_at as at, id from posts \
               where kind = 'post' and state = 'published' \
            and not exists (select 1 from posts x indexed by posts_protected \
              where x.id = posts.id and x.protected = 1) \
            and $1 = 0 and $2 = 0 \
               order by published_at desc, id desc limit $4 offset $3",
    // The plus signs keep the planner from walking all posts for the few that are protected.
    total: "select cast(coalesce(sum(posts), 0) as bigint) \
            - (select count(*) from posts \
               where protected = 1 and +kind = 'post' and +state = 'published') \
            from months where $1 = 0 and $2 = 0",
};
const TAGGED: Questions = Questions {
    older: "select published_at as at, post_id as id from post_tags \
            where tag_id = $1 and published_at is not null and $2 = 0 \
            and not exists (select 1 from posts x indexed by posts_protected \
              where x.id = post_id and x.protected = 1) \
            and (published_at, post_id) < ($3, $4) order by published_at desc, post_id desc \
            limit $5",
    newer: "select published_at as at, post_id as id from post_tags \
            where tag_id = $1 and published_at is not null and $2 = 0 \
            and not exists (select 1 from posts x indexed by posts_protected \
              where x.id = post_id and x.protected = 1) \
            and (published_at, post_id) > ($3, $4) order by published_at, post_id limit $5",
    skipping: "select published_at as at, post_id as id from post_tags \
               where tag_id = $1 and published_at is not null and $2 = 0 \
            and not exists (select 1 from posts x indexed by posts_protected \
              where x.id = post_id and x.protected = 1) \
               order by published_at desc, post_id desc limit $4 offset $3",
    total: "select cast(coalesce(sum(posts), 0) as bigint) \
            - (select count(*) from post_tags o where o.tag_id = $1 \
               and o.published_at is not null \
               and exists (select 1 from posts x indexed by posts_protected \
                 where x.id = o.post_id and x.protected = 1)) \
            from tags where id = $1 and $2 = 0",
};
/// The places of comments on posts; which of them comes between this and the next.
const PLACES: &str = "select c.created_at as at, c.id as id from ";
const OLDER: &str = " and (c.created_at, c.id) < ($3, $4) \
     order by c.created_at desc, c.id desc limit $5";
const NEWER: &str = " and (c.created_at, c.id) > ($3, $4) order by c.created_at, c.id limit $5";
const SKIPPING: &str = " order by c.created_at desc, c.id desc limit $4 offset $3";
/// The comments first, along their index: statistics of a blog whose comments are all alike would have the planner walk all posts.
const SHOWN: &str = "comments c cross join posts p \
     where p.id = c.post_id and c.state = 'approved' and p.state = 'published' and p.comments <> 'hidden' \
       and p.protected = 0 and $1 = 0 and $2 = 0";
const COMMENTS: Questions = Questions {
    older: sql!(PLACES, SHOWN, OLDER),
    newer: sql!(PLACES, SHOWN, NEWER),
    skipping: sql!(PLACES, SHOWN, SKIPPING),
    // No further than they may be passed over: [`COMMENTS_FURTHEST`].
    total: sql!(
        "select count(*) from (select 1 from ",
        SHOWN,
        // Along the index of those that are shown.
        " ",
        NEWEST_FIRST,
        " limit 10001) as counted"
    ),
};
const ON_POST: &str = "comments c cross join posts p \
     where p.id = c.post_id and c.post_id = $1 and c.state = 'approved' and p.state = 'published' \
       and p.protected = 0 and $2 = 0";
const COMMENTS_ON: Questions = Questions {
    older: sql!(PLACES, ON_POST, OLDER),
    newer: sql!(PLACES, ON_POST, NEWER),
    skipping: sql!(PLACES, ON_POST, SKIPPING),
    total: "select cast(coalesce(sum(approved_comments), 0) as bigint) from posts \
            where id = $1 and state = 'published' and protected = 0 and $2 = 0",
};
/// A comment and what answers it, what answers that, and so on. `union` passes over what was found before, so a circle of
/// replies comes to an end.
const BELOW: &str = "comments c cross join posts p \
     where p.id = c.post_id and c.post_id = $1 and c.state = 'approved' and p.state = 'published' \
       and p.protected = 0 and c.id in ( \
       with recursive below (id) as ( \
         select $2 union select r.id from comments r join below on r.parent_id = below.id \
       ) select id from below)";
const THREAD: Questions = Questions {
    older: sql!(PLACES, BELOW, OLDER),
    newer: sql!(PLACES, BELOW, NEWER),
    skipping: sql!(PLACES, BELOW, SKIPPING),
    total: sql!("select count(*) from ", BELOW),
};

/// The questions about a feed, and the two numbers that they are asked with.
fn questions(of: Of) -> (Questions, i64, i64) {
    match of {
        Of::Posts => (POSTS, 0, 0),
        Of::Tag(tag) => (TAGGED, tag.0, 0),
        Of::Comments => (COMMENTS, 0, 0),
        Of::CommentsOn(post) => (COMMENTS_ON, post.0, 0),
        Of::Thread(post, top) => (THREAD, post.0, top.0),
    }
}

/// Posts with everything that a feed says about them.
const FEED_POST: &str = "select p.id, p.origin, p.title, p.path, \
       coalesce(nullif(p.byline, ''), a.name, '') as author, \
     p.published_at, p.updated_at, p.comments, p.approved_comments, p.details, p.picture, \
     coalesce(nullif(p.excerpt, ''), p.auto_excerpt) as excerpt, p.html, \
     coalesce((select string_agg(t.name, '\n' order by o.place) from post_tags o \
     join tags t on t.id = o.tag_id where o.post_id = p.id), '') as tags from ";

/// Comments with everything that a feed says about them.
const FEED_COMMENT: &str = "select c.id, c.origin, c.parent_id, b.origin as parent_origin, \
     b.place as parent_place, c.place, c.name, c.url, c.author_id, c.created_at, c.edited_at, \
     c.html, c.post_id, p.origin as post_origin, p.title as post_title, p.path as post_path \
     from json_each($1) w cross join comments c on c.id = w.value join posts p on p.id = c.post_id \
     left join comments b on b.id = c.parent_id and b.state = 'approved' \
     where c.state = 'approved' and p.state = 'published' and p.protected = 0 ";
const NEWEST_FIRST: &str = "order by c.created_at desc, c.id desc";

handle! {
    /// What feeds hold.
    feeds: Feeds
}

impl Feeds<'_> {
    /// The places of what a feed is of, from one side: newest first, or oldest first where newer ones are asked for.
    pub async fn places(self, of: Of, side: PageDirection, limit: usize) -> Result<Vec<Place>> {
        let (questions, first, second) = questions(of);
        let sql = if matches!(side, PageDirection::Newer(..)) {
            questions.newer
        } else {
            questions.older
        };
        let (at, id) = side.place();
        self.ask(sql)
            .bind(first)
            .bind(second)
            .bind(at)
            .bind(id)
            .bind(number(limit))
            .all()
            .await
    }

    /// The places after so many of the newest, newest first. The one offset in all our queries: Blogger's addresses count.
    /// It walks an index, so a hundred thousand places take some milliseconds.
    pub async fn places_after(
        self,
        of: Of,
        passed_over: usize,
        limit: usize,
    ) -> Result<Vec<Place>> {
        let (questions, first, second) = questions(of);
        self.ask(questions.skipping)
            .bind(first)
            .bind(second)
            .bind(number(passed_over))
            .bind(number(limit))
            .all()
            .await
    }

    /// How many posts or comments there are of what a feed is of: read where it is counted already, and of the comments of
    /// the whole blog no more than one beyond [`COMMENTS_FURTHEST`].
    pub async fn total(self, of: Of) -> Result<i64> {
        let (questions, first, second) = questions(of);
        self.ask(questions.total)
            .bind(first)
            .bind(second)
            .value()
            .await
    }

    /// The posts of a feed at these places, which follow each other, newest first.
    pub async fn posts(self, of: Of, places: &[Place]) -> Result<Vec<FeedPost>> {
        let (Some(newest), Some(oldest)) = (places.first(), places.last()) else {
            return Ok(Vec::new());
        };
        let (sql, tag) = match of {
            Of::Tag(tag) => (
                sql!(
                    FEED_POST,
                    "post_tags pt join posts p on p.id = pt.post_id \
                       left join authors a on a.id = p.author_id \
                     where pt.tag_id = $1 and pt.published_at is not null and p.protected = 0 \
                     and pt.published_at >= $2 and pt.published_at <= $4 \
                     and (pt.published_at, pt.post_id) >= ($2, $3) \
                       and (pt.published_at, pt.post_id) <= ($4, $5) \
                     order by pt.published_at desc, pt.post_id desc"
                ),
                tag.0,
            ),
            _ => (
                sql!(
                    FEED_POST,
                    "posts p left join authors a on a.id = p.author_id \
                     where p.kind = 'post' and p.state = 'published' and p.protected = 0 and $1 = 0 \
                     and p.published_at >= $2 and p.published_at <= $4 \
                     and (p.published_at, p.id) >= ($2, $3) \
                       and (p.published_at, p.id) <= ($4, $5) \
                     order by p.published_at desc, p.id desc"
                ),
                0,
            ),
        };
        self.ask(sql)
            .bind(tag)
            .bind(oldest.at)
            .bind(oldest.id)
            .bind(newest.at)
            .bind(newest.id)
            .all()
            .await
    }

    /// The comments of a feed at these places, newest first.
    pub async fn comments(self, of: Of, places: &[Place]) -> Result<Vec<FeedComment>> {
        let sql = match of {
            Of::CommentsOn(_) | Of::Thread(..) => sql!(FEED_COMMENT, NEWEST_FIRST),
            _ => sql!(FEED_COMMENT, "and p.comments <> 'hidden' ", NEWEST_FIRST),
        };
        // By number: thousands that came in at once may be of the same moment.
        let ids: Vec<i64> = places.iter().map(|place| place.id).collect();
        self.ask(sql).bind(json(&ids)?).all().await
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
