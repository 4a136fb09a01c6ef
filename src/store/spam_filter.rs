//! The learned filter as it is kept: in how many comments each feature stood, and what each comment was learned as.
//!
//! It learns from what authors decide, never from what the filter itself said.

use super::ask::sql;
use super::{Store, Write};
use crate::blog::CommentId;
use crate::blog::comment::{COMMENTER, State};
use crate::blog::post::Markup;
use crate::blog::spam::{self, Facts, Lessons, Past};
use crate::blog::time::Millis;
use crate::error::Result;
use crate::store::handle::{Handle, handle};
use std::collections::{BTreeSet, HashMap};

/// Features that one statement takes, as many as `fifty!` has places.
const AT_ONCE: usize = 50;

/// Fifty places of a statement; where there are fewer features, the rest are empty texts, which no feature is.
const FIFTY: &str = "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
       $16, $17, $18, $19, $20, \
     $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, \
       $37, $38, $39, $40, \
     $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)";

/// The same places as rows of one column each.
const FIFTY_ROWS: &str = "(values ($1), ($2), ($3), ($4), ($5), ($6), ($7), ($8), ($9), \
       ($10), ($11), ($12), ($13), ($14), ($15), \
     ($16), ($17), ($18), ($19), ($20), ($21), ($22), ($23), ($24), ($25), ($26), \
       ($27), ($28), ($29), ($30), \
     ($31), ($32), ($33), ($34), ($35), ($36), ($37), ($38), ($39), ($40), ($41), \
       ($42), ($43), ($44), ($45), \
     ($46), ($47), ($48), ($49), ($50))";

/// A feature with the number of spam and of good comments that it stood in.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FeatureCounts {
    pub feature: String,
    pub spam: u32,
    pub good: u32,
}

#[derive(sqlx::FromRow)]
struct PastRow {
    id: CommentId,
    name: String,
    url: String,
    source: String,
    markup: Markup,
    state: State,
    created_at: Millis,
    decided_at: Option<Millis>,
    decided_by: String,
    facts: String,
    post_title: String,
}

impl From<PastRow> for Past {
    fn from(row: PastRow) -> Self {
        let by_a_person = row.decided_at.is_some() && row.decided_by != COMMENTER;
        let decided = match row.state {
            State::Approved if by_a_person => Some(false),
            State::Spam if by_a_person => Some(true),
            _ => None,
        };
        Self {
            id: row.id,
            name: row.name,
            url: row.url,
            source: row.source,
            markup: row.markup,
            post_title: row.post_title,
            created_at: row.created_at,
            facts: facts(&row.facts),
            decided,
        }
    }
}

/// Facts as they were stored; comments that were brought in, and those of before the filter, have none.
fn facts(json: &str) -> Facts {
    match json {
        "{}" => Facts::unknown(),
        json => serde_json::from_str(json).unwrap_or_else(|_| Facts::unknown()),
    }
}

handle! {
    /// What the spam filter has learned.
    spam_filter: SpamFilter
}

