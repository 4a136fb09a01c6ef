//! Bans: who is banned until when, and a form to ban or to see first whom a ban would catch.

use crate::app::App;
use crate::blog::action::{BanAction, UnknownAction};
use crate::blog::ban::{self, Ban, BanForm, Kind, NewBan, Traces};
use crate::blog::comment::State as CommentState;
use crate::blog::{BanId, CommentId, Problems};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{ButtonForm, CsrfForm, HasCsrf};
use crate::http::page::render::{self, Result};
use crate::store::{BanContext, CaughtComment};
use askama::Template;
use axum::extract::{Path, Query, State};

/// How far a ban that is tried looks back: as long as networks are remembered.
const TRIED_SECONDS: i64 = ban::NETWORK_DAYS_MAX * 24 * 3600;
/// Caught comments that are listed; all are counted.
const CAUGHT: usize = 50;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct BansParams {
    /// The comment whose writer is to be banned.
    comment: Option<i64>,
    /// The ban that was just made, to be undone by one button.
    banned: Option<i64>,
    /// It was there already, with another end.
    again: Option<String>,
    ended: Option<String>,
}

impl HasCsrf for BanForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// What a ban would have caught.
struct Tried {
    label: String,
    number: usize,
    comments: Vec<CaughtComment>,
}

#[derive(Template)]
#[template(path = "operator/bans.html")]
struct BansPage {
    admin: AdminLayout,
    bans: Vec<Ban>,
    form: BanForm,
    problems: Problems,
    /// The writer of the comment that the form begins from.
    traces: Option<Traces>,
    tried: Option<Tried>,
    banned: Option<(BanId, bool)>,
    ended: bool,
}

impl BansPage {
    async fn new(
        app: &App,
        admin: AdminLayout,
        form: BanForm,
        traces: Option<Traces>,
    ) -> Result<Self> {
        Ok(Self {
            bans: app.store.bans().list(app.now()).await?,
            admin,
            form,
            problems: Problems::default(),
            traces,
            tried: None,
            banned: None,
            ended: false,
        })
    }

    /// What the form offers to ban by, and whether it is chosen.
    fn choices(&self) -> Vec<(Kind, String, bool)> {
        let choices = match &self.traces {
            Some(traces) => traces.choices(),
            None => vec![(Kind::Name, String::new()), (Kind::Email, String::new())],
        };
        let known = choices
            .iter()
            .any(|(kind, _)| kind.word() == self.form.kind);
        choices
            .into_iter()
            .enumerate()
            .map(|(place, (kind, words))| {
                let chosen = kind.word() == self.form.kind || (!known && place == 0);
                (kind, words, chosen)
            })
            .collect()
    }

    /// The last day of a ban.
    fn until(&self, ban: &Ban) -> String {
        self.admin.layout.dates().date(&ban.last_moment())
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn beginning(&self, caught: &CaughtComment) -> String {
        super::beginning(&caught.source, caught.markup)
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn state(&self, caught: &CaughtComment) -> &'static str {
        match caught.state {
            CommentState::Waiting => "waiting",
            CommentState::Approved => "approved",
            CommentState::Spam => "spam",
            CommentState::Deleted => "deleted",
            CommentState::Hidden => "hidden",
        }
    }
}

pub async fn list(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<BansParams>,
) -> Result {
    let comment = params.comment.map(|id| id.to_string()).unwrap_or_default();
    let traces = traces(&app, &comment).await?;
    let form = BanForm {
        comment,
        until: ban::usual_until(app.now(), &admin.layout.site.zone),
        ..BanForm::default()
    };
    let mut page = BansPage::new(&app, admin, form, traces).await?;
    page.ended = params.ended.is_some();
    page.banned = params
        .banned
        .map(|id| (BanId(id), params.again.is_some()))
        .filter(|(id, _)| page.bans.iter().any(|ban| ban.id == *id));
    render::page(&page)
}

/// What is known of the writer of the comment that a form names; nothing where it names none, or an author's.
async fn traces(app: &App, comment: &str) -> Result<Option<Traces>> {
    match comment.parse() {
        Ok(id) => app.store.bans().traces(CommentId(id)).await,
        Err(_) => Ok(None),
    }
}

pub async fn add(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<BanForm>,
) -> Result {
    let now = app.now();
    let traces = traces(&app, &form.comment).await?;
    let new = match NewBan::parse(&form, traces.as_ref(), &admin.layout.site.zone, now) {
        Ok(new) => new,
        Err(problems) => {
            let mut page = BansPage::new(&app, admin, form, traces).await?;
            page.problems = problems;
            return render::problem_page(&page);
        }
    };
    match form.act.parse() {
        Ok(BanAction::Try) => {
            let since = now.plus_seconds(-TRIED_SECONDS);
            let (number, comments) = app
                .store
                .bans()
                .would_catch(new.kind, &new.value, since, CAUGHT)
                .await?;
            let mut page = BansPage::new(&app, admin, form, traces).await?;
            page.tried = Some(Tried {
                label: new.label,
                number,
                comments,
            });
            render::page(&page)
        }
        Ok(BanAction::Ban) => {
            let banning = BanContext {
                by: &admin.signed_in.author.name,
                comment: traces.map(|traces| traces.id),
                now,
            };
            let banned = app.store.bans().add(&new, banning).await?;
            let again = if banned.again { "&again=1" } else { "" };
            render::see_other(&format!("/admin/comments/bans?banned={}{again}", banned.id))
        }
        Err(UnknownAction) => Err(Error::BadRequest("This action isn’t available.")),
    }
}

pub async fn end(
    State(app): State<App>,
    admin: AdminLayout,
    Path(id): Path<i64>,
    CsrfForm(_): CsrfForm<ButtonForm>,
) -> Result {
    let by = &admin.signed_in.author.name;
    app.store.bans().end(BanId(id), by, app.now()).await?;
    render::see_other("/admin/comments/bans?ended=1")
}
