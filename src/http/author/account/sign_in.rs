//! Signing in, by password or by a one-time address, and out. Where one-time codes are on, the password leads to the page
//! that asks for one (`second_step.rs`).

use super::{passkeys, second_factor};
use crate::app::App;
use crate::blog::audit::{Act, Note};
use crate::blog::{AuthorId, Problems, author, password};
use crate::error::Error;
use crate::http::auth::csrf_form::{ButtonForm, CsrfForm};
use crate::http::auth::session::{self, Proven, SignedIn};
use crate::http::auth::{json_form, known_device, return_to};
use crate::http::limits::sign_in_throttle::{Throttle, Trying};
use crate::http::limits::visitor::Visitor;
use crate::http::page::layout::Layout;
use crate::http::page::render::{self, Result};
use crate::secrets;
use crate::store::LinkOwner;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignInForm {
    email: String,
    password: String,
    /// The page that was asked for before.
    next: String,
}

#[derive(Template)]
#[template(path = "author/sign_in.html")]
struct SignInPage {
    layout: Layout,
    email: String,
    next: String,
    problem: Option<String>,
    /// Whether somebody can sign in with a passkey.
    passkeys: bool,
}

pub async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Query(form): Query<SignInForm>,
) -> Result {
    let next = return_to::safe(&app.config.url, &form.next);
    if session::of(&app, &headers).await?.is_some() {
        return render::see_other(&next);
    }
    let layout = Layout::of(&app).await?;
    if !layout.site.set_up {
        return render::see_other("/admin/setup");
    }
    render::page(&SignInPage {
        layout,
        email: String::new(),
        next,
        problem: None,
        passkeys: passkeys::are_in_use(&app).await?,
    })
}

pub async fn enter(
    State(app): State<App>,
    Extension(throttle): Extension<Throttle>,
    visitor: Visitor,
    Form(form): Form<SignInForm>,
) -> Result {
    let account = account_of(&form.email);
    let next = return_to::safe(&app.config.url, &form.next);
    let (id, hash) = app.store.authors().password_hash(&account).await?.unzip();
    let headers = &visitor.headers;
    let trying = trying(&app, &visitor, &account, id).await?;
    let page = SignInPage {
        layout: Layout::of(&app).await?,
        email: account,
        next,
        problem: None,
        passkeys: passkeys::are_in_use(&app).await?,
    };
    let attempt = PasswordAttempt {
        typed: &form.password,
        hash: hash.as_deref(),
    };
    match check_password(&app, &throttle, &trying, attempt).await? {
        Checked::Wait(wait) => {
            return too_many(wait, headers, |problem| {
                render::page(&SignInPage {
                    problem: Some(problem),
                    ..page
                })
            });
        }
        Checked::Wrong => {}
        Checked::Right => {
            if let Some(id) = id {
                renew_hash(&app, id, hash, form.password).await;
                if app.store.credentials().totp_secret(id).await?.is_some() {
                    return second_factor::begin(&app, headers, id, &page.next).await;
                }
                let proven = Proven {
                    author: id,
                    by: "password",
                };
                return entered(&app, &visitor, proven, &page.next).await;
            }
        }
    }
    refused(&app, id, "password", &visitor).await;
    let problem = "Wrong email or password.";
    if json_form::asks(headers) {
        return Ok(json_form::problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            problem,
        ));
    }
    render::problem_page(&SignInPage {
        problem: Some(problem.to_owned()),
        ..page
    })
}

/// The address that was typed, as it is looked up. What is longer than any address is none (RFC 5321, 4.5.3.1.3).
fn account_of(typed: &str) -> String {
    const ADDRESS_MAX_BYTES: usize = 254;
    let typed = typed.trim();
    if typed.len() > ADDRESS_MAX_BYTES {
        return String::new();
    }
    typed.to_lowercase()
}

