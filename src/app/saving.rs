//! Saving the text of a post: under whose name it may be, how it meets a text that was saved elsewhere, and copies. The
//! editor's form, its script and the list of posts call the same functions.

use super::App;
use super::actor::Actor;
use crate::blog::author::Author;
use crate::blog::post::{NewPost, TITLE_MAX_CHARS, label};
use crate::blog::revision::Reason;
use crate::blog::{PostId, RevisionId};
use crate::error::{Error, Result};
use crate::store::{Conflict, NewRevision, SaveError, SavedPost};

/// How a text comes to be saved.
#[derive(Debug, Clone, Copy)]
pub struct Saving<'a> {
    pub reason: Reason,
    /// The revision that the text was made from.
    pub base: Option<RevisionId>,
    /// The page that the text was typed in: what it sends twice is stored once. Empty where nobody knows.
    pub editor: &'a str,
    /// Whether that page stays open, as with a script.
    pub stays_open: bool,
    /// Browser and system in a few words.
    pub device: &'a str,
}

/// What became of a text.
#[derive(Debug)]
pub enum SaveOutcome {
    /// It is the newest text of the post, alone or merged with what was saved elsewhere.
    Saved(Box<SavedPost>),
    /// Somebody changed the same place meanwhile. The text that was sent is kept as a revision of this post.
    Conflict(PostId, Box<Conflict>),
}

impl App {
    /// Saves a text of a post, or as a new post where no number is given.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such post any more.
    pub async fn save_post(
        &self,
        actor: Actor<'_>,
        id: Option<PostId>,
        text: NewPost,
        saving: Saving<'_>,
    ) -> Result<SaveOutcome> {
        let text = under_own_name(actor.author, text);
        let keeping = NewRevision {
            text: &text,
            reason: saving.reason,
            author: actor.author.id,
            device: saving.device,
            now: self.now(),
        };
        let kept = match id {
            Some(id) => {
                let open =
                    (!saving.editor.is_empty() && saving.stays_open).then_some(saving.editor);
                self.store
                    .revisions()
                    .save(id, saving.base, open, keeping)
                    .await?
            }
            None if saving.editor.is_empty() => {
                Ok(self.store.revisions().create_post(keeping).await?)
            }
            None => {
                self.store
                    .revisions()
                    .create_post_once(saving.editor, keeping)
                    .await?
            }
        };
        if !saving.stays_open {
            self.store
                .presence()
                .closed(saving.editor, actor.author.id)
                .await?;
        }
        match kept {
            Ok(kept) => Ok(SaveOutcome::Saved(Box::new(kept))),
            Err(SaveError::Gone) => Err(Error::NotFound),
            Err(SaveError::Conflict(conflict)) => {
                let id = self.store.revisions().post_of(conflict.mine).await?;
                Ok(SaveOutcome::Conflict(id.ok_or(Error::NotFound)?, conflict))
            }
        }
    }

    /// Makes a draft with the text of a post, without its permalink and its date.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such post.
    pub async fn copy_post(&self, actor: Actor<'_>, id: PostId, device: &str) -> Result<PostId> {
        let (text, _) = self
            .store
            .revisions()
            .working_copy(id)
            .await?
            .ok_or(Error::NotFound)?;
        let text = under_own_name(actor.author, copy_of(text));
        let keeping = NewRevision {
            text: &text,
            reason: Reason::Saved,
            author: actor.author.id,
            device,
            now: self.now(),
        };
        Ok(self.store.revisions().create_post(keeping).await?.id)
    }
}

/// A text as somebody may save it: only operators choose under whose name a post is.
fn under_own_name(author: &Author, mut text: NewPost) -> NewPost {
    if !author.role.is_operator() {
        text.details.author = None;
    }
    text
}

fn copy_of(text: NewPost) -> NewPost {
    let title = format!("Copy of {}", label(&text.title));
    NewPost {
        title: title.chars().take(TITLE_MAX_CHARS).collect(),
        permalink: String::new(),
        published_at: None,
        ..text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blog::AuthorId;
    use crate::blog::author::Role;
    use crate::blog::post::{Comments, Details, Kind, Markup};
    use crate::blog::time::Millis;

    fn text() -> NewPost {
        NewPost {
            kind: Kind::Post,
            title: "Tides".to_owned(),
            source: "Words.".to_owned(),
            markup: Markup::Markdown,
            tags: vec!["sea".to_owned()],
            permalink: "tides".to_owned(),
            excerpt: String::new(),
            comments: Comments::Blog,
            published_at: Some(Millis(1)),
            pinned: false,
            details: Details {
                author: Some(AuthorId(7)),
                ..Details::default()
            },
        }
    }

    fn person(role: Role) -> Author {
        Author {
            id: AuthorId(1),
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            role,
            created_at: Millis(0),
        }
    }

    #[test]
    fn only_operators_choose_under_whose_name_a_post_is() {
        for (role, name) in [
            (Role::Operator, Some(AuthorId(7))),
            (Role::Author, None),
            (Role::Contributor, None),
        ] {
            let saved = under_own_name(&person(role), text());
            assert_eq!(saved.details.author, name, "{role}");
        }
    }

    #[test]
    fn a_copy_has_the_words_and_tags_but_neither_address_nor_date() {
        let copy = copy_of(text());
        assert_eq!(copy.title, "Copy of Tides");
        assert_eq!((copy.permalink.as_str(), copy.published_at), ("", None));
        assert_eq!((copy.source, copy.tags), (text().source, text().tags));
    }
}
