//! What the index knows of words: for finding posts that are alike, words that were meant, and posts by the words of an
//! address.

use crate::blog::PostId;
use crate::blog::post::Link;
use crate::blog::related::COMMON_POSTS;
use crate::error::Result;
use crate::store::Search;
use crate::store::ask::sql;
use crate::store::handle::Handle;
use crate::store::json::json;

/// Posts that fit some words best, without the post itself.
const FITTING: i64 = 60;
/// Words of an address that are looked for, and posts that are looked at for each.
const PATH_WORDS: usize = 6;
const NEWEST_WITH_A_WORD: i64 = 50;

/// The newest posts with a word, those that have it in the title first. `""`, bound where there are fewer words than places,
/// finds nothing. A macro, since the place of the word in the statement is a part of the text: twelve times the same
/// lines would hide that nothing else differs.
macro_rules! newest_with {
    ($word:literal) => {
        concat!(
            "select ",
            $word,
            " as word, 1 as in_title, id from (select rowid as id from search_posts \
             where search_posts match 'title : ' || '\"' || ",
            $word,
            " || '\"' order by rowid desc limit $8) union all select ",
            $word,
            " as word, 0 as in_title, id from (select rowid as id from search_posts \
             where search_posts match '' || '\"' || ",
            $word,
            " || '\"' \
             order by rowid desc limit $8)"
        )
    };
}

impl Search<'_> {
    /// How many posts hold each of some folded words, drafts among them; of more than [`COMMON_POSTS`] only that there
    /// are more, so that common words cost no more to ask for than rare ones.
    pub async fn posts_with(self, words: &[&str]) -> Result<Vec<i64>> {
        let counts: Vec<i64> = self
            .ask(
                "select (select count(*) from (select 1 from search_posts \
                   where search_posts match '\"' || n.value || '\"' limit $2)) \
                 from json_each($1) n order by n.key",
            )
            .bind(json(&words)?)
            .bind(COMMON_POSTS + 1)
            .values()
            .await?;
        Ok(counts.into_iter().collect())
    }

    /// Titles of the newest published posts, and the names of tags: the words by which a blog is remembered.
    pub async fn titles_and_tags(self, limit: i64) -> Result<Vec<String>> {
        let names: Vec<String> = self.ask(
            "select * from (select title from posts where kind = 'post' and state = 'published' \
               order by published_at desc, id desc limit $1) \
             union all select * from (select name from tags limit $1)",
        )
        .bind(limit).values().await?;
        Ok(names.into_iter().collect())
    }

    /// Published posts that hold at least half of some folded words, those with most of them first, a title before a text.
    /// Of a word that many posts hold only the newest are looked at, so a common word costs no more than a rare one.
    pub async fn posts_about(self, words: &[String], limit: i64) -> Result<Vec<Link>> {
        let words: Vec<&str> = words.iter().map(String::as_str).take(PATH_WORDS).collect();
        let word = |place: usize| words.get(place).copied().unwrap_or_default();
        self.ask(sql!(
            "with hit (word, in_title, id) as materialized (",
            newest_with!("$1"),
            " union all ",
            newest_with!("$2"),
            " union all ",
            newest_with!("$3"),
            " union all ",
            newest_with!("$4"),
            " union all ",
            newest_with!("$5"),
            " union all ",
            newest_with!("$6"),
            "), rare (word, weight) \
               as materialized (select word, 1.0 / count(*) from hit group by word), \
             fit (id, words, titles, weight) as materialized ( \
               select h.id, count(distinct h.word), sum(h.in_title), sum(r.weight) from hit h \
                 join rare r on r.word = h.word \
               group by h.id having 2 * count(distinct h.word) >= $7) \
             select p.title, p.path from fit f cross join posts p \
               where p.id = f.id and p.state = 'published' \
             and p.published_at is not null and p.protected = 0 \
             order by f.words desc, f.titles desc, f.weight desc, p.published_at desc, p.id desc \
               limit $9"
        ))
        .bind(word(0))
        .bind(word(1))
        .bind(word(2))
        .bind(word(3))
        .bind(word(4))
        .bind(word(5))
        .bind(i64::try_from(words.len()).unwrap_or(i64::MAX))
        .bind(NEWEST_WITH_A_WORD)
        .bind(limit)
        .all()
        .await
    }

    /// The posts that fit a query best, and how well: the more the better. A word in a title weighs as three in the text.
    pub async fn best_matches(self, query: &str) -> Result<Vec<(PostId, f64)>> {
        self.ask(
            "select rowid, -bm25(search_posts, 3.0, 0.0, 1.0) from search_posts \
               where search_posts match $1 \
             order by 2 desc limit $2",
        )
        .bind(query)
        .bind(FITTING + 1)
        .all()
        .await
    }
}
