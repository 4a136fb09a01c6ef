//! Publishing: showing a post to its readers, now or later, and taking that back. The editor, the list of posts and the
//! scheduler call the same functions.

use super::App;
use super::actor::Actor;
use crate::blog::audit::{Act, Note};
use crate::blog::post::{Details, Link, Markup, Rendered, State};
use crate::blog::revision::Reason;
use crate::blog::time::Millis;
use crate::blog::{PostId, RevisionId};
use crate::error::{Error, Result};
use crate::store::{Publication, PublishError, SavedPost};
use crate::text;
use std::collections::BTreeSet;

/// What became of a post that was to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// Readers see it for the first time.
    New,
    /// Readers see the changes of a post that they knew.
    Updated,
    /// Readers will see it at this time.
    Scheduled(Millis),
}

/// Why a post is not published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The person may write drafts only.
    NotAllowed,
    /// There is neither a title nor a text.
    Empty,
    /// It is published already, and its date is in the future.
    FutureDate,
    /// It is neither a draft nor scheduled.
    NotADraft,
    /// Another post has the permalink.
    PermalinkTaken(Link),
    /// There is no such post, or it was changed at the same moment.
    Gone,
}

impl From<PublishError> for Refusal {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Taken(link) => Self::PermalinkTaken(link),
            PublishError::Gone | PublishError::Changed => Self::Gone,
        }
    }
}

/// What is done with posts that were selected in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostChange {
    Publish,
    Unpublish,
    Trash,
    Restore,
    /// Deletes for ever what is in the trash.
    Erase,
}

/// The permalink, or why there is none.
type PublishOutcome = std::result::Result<String, PublishError>;

