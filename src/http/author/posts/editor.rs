//! Writing: what the buttons of the editor do, see `editor_page.rs`. Scripts save by `saving.rs`; all of it works without them.

use super::autosave::base_of;
use super::editor_page::{Editing, EditorPage};
use super::list::base;
use crate::app::App;
use crate::app::publishing::{Published, Refusal};
use crate::app::saving::{SaveOutcome, Saving};
use crate::blog::action::{PostAction, UnknownAction};
use crate::blog::post::{
    Comments, Kind, Link, Markup, NewPost, Post, PostForm, State as PostState, slug_of_path,
};
use crate::blog::revision::Reason;
use crate::blog::settings::YES;
use crate::blog::{PostId, Problems, RevisionId};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::CsrfForm;
use crate::http::page::render::{self, Result};
use crate::secrets;
use crate::store::{Conflict, SavedPost};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

/// A large cut is offered to be taken back this long.
const CUT_OFFERED_SECONDS: i64 = 7 * 24 * 3600;
const EMPTY: &str = "Please write a title or some text first.";

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct EditorParams {
    did: String,
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
        reader_password: text.details.password.clone(),
        picture: text.details.picture.clone(),
        picture_alt: text.details.picture_alt.clone(),
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
    let editing = Editing {
        kind,
        form: empty_form(kind)?,
        stored: None,
    };
    let page = EditorPage::new(app, admin, editing, Problems::default()).await?;
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
    let editing = Editing {
        kind: post.kind,
        form,
        stored: Some(post),
    };
    let mut page = EditorPage::new(&app, admin, editing, Problems::default()).await?;
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
    state: State<App>,
    form: CsrfForm<PostForm>,
) -> Result {
    Box::pin(create(Kind::Post, admin, state, form)).await
}

pub async fn create_page(
    admin: AdminLayout,
    state: State<App>,
    form: CsrfForm<PostForm>,
) -> Result {
    Box::pin(create(Kind::Page, admin, state, form)).await
}

