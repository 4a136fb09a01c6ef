//! Old addresses: the redirects that the author makes, one by one or as a list, and the addresses that were not found.

use crate::app::App;
use crate::blog::action::{MissingAction, RedirectAction, RedirectListAction, UnknownAction};
use crate::blog::audit::Act;
use crate::blog::redirect::{self, Fate, Line, Redirect};
use crate::blog::{Problems, RedirectId};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{ActForm, CsrfForm, HasCsrf, action};
use crate::http::auth::session::SignedIn;
use crate::http::page::render::{self, Result};
use crate::secrets;
use crate::store::{NotFoundLine, OwnRedirect};
use askama::Template;
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use url::Url;

/// Short lines: some screens of them.
const LINES: i64 = 100;
/// What is asked for most often; the rest is hardly worth an author's time.
const MISSING: i64 = 50;
/// Lines of a checked list that are shown, those with a problem first.
const SHOWN: usize = 500;
/// A list of so many bytes, each of them sent as three at worst.
const LIST_MAX_BYTES: usize = 1024 * 1024;
pub const LIST_FORM_MAX_BYTES: usize = 3 * LIST_MAX_BYTES + 64 * 1024;

const OTHER_SESSION: &str =
    "This form is from another session, so nothing was sent. Go back and open the page again.";

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct RedirectsParams {
    q: String,
    /// The old address after which the page begins.
    after: String,
    /// The address for which a redirect is to be made.
    path: String,
    /// What was just done, the number of the act, and how many redirects are new.
    did: String,
    act: String,
    number: String,
    /// Whether a post lives at the old address.
    waits: Option<String>,
}

/// The fields of a redirect exactly as they were sent.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RedirectForm {
    csrf: String,
    act: String,
    path: String,
    target: String,
    /// `for-ever` or `for-a-while`.
    term: String,
}

impl HasCsrf for RedirectForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// For how long a redirect is meant, as a word of the form.
fn term(permanent: bool) -> String {
    if permanent { "for-ever" } else { "for-a-while" }.to_owned()
}

impl RedirectForm {
    fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            term: term(true),
            ..Self::default()
        }
    }

    fn parse(&self, ours: &Url) -> std::result::Result<Redirect, Problems> {
        Redirect::parse(&self.path, &self.target, self.term != term(false), ours)
    }
}

#[derive(Template)]
#[template(path = "operator/redirects.html")]
struct RedirectsPage {
    admin: AdminLayout,
    q: String,
    total: i64,
    lines: Vec<OwnRedirect>,
    /// The address after which the next page begins.
    next: Option<String>,
    is_later: bool,
    missing: Vec<NotFoundLine>,
    form: RedirectForm,
    problems: Problems,
    message: Option<String>,
    /// The act that one button takes back.
    undo: Option<i64>,
}

impl RedirectsPage {
    async fn new(app: &App, admin: AdminLayout, params: RedirectsParams) -> Result<Self> {
        let limit = usize::try_from(LINES).unwrap_or(usize::MAX);
        let mut lines = app
            .store
            .redirects()
            .list(params.q.trim(), &params.after, LINES + 1)
            .await?;
        let more = lines.len() > limit;
        lines.truncate(limit);
        let next = lines.last().filter(|_| more);
        let message = message_of(&params);
        let undoable = matches!(
            params.did.as_str(),
            "added" | "changed" | "removed" | "list"
        );
        Ok(Self {
            admin,
            total: app.store.redirects().count().await?,
            next: next.map(|line| render::query_value(&line.path)),
            lines,
            is_later: !params.after.is_empty(),
            missing: app.store.not_found_log().list(MISSING).await?,
            form: RedirectForm::new(&params.path),
            problems: Problems::default(),
            undo: params
                .act
                .parse()
                .ok()
                .filter(|_| undoable && message.is_some()),
            message,
            q: params.q,
        })
    }

    /// The form on the page makes a redirect; on that of one it changes it.
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn action(&self) -> String {
        "/admin/addresses/".to_owned()
    }
}

fn message_of(params: &RedirectsParams) -> Option<String> {
    let words = match params.did.as_str() {
        "added" | "changed" if params.waits.is_some() => {
            "Saved. There’s a post at the old address, so readers see the post. The redirect takes effect when the post is gone."
        }
        "added" => "Saved. The old address now leads to the new one.",
        "changed" => "Redirect updated.",
        "removed" => "Redirect removed.",
        "undone" => "Undone.",
        "nothing" => "Nothing was changed: everything in the list is already set up.",
        "forgotten" => "Dismissed. It’s listed again if somebody opens it again.",
        "list" => {
            let number: i64 = params.number.parse().ok()?;
            return Some(match number {
                1 => "1 redirect saved.".to_owned(),
                number => format!("{number} redirects saved."),
            });
        }
        _ => return None,
    };
    Some(words.to_owned())
}

pub async fn list(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<RedirectsParams>,
) -> Result {
    render::page(&RedirectsPage::new(&app, admin, params).await?)
}

