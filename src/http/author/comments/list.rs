//! Moderation: one list of comments with tabs, decisions about one or many, each with a way back.

use super::flash::{self, Flash, ReturnTo};
use super::pending_edit::Differences;
use crate::app::App;
use crate::blog::comment::State as CommentState;
use crate::blog::moderation::{CommentFilter, Decision, Seen};
use crate::blog::revision::Part;
use crate::blog::settings::YES;
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf, Ticked};
use crate::http::auth::session::SignedIn;
use crate::http::page::pagination::{Cursor, Links};
use crate::http::page::render::{self, Result};
use crate::store::{CommentCounts, ModeratedComment};
use askama::Template;
use axum::extract::{Path, Query, State};

/// A comment is some lines high: more of them at once tire the eye.
const COMMENTS: i64 = 30;
/// More than a page holds is nobody's choice.
const PICKED_MAX: usize = 100;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct ListParams {
    state: String,
    q: String,
    before: String,
    after: String,
    /// `all`: every box on the page is ticked.
    select: String,
}

struct Tab {
    state: CommentState,
    name: &'static str,
    count: i64,
}

#[derive(Template)]
#[template(path = "author/comments.html")]
struct CommentsPage {
    admin: AdminLayout,
    flash: Flash,
    /// The way back to this very page.
    back: String,
    state: CommentState,
    q: String,
    tabs: Vec<Tab>,
    comments: Vec<ModeratedComment>,
    differences: Differences,
    links: Links,
    all_selected: bool,
}

impl CommentsPage {
    /// The address of a place in this list, with its tab and its search.
    fn at(&self, place: &str) -> String {
        format!("/admin/comments/{}&{place}", self.looking_for(&self.q))
    }

    /// The query of this tab with another search.
    fn looking_for(&self, q: &str) -> String {
        format!("?state={}&q={}", self.state, render::query_value(q))
    }

    /// The query of another tab with the same search.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates call methods with references"
    )]
    fn tab(&self, state: &CommentState) -> String {
        if self.q.is_empty() {
            format!("?state={state}")
        } else {
            format!("?state={state}&q={}", render::query_value(&self.q))
        }
    }

    fn all_by(&self, what: &str, value: &str) -> String {
        self.looking_for(&format!("{what}:\"{value}\""))
    }

    fn is_stopped(&self) -> bool {
        self.admin.layout.site.settings.comments_stopped
    }
}

fn tabs(counts: CommentCounts) -> Vec<Tab> {
    let tab = |state, name, count| Tab { state, name, count };
    let mut tabs = vec![
        tab(CommentState::Waiting, "Waiting", counts.waiting),
        tab(CommentState::Approved, "Approved", counts.approved),
        tab(CommentState::Spam, "Spam", counts.spam),
        tab(CommentState::Deleted, "Deleted", counts.deleted),
    ];
    // Only blogs that came from Blogger know this state.
    if counts.hidden > 0 {
        tabs.push(tab(CommentState::Hidden, "Hidden", counts.hidden));
    }
    tabs
}

pub async fn list(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<ListParams>,
    Query(flash_params): Query<flash::FlashParams>,
) -> Result {
    let state = CommentState::of(&params.state).unwrap_or(CommentState::Waiting);
    let filter = CommentFilter::parse(&params.q).within(admin.scope());
    let searching = if params.q.is_empty() {
        None
    } else {
        Some(app.store.search().permit().await?)
    };
    let page = app
        .store
        .moderation()
        .list(
            state,
            &filter,
            Cursor::new(&params.before, &params.after).side(),
            COMMENTS,
        )
        .await?;
    let links = Links::of(&page, |moderated| {
        (moderated.comment.created_at, moderated.comment.id.0)
    });
    let is_first = params.before.is_empty() && params.after.is_empty();
    let mut comments = if state == CommentState::Waiting && is_first {
        app.store.moderation().changes(&filter, COMMENTS).await?
    } else {
        Vec::new()
    };
    let counts = app.store.moderation().counts(&filter).await?;
    drop(searching);
    let differences = Differences::of(&app, &comments).await?;
    comments.extend(page.items);
    render::page(&CommentsPage {
        flash: Flash::of(&app, &admin, &flash_params).await?,
        back: return_query(state, &params),
        admin,
        state,
        q: params.q,
        tabs: tabs(counts),
        links,
        comments,
        differences,
        all_selected: params.select == "all",
    })
}

