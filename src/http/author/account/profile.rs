//! A person's own profile: the name that readers see, how one signs in, and where one is signed in.

use super::passkeys;
use super::sign_in::{Checked, PasswordAttempt, check_password};
use crate::app::App;
use crate::blog::audit::Act;
use crate::blog::{Problems, SessionId, author, password};
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf};
use crate::http::auth::return_to;
use crate::http::auth::session::SignedIn;
use crate::http::limits::sign_in_throttle::{Throttle, Trying};
use crate::http::page::render::{self, Result};
use crate::store::{Passkey, Session};
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileForm {
    csrf: String,
    name: String,
    email: String,
    /// Empty: the old one stays.
    password: String,
    /// The password as it is, where it was not shown for a while.
    current: String,
}

impl HasCsrf for ProfileForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct ProfileParams {
    saved: Option<String>,
    /// Came by a one-time address, so a new password is due.
    welcome: Option<String>,
    /// What else was done: `ended`, `added`, `removed`, `codes-off`.
    done: String,
}

#[derive(Template)]
#[template(path = "author/profile.html")]
struct ProfilePage {
    admin: AdminLayout,
    name: String,
    email: String,
    problems: Problems,
    message: &'static str,
    /// Whether email and password can be changed without the password as it is.
    confirmed: bool,
    sessions: Vec<Session>,
    /// Whether one-time codes are on, and how many recovery codes are left.
    codes: bool,
    recovery: i64,
    passkeys: Vec<Passkey>,
    /// Whether passkeys can work under the blog's address.
    passkeys_work: bool,
}

impl ProfilePage {
    async fn new(app: &App, admin: AdminLayout) -> Result<Self> {
        let me = &admin.signed_in.author;
        Ok(Self {
            name: me.name.clone(),
            email: me.email.clone(),
            problems: Problems::default(),
            message: "",
            confirmed: admin.signed_in.is_confirmed(app.now()),
            sessions: app.store.sessions().list(me.id, app.now()).await?,
            codes: app.store.credentials().totp_secret(me.id).await?.is_some(),
            recovery: app.store.credentials().recovery_codes(me.id).await?,
            passkeys: app.store.credentials().passkeys(me.id).await?,
            passkeys_work: passkeys::can_work(app),
            admin,
        })
    }

    fn is_this_one(&self, session: &Session) -> bool {
        session.id == self.admin.signed_in.session
    }

    fn device(session: &Session) -> &str {
        if session.device.is_empty() {
            "Unknown browser"
        } else {
            &session.device
        }
    }
}

pub async fn show(
    State(app): State<App>,
    admin: AdminLayout,
    Query(params): Query<ProfileParams>,
) -> Result {
    let mut page = ProfilePage::new(&app, admin).await?;
    page.message = match params.done.as_str() {
        "ended" => "Signed out on that device.",
        "added" => "Passkey added. You can sign in with it next time.",
        "removed" => "Passkey removed. Remember to delete it from your device, too.",
        "codes-off" => "One-time codes are off.",
        _ if params.saved.is_some() => "Saved.",
        _ if params.welcome.is_some() => "You’re signed in. Please set a new password now.",
        _ => "",
    };
    render::page(&page)
}

pub async fn save(
    State(app): State<App>,
    Extension(throttle): Extension<Throttle>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<ProfileForm>,
) -> Result {
    let me = admin.signed_in.clone();
    let mut problems = Problems::default();
    let person =
        author::parse_person(&form.name, &form.email).map_err(|wrong| problems.0.extend(wrong.0));
    if !form.password.is_empty()
        && let Err(wrong) = password::check(
            &form.password,
            &[&form.name, &form.email, admin.layout.title()],
        )
    {
        problems.0.extend(wrong.0);
    }
    let changes_entry = !form.password.is_empty()
        || person
            .as_ref()
            .is_ok_and(|(_, email)| *email != me.author.email);
    if changes_entry
        && !me.is_confirmed(app.now())
        && let Err(problem) = confirm(&app, &throttle, &admin, &form.current).await?
    {
        problems.add("current", problem);
    }
    if let (Ok(person), true) = (person, problems.is_empty()) {
        let (name, email) = person;
        let wanted = Wanted {
            name,
            email,
            password: &form.password,
        };
        match change(&app, &me, wanted).await? {
            Ok(()) => return render::see_other("/admin/profile?saved=1"),
            Err(taken) => problems = taken,
        }
    }
    let page = ProfilePage::new(&app, admin).await?;
    render::problem_page(&ProfilePage {
        name: form.name,
        email: form.email,
        problems,
        ..page
    })
}

/// Confirms a session by the current password; or says what is wrong with it.
async fn confirm(
    app: &App,
    throttle: &Throttle,
    admin: &AdminLayout,
    current: &str,
) -> Result<std::result::Result<(), &'static str>> {
    let me = &admin.signed_in;
    let trying = Trying::again(me.session, admin.visitor.network());
    let stored = app.store.authors().password_hash(&me.author.email).await?;
    let hash = stored.map(|(_, hash)| hash);
    let attempt = PasswordAttempt {
        typed: current,
        hash: hash.as_deref(),
    };
    match check_password(app, throttle, &trying, attempt).await? {
        Checked::Wait(_) => Ok(Err(
            "Too many attempts. Please wait a moment and try again.",
        )),
        Checked::Right => {
            app.unsaved
                .confirm_session(&app.store, me.session, app.now())
                .await?;
            Ok(Ok(()))
        }
        Checked::Wrong => Ok(Err("Please enter your current password.")),
    }
}

/// What a person's account is to hold from now on.
struct Wanted<'a> {
    name: String,
    email: String,
    /// Empty: the old one stays.
    password: &'a str,
}

/// Changes what differs in a person's account; an email address that somebody else has is refused, and then nothing changes.
async fn change(
    app: &App,
    me: &SignedIn,
    wanted: Wanted<'_>,
) -> Result<std::result::Result<(), Problems>> {
    let note = |act| me.note(act, app.now());
    let moved = app.store.noting(note(Act::Email).about(&wanted.email));
    if wanted.email != me.author.email
        && !moved
            .authors()
            .set_email(me.author.id, &wanted.email)
            .await?
    {
        let taken = Problems::one("email", "This email address is already in use.");
        return Ok(Err(taken));
    }
    if wanted.name != me.author.name {
        app.store
            .noting(note(Act::Name).about(&me.author.name))
            .authors()
            .rename(me.author.id, &wanted.name, app.now())
            .await?;
    }
    if !wanted.password.is_empty() {
        let hash = app.passwords.hash(wanted.password.to_owned()).await?;
        app.store
            .noting(note(Act::Password))
            .authors()
            .set_password(me.author.id, &hash, &me.token_hash)
            .await?;
        app.unsaved.end_sessions_of(me.author.id, &me.token_hash);
    }
    Ok(Ok(()))
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionsForm {
    csrf: String,
    /// The session to end; none: all but this one.
    id: Option<SessionId>,
}

impl HasCsrf for SessionsForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

pub async fn end_sessions(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<SessionsForm>,
) -> Result {
    let me = &admin.signed_in;
    let store = app.store.noting(me.note(Act::Sessions, app.now()));
    match form.id {
        Some(id) => store.sessions().end(me.author.id, id).await?,
        None => {
            store
                .sessions()
                .end_others(me.author.id, me.session)
                .await?;
        }
    }
    let here = if form.id == Some(me.session) {
        return_to::HOME
    } else {
        "/admin/profile?done=ended"
    };
    render::see_other(here)
}
