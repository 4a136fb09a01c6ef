//! Writing: the form of a post or page, and what its buttons do. Scripts save by `saving.rs`; all of it works without them.

use super::autosave::base_of;
use super::list::base;
use crate::app::App;
use crate::blog::audit::Act;
use crate::blog::author::Author;
use crate::blog::post::{
    Comments, Kind, Link, Markup, NewPost, Post, PostForm, State as PostState, slug_of_path,
};
use crate::blog::revision::Reason;
use crate::blog::settings::{LANGUAGES, YES};
use crate::blog::time::Millis;
use crate::blog::{PostId, Problems, RevisionId};
use crate::error::Error;
use crate::http::auth::admin_layout::{AdminLayout, Device};
use crate::http::auth::csrf_form::CsrfForm;
use crate::http::page::render::{self, Result};
use crate::secrets;
use crate::store::{NewRevision, OtherEditor, PostStatus, PublishError, SaveError, SavedPost};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

/// A large cut is offered to be taken back this long.
const CUT_OFFERED_SECONDS: i64 = 7 * 24 * 3600;
/// So many names help who types a tag; more only make the page heavy.
const TAG_NAMES_MAX: usize = 500;

#[derive(Template)]
#[template(path = "author/editor.html")]
pub struct EditorPage {
    admin: AdminLayout,
    kind: Kind,
    form: PostForm,
    problems: Problems,
    /// The post as it is stored; `None` for one that is not stored yet.
    stored: Option<Post>,
    /// What just happened, for the status line.
    status: String,
    /// The text that somebody saved meanwhile, to be compared, and the revision that this one was made from: sent once
    /// more by hand it is a choice, sent by a script it is asked about.
    other_text: Option<String>,
    made_from: Option<String>,
    /// The revision before more than half of the text was taken out, and how many words it had.
    cut: Option<(RevisionId, i64)>,
    /// Other pages that have this post open.
    elsewhere: Vec<OtherEditor>,
    /// Whether the post was shown to its readers just now, so that it can be taken back at once.
    just_shown: bool,
    /// Who may be below a post.
    authors: Vec<Author>,
    /// The tags that are known, to be offered.
    tag_names: Vec<String>,
    now: Millis,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct EditorParams {
    did: String,
}

impl EditorPage {
    pub async fn new(
        app: &App,
        admin: AdminLayout,
        kind: Kind,
        form: PostForm,
        problems: Problems,
        stored: Option<Post>,
    ) -> Result<Self> {
        let desk_is_operator = admin.is_operator();
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

/// The form of a working copy.
pub fn form_of(
    post: &Post,
    text: &NewPost,
    revision: Option<RevisionId>,
    admin: &AdminLayout,
) -> crate::error::Result<PostForm> {
    let yes = |value: bool| if value { YES } else { "" }.to_owned();
    let permalink = if text.permalink.is_empty() {
        post.path.as_deref().map_or("", slug_of_path)
    } else {
        &text.permalink
    };
    Ok(PostForm {
        base: revision.map_or_else(String::new, |id| id.to_string()),
        editor: secrets::token()?,
        title: text.title.clone(),
        body: text.source.clone(),
        markup: text.markup.word().to_owned(),
        tags: text.tags.join(", "),
        permalink: permalink.to_owned(),
        excerpt: text.excerpt.clone(),
        comments: text.comments.word().to_owned(),
        published_at: text
            .published_at
            .or(post.published_at)
            .map(|at| admin.layout.dates().field(&at))
            .unwrap_or_default(),
        pinned: yes(text.pinned),
        noindex: yes(text.details.noindex),
        language: text.details.language.clone(),
        canonical: text.details.canonical.clone(),
        location: text.details.location.clone(),
        author: text
            .details
            .author
            .or(post.author_id)
            .map_or_else(String::new, |id| id.to_string()),
        fields: text.details.lines(),
        picture: text.details.picture.clone(),
        ..PostForm::default()
    })
}

fn empty_form(kind: Kind) -> crate::error::Result<PostForm> {
    let comments = match kind {
        Kind::Post => Comments::Blog,
        Kind::Page => Comments::Hidden,
    };
    Ok(PostForm {
        editor: secrets::token()?,
        markup: Markup::Markdown.word().to_owned(),
        comments: comments.word().to_owned(),
        ..PostForm::default()
    })
}

pub async fn new_post(admin: AdminLayout, State(app): State<App>) -> Result {
    new(Kind::Post, admin, &app).await
}

pub async fn new_page(admin: AdminLayout, State(app): State<App>) -> Result {
    new(Kind::Page, admin, &app).await
}

async fn new(kind: Kind, admin: AdminLayout, app: &App) -> Result {
    let form = empty_form(kind)?;
    let page = EditorPage::new(app, admin, kind, form, Problems::default(), None).await?;
    render::large_page(app, page).await
}

pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(params): Query<EditorParams>,
) -> Result {
    let id = PostId(id);
    let post = app.store.posts().by_id(id).await?.ok_or(Error::NotFound)?;
    let (text, revision) = app
        .store
        .revisions()
        .working_copy(id)
        .await?
        .ok_or(Error::NotFound)?;
    let form = form_of(&post, &text, revision.map(|(id, _)| id), &admin)?;
    let saved_at = revision.map_or(post.updated_at, |(_, made_at)| made_at);
    let at = admin.layout.dates().clock(&saved_at);
    let status = match params.did.as_str() {
        "publish" => format!(
            "Published at {}",
            admin.layout.dates().clock(&post.updated_at)
        ),
        "update" => format!(
            "Updated at {}",
            admin.layout.dates().clock(&post.updated_at)
        ),
        "schedule" => format!("Scheduled. Saved at {at}"),
        "unpublish" => format!("Moved back to drafts at {at}"),
        "discard" => "Changes discarded. You can still find them in the revisions.".to_owned(),
        "undo" => "Undone. Your text is still here.".to_owned(),
        "restore" => format!("Restored from trash at {at}"),
        "revision" => format!("Older revision restored at {at}"),
        "merge" => "Saved and merged with the changes saved elsewhere.".to_owned(),
        "save" => format!("Saved at {at}"),
        _ => format!("Last saved {}", admin.layout.dates().moment(&saved_at)),
    };
    let now = app.now();
    let kind = post.kind;
    let mut page =
        EditorPage::new(&app, admin, kind, form, Problems::default(), Some(post)).await?;
    page.status = status;
    page.just_shown = matches!(params.did.as_str(), "publish" | "update");
    page.cut = app
        .store
        .revisions()
        .large_cut(id, now.plus_seconds(-CUT_OFFERED_SECONDS))
        .await?;
    page.elsewhere = app.store.presence().other_editors(id, "", now).await?;
    render::large_page(&app, page).await
}

pub async fn create_post(
    admin: AdminLayout,
    device: Device,
    state: State<App>,
    form: CsrfForm<PostForm>,
) -> Result {
    create(Kind::Post, admin, device, state, form).await
}

pub async fn create_page(
    admin: AdminLayout,
    device: Device,
    state: State<App>,
    form: CsrfForm<PostForm>,
) -> Result {
    create(Kind::Page, admin, device, state, form).await
}

/// What happened to a form that is not stored as it came.
async fn with_problems(
    app: &App,
    admin: AdminLayout,
    kind: Kind,
    form: PostForm,
    problems: Problems,
    stored: Option<Post>,
) -> Result {
    let page = EditorPage::new(app, admin, kind, form, problems, stored).await?;
    let page = render::large_page(app, page).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn create(
    kind: Kind,
    admin: AdminLayout,
    Device(device): Device,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<PostForm>,
) -> Result {
    let now = app.now();
    let text = match NewPost::parse(kind, &form, &admin.layout.site.zone) {
        Ok(text) if text.is_empty() => {
            let problems = Problems::one("title", "Please write a title or some text first.");
            return with_problems(&app, admin, kind, form, problems, None).await;
        }
        Ok(text) => own_name(&admin, text),
        Err(problems) => return with_problems(&app, admin, kind, form, problems, None).await,
    };
    let keeping = by_hand(&admin, &device, &text, now);
    let kept = if form.editor.is_empty() {
        Ok(app.store.revisions().create_post(keeping).await?)
    } else {
        app.store
            .revisions()
            .create_post_once(&form.editor, keeping)
            .await?
    };
    leave(&app, &admin, &form).await?;
    finish(admin, &app, kind, form, kept).await
}

pub async fn save(
    admin: AdminLayout,
    Device(device): Device,
    State(app): State<App>,
    Path(id): Path<i64>,
    CsrfForm(form): CsrfForm<PostForm>,
) -> Result {
    let id = PostId(id);
    let now = app.now();
    let post = app.store.posts().by_id(id).await?.ok_or(Error::NotFound)?;
    let kind = post.kind;
    let done = |did: &str| render::see_other(&format!("{}{id}?did={did}", base(kind)));
    let me = admin.signed_in.author.id;
    let noting = |act| app.store.noting(admin.signed_in.note(act, now).of_post(id));
    // From the editor these come with the words of its fields, which nobody may have saved yet: they become a revision first.
    // A text that meets another one becomes a revision, too.
    let takes_away = matches!(form.act.as_str(), "trash" | "restore" | "discard");
    if takes_away && !form.editor.is_empty() {
        let (text, _) = NewPost::read(kind, &form, &admin.layout.site.zone);
        let text = own_name(&admin, text);
        let keeping = by_hand(&admin, &device, &text, now);
        let _ = app
            .store
            .revisions()
            .save(id, base_of(&form), None, keeping)
            .await?;
    }
    match form.act.as_str() {
        "trash" => {
            noting(Act::Trash).posts().trash(id, now).await?;
            return render::see_other(&format!("{}?trashed={id}", base(kind)));
        }
        "restore" => {
            noting(Act::Restore).posts().restore(id, now).await?;
            return done("restore");
        }
        "discard" => {
            app.store
                .posts()
                .discard_pending(id, me, &device, now)
                .await?;
            return done("discard");
        }
        "undo" => {
            take_back(&app, &admin, id).await?;
            return done("undo");
        }
        _ => {}
    }
    let text = match NewPost::parse(kind, &form, &admin.layout.site.zone) {
        Ok(text) => own_name(&admin, text),
        Err(problems) => return with_problems(&app, admin, kind, form, problems, Some(post)).await,
    };
    let keeping = by_hand(&admin, &device, &text, now);
    let kept = app
        .store
        .revisions()
        .save(id, base_of(&form), None, keeping)
        .await?;
    leave(&app, &admin, &form).await?;
    finish(admin, &app, kind, form, kept).await
}

/// A text as somebody may save it: only operators choose under whose name a post is.
pub fn own_name(admin: &AdminLayout, mut text: NewPost) -> NewPost {
    if !admin.is_operator() {
        text.details.author = None;
    }
    text
}

/// A text that somebody saved by a button.
pub fn by_hand<'a>(
    admin: &AdminLayout,
    device: &'a str,
    text: &'a NewPost,
    now: Millis,
) -> NewRevision<'a> {
    NewRevision {
        text,
        reason: Reason::Saved,
        author: admin.signed_in.author.id,
        device,
        now,
    }
}

/// A page whose form is sent whole is not open any more.
async fn leave(app: &App, admin: &AdminLayout, form: &PostForm) -> Result<()> {
    let me = admin.signed_in.author.id;
    app.store.presence().closed(&form.editor, me).await
}

/// Takes back what was shown just now: readers see what they saw before.
async fn take_back(app: &App, admin: &AdminLayout, id: PostId) -> Result<()> {
    let note = |act| admin.signed_in.note(act, app.now()).of_post(id);
    let shown = app
        .store
        .posts()
        .shown_revisions(id)
        .await?
        .ok_or(Error::NotFound)?;
    match shown.shown_before_id {
        Some(before) => {
            // Its permalink was this post's own a moment ago, so nobody else has it.
            let note = note(Act::Publish);
            let _ = app.publish_noting(note, id, Some(before), None).await?;
        }
        None => {
            app.store
                .noting(note(Act::Unpublish))
                .posts()
                .unpublish(id, app.now())
                .await?;
        }
    }
    Ok(())
}

/// Does what the button asked for with a text that is kept, or shows the form again with every word that was typed.
async fn finish(
    admin: AdminLayout,
    app: &App,
    kind: Kind,
    mut form: PostForm,
    kept: std::result::Result<SavedPost, SaveError>,
) -> Result {
    let now = app.now();
    let kept = match kept {
        Ok(kept) => kept,
        Err(SaveError::Gone) => return Err(Error::NotFound),
        Err(SaveError::Conflict(conflict)) => {
            // Saving once more is then a choice made with both texts in sight.
            let made_from = std::mem::replace(&mut form.base, conflict.revision.to_string());
            let problems = Problems::one(
                "body",
                "This was saved elsewhere after you opened it. Your text is here, and the other version is below. \
                 Copy what you need from it and save again.",
            );
            let id = app
                .store
                .revisions()
                .post_of(conflict.mine)
                .await?
                .ok_or(Error::NotFound)?;
            let newest = app.store.posts().by_id(id).await?;
            let mut page = EditorPage::new(app, admin, kind, form, problems, newest).await?;
            page.other_text = Some(conflict.theirs.source.clone());
            page.made_from = Some(made_from);
            let page = render::large_page(app, page).await?;
            return Ok((StatusCode::CONFLICT, page).into_response());
        }
    };
    let id = kept.id;
    let did = match form.act.as_str() {
        "unpublish" => {
            let note = admin.signed_in.note(Act::Unpublish, now).of_post(id);
            app.store.noting(note).posts().unpublish(id, now).await?;
            "unpublish"
        }
        "publish" | "update" => match publish(&admin, app, &form, &kept).await? {
            Ok(did) => did,
            Err(problems) => {
                form.base = kept.mine.to_string();
                let stored = app.store.posts().by_id(id).await?;
                return with_problems(app, admin, kind, form, problems, stored).await;
            }
        },
        // A scheduled post whose date is another one by now appears then.
        _ if kept.state == PostState::Scheduled
            && kept.text.published_at.is_some_and(|at| at > now) =>
        {
            let due_at = kept.text.published_at.unwrap_or(now);
            let note = admin.signed_in.note(Act::Schedule, now).of_post(id);
            app.store
                .noting(note)
                .posts()
                .schedule(id, due_at, now)
                .await?;
            "schedule"
        }
        _ if kept.merged => "merge",
        _ => "save",
    };
    render::see_other(&format!("{}{id}?did={did}", base(kind)))
}

/// Shows a text that is kept, now or at the time that was set for it; says which.
async fn publish(
    admin: &AdminLayout,
    app: &App,
    form: &PostForm,
    kept: &SavedPost,
) -> Result<std::result::Result<&'static str, Problems>> {
    if !admin.may_publish() {
        let problem = "Contributors can’t publish, so this was saved as a draft. Ask an author or an operator to publish it.";
        return Ok(Err(Problems::one("title", problem)));
    }
    if kept.text.is_empty() {
        let problem = "Please write a title or some text first.";
        return Ok(Err(Problems::one("title", problem)));
    }
    let now = app.now();
    let due_at = match kept.state {
        // It has its date; another one to come would not be what happens.
        PostState::Published if kept.text.published_at.is_some_and(|at| at > now) => {
            let problem = "This is already published, so its date can’t be in the future. To publish it later, move it \
                           back to draft first.";
            return Ok(Err(Problems::one("published_at", problem)));
        }
        PostState::Published => match form.due_at(&admin.layout.site.zone) {
            Ok(due_at) => due_at,
            Err(problems) => return Ok(Err(problems)),
        },
        _ => kept.text.published_at,
    };
    if let Some(due_at) = due_at.filter(|at| *at > now) {
        let note = admin.signed_in.note(Act::Schedule, now).of_post(kept.id);
        app.store
            .noting(note)
            .posts()
            .schedule(kept.id, due_at, now)
            .await?;
        return Ok(Ok("schedule"));
    }
    let note = admin.signed_in.note(Act::Publish, now).of_post(kept.id);
    match app
        .publish_noting(note, kept.id, Some(kept.revision), None)
        .await?
    {
        Ok(_) if kept.state == PostState::Published => Ok(Ok("update")),
        Ok(_) => Ok(Ok("publish")),
        Err(PublishError::Gone | PublishError::Changed) => Err(Error::NotFound),
        Err(PublishError::Taken(Link { title, path })) => Ok(Err(Problems::one(
            "permalink",
            format!("{path} is already used by “{title}”."),
        ))),
    }
}
