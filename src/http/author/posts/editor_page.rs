//! The page on which a post or page is written: its form, with what is said about the text around it.

use super::list::base;
use crate::app::App;
use crate::blog::author::Author;
use crate::blog::post::{Kind, Post, PostForm, State as PostState};
use crate::blog::settings::LANGUAGES;
use crate::blog::time::Millis;
use crate::blog::{Problems, RevisionId};
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::page::render::Result;
use crate::store::{OtherEditor, PostStatus};
use askama::Template;

/// So many names help who types a tag; more only make the page heavy.
const TAG_NAMES_MAX: usize = 500;

#[derive(Template)]
#[template(path = "author/editor.html")]
pub struct EditorPage {
    admin: AdminLayout,
    kind: Kind,
    form: PostForm,
    problems: Problems,
    /// See [`Editing`].
    stored: Option<Post>,
    /// What just happened, for the status line.
    pub status: String,
    /// The text that somebody saved meanwhile, to be compared, and the revision that this one was made from: sent once
    /// more by hand it is a choice, sent by a script it is asked about.
    pub other_text: Option<String>,
    pub made_from: Option<String>,
    /// The revision before more than half of the text was taken out, and how many words it had.
    pub cut: Option<(RevisionId, i64)>,
    /// Other pages that have this post open.
    pub elsewhere: Vec<OtherEditor>,
    /// Whether the post was shown to its readers just now, so that it can be taken back at once.
    pub just_shown: bool,
    /// Who may be below a post.
    authors: Vec<Author>,
    /// The tags that are known, to be offered.
    tag_names: Vec<String>,
    now: Millis,
}

/// A form of a post, and what it is about.
pub struct Editing {
    pub kind: Kind,
    pub form: PostForm,
    /// The post as it is stored; `None` for one that is not stored yet.
    pub stored: Option<Post>,
}

impl EditorPage {
    pub async fn new(
        app: &App,
        admin: AdminLayout,
        editing: Editing,
        problems: Problems,
    ) -> Result<Self> {
        let desk_is_operator = admin.is_operator();
        let Editing { kind, form, stored } = editing;
        Ok(Self {
            admin,
            kind,
            form,
            problems,
            stored,
            status: String::new(),
            other_text: None,
            made_from: None,
            cut: None,
            elsewhere: Vec::new(),
            just_shown: false,
            authors: if desk_is_operator {
                app.store.authors().list().await?
            } else {
                Vec::new()
            },
            tag_names: app.store.tags().names(TAG_NAMES_MAX).await?,
            now: app.now(),
        })
    }

    fn is_post(&self) -> bool {
        self.kind == Kind::Post
    }

    fn base(&self) -> &'static str {
        base(self.kind)
    }

    fn action(&self) -> String {
        match &self.stored {
            Some(post) => format!("{}{}", self.base(), post.id),
            None => format!("{}new", self.base()),
        }
    }

    /// The number of a post that is stored, for the script.
    fn id(&self) -> String {
        self.stored
            .as_ref()
            .map_or_else(String::new, |post| post.id.to_string())
    }

    fn heading(&self) -> &'static str {
        match (self.stored.is_some(), self.kind) {
            (true, Kind::Post) => "Edit post",
            (false, Kind::Post) => "New post",
            (true, Kind::Page) => "Edit page",
            (false, Kind::Page) => "New page",
        }
    }

    fn state(&self) -> String {
        let Some(post) = &self.stored else {
            return "Not saved yet".to_owned();
        };
        let status = PostStatus {
            state: post.state,
            pending: post.pending,
            due_at: post.due_at,
        };
        in_words(&status, &self.admin)
    }

    fn is(&self, state: PostState) -> bool {
        self.stored.as_ref().is_some_and(|post| post.state == state)
    }

    fn is_published(&self) -> bool {
        self.is(PostState::Published)
    }

    fn is_scheduled(&self) -> bool {
        self.is(PostState::Scheduled)
    }

    fn is_trashed(&self) -> bool {
        self.is(PostState::Trashed)
    }

    fn is_pending(&self) -> bool {
        self.is_published() && self.stored.as_ref().is_some_and(|post| post.pending)
    }

    /// The permalink of a published post.
    fn live_path(&self) -> Option<&str> {
        self.stored
            .as_ref()
            .filter(|_| self.is_published())?
            .path
            .as_deref()
    }

    /// The language that the text is written in, as far as anybody said.
    fn language(&self) -> &str {
        if self.form.language.is_empty() {
            &self.admin.layout.site.settings.language
        } else {
            &self.form.language
        }
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn languages(&self) -> &'static [(&'static str, &'static str)] {
        LANGUAGES
    }

    /// How long ago somebody typed elsewhere.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates hand references over"
    )]
    fn ago(&self, at: &Millis) -> String {
        match (self.now.0 - at.0) / 60_000 {
            ..=0 => "just now".to_owned(),
            1 => "a minute ago".to_owned(),
            minutes => format!("{minutes} minutes ago"),
        }
    }
}

/// The state of a post, in the words of the editor's first line.
pub fn in_words(status: &PostStatus, admin: &AdminLayout) -> String {
    let at = |due: Millis| admin.layout.dates().moment(&due);
    match (status.state, status.due_at) {
        (PostState::Published, Some(due)) => {
            format!("Published · update scheduled for {}", at(due))
        }
        (PostState::Published, None) if status.pending => {
            "Published · unpublished changes".to_owned()
        }
        (PostState::Published, None) => "Published".to_owned(),
        (PostState::Scheduled, Some(due)) => format!("Scheduled for {}", at(due)),
        (PostState::Scheduled, None) => "Scheduled".to_owned(),
        (PostState::Trashed, _) => "In the trash".to_owned(),
        (PostState::Draft, _) => "Draft".to_owned(),
    }
}