impl App {
    /// Publishes a text that was just saved. A date in the future means: schedule it. `update_at` is the time at which readers
    /// are to see the changes of a published post; `None`: now.
    pub async fn publish_saved(
        &self,
        actor: Actor<'_>,
        kept: &SavedPost,
        update_at: Option<Millis>,
    ) -> Result<std::result::Result<Published, Refusal>> {
        let now = self.now();
        let due_at = match due_at(actor, kept, update_at, now) {
            Ok(due_at) => due_at,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Some(due_at) = due_at {
            self.schedule(actor, kept.id, due_at).await?;
            return Ok(Ok(Published::Scheduled(due_at)));
        }
        let note = actor.note_on(Act::Publish, kept.id, now);
        let published = if kept.state == State::Published {
            Published::Updated
        } else {
            Published::New
        };
        let shown = self
            .publish_noting(note, kept.id, Some(kept.revision), None)
            .await?;
        Ok(shown.map(|_| published).map_err(Refusal::from))
    }

    /// Publishes a draft as it is at once, and what is scheduled before its time.
    pub async fn publish_draft(
        &self,
        actor: Actor<'_>,
        id: PostId,
    ) -> Result<std::result::Result<Published, Refusal>> {
        if !actor.author.role.may_publish() {
            return Ok(Err(Refusal::NotAllowed));
        }
        let Some(post) = self.store.posts().by_id(id).await? else {
            return Ok(Err(Refusal::Gone));
        };
        if !matches!(post.state, State::Draft | State::Scheduled) {
            return Ok(Err(Refusal::NotADraft));
        }
        let note = actor.note_on(Act::Publish, id, self.now());
        let shown = self.publish_noting(note, id, None, None).await?;
        Ok(shown.map(|_| Published::New).map_err(Refusal::from))
    }

    /// Publishes a post or its changes at the time that was set; gives the permalink. Refused where that time was changed or
    /// taken away meanwhile.
    pub async fn publish_due(
        &self,
        id: PostId,
        due_at: Millis,
    ) -> Result<std::result::Result<String, Refusal>> {
        let note = Note::new(Act::Publish, self.now()).of_post(id);
        let shown = self.publish_noting(note, id, None, Some(due_at)).await?;
        Ok(shown.map_err(Refusal::from))
    }

    /// Sets the time of a scheduled post to the date of the text that was just saved; gives the time. `None` where the post is
    /// not scheduled or the date is not in the future.
    pub async fn reschedule(
        &self,
        actor: Actor<'_>,
        kept: &SavedPost,
        reason: Reason,
    ) -> Result<Option<Millis>> {
        let now = self.now();
        let at = kept.text.published_at.filter(|at| *at > now);
        let Some(at) = at.filter(|_| kept.state == State::Scheduled) else {
            return Ok(None);
        };
        let status = self.store.posts().status(kept.id).await?;
        let status = status.ok_or(Error::NotFound)?;
        if status.state != State::Scheduled {
            return Ok(None);
        }
        if status.due_at != Some(at) {
            self.schedule(actor, kept.id, at).await?;
        } else if reason == Reason::Saved {
            // The time is the same, but the list of scheduled posts shows the new tags.
            self.store.posts().schedule(kept.id, at, now).await?;
        }
        Ok(Some(at))
    }

    async fn schedule(&self, actor: Actor<'_>, id: PostId, due_at: Millis) -> Result<bool> {
        let now = self.now();
        let store = self.store.noting(actor.note_on(Act::Schedule, id, now));
        store.posts().schedule(id, due_at, now).await
    }

    /// Takes back what was published just now: readers see what they saw before.
    pub async fn undo_publish(&self, actor: Actor<'_>, id: PostId) -> Result<()> {
        let shown = self
            .store
            .posts()
            .shown_revisions(id)
            .await?
            .ok_or(Error::NotFound)?;
        match shown.shown_before_id {
            Some(before) => {
                // The permalink was this post's own a moment ago, so no other post has it.
                let note = actor.note_on(Act::Publish, id, self.now());
                let _ = self.publish_noting(note, id, Some(before), None).await?;
            }
            None => {
                self.unpublish(actor, id).await?;
            }
        }
        Ok(())
    }

    /// Makes a published or scheduled post a draft. False where it was neither.
    pub async fn unpublish(&self, actor: Actor<'_>, id: PostId) -> Result<bool> {
        let now = self.now();
        let store = self.store.noting(actor.note_on(Act::Unpublish, id, now));
        store.posts().unpublish(id, now).await
    }

    /// Moves a post to the trash. False where it was there.
    pub async fn trash_post(&self, actor: Actor<'_>, id: PostId) -> Result<bool> {
        let now = self.now();
        let store = self.store.noting(actor.note_on(Act::Trash, id, now));
        store.posts().trash(id, now).await
    }

    /// Takes a post out of the trash. False where it was not there.
    pub async fn restore_post(&self, actor: Actor<'_>, id: PostId) -> Result<bool> {
        let now = self.now();
        let store = self.store.noting(actor.note_on(Act::Restore, id, now));
        store.posts().restore(id, now).await
    }

    /// Deletes a post of the trash for ever, with its revisions and its comments. False where it was not there.
    pub async fn erase_post(&self, actor: Actor<'_>, id: PostId) -> Result<bool> {
        let now = self.now();
        let Some(post) = self.store.posts().by_id(id).await? else {
            return Ok(false);
        };
        let note = actor.note_on(Act::Erase, id, now).about(&post.title);
        self.store.noting(note).posts().erase(id, now).await
    }

    /// Changes posts one after the other; gives those that were changed. A draft whose permalink is taken stays one.
    pub async fn change_posts(
        &self,
        actor: Actor<'_>,
        posts: &[PostId],
        change: PostChange,
    ) -> Result<Vec<PostId>> {
        let mut changed = Vec::new();
        for id in posts.iter().copied() {
            let is_changed = match change {
                PostChange::Publish => self.publish_draft(actor, id).await?.is_ok(),
                PostChange::Unpublish => self.unpublish(actor, id).await?,
                PostChange::Trash => self.trash_post(actor, id).await?,
                PostChange::Restore => self.restore_post(actor, id).await?,
                PostChange::Erase => self.erase_post(actor, id).await?,
            };
            if is_changed {
                changed.push(id);
            }
        }
        Ok(changed)
    }

    /// Renders a text of a post and shows it to its readers. `revision` is the newest text where none is named. `due_at` is the
    /// time that was set for it, and must still be.
    async fn publish_noting(
        &self,
        note: Note,
        id: PostId,
        revision: Option<RevisionId>,
        due_at: Option<Millis>,
    ) -> Result<PublishOutcome> {
        let working_copy = self.store.revisions().working_copy_id(id).await?;
        let Some(revision) = revision.or(working_copy) else {
            return Ok(Err(PublishError::Gone));
        };
        let Some(revision) = self.store.revisions().by_id(id, revision).await? else {
            return Ok(Err(PublishError::Gone));
        };
        let text = revision.text;
        let rendered = render_whole_post(self, text.source, text.markup, &text.details).await?;
        let publishing = Publication {
            revision: revision.id,
            rendered: &rendered,
            renderer: text::RENDERER,
            due_at,
            zone: &self.site().await?.zone,
            now: self.now(),
        };
        let store = self.store.noting(note);
        let shown = store.posts().publish(id, publishing).await?;
        if shown.is_ok()
            && let Err(error) = self.relate_published(id).await
        {
            tracing::error!(%error, %id, "related posts could not be found; trying again soon");
        }
        Ok(shown)
    }
}

/// When readers are to see a text that was saved; `None`: now.
fn due_at(
    actor: Actor<'_>,
    kept: &SavedPost,
    update_at: Option<Millis>,
    now: Millis,
) -> std::result::Result<Option<Millis>, Refusal> {
    if !actor.author.role.may_publish() {
        return Err(Refusal::NotAllowed);
    }
    if kept.text.is_empty() {
        return Err(Refusal::Empty);
    }
    let future_date = kept.text.published_at.filter(|at| *at > now);
    match kept.state {
        // Its readers see it already; a date in the future would not be true.
        State::Published if future_date.is_some() => Err(Refusal::FutureDate),
        State::Published => Ok(update_at.filter(|at| *at > now)),
        State::Draft | State::Scheduled | State::Trashed => Ok(future_date),
    }
}

/// Renders a post with what is known of its pictures. A long text takes up to a second, so it is rendered on another thread
/// than those that answer readers.
pub async fn render_post(app: &App, source: String, markup: Markup) -> Result<Rendered> {
    let known = app.store.fetches().known_pictures(&source).await?;
    app.compute(move || text::post_with(&source, markup, &known.pictures, &known.fetched))
        .await
}

/// The same with the feature picture, for what is stored and for pages that show a whole post.
pub async fn render_whole_post(
    app: &App,
    source: String,
    markup: Markup,
    details: &Details,
) -> Result<Rendered> {
    let mut rendered = render_post(app, source, markup).await?;
    if !details.picture.is_empty() {
        let there = BTreeSet::from([details.picture.clone()]);
        let mut here = app.store.fetches().stored_at(there).await?;
        let address = here.remove(&details.picture);
        let address = address.unwrap_or_else(|| details.picture.clone());
        let pictures = app.store.media().pictures_in(&address).await?;
        rendered.feature = text::feature(&address, &details.picture_alt, &pictures);
        rendered.picture = address;
    }
    Ok(rendered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blog::AuthorId;
    use crate::blog::author::{Author, Role};
    use crate::blog::post::{Comments, Details, Kind, NewPost};

    const NOW: Millis = Millis(1_000);
    const LATER: Millis = Millis(2_000);
    const EARLIER: Millis = Millis(500);

    fn kept(state: State, published_at: Option<Millis>) -> SavedPost {
        SavedPost {
            id: PostId(1),
            mine: RevisionId(1),
            revision: RevisionId(1),
            text: NewPost {
                kind: Kind::Post,
                title: "Tides".to_owned(),
                source: String::new(),
                markup: Markup::Markdown,
                tags: Vec::new(),
                permalink: String::new(),
                excerpt: String::new(),
                comments: Comments::Blog,
                published_at,
                pinned: false,
                details: Details::default(),
            },
            state,
            merged: false,
            cut: None,
        }
    }

    fn when(
        role: Role,
        kept: &SavedPost,
        update_at: Option<Millis>,
    ) -> std::result::Result<Option<Millis>, Refusal> {
        let author = Author {
            id: AuthorId(1),
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            role,
            created_at: Millis(0),
        };
        let actor = Actor {
            author: &author,
            network: "",
        };
        due_at(actor, kept, update_at, NOW)
    }

    #[test]
    fn a_date_in_the_future_means_schedule() {
        for state in [State::Draft, State::Scheduled] {
            let later = kept(state, Some(LATER));
            assert_eq!(when(Role::Author, &later, None), Ok(Some(LATER)));
            let earlier = kept(state, Some(EARLIER));
            assert_eq!(when(Role::Author, &earlier, None), Ok(None));
            let undated = kept(state, None);
            assert_eq!(when(Role::Author, &undated, Some(LATER)), Ok(None));
        }
    }

    #[test]
    fn a_published_post_has_no_date_in_the_future_but_changes_may_wait() {
        let ahead = kept(State::Published, Some(LATER));
        let refused = Err(Refusal::FutureDate);
        assert_eq!(when(Role::Author, &ahead, None), refused);
        let dated = kept(State::Published, Some(EARLIER));
        assert_eq!(when(Role::Author, &dated, Some(LATER)), Ok(Some(LATER)));
        assert_eq!(when(Role::Author, &dated, Some(EARLIER)), Ok(None));
    }

    #[test]
    fn contributors_and_empty_posts_are_refused() {
        let draft = kept(State::Draft, None);
        let refused = Err(Refusal::NotAllowed);
        assert_eq!(when(Role::Contributor, &draft, None), refused);
        let mut empty = draft;
        empty.text.title = String::new();
        assert_eq!(when(Role::Operator, &empty, None), Err(Refusal::Empty));
    }
}
