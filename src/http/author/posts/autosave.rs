//! What the editor's script asks: to keep a text, to say that a page is open or closed. Answers are JSON; the forms of the
//! same names work without any of it.

use super::editor::form_of;
use super::editor_page::in_words;
use super::publish_checklist::holder;
use crate::app::App;
use crate::app::saving::{SaveOutcome, Saving};
use crate::blog::action::{AutosaveAction, UnknownAction};
use crate::blog::merge::Chunk;
use crate::blog::post::{Kind, NewPost, PostForm, SOURCE_MAX_BYTES};
use crate::blog::revision::Reason;
use crate::blog::{PostId, Problems, RevisionId};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf};
use crate::http::page::render::{self, Result};
use crate::store::{OtherEditor, SavedPost};
use axum::extract::{Path, State};
use axum::http::StatusCode;

/// The text of an editor as its fields hold it.
#[derive(Debug, serde::Serialize)]
struct Fields {
    title: String,
    body: String,
    markup: String,
    tags: String,
    permalink: String,
    excerpt: String,
    comments: String,
    published_at: String,
    pinned: String,
    noindex: String,
    language: String,
    canonical: String,
    location: String,
    picture: String,
    picture_alt: String,
    author: String,
    #[serde(rename = "fields")]
    own: String,
    reader_password: String,
}

impl From<PostForm> for Fields {
    fn from(form: PostForm) -> Self {
        Self {
            title: form.title,
            body: form.body,
            markup: form.markup,
            tags: form.tags,
            permalink: form.permalink,
            excerpt: form.excerpt,
            comments: form.comments,
            published_at: form.published_at,
            pinned: form.pinned,
            noindex: form.noindex,
            language: form.language,
            canonical: form.canonical,
            location: form.location,
            picture: form.picture,
            picture_alt: form.picture_alt,
            author: form.author,
            own: form.fields,
            reader_password: form.reader_password,
        }
    }
}

/// Another page with the same post.
#[derive(Debug, serde::Serialize)]
struct Other {
    author: String,
    device: String,
    minutes_ago: i64,
}

/// A text was kept.
#[derive(Debug, serde::Serialize)]
struct KeptAnswer {
    id: PostId,
    /// The revision that the text in the page was made into; the next save is made from it.
    base: RevisionId,
    /// The revision that is the working copy, and its text where it is more than what the page holds.
    revision: RevisionId,
    text: Option<Fields>,
    /// The time on the server's clock, in the blog's zone.
    saved_at: String,
    state: &'static str,
    /// The state as the first line of the editor says it, and whether readers do not see the text yet that they will see.
    state_in_words: String,
    pending: bool,
    /// The text before, where more than half of it was taken out, and how many words it had.
    cut: Option<(RevisionId, i64)>,
    elsewhere: Vec<Other>,
    /// Fields that were left as they can be, for their owner to correct.
    problems: Vec<ProblemAnswer>,
}

#[derive(Debug, serde::Serialize)]
struct ProblemAnswer {
    field: &'static str,
    message: String,
}

/// Another text was saved at the same place meanwhile.
#[derive(Debug, serde::Serialize)]
struct ConflictAnswer {
    /// The revision that the choice is made from.
    revision: RevisionId,
    /// The one that keeps what this page sent.
    mine: RevisionId,
    theirs: Fields,
    chunks: Vec<Chunk>,
}

#[derive(Debug, serde::Serialize)]
struct OpenAnswer {
    revision: Option<RevisionId>,
    elsewhere: Vec<Other>,
}

fn answers(problems: Problems) -> Vec<ProblemAnswer> {
    problems
        .0
        .into_iter()
        .map(|problem| ProblemAnswer {
            field: problem.field,
            message: problem.message,
        })
        .collect()
}

pub async fn new_post(admin: AdminLayout, state: State<App>, form: CsrfForm<PostForm>) -> Result {
    keep(Place::New(Kind::Post), admin, state, form).await
}

pub async fn new_page(admin: AdminLayout, state: State<App>, form: CsrfForm<PostForm>) -> Result {
    keep(Place::New(Kind::Page), admin, state, form).await
}

pub async fn known(
    admin: AdminLayout,
    Path(id): Path<i64>,
    State(app): State<App>,
    form: CsrfForm<PostForm>,
) -> Result {
    let id = PostId(id);
    // Not the whole post: this is asked with every pause of a very long text.
    let kind = app.store.posts().kind(id).await?.ok_or(Error::NotFound)?;
    keep(Place::Stored(kind, id), admin, State(app), form).await
}

/// Where a text belongs.
#[derive(Clone, Copy)]
enum Place {
    New(Kind),
    Stored(Kind, PostId),
}