/// Saves a redirect, in the place of `gone` where one is named. Gives the way on, or what is wrong.
async fn save(
    app: &App,
    me: &SignedIn,
    form: &RedirectForm,
    gone: Option<RedirectId>,
) -> Result<std::result::Result<String, Problems>> {
    let new = match form.parse(&app.config.url) {
        Ok(new) => new,
        Err(problems) => return Ok(Err(problems)),
    };
    let path = new.path.clone();
    let taken = "There’s already a redirect for this address. You can edit it in the list below.";
    let change = move |all: &mut redirect::Redirects| {
        if all.of(&new.path).is_some() {
            return Err(("path", taken));
        }
        all.put(new).map_err(|message| ("target", message))
    };
    let note = me.note(Act::Redirects, app.now()).about(&path);
    let (done, act) = app
        .store
        .noting(note)
        .redirects()
        .change(gone, change, app.now())
        .await?;
    if let Err((field, message)) = done {
        return Ok(Err(Problems::one(field, message)));
    }
    let waits = if app.store.posts().published(&path).await?.is_some() {
        "&waits=1"
    } else {
        ""
    };
    let did = if gone.is_some() { "changed" } else { "added" };
    Ok(Ok(match act {
        Some(act) => format!("/admin/addresses/?did={did}&act={act}{waits}"),
        None => "/admin/addresses/?did=nothing".to_owned(),
    }))
}

pub async fn add(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<RedirectForm>,
) -> Result {
    match save(&app, &admin.signed_in, &form, None).await? {
        Ok(on) => render::see_other(&on),
        Err(problems) => {
            let mut page = RedirectsPage::new(&app, admin, RedirectsParams::default()).await?;
            page.problems = problems;
            page.form = form;
            render::problem_page(&page)
        }
    }
}

#[derive(Template)]
#[template(path = "operator/redirect.html")]
struct RedirectPage {
    admin: AdminLayout,
    line: OwnRedirect,
    form: RedirectForm,
    problems: Problems,
}

impl RedirectPage {
    fn action(&self) -> String {
        format!("/admin/addresses/{}", self.line.id)
    }
}

async fn line(app: &App, id: i64) -> Result<OwnRedirect> {
    let line = app.store.redirects().by_id(RedirectId(id)).await?;
    line.ok_or(Error::NotFound)
}

pub async fn show(admin: AdminLayout, State(app): State<App>, Path(id): Path<i64>) -> Result {
    let line = line(&app, id).await?;
    let form = RedirectForm {
        path: line.path.clone(),
        target: line.target.clone(),
        term: term(line.permanent),
        ..RedirectForm::default()
    };
    let problems = Problems::default();
    render::page(&RedirectPage {
        admin,
        line,
        form,
        problems,
    })
}

/// Changes a redirect or takes it away.
pub async fn act(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    CsrfForm(form): CsrfForm<RedirectForm>,
) -> Result {
    let line = line(&app, id).await?;
    let saved = match form.act.parse() {
        Ok(RedirectAction::Remove) => {
            let note = admin.signed_in.note(Act::Redirects, app.now());
            let act = app
                .store
                .noting(note.about(&format!("removed {}", line.path)))
                .redirects()
                .remove(line.id, app.now())
                .await?;
            let act = act.ok_or(Error::NotFound)?;
            return render::see_other(&format!("/admin/addresses/?did=removed&act={act}"));
        }
        Ok(RedirectAction::Save) => save(&app, &admin.signed_in, &form, Some(line.id)).await?,
        Err(UnknownAction) => Err(Problems::one("path", "This action isn’t available.")),
    };
    match saved {
        Ok(on) => render::see_other(&on),
        Err(problems) => render::problem_page(&RedirectPage {
            admin,
            line,
            form,
            problems,
        }),
    }
}

/// Takes the last act back.
pub async fn undo(
    State(app): State<App>,
    signed_in: SignedIn,
    CsrfForm(form): CsrfForm<ActForm>,
) -> Result {
    let act = form.act.parse().map_err(|_| Error::NotFound)?;
    let note = signed_in.note(Act::Redirects, app.now()).about("undone");
    let changed = app
        .store
        .noting(note)
        .redirects()
        .undo(act, app.now())
        .await?;
    render::see_other(if changed > 0 {
        "/admin/addresses/?did=undone"
    } else {
        "/admin/addresses/?did=nothing"
    })
}

/// An address that was not found, to be forgotten; none: all of them.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MissingForm {
    csrf: String,
    act: String,
    path: String,
}

impl HasCsrf for MissingForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

pub async fn forget(State(app): State<App>, CsrfForm(form): CsrfForm<MissingForm>) -> Result {
    let one = match action(&form.act)? {
        MissingAction::One => Some(form.path.as_str()),
        MissingAction::All => None,
    };
    app.store.not_found_log().forget(one).await?;
    render::see_other("/admin/addresses/?did=forgotten")
}

/// A list of redirects, as it was sent.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListForm {
    csrf: String,
    act: String,
    list: String,
    /// Whether what exists already is replaced; sent as `yes` or not at all.
    replace: String,
}

