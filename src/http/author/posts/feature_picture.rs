//! The feature picture of a post: chosen from the library or sent, described, taken away. Works without a script; the editor's
//! script does the same in a dialog.

use crate::app::App;
use crate::app::saving::{SaveOutcome, Saving};
use crate::blog::action::FeatureAction;
use crate::blog::media::{self, ALT_MAX_CHARS, FOLDER};
use crate::blog::post::{Details, NewPost, Post, cut_line, label};
use crate::blog::revision::Reason;
use crate::blog::{PostId, RevisionId};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf, action};
use crate::http::author::library::{PictureText, take_form};
use crate::http::page::pagination::{Cursor, Links};
use crate::http::page::render::{self, Result};
use crate::store::{LibraryFilter, MediaLine};
use askama::Template;
use axum::extract::{Path, Query, Request, State};

const NO_PICTURE: &str =
    "This is a recording. It is in the library now; please choose a picture here.";

/// As many as in the library.
const PICTURES: i64 = 48;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct FeatureParams {
    q: String,
    did: String,
    /// A page of the library, see [`Cursor`].
    before: String,
    after: String,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeatureForm {
    csrf: String,
    act: String,
    /// The name of a picture of the library.
    picture: String,
    alt: String,
}

impl HasCsrf for FeatureForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

#[derive(Template)]
#[template(path = "author/feature_picture.html")]
struct FeaturePage {
    admin: AdminLayout,
    post: Post,
    /// What the working copy says.
    chosen: Details,
    /// What the library knows of it; `None` for a picture of another site.
    known: Option<MediaLine>,
    q: String,
    lines: Vec<MediaLine>,
    links: Links,
    status: &'static str,
    /// Why what was just sent is not here.
    problem: Option<&'static str>,
}

impl FeaturePage {
    async fn new(app: &App, admin: AdminLayout, id: PostId, params: FeatureParams) -> Result<Self> {
        let post = app.store.posts().by_id(id).await?.ok_or(Error::NotFound)?;
        let (text, _) = working_copy(app, id).await?;
        let chosen = text.details;
        let known = match chosen.picture.strip_prefix(FOLDER) {
            Some(name) => app.store.media().by_name(name).await?,
            None => None,
        };
        let words = media::search_words(&params.q);
        let side = Cursor::new(&params.before, &params.after).side();
        let page = app
            .store
            .media()
            .list(
                admin.scope(),
                LibraryFilter::Pictures,
                &words,
                side,
                PICTURES,
            )
            .await?;
        let status = match params.did.as_str() {
            "choose" => "Saved. Describe the picture for people who can’t see it.",
            "describe" => "Alternative text saved",
            "remove" => "Feature picture removed",
            _ => "",
        };
        Ok(Self {
            admin,
            post,
            chosen,
            known,
            q: params.q,
            links: Links::of(&page, |line| (line.created_at, line.id.0)),
            lines: page.items,
            status,
            problem: None,
        })
    }

    fn title(&self) -> &str {
        label(&self.post.title)
    }

    fn editor(&self) -> String {
        super::list::editor_of(&self.post)
    }

    fn at(&self, place: &str) -> String {
        let q = render::query_value(&self.q);
        format!("/admin/posts/{}/picture?q={q}&{place}", self.post.id)
    }
}

async fn working_copy(app: &App, id: PostId) -> Result<(NewPost, Option<RevisionId>)> {
    let copy = app.store.revisions().working_copy(id).await?;
    let (text, revision) = copy.ok_or(Error::NotFound)?;
    Ok((text, revision.map(|(id, _)| id)))
}

pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(params): Query<FeatureParams>,
) -> Result {
    let page = FeaturePage::new(&app, admin, PostId(id), params).await?;
    render::page(&page)
}

pub async fn act(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    CsrfForm(form): CsrfForm<FeatureForm>,
) -> Result {
    let id = PostId(id);
    match action(&form.act)? {
        FeatureAction::Choose => {
            let line = app.store.media().by_name(&form.picture).await?;
            let line = line.ok_or(Error::BadRequest(
                "This picture isn’t in the library any more.",
            ))?;
            if media::is_picture(&line.name) {
                choose(&app, &admin, id, &line).await
            } else {
                refused(
                    &app,
                    admin,
                    id,
                    "This is a recording. Please choose a picture.",
                )
                .await
            }
        }
        FeatureAction::Describe => {
            let alt = cut_line(&form.alt, ALT_MAX_CHARS);
            let describe = |details: &mut Details| details.picture_alt = alt;
            change(&app, &admin, id, describe, "describe").await
        }
        FeatureAction::Remove => {
            let remove = |details: &mut Details| {
                details.picture.clear();
                details.picture_alt.clear();
            };
            change(&app, &admin, id, remove, "remove").await
        }
    }
}

/// Takes a picture in and makes it the feature picture.
pub async fn upload(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    request: Request,
) -> Result {
    let id = PostId(id);
    let taken = take_form(&admin, &app, request).await?;
    let picture = taken.and_then(|line| {
        media::is_picture(&line.name)
            .then_some(line)
            .ok_or(NO_PICTURE)
    });
    match picture {
        Ok(line) => choose(&app, &admin, id, &line).await,
        Err(problem) => refused(&app, admin, id, problem).await,
    }
}

/// The page again, with all pictures and what is wrong.
async fn refused(app: &App, admin: AdminLayout, id: PostId, problem: &'static str) -> Result {
    let mut page = FeaturePage::new(app, admin, id, FeatureParams::default()).await?;
    page.problem = Some(problem);
    render::problem_page(&page)
}

async fn choose(app: &App, admin: &AdminLayout, id: PostId, line: &MediaLine) -> Result {
    let choose = |details: &mut Details| {
        details.picture = line.address();
        details.picture_alt.clone_from(&line.alt);
    };
    change(app, admin, id, choose, "choose").await
}

/// Saves the working copy with other details.
async fn change(
    app: &App,
    admin: &AdminLayout,
    id: PostId,
    change: impl FnOnce(&mut Details),
    done: &str,
) -> Result {
    let (mut text, base) = working_copy(app, id).await?;
    change(&mut text.details);
    let saving = Saving {
        reason: Reason::Saved,
        base,
        editor: "",
        stays_open: false,
        device: &admin.visitor.device,
    };
    let done = match app.save_post(admin.actor(), Some(id), text, saving).await? {
        SaveOutcome::Saved(_) => done,
        // Somebody saved in between; the page shows what holds now.
        SaveOutcome::Conflict(..) => "",
    };
    render::see_other(&format!("/admin/posts/{id}/picture?did={done}"))
}
