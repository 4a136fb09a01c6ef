//! Full-text search: what is looked for, and where it was found. How the index is asked differs by engine.
//!
//! The index holds folded words only (`blog::words`) and is written in the transaction that writes the text. How what was
//! found is ranked: ARCHITECTURE.md, Search.

mod permits;

pub(super) use permits::Searches;
pub use permits::{AT_ONCE as SEARCHES_AT_ONCE, SearchPermit};

use super::Store;
use crate::blog::comment::comment_address;
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId, TagId, words};
use crate::error::{Error, Result};
use crate::store::handle::{Handle, handle};
use crate::store::json::json;
use std::collections::{HashMap, HashSet};

/// What is looked for: an FTS5 query of `blog::words`, and tags of which a post must have all. One of the two may be empty.
#[derive(Debug, Clone, Default)]
pub struct IndexQuery {
    pub words: String,
    pub tags: Vec<TagId>,
    /// Whether comments are looked through too: not where the blog shows none.
    pub with_comments: bool,
}

impl IndexQuery {
    /// Two tags for the queries; 0 is none.
    pub(super) fn tags(&self) -> (TagId, TagId) {
        let tag = |place: usize| self.tags.get(place).copied().unwrap_or_default();
        (tag(0), tag(1))
    }
}

/// Where something was found: in a post, or in a comment on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchPlace {
    pub post: PostId,
    pub comment: Option<CommentId>,
}

/// A post that holds what was looked for, in its title, its text or its comments.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SearchHit {
    pub title: String,
    pub path: String,
    pub published_at: Millis,
    pub excerpt: String,
    /// The comment that fits best, if the words are in a comment rather than in the post.
    pub comment_id: Option<CommentId>,
    pub comment_place: Option<i64>,
    /// Who wrote that comment; empty where they gave no name.
    pub comment_name: String,
    /// The safe HTML of the post, or of the comment: as much as is looked through for the words.
    pub html: String,
}

impl SearchHit {
    /// Where the words are: the post, or the page of its comments.
    #[must_use]
    pub fn address(&self) -> String {
        match self.comment_id {
            Some(id) => comment_address(&self.path, self.comment_place, id),
            None => self.path.clone(),
        }
    }
}

handle! {
    /// Full-text search.
    search: Search
}

/// So many words of the index that hold a part are looked for: two letters are in thousands.
const WORDS_WITH_PART: i64 = 200;