impl HasCsrf for ListForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// What a list would do.
#[derive(Default)]
struct Checked {
    new: usize,
    same: usize,
    conflicts: usize,
    wrong: usize,
    /// Those with a problem first.
    lines: Vec<Line>,
    /// How many are not shown.
    more: usize,
}

impl Checked {
    fn of(mut lines: Vec<Line>) -> Self {
        let rank = |line: &Line| match line.fate {
            Fate::Wrong(_) => 0,
            Fate::Conflict(_) => 1,
            Fate::New => 2,
            Fate::Same => 3,
        };
        let mut numbers = [0; 4];
        for line in &lines {
            numbers[rank(line)] += 1;
        }
        lines.sort_by_key(|line| (rank(line), line.number));
        let more = lines.len().saturating_sub(SHOWN);
        lines.truncate(SHOWN);
        let [wrong, conflicts, new, same] = numbers;
        Self {
            new,
            same,
            conflicts,
            wrong,
            lines,
            more,
        }
    }
}

#[derive(Template)]
#[template(path = "operator/redirect_list.html")]
struct ListPage {
    admin: AdminLayout,
    form: ListForm,
    checked: Option<Checked>,
    problem: Option<&'static str>,
}

impl ListPage {
    fn replaces(&self) -> bool {
        self.form.replace == "yes"
    }

    /// How many redirects saving would change.
    fn number(&self) -> usize {
        let checked = self.checked.as_ref();
        checked.map_or(0, |checked| {
            checked.new
                + if self.replaces() {
                    checked.conflicts
                } else {
                    0
                }
        })
    }

    /// What a line would do, in a few words, and what is in its way.
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn fate(&self, line: &Line) -> &'static str {
        match line.fate {
            Fate::New => "New",
            Fate::Same => "Already there",
            Fate::Conflict(_) => "Conflict",
            Fate::Wrong(_) => "Invalid",
        }
    }

    fn why(&self, line: &Line) -> String {
        match &line.fate {
            Fate::New | Fate::Same => String::new(),
            Fate::Conflict(existing) if self.replaces() => format!("Replaces {existing}"),
            Fate::Conflict(existing) => format!("Already leads to {existing}; won’t be changed"),
            Fate::Wrong(message) => message.clone(),
        }
    }
}

pub async fn import(admin: AdminLayout) -> Result {
    render::page(&ListPage {
        admin,
        form: ListForm::default(),
        checked: None,
        problem: None,
    })
}

/// Checks a list, or saves what it says.
pub async fn import_list(
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<ListForm>,
) -> Result {
    match action(&form.act)? {
        RedirectListAction::Check => return checked(admin, &app, form).await,
        RedirectListAction::Save => {}
    }
    let replace = form.replace == "yes";
    let ours = app.config.url.clone();
    let change = move |all: &mut redirect::Redirects| {
        redirect::add_list(&form.list, &ours, replace, all);
        all.changed().len()
    };
    let note = admin.signed_in.note(Act::Redirects, app.now());
    let (number, act) = app
        .store
        .noting(note.about("a list"))
        .redirects()
        .change(None, change, app.now())
        .await?;
    render::see_other(&match act {
        Some(act) => format!("/admin/addresses/?did=list&act={act}&number={number}"),
        None => "/admin/addresses/?did=nothing".to_owned(),
    })
}

async fn checked(admin: AdminLayout, app: &App, form: ListForm) -> Result {
    let mut page = ListPage {
        admin,
        form,
        checked: None,
        problem: None,
    };
    if page.form.list.trim().is_empty() {
        page.problem = Some("The list is empty.");
        return render::problem_page(&page);
    }
    if page.form.list.len() > LIST_MAX_BYTES {
        page.problem = Some("The list is larger than 1 MiB. Please split it into several lists.");
        return render::problem_page(&page);
    }
    let mut all = app.store.redirects().all().await?;
    let ours = app.config.url.clone();
    let check = move || {
        let lines = redirect::add_list(&page.form.list, &ours, page.replaces(), &mut all);
        page.checked = Some(Checked::of(lines));
        render::page(&page)
    };
    app.compute(check).await?
}

/// Reads a list from a file and shows what it would do.
pub async fn upload(admin: AdminLayout, State(app): State<App>, request: Request) -> Result {
    let Ok(mut sent) = Multipart::from_request(request, &app).await else {
        return Err(Error::Forbidden(OTHER_SESSION));
    };
    // The token is first, so that nothing is read for who has none.
    let token = match sent.next_field().await {
        Ok(Some(field)) if field.name() == Some("csrf") => field.text().await.unwrap_or_default(),
        _ => String::new(),
    };
    if !secrets::constant_time_eq(&token, admin.csrf()) {
        return Err(Error::Forbidden(OTHER_SESSION));
    }
    let bytes = match sent.next_field().await {
        Ok(Some(field)) => field.bytes().await.unwrap_or_default().to_vec(),
        _ => Vec::new(),
    };
    let list = String::from_utf8_lossy(&bytes).into_owned();
    let form = ListForm {
        list,
        ..ListForm::default()
    };
    checked(admin, &app, form).await
}
