//! The third walk: comments, under what they answer, and the links that other sites announced.

use super::survey::by;
use super::{Loader, Pass, Rendering, Source, without_post};
use crate::blog::comment::visible;
use crate::blog::post::Markup;
use crate::blog::{CommentId, PostId};
use crate::store::{CommentImportOutcome, ImportedComment, ImportedPing};
use crate::text;
use crate::transfer::archive::{Comment, Entry, On, Ping};
use crate::transfer::overlong::COMMENT_MAX_BYTES;
use crate::transfer::report::{About, Note};
use anyhow::{Context, Result};

impl Loader<'_> {
    pub(super) async fn comments(&mut self, source: &dyn Source) -> Result<()> {
        let (at_once, gently) = (self.plan.comments_at_once(), self.plan.gently);
        let mut batch = Vec::with_capacity(at_once);
        let mut rendering = Rendering::Done(Vec::new());
        let mut answers = Vec::new();
        let mut pings = Vec::new();
        for entry in source.entries(Pass::Comments)? {
            match entry? {
                Entry::Comment(comment) => batch.extend(self.placed(*comment).await?),
                Entry::Ping(ping) => pings.extend(self.placed_ping(*ping).await?),
                _ => continue,
            }
            if batch.len() == at_once {
                let next = Rendering::of(std::mem::take(&mut batch), prepared_comment, gently);
                self.land_comments(std::mem::replace(&mut rendering, next), &mut answers)
                    .await?;
            }
            if pings.len() == at_once {
                self.land_pings(&mut pings).await?;
            }
        }
        self.land_comments(rendering, &mut answers).await?;
        self.land_comments(Rendering::of(batch, prepared_comment, gently), &mut answers)
            .await?;
        self.land_pings(&mut pings).await?;
        self.link_replies(&answers).await
    }

    /// A comment with its post; `None`, and a line in the report, where that is not here.
    async fn placed(&mut self, mut comment: Comment) -> Result<Option<(Comment, PostId)>> {
        self.bound_comment(&mut comment).await?;
        let post = self.post_of(&comment.on).await?;
        if post.is_none() {
            without_post(&mut self.report, &by(&comment), &comment.on);
        }
        Ok(post.map(|post| (comment, post)))
    }

    async fn placed_ping(&mut self, ping: Ping) -> Result<Option<ImportedPing>> {
        let url = web_address(&ping.url);
        let post = self.post_of(&ping.on).await?;
        let Some(post) = post.filter(|_| !url.is_empty()) else {
            let which = format!("pingback by {}", visible(&ping.title));
            let why = "a pingback without an address, or on a post that is not in the file";
            self.report.skip(Note::new(About::Comment, which, why));
            return Ok(None);
        };
        Ok(Some(ImportedPing {
            origin: ping.origin,
            post,
            state: ping.state,
            title: visible(&ping.title),
            url,
            at: ping.created_at,
        }))
    }

    async fn post_of(&mut self, on: &On) -> Result<Option<PostId>> {
        match on {
            On::Origin(name) => Ok(self
                .survey
                .post_of(name)
                .and_then(|origin| self.posts.get(origin))
                .copied()),
            On::Path(path) => self.addresses.post_at(path).await,
        }
    }

    /// Cuts the text of a comment that is too long, where it is new here.
    async fn bound_comment(&mut self, comment: &mut Comment) -> Result<()> {
        if comment.source.len() <= COMMENT_MAX_BYTES {
            return Ok(());
        }
        let others = comment.other_origins.iter().map(String::as_str);
        let names: Vec<&str> = others.chain([comment.origin.as_str()]).collect();
        let known = self.store.imports().known_comments(&names).await?;
        if known.is_empty() {
            let what = by(comment);
            let (origin, markup) = (&comment.origin, comment.markup);
            let cut = self
                .plan
                .overlong
                .comment(origin, &what, &mut comment.source, markup)?;
            if let Some(cut) = cut {
                self.report.notes.add(cut.note(About::Comment));
            }
        }
        Ok(())
    }

    async fn land_pings(&mut self, pings: &mut Vec<ImportedPing>) -> Result<()> {
        let pings = std::mem::take(pings);
        let new = self.store.imports().pings(&pings, self.plan.now).await?;
        self.report.pings += new;
        self.report.already_here += pings.len() as u64 - new;
        Ok(())
    }

    /// `answers` takes in those that answer something which is not here yet.
    async fn land_comments(
        &mut self,
        rendering: Rendering<ImportedComment>,
        answers: &mut Vec<Reply>,
    ) -> Result<()> {
        let comments = rendering.all().await?;
        let (store, now) = (self.store.clone(), self.plan.now);
        // As posts are.
        let storing = tokio::spawn(async move {
            let landed = store.imports().comments(&comments, now).await;
            (comments, landed)
        });
        let (comments, landed) = storing.await.context("storing stopped")?;
        let landed = landed.context("the comments could not be stored")?;
        for (comment, landed) in comments.into_iter().zip(landed) {
            let is_new = match landed {
                CommentImportOutcome::Known(_) | CommentImportOutcome::Unlinked(_) => {
                    self.report.already_here += 1;
                    false
                }
                CommentImportOutcome::New(_) | CommentImportOutcome::Orphan(_) => {
                    *self.report.comments.entry(comment.state).or_default() += 1;
                    true
                }
            };
            if let CommentImportOutcome::Orphan(id) | CommentImportOutcome::Unlinked(id) = landed
                && let Some(parent) = comment.parent
            {
                answers.push(Reply {
                    id,
                    origin: comment.origin,
                    parent,
                    is_new,
                });
            }
        }
        Ok(())
    }

    /// Puts comments under what they answer that came later in the file, and gives all their places.
    async fn link_replies(&mut self, answers: &[Reply]) -> Result<()> {
        let mut pairs = Vec::new();
        for reply in answers {
            match self
                .store
                .imports()
                .comment_of_origin(&reply.parent)
                .await?
            {
                Some(parent) if parent != reply.id => pairs.push((reply.id, parent)),
                _ if reply.is_new => self.report.notes.add(Note::new(
                    About::Comment,
                    &reply.origin,
                    "a reply without its parent, because the comment it answers is not in the file",
                )),
                _ => {}
            }
        }
        for some in pairs.chunks(self.plan.comments_at_once()) {
            self.store
                .imports()
                .set_parents(some, self.plan.now)
                .await?;
        }
        self.store.imports().place_comments(self.plan.now).await?;
        Ok(())
    }
}

/// A comment whose parent was not here when it came.
struct Reply {
    id: CommentId,
    origin: String,
    parent: String,
    is_new: bool,
}

fn prepared_comment((comment, post): (Comment, PostId)) -> ImportedComment {
    let html = match comment.markup {
        Markup::Html => text::imported_comment(&comment.source),
        // What is nested too deep is shown as its words.
        Markup::Markdown => text::comment(&comment.source)
            .unwrap_or_else(|_| format!("<p>{}</p>", text::escape(&comment.source))),
    };
    ImportedComment {
        origin: comment.origin,
        other_origins: comment.other_origins,
        post,
        parent: comment.parent,
        state: comment.state,
        name: visible(&comment.name),
        email: comment.email,
        url: web_address(&comment.url),
        created_at: comment.created_at,
        markup: comment.markup,
        source: comment.source,
        words: text::plain(&html),
        html,
        renderer: text::RENDERER,
    }
}

/// A commenter's website, where it is one that a link may lead to.
fn web_address(text: &str) -> String {
    url::Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .map(|url| url.to_string())
        .unwrap_or_default()
}
