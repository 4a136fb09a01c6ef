//! The search index: what is written into it, and what it holds, for `daybook check`.

use crate::blog::words::{self, Tally};
use crate::blog::{CommentId, PostId, post};
use crate::error::Result;
use crate::store::Search;
use crate::store::handle::Handle;
use crate::store::{Write, folded};
use std::collections::HashMap;

/// Words of the index that are read at once.
const WORDS_AT_ONCE: i64 = 500;

/// A text as `daybook check` compares it with its words in the index.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct IndexedPost {
    pub id: PostId,
    pub title: String,
    /// The names of its tags, in the order and form of the index.
    pub tags: String,
    pub source: String,
    pub markup: post::Markup,
}

impl Search<'_> {
    /// What is wrong with the index by itself: words that are damaged, texts that are missing in it, entries without a text.
    pub(in crate::store) async fn problems(self) -> Result<Vec<String>> {
        let mut problems = Vec::new();
        for (name, check) in [
            (
                "posts",
                "insert into search_posts (search_posts) values ('integrity-check')",
            ),
            (
                "comments",
                "insert into search_comments (search_comments) values ('integrity-check')",
            ),
        ] {
            if self.0.is_read_only() {
                // Then only what the whole check above says of it is known.
                break;
            }
            // It is written as an insert but changes nothing, so only the writer may run it.
            if let Err(error) = sqlx::query(check).execute(&self.0.writer).await {
                problems.push(format!("the search index of {name} is damaged: {error}"));
            }
        }
        let counts: Vec<(String, i64)> = self
            .ask(
                "select 'posts are not in the search index', count(*) from posts \
                   where id not in (select rowid from search_posts) \
                 union all select 'entries of the search index have no post', count(*) \
                   from search_posts \
                   where rowid not in (select id from posts) \
                 union all select 'comments are not in the search index', count(*) from comments \
                   where id not in (select rowid from search_comments) \
                     and (name <> '' or html <> '') \
                 union all select 'entries of the search index have no comment', count(*) \
                   from search_comments \
                   where rowid not in (select id from comments)",
            )
            .all()
            .await?;
        problems.extend(
            counts
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(what, count)| format!("{count} {what}")),
        );
        Ok(problems)
    }

    /// What the index holds of each post.
    pub async fn words_of_posts(self) -> Result<HashMap<PostId, Tally>> {
        let tallies = self
            .tallies(
                "create virtual table temp.words_of_posts using fts5vocab('main', \
                 'search_posts', 'instance')",
                "select term, group_concat(doc || ' ' || case col when 'title' then 0 \
                   when 'tags' then 1 else 2 end \
                 || ' ' || offset) from temp.words_of_posts where term > $1 group by term \
                   order by term limit $2",
                "drop table temp.words_of_posts",
            )
            .await?;
        Ok(tallies
            .into_iter()
            .map(|(id, tally)| (PostId(id), tally))
            .collect())
    }

    /// What the index holds of each comment.
    pub async fn words_of_comments(self) -> Result<HashMap<CommentId, Tally>> {
        let tallies = self
            .tallies(
                "create virtual table temp.words_of_comments using fts5vocab('main', \
                 'search_comments', 'instance')",
                "select term, group_concat(doc || ' 0 ' || offset) from temp.words_of_comments \
                   where term > $1 \
                 group by term order by term limit $2",
                "drop table temp.words_of_comments",
            )
            .await?;
        Ok(tallies
            .into_iter()
            .map(|(id, tally)| (CommentId(id), tally))
            .collect())
    }

    /// Adds up every entry of an index. SQLite hands over one row a word, with all its places: one row a place takes much
    /// longer.
    async fn tallies(
        self,
        open: &'static str,
        read: &'static str,
        close: &'static str,
    ) -> Result<HashMap<i64, Tally>> {
        // Only the writer may have tables of its own, even passing ones.
        let mut connection = self.0.writer.acquire().await?;
        sqlx::query(open).execute(&mut *connection).await?;
        let mut tallies: HashMap<i64, Tally> = HashMap::new();
        let mut last = Vec::new();
        loop {
            let words: Vec<(Vec<u8>, String)> = sqlx::query_as(read)
                .bind(String::from_utf8_lossy(&last).into_owned())
                .bind(WORDS_AT_ONCE)
                .fetch_all(&mut *connection)
                .await?;
            let Some((newest, _)) = words.last() else {
                break;
            };
            last.clone_from(newest);
            for (word, places) in &words {
                for place in places.split(',') {
                    let mut numbers = place.split(' ').map(|number| number.parse().unwrap_or(-1));
                    let mut next = || numbers.next().unwrap_or(-1);
                    let (id, column, at) = (next(), next(), next());
                    tallies.entry(id).or_default().add(column, at, word);
                }
            }
        }
        sqlx::query(close).execute(&mut *connection).await?;
        Ok(tallies)
    }

    /// Posts after `last` whose words in the index are those of their source: whose rendering is of today.
    pub async fn indexed_posts(
        self,
        renderer: i64,
        last: PostId,
        limit: i64,
    ) -> Result<Vec<IndexedPost>> {
        self.ask(
            "select p.id, p.title, \
               coalesce((select group_concat(name, ' ') from (select t.name from tags t \
             join post_tags pt on pt.tag_id = t.id where pt.post_id = p.id order by pt.place)), \
               '') as tags, \
             p.source, p.markup from posts p where p.id > $1 and p.renderer = $2 \
               order by p.id limit $3",
        )
        .bind(last)
        .bind(renderer)
        .bind(limit)
        .all()
        .await
    }

    /// Comments after `last`: id, name and rendering.
    pub async fn indexed_comments(
        self,
        renderer: i64,
        last: CommentId,
        limit: i64,
    ) -> Result<Vec<(CommentId, String, String)>> {
        self.ask(
            "select id, name, html from comments where id > $1 and renderer = $2 \
             order by id limit $3",
        )
        .bind(last)
        .bind(renderer)
        .bind(limit)
        .all()
        .await
    }
}

impl Write {
    /// Puts the words of a post into the index, with those of its tags, in place of those that stood there.
    pub(in crate::store) async fn index_post(
        &mut self,
        id: PostId,
        title: &str,
        text: &str,
    ) -> Result<()> {
        let tags: Vec<String> = self
            .ask(
                "select t.name from tags t join post_tags pt on pt.tag_id = t.id \
                 where pt.post_id = $1 order by pt.place",
            )
            .bind(id)
            .values()
            .await?;
        let tags: Vec<String> = tags.into_iter().collect();
        self.ask("delete from search_posts where rowid = $1")
            .bind(id)
            .run()
            .await?;
        self.ask("insert into search_posts (rowid, title, tags, body) values ($1, $2, $3, $4)")
            .bind(id)
            .bind(words::normalize(title))
            .bind(words::normalize(&tags.join(" ")))
            .bind(folded(text).await?)
            .run()
            .await?;
        self.make_related_due(id).await
    }

    /// Puts the words of a new rendering into the index; the title stays as it is stored.
    pub(in crate::store) async fn index_words(&mut self, id: PostId, text: &str) -> Result<()> {
        let title: String = self
            .ask("select title from posts where id = $1")
            .bind(id)
            .value()
            .await?;
        self.index_post(id, &title, text).await
    }
}