/// The query that leads back to a page of the list.
fn return_query(state: CommentState, params: &ListParams) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("state", state.word());
    for (name, value) in [
        ("q", &params.q),
        ("before", &params.before),
        ("after", &params.after),
    ] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActForm {
    csrf: String,
    act: String,
    /// The comment as the page showed it.
    seen: String,
    /// The page to come back to.
    back: String,
}

impl HasCsrf for ActForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Decides upon one comment.
pub async fn decide(
    State(app): State<App>,
    Path(id): Path<i64>,
    signed_in: SignedIn,
    CsrfForm(form): CsrfForm<ActForm>,
) -> Result {
    let decision = decision(&form.act)?;
    let seen = Seen::parse(&form.seen)
        .filter(|seen| seen.id.0 == id)
        .ok_or(Error::BadRequest(
            "This form doesn’t say which comment it’s about.",
        ))?;
    let decided = app
        .decide_comments(signed_in.actor(), &[seen], decision)
        .await?;
    render::see_other(&ReturnTo::parse(&form.back).with(&flash::query_of(&decided)))
}

fn decision(act: &str) -> Result<Decision> {
    Decision::of(act).ok_or(Error::BadRequest(
        "This action isn’t available for comments.",
    ))
}

/// The comments that were selected, and what shall become of them.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(try_from = "Vec<(String, String)>")]
pub struct PickedForm {
    csrf: String,
    act: String,
    back: String,
    picked: Vec<Seen>,
}

impl TryFrom<Vec<(String, String)>> for PickedForm {
    type Error = &'static str;

    fn try_from(fields: Vec<(String, String)>) -> std::result::Result<Self, &'static str> {
        let mut sent = Ticked::parse(fields, &["csrf", "act", "back"], PICKED_MAX)?;
        let picked = sent.picked.iter().map(|seen| Seen::parse(seen));
        Ok(Self {
            picked: picked
                .collect::<Option<_>>()
                .ok_or("a comment that no page showed")?,
            csrf: sent.take("csrf"),
            act: sent.take("act"),
            back: sent.take("back"),
        })
    }
}

impl HasCsrf for PickedForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Decides upon all comments that were selected.
pub async fn decide_picked(
    State(app): State<App>,
    signed_in: SignedIn,
    CsrfForm(form): CsrfForm<PickedForm>,
) -> Result {
    let decision = decision(&form.act)?;
    if form.picked.is_empty() {
        return render::see_other(&ReturnTo::parse(&form.back).with("none=1"));
    }
    let decided = app.decide_comments(signed_in.actor(), &form.picked, decision);
    render::see_other(&ReturnTo::parse(&form.back).with(&flash::query_of(&decided.await?)))
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UndoForm {
    csrf: String,
    /// The first and the last act.
    acts: String,
    /// The same of all that was done at once, where that is to be taken back.
    together: String,
    back: String,
}

impl HasCsrf for UndoForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Takes acts back.
pub async fn undo(
    State(app): State<App>,
    signed_in: SignedIn,
    CsrfForm(form): CsrfForm<UndoForm>,
) -> Result {
    let acts = if form.together.is_empty() {
        &form.acts
    } else {
        &form.together
    };
    let (first, last) =
        flash::acts(acts).ok_or(Error::BadRequest("This form doesn’t say what to undo."))?;
    let undone = app.undo_decisions(signed_in.actor(), first, last).await?;
    let first = undone.iter().map(|changed| changed.act).min();
    let last = undone.iter().map(|changed| changed.act).max();
    let flash = first.zip(last).map_or("missed=1".to_owned(), flash::done);
    render::see_other(&ReturnTo::parse(&form.back).with(&flash))
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StopForm {
    csrf: String,
    /// Sent as [`YES`] to stop all, empty to take comments again.
    stop: String,
}

impl HasCsrf for StopForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Takes no new comments anywhere, or takes them again.
pub async fn stop(
    State(app): State<App>,
    signed_in: SignedIn,
    CsrfForm(form): CsrfForm<StopForm>,
) -> Result {
    app.store
        .moderation()
        .stop_comments(form.stop == YES, &signed_in.author.name, app.now())
        .await?;
    render::see_other("/admin/comments/")
}