async fn keep(
    place: Place,
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<PostForm>,
) -> Result {
    let (kind, id) = match place {
        Place::New(kind) => (kind, None),
        Place::Stored(kind, id) => (kind, Some(id)),
    };
    let reason = match form.act.parse() {
        Ok(AutosaveAction::Auto) => Reason::Auto,
        Ok(AutosaveAction::Save) => Reason::Saved,
        Err(UnknownAction) => {
            return Err(Error::BadRequest("This action isn’t available."));
        }
    };
    let (text, mut problems) = NewPost::read(kind, &form, &admin.layout.site.zone);
    if text.source.len() > SOURCE_MAX_BYTES || (id.is_none() && text.is_empty()) {
        return render::json(StatusCode::UNPROCESSABLE_ENTITY, &answers(problems));
    }
    let saving = Saving {
        reason,
        base: base_of(&form),
        editor: &form.editor,
        stays_open: true,
        device: &admin.visitor.device,
    };
    let kept = match app.save_post(admin.actor(), id, text, saving).await? {
        SaveOutcome::Saved(kept) => kept,
        SaveOutcome::Conflict(id, conflict) => {
            let answer = ConflictAnswer {
                revision: conflict.revision,
                mine: conflict.mine,
                theirs: shown_as(&app, &admin, id, &conflict.theirs).await?,
                chunks: conflict.chunks,
            };
            return render::json(StatusCode::CONFLICT, &answer);
        }
    };
    // Shown while there is time to think of another one, and not only when it is published.
    if let Some(holder) = holder(&app, &admin, kept.id, &kept.text).await? {
        problems.add(
            "permalink",
            format!("{} is already used by “{}”.", holder.path, holder.title),
        );
    }
    let mut text = None;
    if kept.merged {
        text = Some(shown_as(&app, &admin, kept.id, &kept.text).await?);
    }
    app.reschedule(admin.actor(), &kept, reason).await?;
    let answer = KeptAnswer {
        text,
        problems: answers(problems),
        ..kept_answer(&app, &admin, &kept, &form.editor).await?
    };
    render::json(StatusCode::OK, &answer)
}

/// What the page that sent a text learns of it once it is saved, as long as the text is what was sent and has no problems.
async fn kept_answer(
    app: &App,
    admin: &AdminLayout,
    kept: &SavedPost,
    editor: &str,
) -> Result<KeptAnswer> {
    let status = app
        .store
        .posts()
        .status(kept.id)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(KeptAnswer {
        id: kept.id,
        base: kept.mine,
        revision: kept.revision,
        text: None,
        saved_at: admin.layout.dates().clock(&app.now()),
        state: status.state.word(),
        state_in_words: in_words(&status, admin),
        pending: status.pending,
        cut: kept.cut,
        elsewhere: elsewhere(app, kept.id, editor).await?,
        problems: Vec::new(),
    })
}

/// A text of a post as the fields of its form show it.
async fn shown_as(app: &App, admin: &AdminLayout, id: PostId, text: &NewPost) -> Result<Fields> {
    let post = app.store.posts().by_id(id).await?.ok_or(Error::NotFound)?;
    Ok(Fields::from(form_of(&post, text, None, admin)?))
}

/// The revision that a form was made from.
pub fn base_of(form: &PostForm) -> Option<RevisionId> {
    form.base.parse().ok().map(RevisionId)
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenForm {
    csrf: String,
    editor: String,
    base: String,
}

impl HasCsrf for OpenForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// A page says that it is open; it learns where else the post is open, and which text is the working copy by now.
pub async fn open(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    CsrfForm(form): CsrfForm<OpenForm>,
) -> Result {
    let id = PostId(id);
    let base = form.base.parse().ok().map(RevisionId);
    let me = admin.signed_in.author.id;
    let revision = app
        .store
        .presence()
        .opened(&form.editor, id, base, me, &admin.visitor.device, app.now())
        .await?;
    let elsewhere = elsewhere(&app, id, &form.editor).await?;
    render::json(
        StatusCode::OK,
        &OpenAnswer {
            revision,
            elsewhere,
        },
    )
}

/// A page says that it is closed.
pub async fn closed(
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<OpenForm>,
) -> Result {
    app.store
        .presence()
        .closed(&form.editor, admin.signed_in.author.id)
        .await?;
    render::json(StatusCode::OK, &())
}

async fn elsewhere(app: &App, id: PostId, editor: &str) -> crate::error::Result<Vec<Other>> {
    let now = app.now();
    let others = app.store.presence().other_editors(id, editor, now).await?;
    Ok(others
        .into_iter()
        .map(
            |OtherEditor {
                 author,
                 device,
                 typed_at,
             }| Other {
                author,
                device,
                minutes_ago: (now.0 - typed_at.0) / 60_000,
            },
        )
        .collect())
}
