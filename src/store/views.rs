//! Views: how often posts are read, by day, and which are read most. Nothing here knows who read.

use super::Store;
use crate::blog::PostId;
use crate::blog::post::{Kind, Link, label};
use crate::blog::time::Millis;
use crate::error::Result;
use crate::store::handle::{Handle, handle};
use crate::store::json::json;

/// The first page of the blog among the views of posts.
pub const FIRST_PAGE: PostId = PostId(0);

/// A post or page with its views.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PostViews {
    pub id: PostId,
    pub kind: Kind,
    pub title: String,
    pub views: i64,
}

impl PostViews {
    #[must_use]
    pub fn label(&self) -> &str {
        label(&self.title)
    }
}

handle! {
    /// How often posts are read.
    views: Views
}

impl Views<'_> {
    /// Adds views to a day, by the addresses that were opened; an address that is no published post's counts for nothing.
    /// Readers see nothing of it, so the content version stays.
    pub async fn add(self, views: &[(String, i64)], day: &str) -> Result<()> {
        let addresses: Vec<&str> = views.iter().map(|(path, _)| path.as_str()).collect();
        let found: Vec<(i64, PostId)> = self
            .ask(
                "select n.key, p.id from json_each($1) n \
                   join posts p on p.path = n.value and p.state = 'published' \
                 union all select n.key, $2 from json_each($1) n where n.value = '/'",
            )
            .bind(json(&addresses)?)
            .bind(FIRST_PAGE)
            .all()
            .await?;
        let numbers: Vec<(PostId, i64)> = found
            .into_iter()
            .filter_map(|(key, id)| Some((id, views.get(usize::try_from(key).ok()?)?.1)))
            .collect();
        let all: i64 = numbers.iter().map(|(_, number)| number).sum();
        if all == 0 {
            return Ok(());
        }
        let mut write = self.write().await?;
        write
            .ask(
                "insert into views (post_id, day, number) \
                 select json_extract(n.value, '$[0]'), $2, json_extract(n.value, '$[1]') \
                   from json_each($1) n where true \
                 on conflict (post_id, day) do update set number = views.number + excluded.number",
            )
            .bind(json(&numbers)?)
            .bind(day)
            .run()
            .await?;
        write
            .ask(
                "insert into views_of_day (day, number) values ($1, $2) \
                 on conflict (day) do update set number = views_of_day.number + excluded.number",
            )
            .bind(day)
            .bind(all)
            .run()
            .await?;
        write.commit().await
    }

    /// The views of one post, or of all, by day from one day on; days without a view are left out.
    pub async fn since(self, post: Option<PostId>, day: &str) -> Result<Vec<(String, i64)>> {
        let question = match post {
            Some(post) => self
                .ask("select day, number from views where day >= $1 and post_id = $2 order by day")
                .bind(day)
                .bind(post),
            None => self
                .ask("select day, number from views_of_day where day >= $1 order by day")
                .bind(day),
        };
        question.all().await
    }

    /// How often some posts were read since a day; those that were not are left out.
    pub async fn among(self, ids: &[PostId], day: &str) -> Result<Vec<(PostId, i64)>> {
        self.ask(
            "select v.post_id, cast(sum(v.number) as bigint) from json_each($1) n \
               cross join views v on v.post_id = n.value \
             where v.day >= $2 group by v.post_id",
        )
        .bind(json(&ids)?)
        .bind(day)
        .all()
        .await
    }

    /// What was read most since a day, whatever became of it.
    pub async fn most_viewed(self, day: &str, limit: i64) -> Result<Vec<PostViews>> {
        self.ask(
            "select p.id, p.kind, p.title, v.views from \
             (select post_id, cast(sum(number) as bigint) as views from views where day >= $1 \
             group by post_id) v \
             join posts p on p.id = v.post_id order by v.views desc, p.id desc limit $2",
        )
        .bind(day)
        .bind(limit)
        .all()
        .await
    }

    /// The posts that are read most, the first first; each is published now.
    pub async fn popular(self, limit: i64) -> Result<Vec<Link>> {
        self.ask(
            "select p.title, p.path from popular o join posts p on p.id = o.post_id \
             where p.state = 'published' and p.protected = 0 and p.details not like '%\"noindex\":true%' \
               order by o.place limit $1",
        )
        .bind(limit)
        .all()
        .await
    }

    /// Recomputes which posts were read most since a day. The content version rises only if the list changed.
    pub async fn refresh_popular(self, day: &str, limit: i64, now: Millis) -> Result<()> {
        let most: Vec<PostId> = self
            .ask(
                "select v.post_id from \
                 (select post_id, cast(sum(number) as bigint) as views from views where day >= $1 \
                   group by post_id) v \
                 join posts p on p.id = v.post_id where p.kind = 'post' and p.state = 'published' and p.protected = 0 \
                 order by v.views desc, p.published_at desc, p.id desc limit $2",
            )
            .bind(day)
            .bind(limit)
            .values()
            .await?;
        let mut write = self.write().await?;
        let before: Vec<PostId> = write
            .ask("select post_id from popular order by place")
            .values()
            .await?;
        if before == most {
            return Ok(());
        }
        write.ask("delete from popular").run().await?;
        for (place, id) in (1_i64..).zip(most) {
            write
                .ask("insert into popular (place, post_id) values ($1, $2)")
                .bind(place)
                .bind(id)
                .run()
                .await?;
        }
        write.commit_content(now).await
    }

    /// Puts the days before a first of a month together, month by month.
    pub async fn merge_old(self, before: &str) -> Result<()> {
        let mut write = self.write().await?;
        for sql in [
            "insert into views (post_id, day, number) \
             select post_id, substr(day, 1, 7) || '-01', sum(number) from views \
             where day < $1 and substr(day, 9) <> '01' group by post_id, substr(day, 1, 7) \
             on conflict (post_id, day) do update set number = views.number + excluded.number",
            "delete from views where day < $1 and substr(day, 9) <> '01'",
            "insert into views_of_day (day, number) \
             select substr(day, 1, 7) || '-01', sum(number) from views_of_day \
             where day < $1 and substr(day, 9) <> '01' group by substr(day, 1, 7) \
             on conflict (day) do update set number = views_of_day.number + excluded.number",
            "delete from views_of_day where day < $1 and substr(day, 9) <> '01'",
        ] {
            write.ask(sql).bind(before).run().await?;
        }
        write.commit().await
    }
}