/// The form again with every word that was typed, and what is in the way.
async fn with_problems(
    app: &App,
    admin: AdminLayout,
    editing: Editing,
    problems: Problems,
) -> Result {
    let page = EditorPage::new(app, admin, editing, problems).await?;
    let page = render::large_page(app, page).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// That no button asks for what a form asks for.
fn unknown_action() -> Problems {
    let problem = "This action isn’t available here, so nothing was saved. Your text is still here; please use one of the \
                   buttons on this page.";
    Problems::one("body", problem)
}

/// What happens to a text once it is saved.
#[derive(Clone, Copy)]
enum Then {
    Stay,
    Publish,
    Unpublish,
    /// The feature picture is chosen.
    Picture,
}

async fn create(
    kind: Kind,
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<PostForm>,
) -> Result {
    let then = match form.act.parse() {
        Ok(PostAction::Save) => Some(Then::Stay),
        Ok(PostAction::Publish | PostAction::Update) => Some(Then::Publish),
        Ok(PostAction::Picture) => Some(Then::Picture),
        // These are done with posts that are stored.
        Ok(
            PostAction::Unpublish
            | PostAction::Trash
            | PostAction::Restore
            | PostAction::Discard
            | PostAction::Undo,
        )
        | Err(UnknownAction) => None,
    };
    let editing = Editing {
        kind,
        form,
        stored: None,
    };
    match then {
        Some(then) => save_text(&app, admin, editing, then).await,
        None => with_problems(&app, admin, editing, unknown_action()).await,
    }
}

pub async fn save(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    CsrfForm(form): CsrfForm<PostForm>,
) -> Result {
    let id = PostId(id);
    let post = app.store.posts().by_id(id).await?.ok_or(Error::NotFound)?;
    let action = form.act.parse();
    let editing = Editing {
        kind: post.kind,
        form,
        stored: Some(post),
    };
    let done = match action {
        Ok(PostAction::Save) => return save_text(&app, admin, editing, Then::Stay).await,
        Ok(PostAction::Publish | PostAction::Update) => {
            return save_text(&app, admin, editing, Then::Publish).await;
        }
        Ok(PostAction::Picture) => return save_text(&app, admin, editing, Then::Picture).await,
        Ok(PostAction::Unpublish) => {
            return save_text(&app, admin, editing, Then::Unpublish).await;
        }
        Err(UnknownAction) => return with_problems(&app, admin, editing, unknown_action()).await,
        Ok(PostAction::Trash) => {
            keep_typed(&app, &admin, id, &editing).await?;
            app.trash_post(admin.actor(), id).await?;
            return render::see_other(&format!("{}?trashed={id}", base(editing.kind)));
        }
        Ok(PostAction::Restore) => {
            keep_typed(&app, &admin, id, &editing).await?;
            app.restore_post(admin.actor(), id).await?;
            "restore"
        }
        Ok(PostAction::Discard) => {
            keep_typed(&app, &admin, id, &editing).await?;
            let me = admin.signed_in.author.id;
            app.store
                .posts()
                .discard_pending(id, me, &admin.visitor.device, app.now())
                .await?;
            "discard"
        }
        Ok(PostAction::Undo) => {
            app.undo_publish(admin.actor(), id).await?;
            "undo"
        }
    };
    render::see_other(&format!("{}{id}?did={done}", base(editing.kind)))
}

/// From the editor the action comes with the words of its fields, which nobody may have saved yet: they become a revision
/// before the action takes them from the page. A text that conflicts with another one becomes a revision, too.
async fn keep_typed(app: &App, admin: &AdminLayout, id: PostId, editing: &Editing) -> Result<()> {
    let form = &editing.form;
    if form.editor.is_empty() {
        return Ok(());
    }
    let (text, _) = NewPost::read(editing.kind, form, &admin.layout.site.zone);
    let saving = Saving {
        reason: Reason::Saved,
        base: base_of(form),
        editor: "",
        stays_open: true,
        device: &admin.visitor.device,
    };
    app.save_post(admin.actor(), Some(id), text, saving).await?;
    Ok(())
}

/// Saves a text and does what the button asked for, or shows the form again with every word that was typed.
async fn save_text(app: &App, admin: AdminLayout, mut editing: Editing, then: Then) -> Result {
    let text = match NewPost::parse(editing.kind, &editing.form, &admin.layout.site.zone) {
        Ok(text) if editing.stored.is_none() && text.is_empty() => {
            let problems = Problems::one("title", EMPTY);
            return with_problems(app, admin, editing, problems).await;
        }
        Ok(text) => text,
        Err(problems) => return with_problems(app, admin, editing, problems).await,
    };
    let saving = Saving {
        reason: Reason::Saved,
        base: base_of(&editing.form),
        editor: &editing.form.editor,
        stays_open: false,
        device: &admin.visitor.device,
    };
    let stored = editing.stored.as_ref().map(|post| post.id);
    let kept = match app.save_post(admin.actor(), stored, text, saving).await? {
        SaveOutcome::Saved(kept) => kept,
        SaveOutcome::Conflict(id, conflict) => {
            editing.stored = app.store.posts().by_id(id).await?;
            return show_conflict(app, admin, editing, *conflict).await;
        }
    };
    let id = kept.id;
    let done = match then {
        Then::Picture => return render::see_other(&format!("/admin/posts/{id}/picture")),
        Then::Unpublish => {
            app.unpublish(admin.actor(), id).await?;
            "unpublish"
        }
        Then::Publish => match publish(app, &admin, &editing.form, &kept).await? {
            Ok(Published::New) => "publish",
            Ok(Published::Updated) => "update",
            Ok(Published::Scheduled(_)) => "schedule",
            Err(problems) => {
                editing.form.base = kept.mine.to_string();
                editing.stored = app.store.posts().by_id(id).await?;
                return with_problems(app, admin, editing, problems).await;
            }
        },
        Then::Stay => match app.reschedule(admin.actor(), &kept, Reason::Saved).await? {
            Some(_) => "schedule",
            None if kept.merged => "merge",
            None => "save",
        },
    };
    render::see_other(&format!("{}{id}?did={done}", base(editing.kind)))
}

/// The form again, with the text that somebody saved meanwhile below it. Saving once more is then a choice made with both
/// in sight.
async fn show_conflict(
    app: &App,
    admin: AdminLayout,
    mut editing: Editing,
    conflict: Conflict,
) -> Result {
    let newest = conflict.revision.to_string();
    let made_from = std::mem::replace(&mut editing.form.base, newest);
    let problems = Problems::one(
        "body",
        "This was saved elsewhere after you opened it. Your text is here, and the other version is below. \
         Copy what you need from it and save again.",
    );
    let mut page = EditorPage::new(app, admin, editing, problems).await?;
    page.other_text = Some(conflict.theirs.source);
    page.made_from = Some(made_from);
    let page = render::large_page(app, page).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

/// Publishes a text that is saved, or says what is in the way.
async fn publish(
    app: &App,
    admin: &AdminLayout,
    form: &PostForm,
    kept: &SavedPost,
) -> Result<std::result::Result<Published, Problems>> {
    let update_at = match form.due_at(&admin.layout.site.zone) {
        Ok(due_at) => due_at,
        Err(problems) if kept.state == PostState::Published => return Ok(Err(problems)),
        Err(_) => None,
    };
    let refusal = match app.publish_saved(admin.actor(), kept, update_at).await? {
        Ok(published) => return Ok(Ok(published)),
        Err(refusal) => refusal,
    };
    let (field, problem) = match refusal {
        Refusal::NotAllowed => (
            "title",
            "Contributors can’t publish, so this was saved as a draft. Ask an author or an operator to publish it."
                .to_owned(),
        ),
        Refusal::Empty => ("title", EMPTY.to_owned()),
        Refusal::FutureDate => (
            "published_at",
            "This is already published, so its date can’t be in the future. To publish it later, move it back to draft \
             first."
                .to_owned(),
        ),
        Refusal::PermalinkTaken(Link { title, path }) => (
            "permalink",
            format!("{path} is already used by “{title}”."),
        ),
        Refusal::NotADraft | Refusal::Gone => return Err(Error::NotFound),
    };
    Ok(Err(Problems::one(field, problem)))
}