impl SpamFilter<'_> {
    /// How many comments the filter has learned from.
    pub async fn lessons(self) -> Result<Lessons> {
        let rows: Vec<(bool, u32)> = self
            .ask("select is_spam, count(*) from spam_lessons group by is_spam")
            .all()
            .await?;
        let of = |spam| {
            let row = rows.iter().find(|(is_spam, _)| *is_spam == spam);
            row.map_or(0, |(_, count)| *count)
        };
        Ok(Lessons {
            spam: of(true),
            good: of(false),
        })
    }

    /// In how many spam and in how many good comments each of these features stood; unknown ones are left out.
    pub async fn feature_counts(
        self,
        features: &BTreeSet<String>,
    ) -> Result<HashMap<String, (u32, u32)>> {
        let mut counts = HashMap::with_capacity(features.len());
        for places in in_fifties(features) {
            let rows: Vec<FeatureCounts> = self
                .ask(sql!(
                    "select feature, spam, good from spam_features where feature in ",
                    FIFTY
                ))
                .bind_all(places)
                .all()
                .await?;
            counts.extend(
                rows.into_iter()
                    .map(|row| (row.feature, (row.spam, row.good))),
            );
        }
        Ok(counts)
    }

    /// The features that stood most in the one kind of comment and least in the other, by their shares.
    pub async fn strongest_features(
        self,
        spam: bool,
        lessons: Lessons,
        limit: i64,
    ) -> Result<Vec<FeatureCounts>> {
        let sql = if spam {
            "select feature, spam, good from spam_features where spam * $1 > good * $2 \
             order by spam * $1 - good * $2 desc, feature limit $3"
        } else {
            "select feature, spam, good from spam_features where spam * $1 < good * $2 \
             order by good * $2 - spam * $1 desc, feature limit $3"
        };
        self.ask(sql)
            .bind(i64::from(lessons.good))
            .bind(i64::from(lessons.spam))
            .bind(limit)
            .all()
            .await
    }

    /// The features after `last` in the order of their names.
    pub async fn features_after(self, last: &str, limit: i64) -> Result<Vec<FeatureCounts>> {
        self.ask(
            "select feature, spam, good from spam_features where feature > $1 \
             order by feature limit $2",
        )
        .bind(last)
        .bind(limit)
        .all()
        .await
    }

    /// The newest comments of commenters, whatever became of them unless they were erased, with what the filter saw when they came.
    pub async fn past_comments(self, limit: i64) -> Result<Vec<Past>> {
        let rows: Vec<PastRow> = self
            .ask(
                "select c.id, c.name, c.url, c.source, c.markup, c.state, c.created_at, \
                 c.decided_at, c.decided_by, c.facts, p.title as post_title \
                 from (select id, created_at from (\
                 select * from (select id, created_at from comments where state = 'waiting' \
                   and author_id is null and source <> '' \
                   order by created_at desc, id desc limit $1) as waiting_ones \
                 union all select * from (select id, created_at from comments \
                 where state = 'approved' \
                   and author_id is null and source <> '' \
                   order by created_at desc, id desc limit $1) as approved_ones \
                 union all select * from (select id, created_at from comments \
                 where state = 'spam' \
                   and author_id is null and source <> '' \
                   order by created_at desc, id desc limit $1) as spam_ones \
                 union all select * from (select id, created_at from comments \
                 where state = 'deleted' \
                   and author_id is null and source <> '' \
                   order by created_at desc, id desc limit $1) as deleted_ones \
                 union all select * from (select id, created_at from comments \
                 where state = 'hidden' \
                   and author_id is null and source <> '' \
                   order by created_at desc, id desc limit $1) as hidden_ones \
                 ) as each_state order by created_at desc, id desc limit $1) as newest \
                 join comments c on c.id = newest.id join posts p on p.id = c.post_id \
                 order by c.created_at desc, c.id desc",
            )
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(Past::from).collect())
    }
}

impl Write {
    /// Teaches the filter that a comment is spam, is good, or says nothing any more. Twice is once.
    /// What authors write themselves teaches nothing: their words are not those of commenters.
    pub(super) async fn learn(&mut self, id: CommentId, as_spam: Option<bool>) -> Result<()> {
        if self.lesson(id).await? == as_spam {
            return Ok(());
        }
        self.unlearn(id).await?;
        let Some(is_spam) = as_spam else {
            return Ok(());
        };
        let Some(features) = self.features_of(id).await? else {
            return Ok(());
        };
        self.add_features(&features).await?;
        self.count_features(&features, is_spam, 1).await?;
        self.ask("insert into spam_lessons (comment_id, is_spam) values ($1, $2)")
            .bind(id)
            .bind(is_spam)
            .run()
            .await?;
        Ok(())
    }

    /// Takes back what was learned from a comment; gives what that was. Comes before its words are changed or its
    /// row is erased, since only the old words say what to take back; `learn` with the answer comes after a change.
    pub(super) async fn unlearn(&mut self, id: CommentId) -> Result<Option<bool>> {
        let Some(is_spam) = self.lesson(id).await? else {
            return Ok(None);
        };
        self.ask("delete from spam_lessons where comment_id = $1")
            .bind(id)
            .run()
            .await?;
        if let Some(features) = self.features_of(id).await? {
            self.count_features(&features, is_spam, -1).await?;
            self.drop_features(&features).await?;
        }
        Ok(Some(is_spam))
    }

    async fn lesson(&mut self, id: CommentId) -> Result<Option<bool>> {
        self.ask("select is_spam from spam_lessons where comment_id = $1")
            .bind(id)
            .one_value()
            .await
    }

    /// The features of a commenter's words as they are now.
    async fn features_of(&mut self, id: CommentId) -> Result<Option<BTreeSet<String>>> {
        let row: Option<(String, String, String)> = self
            .ask("select name, url, source from comments where id = $1 and author_id is null")
            .bind(id)
            .one()
            .await?;
        Ok(row.map(|(name, url, source)| spam::features(&name, &url, &source)))
    }

