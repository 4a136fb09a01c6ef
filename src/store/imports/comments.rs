//! Comments that come in: their rows, what each answers, and their words for the search index.

use super::{CommentImportOutcome, ImportedComment, named};
use crate::blog::post::Markup;
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId, comment, words};
use crate::error::Result;
use crate::store::Write;
use crate::store::json::json;
use std::collections::{BTreeSet, HashMap};

/// A comment as the statement that stores it reads it.
#[derive(serde::Serialize)]
struct CommentRow<'a> {
    id: CommentId,
    post: PostId,
    parent: Option<CommentId>,
    state: comment::State,
    name: &'a str,
    email: String,
    url: &'a str,
    origin: &'a str,
    at: Millis,
    renderer: i64,
    markup: Markup,
    html: &'a str,
    source: &'a str,
    folded: String,
}

impl<'a> CommentRow<'a> {
    fn of(comment: &'a ImportedComment, id: CommentId, parent: Option<CommentId>) -> Self {
        Self {
            id,
            post: comment.post,
            parent,
            state: comment.state,
            name: &comment.name,
            email: comment.email.to_lowercase(),
            url: &comment.url,
            origin: &comment.origin,
            at: comment.created_at,
            renderer: comment.renderer,
            markup: comment.markup,
            html: &comment.html,
            source: &comment.source,
            folded: words::normalize(&format!("{} {}", comment.name, comment.words)),
        }
    }

    fn has_zero(&self) -> bool {
        [self.email.as_str(), self.html, self.source]
            .iter()
            .any(|text| text.contains('\0'))
    }
}

impl Write {
    /// Gives what became of each, and whether some that are here already got another name.
    pub(super) async fn store_comments(
        &mut self,
        comments: &[ImportedComment],
    ) -> Result<(Vec<CommentImportOutcome>, bool)> {
        let (mut here, unlinked) = self.known_comments(comments).await?;
        let first = self.next_comment().await?;
        let mut rows = Vec::with_capacity(comments.len());
        let mut outcomes = Vec::with_capacity(comments.len());
        let mut renamed = Vec::new();
        for (comment, next) in comments.iter().zip(first..) {
            let mut names = std::iter::once(&comment.origin).chain(&comment.other_origins);
            if let Some(id) = names.find_map(|name| here.get(name)).copied() {
                let is_unlinked = comment.parent.is_some() && unlinked.contains(&id);
                outcomes.push(if is_unlinked {
                    CommentImportOutcome::Unlinked(id)
                } else {
                    CommentImportOutcome::Known(id)
                });
                // What answers it names it as this release does.
                if here.insert(comment.origin.clone(), id).is_none() {
                    renamed.push((id, comment.origin.as_str()));
                }
                continue;
            }
            let id = CommentId(next);
            let parent = comment.parent.as_ref();
            let found = parent.and_then(|parent| here.get(parent).copied());
            outcomes.push(if parent.is_some() && found.is_none() {
                CommentImportOutcome::Orphan(id)
            } else {
                CommentImportOutcome::New(id)
            });
            here.insert(comment.origin.clone(), id);
            rows.push(CommentRow::of(comment, id, found));
        }
        self.insert_imported_comments(&rows).await?;
        self.rename_comments(&renamed).await?;
        Ok((outcomes, !renamed.is_empty()))
    }

    async fn insert_imported_comments(&mut self, rows: &[CommentRow<'_>]) -> Result<()> {
        let rows_json = json(&rows)?;
        self.ask(
            "insert into comments (id, post_id, parent_id, state, name, email, url, \
               origin, created_at, renderer, \
             markup, html, source) \
               select value ->> 'id', value ->> 'post', value ->> 'parent', value ->> 'state', \
             value ->> 'name', value ->> 'email', value ->> 'url', value ->> 'origin', \
               value ->> 'at', \
             value ->> 'renderer', value ->> 'markup', value ->> 'html', value ->> 'source' \
               from jsonb_each($1)",
        )
        .bind(&rows_json)
        .run()
        .await?;
        self.ask(
            "insert into search_comments (rowid, body) \
             select value ->> 'id', value ->> 'folded' from jsonb_each($1)",
        )
        .bind(&rows_json)
        .run()
        .await?;
        for row in rows.iter().filter(|row| row.has_zero()) {
            self.store_whole(row).await?;
        }
        Ok(())
    }

    /// Gives comments from an earlier release the names that they have in this one.
    async fn rename_comments(&mut self, renamed: &[(CommentId, &str)]) -> Result<()> {
        if renamed.is_empty() {
            return Ok(());
        }
        self.ask(
            "update comments set origin = n.origin from \
             (select value ->> 0 as id, value ->> 1 as origin from jsonb_each($1)) as n \
               where comments.id = n.id",
        )
        .bind(json(&renamed)?)
        .run()
        .await?;
        Ok(())
    }

    /// The comments that are here already, and what they answer, by their origins; and those of them that answer nothing
    /// yet.
    async fn known_comments(
        &mut self,
        comments: &[ImportedComment],
    ) -> Result<(HashMap<String, CommentId>, BTreeSet<CommentId>)> {
        let origins: Vec<&str> = comments
            .iter()
            .flat_map(|comment| {
                let own = [Some(comment.origin.as_str()), comment.parent.as_deref()];
                let others = comment.other_origins.iter().map(String::as_str);
                own.into_iter().flatten().chain(others)
            })
            .collect();
        let origins = json(&origins)?;
        let rows: String = self
            .ask(
                "select json_group_array(json_array(origin, id)) from comments \
                 where origin in (select value from jsonb_each($1))",
            )
            .bind(&origins)
            .value()
            .await?;
        let unlinked: Vec<CommentId> = self
            .ask(
                "select id from comments where parent_id is null \
                 and origin in (select value from jsonb_each($1))",
            )
            .bind(&origins)
            .values()
            .await?;
        Ok((named(&rows)?, unlinked.into_iter().collect()))
    }

    /// Writes the words of a comment again: read from JSON they end at the first NUL character.
    async fn store_whole(&mut self, row: &CommentRow<'_>) -> Result<()> {
        self.ask("update comments set email = $2, html = $3, source = $4 where id = $1")
            .bind(row.id)
            .bind(&row.email)
            .bind(row.html)
            .bind(row.source)
            .run()
            .await?;
        Ok(())
    }

    pub(super) async fn recount_all(&mut self, posts: &[PostId]) -> Result<()> {
        self.ask(
            "update posts set approved_comments = \
             (select count(*) from comments where post_id = posts.id and state = 'approved') \
             where id in (select value from jsonb_each($1))",
        )
        .bind(json(&posts)?)
        .run()
        .await?;
        Ok(())
    }
}