/// Who tries to sign in: whether the browser or the network is known for this person. It asks the same of nobody, so that
/// both take the same time.
async fn trying(
    app: &App,
    visitor: &Visitor,
    account: &str,
    id: Option<AuthorId>,
) -> crate::error::Result<Trying> {
    let id = id.unwrap_or(AuthorId(0));
    let device = known_device::of(app, &visitor.headers, id)?;
    let prefix = visitor.audit_prefix();
    let is_familiar = app
        .store
        .audit_log()
        .signed_in_from(id, &prefix, app.now())
        .await?;
    Ok(Trying::password(
        account,
        visitor.network(),
        device.as_deref(),
        is_familiar,
    ))
}

/// What became of a password.
pub enum Checked {
    Right,
    Wrong,
    /// It was not looked at: how long to wait before the next try.
    Wait(Duration),
}

/// A password that is to be checked.
pub struct PasswordAttempt<'a> {
    pub typed: &'a str,
    /// The hash that the account has, if there is such an account.
    pub hash: Option<&'a str>,
}

/// Checks a password in its turn. Without a hash it takes the same time and is wrong.
pub async fn check_password(
    app: &App,
    throttle: &Throttle,
    trying: &Trying,
    attempt: PasswordAttempt<'_>,
) -> crate::error::Result<Checked> {
    let priority = match throttle.priority(trying, Instant::now()) {
        Ok(priority) => priority,
        Err(wait) => return Ok(Checked::Wait(wait)),
    };
    let turn = app.passwords.turn(priority).await?;
    if let Err(wait) = throttle.begin(trying, Instant::now()) {
        return Ok(Checked::Wait(wait));
    }
    let (password, hash) = (attempt.typed.to_owned(), attempt.hash.map(str::to_owned));
    if !app.passwords.verify(turn, password, hash).await? {
        return Ok(Checked::Wrong);
    }
    throttle.succeeded(trying);
    Ok(Checked::Right)
}

/// Hashes a password that was right once more where its hash was made with older costs. That keeps nobody out where it
/// cannot be done now.
async fn renew_hash(app: &App, id: AuthorId, hash: Option<String>, password: String) {
    let renewed = async {
        let Some(read) = hash else { return Ok(()) };
        if !app.passwords.is_dated(&read)? {
            return Ok(());
        }
        let renewed = app.passwords.hash(password).await?;
        app.store.authors().replace_hash(id, &read, &renewed).await
    };
    if let Err(error) = renewed.await {
        tracing::warn!(%error, "a password is not hashed with today's costs yet");
    }
}

/// Writes into the audit log that somebody was not let in, known or not: both take the same time. What was typed is
/// nowhere, since it may be a password in the wrong field. A log that cannot be written shuts nobody out.
pub async fn refused(app: &App, id: Option<AuthorId>, what: &str, visitor: &Visitor) {
    let note = Note::new(Act::Refused, app.now())
        .about(&format!("wrong {what}"))
        .from(&visitor.audit_prefix());
    let note = match id {
        Some(id) => note.by(id),
        None => note,
    };
    if let Err(error) = app.store.audit_log().add(note).await {
        tracing::error!(%error, "a failed sign-in could not be added to the audit log");
    }
}

/// Whether an operator is to be shown, once, that roles changed with an upgrade. Nobody is kept out for it.
async fn has_roles_news(app: &App, author: AuthorId) -> bool {
    app.store
        .access()
        .take_roles_news(author)
        .await
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "the notice about new roles will be shown at a later sign-in");
            false
        })
}

/// Signs somebody in who has shown all that is asked for, and leads on.
pub async fn entered(app: &App, visitor: &Visitor, proven: Proven, next: &str) -> Result {
    let answer = if json_form::asks(&visitor.headers) {
        json_form::answer(StatusCode::OK, &serde_json::json!({ "next": next }))
    } else if has_roles_news(app, proven.author).await {
        render::see_other("/admin/people/?done=roles")?
    } else {
        render::see_other(next)?
    };
    session::begin(app, visitor, proven, answer).await
}

