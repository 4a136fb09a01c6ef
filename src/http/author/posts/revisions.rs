//! The revisions of a post: their list, one of them, two of them side by side, and the way back to one.

use super::list::{base, editor_of};
use crate::app::App;
use crate::app::publishing::render_post;
use crate::blog::action::RevisionAction;
use crate::blog::post::Post;
use crate::blog::revision::{self, Comparison, Line, Part, Revision};
use crate::blog::{PostId, RevisionId};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf, action};
use crate::http::page::render::{self, Result};
use askama::Template;
use axum::extract::{Path, Query, State};

/// Revisions on one page of their list.
const LINES: i64 = 100;
const NAME_MAX_CHARS: usize = 80;
/// Longer texts are not shown as readers see them when two are compared.
const SEEN_MAX_BYTES: usize = 512 * 1024;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct RevisionsParams {
    before: Option<i64>,
    from: Option<i64>,
    to: Option<i64>,
}

#[derive(Template)]
#[template(path = "author/revisions.html")]
struct RevisionsPage {
    admin: AdminLayout,
    post: Post,
    lines: Vec<Line>,
    /// Where older ones begin.
    older: Option<RevisionId>,
}

impl RevisionsPage {
    fn editor(&self) -> String {
        editor_of(&self.post)
    }

    fn is_working_copy(&self, line: &Line) -> bool {
        self.post.revision_id == Some(line.id)
    }
}

pub async fn list(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(params): Query<RevisionsParams>,
) -> Result {
    let post = app
        .store
        .posts()
        .by_id(PostId(id))
        .await?
        .ok_or(Error::NotFound)?;
    let before = params.before.map(RevisionId);
    let mut lines = app
        .store
        .revisions()
        .list(post.id, before, LINES + 1)
        .await?;
    let mut older = None;
    if i64::try_from(lines.len()).unwrap_or(i64::MAX) > LINES {
        lines.pop();
        older = lines.last().map(|line| line.id);
    }
    render::page(&RevisionsPage {
        admin,
        post,
        lines,
        older,
    })
}

/// Two revisions, or one and nothing: what changed between them, and how each looks.
#[derive(Template)]
#[template(path = "author/revision.html")]
struct RevisionPage {
    admin: AdminLayout,
    post: Post,
    /// The older one, where two are compared.
    from: Option<Revision>,
    to: Revision,
    compared: Comparison,
    /// How each looks; `None` where that is more than a page should hold.
    from_html: Option<String>,
    to_html: Option<String>,
    /// Whether `to` is the working copy.
    is_working_copy: bool,
}

impl RevisionPage {
    fn editor(&self) -> String {
        editor_of(&self.post)
    }

    /// Fields besides the text that differ: what each is called, and its two values.
    fn changed_fields(&self) -> Vec<(&'static str, String, String)> {
        let Some(from) = &self.from else {
            return Vec::new();
        };
        let (old, new) = (&from.text, &self.to.text);
        [
            ("Title", old.title.clone(), new.title.clone()),
            ("Tags", old.tags.join(", "), new.tags.join(", ")),
            ("Permalink", old.permalink.clone(), new.permalink.clone()),
            ("Excerpt", old.excerpt.clone(), new.excerpt.clone()),
            (
                "Feature picture",
                old.details.picture.clone(),
                new.details.picture.clone(),
            ),
            (
                "Alternative text of the feature picture",
                old.details.picture_alt.clone(),
                new.details.picture_alt.clone(),
            ),
            ("Written in", old.markup.to_string(), new.markup.to_string()),
        ]
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .collect()
    }
}

pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Path((id, revision)): Path<(i64, i64)>,
) -> Result {
    page_of(admin, &app, PostId(id), None, RevisionId(revision)).await
}

pub async fn compare(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(params): Query<RevisionsParams>,
) -> Result {
    let (Some(from), Some(to)) = (params.from, params.to) else {
        return render::see_other(&format!("/admin/posts/{id}/revisions"));
    };
    let (from, to) = (from.min(to), from.max(to));
    page_of(
        admin,
        &app,
        PostId(id),
        Some(RevisionId(from)),
        RevisionId(to),
    )
    .await
}

async fn page_of(
    admin: AdminLayout,
    app: &App,
    id: PostId,
    from: Option<RevisionId>,
    to: RevisionId,
) -> Result {
    let post = app.store.posts().by_id(id).await?.ok_or(Error::NotFound)?;
    let to = app
        .store
        .revisions()
        .by_id(id, to)
        .await?
        .ok_or(Error::NotFound)?;
    let from = match from {
        Some(from) => Some(
            app.store
                .revisions()
                .by_id(id, from)
                .await?
                .ok_or(Error::NotFound)?,
        ),
        None => None,
    };
    let compared = match &from {
        Some(from) => {
            let (old, new) = (from.text.source.clone(), to.text.source.clone());
            app.compute(move || revision::compare(&old, &new)).await?
        }
        None => Comparison::default(),
    };
    let from_html = match &from {
        Some(from) => seen(app, from).await?,
        None => None,
    };
    let page = RevisionPage {
        to_html: seen(app, &to).await?,
        is_working_copy: post.revision_id == Some(to.id),
        admin,
        post,
        from,
        to,
        compared,
        from_html,
    };
    app.compute(move || render::page(&page)).await?
}

/// A revision as readers would see it, where it is no longer than a page should hold.
async fn seen(app: &App, revision: &Revision) -> Result<Option<String>> {
    let text = &revision.text;
    if text.source.len() > SEEN_MAX_BYTES {
        return Ok(None);
    }
    let html = render_post(app, text.source.clone(), text.markup)
        .await?
        .html;
    Ok(Some(html).filter(|html| html.len() <= SEEN_MAX_BYTES))
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RevisionForm {
    csrf: String,
    act: String,
    name: String,
}

impl HasCsrf for RevisionForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

pub async fn act(
    admin: AdminLayout,
    State(app): State<App>,
    Path((id, revision)): Path<(i64, i64)>,
    CsrfForm(form): CsrfForm<RevisionForm>,
) -> Result {
    let (id, revision) = (PostId(id), RevisionId(revision));
    let post = app.store.posts().by_id(id).await?.ok_or(Error::NotFound)?;
    match action(&form.act)? {
        RevisionAction::Name => {
            let name = form.name.trim();
            if name.chars().count() > NAME_MAX_CHARS {
                return Err(Error::BadRequest(
                    "Please keep the name under 80 characters. Go back and shorten it.",
                ));
            }
            if !app.store.revisions().rename(id, revision, name).await? {
                return Err(Error::NotFound);
            }
            render::see_other(&format!("/admin/posts/{id}/revisions/{revision}"))
        }
        RevisionAction::Restore => {
            let me = admin.signed_in.author.id;
            app.store
                .revisions()
                .restore(id, revision, me, &admin.visitor.device, app.now())
                .await?
                .ok_or(Error::NotFound)?;
            render::see_other(&format!("{}{id}?did=revision", base(post.kind)))
        }
    }
}