impl Search<'_> {
    /// The query for posts that hold what an author typed, whole words and parts of words alike. `None` where there is nothing
    /// to look for. Walks the words of the index, which [`Search::permit`] is for: once for all parts.
    pub async fn query_of_parts(self, typed: &str) -> Result<Option<String>> {
        let terms = words::terms(typed);
        let parts: Vec<&str> = terms.iter().filter_map(words::Term::part).collect();
        let mut found: Vec<(String, String)> = Vec::new();
        if let [part] = parts[..] {
            // The walk ends early where many words hold it.
            found = self
                .ask("select $1, term from search_post_words where instr(term, $1) > 0 limit $2")
                .bind(part)
                .bind(WORDS_WITH_PART)
                .all()
                .await?;
        } else if !parts.is_empty() {
            found = self
                .ask(
                    "with parts (part) as materialized (select value from json_each($1)) \
                     select part, term from (select part, term, \
                       row_number() over (partition by part order by term) as place \
                       from search_post_words cross join parts where instr(term, part) > 0) \
                     where place <= $2",
                )
                .bind(json(&parts)?)
                .bind(WORDS_WITH_PART)
                .all()
                .await?;
        }
        let mut words_with: HashMap<&str, Vec<String>> = HashMap::new();
        for (part, word) in &found {
            words_with
                .entry(part.as_str())
                .or_default()
                .push(word.clone());
        }
        Ok(words::query_of_parts(&terms, &words_with))
    }

    /// Waits briefly for the right to search: for what looks through the index in other ways than [`Search::find`], which
    /// waits by itself.
    pub async fn permit(self) -> Result<SearchPermit> {
        self.0.searches.turn().await
    }

    /// Published posts and pages that hold what is looked for, the best first, newer ones first among those that fit alike;
    /// after them those whose comments hold it. No more than `limit`. Waits for its turn, see [`Search::permit`].
    pub async fn find(self, query: &IndexQuery, limit: i64) -> Result<Vec<SearchPlace>> {
        let _turn = self.permit().await?;
        let mut posts = if query.words.is_empty() {
            self.tagged_with(query, limit).await?
        } else if self.is_common(&query.words).await? {
            self.titles_then_newest(query, limit).await?
        } else {
            self.weighed(query, limit).await?
        };
        let found: HashSet<PostId> = posts.iter().map(|place| place.post).collect();
        let limit = usize::try_from(limit).unwrap_or_default();
        if query.with_comments && !query.words.is_empty() && posts.len() < limit {
            let comments = self.in_comments(query).await?;
            posts.extend(
                comments
                    .into_iter()
                    .filter(|place| !found.contains(&place.post)),
            );
        }
        posts.truncate(limit);
        Ok(posts)
    }

    /// Posts by their tags alone.
    async fn tagged_with(self, query: &IndexQuery, limit: i64) -> Result<Vec<SearchPlace>> {
        let (first, second) = query.tags();
        let rows = self
            .ask(
                "select post_id from post_tags t where tag_id = $1 and published_at is not null \
                 and not exists (select 1 from posts x indexed by posts_protected \
                   where x.id = t.post_id and x.protected = 1) \
                 and ($2 = 0 \
                   or exists (select 1 from post_tags where post_id = t.post_id and tag_id = $2)) \
                 order by published_at desc, post_id desc limit $3",
            )
            .bind(first)
            .bind(second)
            .bind(limit)
            .values()
            .await?;
        Ok(places(rows))
    }

    /// Of more matches than can be weighed: those with the words in the title, then the newest.
    async fn titles_then_newest(self, query: &IndexQuery, limit: i64) -> Result<Vec<SearchPlace>> {
        let in_titles = words::in_title(&query.words);
        let mut posts = self.newest_with(&in_titles, query, limit).await?;
        if posts.len() < usize::try_from(limit).unwrap_or_default() {
            let known: HashSet<PostId> = posts.iter().map(|place| place.post).collect();
            let others = self.newest_with(&query.words, query, limit).await?;
            posts.extend(
                others
                    .into_iter()
                    .filter(|place| !known.contains(&place.post)),
            );
        }
        Ok(posts)
    }

    /// What a page of found places shows, in their order. `html_max` characters of each text are looked through.
    pub async fn hits(self, places: &[SearchPlace], html_max: i64) -> Result<Vec<SearchHit>> {
        let wanted: Vec<(PostId, Option<CommentId>)> = places
            .iter()
            .map(|place| (place.post, place.comment))
            .collect();
        let wanted = serde_json::to_string(&wanted)
            .map_err(|error| Error::Internal(format!("places of a search: {error}")))?;
        self.ask(
            "select p.title, p.path, p.published_at, \
               coalesce(nullif(p.excerpt, ''), p.auto_excerpt) as excerpt, \
             c.id as comment_id, c.place as comment_place, coalesce(c.name, '') as comment_name, \
             case when c.id is null then substr(p.html, 1, $2) \
               else substr(c.html, 1, $2) end as html \
             from json_each($1) w cross join posts p on p.id = w.value ->> 0 \
             left join comments c on c.id = w.value ->> 1 \
             where p.state = 'published' and p.published_at is not null and p.protected = 0 \
               and (c.id is null or c.state = 'approved') \
             order by w.key",
        )
        .bind(wanted)
        .bind(html_max)
        .all()
        .await
    }
}

pub(super) fn places(posts: Vec<PostId>) -> Vec<SearchPlace> {
    posts
        .into_iter()
        .map(|post| SearchPlace {
            post,
            comment: None,
        })
        .collect()
}