/// Asks somebody who tried too often to wait; `page` makes the page with the sentence about it.
pub fn too_many(
    wait: Duration,
    headers: &HeaderMap,
    page: impl FnOnce(String) -> Result,
) -> Result {
    let seconds = wait.as_secs() + 1;
    let problem = format!("Too many attempts. Please wait {seconds} seconds and try again.");
    let status = StatusCode::TOO_MANY_REQUESTS;
    let mut answer: Response = if json_form::asks(headers) {
        json_form::problem(status, &problem)
    } else {
        (status, page(problem)?).into_response()
    };
    answer
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    Ok(answer)
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkForm {
    key: String,
    /// Of somebody who was invited.
    name: String,
    password: String,
}

#[derive(Template)]
#[template(path = "author/sign_in_link.html")]
struct LinkPage {
    layout: Layout,
    form: LinkForm,
    problems: Problems,
    /// Whom the address lets in; `None` where it does not work.
    person: Option<LinkOwner>,
}

/// Opening a one-time address shows a form and uses nothing up: mail programs open links on their own.
pub async fn link(State(app): State<App>, Query(mut form): Query<LinkForm>) -> Result {
    let person = let_in(&app, &form).await?;
    form.name = person
        .as_ref()
        .map(|one| one.name.clone())
        .unwrap_or_default();
    form.password = String::new();
    render::page(&LinkPage {
        layout: Layout::of(&app).await?,
        form,
        problems: Problems::default(),
        person,
    })
}

pub async fn enter_by_link(
    State(app): State<App>,
    visitor: Visitor,
    Form(form): Form<LinkForm>,
) -> Result {
    let person = let_in(&app, &form).await?.ok_or(USED_UP)?;
    if person.invited {
        return accept_invitation(&app, &visitor, form, person).await;
    }
    let author = app
        .store
        .sign_in_links()
        .redeem(&secrets::hash(&form.key), app.now())
        .await?
        .ok_or(USED_UP)?;
    app.unsaved.end_sessions_of(author, &[]);
    let next = "/admin/profile?welcome=1";
    if app.store.credentials().totp_secret(author).await?.is_some() {
        return second_factor::begin(&app, &visitor.headers, author, next).await;
    }
    let proven = Proven { author, by: "link" };
    entered(&app, &visitor, proven, next).await
}

const USED_UP: Error =
    Error::Forbidden("This link has been used already or has expired. Ask for a new one.");

async fn let_in(app: &App, form: &LinkForm) -> Result<Option<LinkOwner>> {
    app.store
        .sign_in_links()
        .owner(&secrets::hash(&form.key), app.now())
        .await
}

/// The first time that somebody is here: the name that readers will see, and a password.
async fn accept_invitation(
    app: &App,
    visitor: &Visitor,
    form: LinkForm,
    person: LinkOwner,
) -> Result {
    let layout = Layout::of(app).await?;
    let mut problems = Problems::default();
    let named =
        author::parse_person(&form.name, &person.email).map_err(|wrong| problems.0.extend(wrong.0));
    if let Err(wrong) =
        password::check(&form.password, &[&form.name, &person.email, layout.title()])
    {
        problems.0.extend(wrong.0);
    }
    let (Ok((name, _)), true) = (named, problems.is_empty()) else {
        return render::problem_page(&LinkPage {
            layout,
            form,
            problems,
            person: Some(person),
        });
    };
    let hash = app.passwords.hash(form.password).await?;
    let author = app
        .store
        .sign_in_links()
        .accept_invitation(&secrets::hash(&form.key), &name, &hash, app.now())
        .await?
        .ok_or(USED_UP)?;
    let by = "invitation";
    entered(app, visitor, Proven { author, by }, return_to::HOME).await
}

pub async fn out(
    State(app): State<App>,
    signed_in: SignedIn,
    CsrfForm(_): CsrfForm<ButtonForm>,
) -> Result {
    session::end(&app, &signed_in, render::see_other("/")?).await
}

/// What a script needs to go on after somebody signed in again.
pub async fn who(signed_in: SignedIn) -> Response {
    json_form::answer(
        StatusCode::OK,
        &serde_json::json!({
            "csrf": signed_in.csrf,
            "name": signed_in.author.name,
            "email": signed_in.author.email,
        }),
    )
}