    async fn add_features(&mut self, features: &BTreeSet<String>) -> Result<()> {
        for places in in_fifties(features) {
            self.ask(sql!(
                "insert into spam_features (feature, spam, good) select column1, 0, 0 from ",
                FIFTY_ROWS,
                " as given where column1 <> '' on conflict (feature) do nothing"
            ))
            .bind_all(places)
            .run()
            .await?;
        }
        Ok(())
    }

    /// Adds to the counts; none goes below nothing, whatever an older version of the program counted.
    async fn count_features(
        &mut self,
        features: &BTreeSet<String>,
        is_spam: bool,
        by: i64,
    ) -> Result<()> {
        let sql = if is_spam {
            sql!(
                "update spam_features \
                 set spam = case when spam + $51 > 0 then spam + $51 else 0 end where feature in ",
                FIFTY
            )
        } else {
            sql!(
                "update spam_features \
                 set good = case when good + $51 > 0 then good + $51 else 0 end where feature in ",
                FIFTY
            )
        };
        for places in in_fifties(features) {
            self.ask(sql).bind_all(places).bind(by).run().await?;
        }
        Ok(())
    }

    /// Deletes features that no comment has any more.
    async fn drop_features(&mut self, features: &BTreeSet<String>) -> Result<()> {
        for places in in_fifties(features) {
            self.ask(sql!(
                "delete from spam_features where spam = 0 and good = 0 and feature in ",
                FIFTY
            ))
            .bind_all(places)
            .run()
            .await?;
        }
        Ok(())
    }
}

/// The features fifty at a time, the last ones filled up with empty texts.
fn in_fifties(features: &BTreeSet<String>) -> Vec<[&str; AT_ONCE]> {
    let all: Vec<&str> = features.iter().map(String::as_str).collect();
    all.chunks(AT_ONCE)
        .map(|some| std::array::from_fn(|place| some.get(place).copied().unwrap_or_default()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn store(directory: &tempfile::TempDir) -> Store {
        let path = directory.path().join("daybook.db");
        let store = Store::open(&path, true).await.unwrap();
        sqlx::query(
            "insert into posts (id, kind, state, title, markup, comments, created_at, \
               updated_at, listed_at, renderer, \
             cut, html, source) \
               values (1, 'post', 'draft', '', 'markdown', 'blog', 0, 0, 0, 0, 0, '', '')",
        )
        .execute(&store.writer)
        .await
        .unwrap();
        sqlx::query(
            "insert into comments (id, post_id, state, name, created_at, renderer, \
               markup, html, source) \
             values (1, 1, 'waiting', 'Ada', 0, 0, 'markdown', '', 'old harbour')",
        )
        .execute(&store.writer)
        .await
        .unwrap();
        store
    }

    async fn teach(store: &Store, as_spam: Option<bool>) {
        let mut write = store.write().await.unwrap();
        write.learn(CommentId(1), as_spam).await.unwrap();
        write.commit().await.unwrap();
    }

    async fn count(store: &Store, feature: &str) -> Option<(u32, u32)> {
        let wanted = BTreeSet::from([feature.to_owned()]);
        store
            .spam_filter()
            .feature_counts(&wanted)
            .await
            .unwrap()
            .get(feature)
            .copied()
    }

    #[tokio::test]
    async fn a_comment_that_is_edited_is_unlearned_with_its_old_words() {
        let directory = tempfile::tempdir().unwrap();
        let store = store(&directory).await;
        teach(&store, Some(false)).await;
        assert_eq!(count(&store, "word:harbour").await, Some((0, 1)));

        let mut write = store.write().await.unwrap();
        let known = write.unlearn(CommentId(1)).await.unwrap();
        write
            .ask("update comments set source = 'new lighthouse' where id = 1")
            .run()
            .await
            .unwrap();
        write.learn(CommentId(1), known).await.unwrap();
        write.commit().await.unwrap();

        assert_eq!(count(&store, "word:harbour").await, None);
        assert_eq!(count(&store, "word:lighthouse").await, Some((0, 1)));
        assert_eq!(
            store.spam_filter().lessons().await.unwrap(),
            Lessons { spam: 0, good: 1 }
        );
    }

    #[tokio::test]
    async fn counts_never_fall_below_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let store = store(&directory).await;
        teach(&store, Some(true)).await;
        // As if an older version of the program had counted other features.
        sqlx::query("update spam_features set spam = 0, good = 2 where feature = 'word:old'")
            .execute(&store.writer)
            .await
            .unwrap();
        teach(&store, None).await;
        assert_eq!(count(&store, "word:old").await, Some((0, 2)));
        assert_eq!(count(&store, "word:harbour").await, None);
    }
}
