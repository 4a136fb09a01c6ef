//! One-time codes: turning them on with an authenticator app, recovery codes on paper, turning them off.

use crate::app::App;
use crate::blog::action::CodesAction;
use crate::blog::audit::Act;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf, action};
use crate::http::auth::session::{self, SignedIn};
use crate::http::page::render::{self, Result};
use crate::secrets::one_time;
use askama::Template;
use axum::extract::State;

const HERE: &str = "/admin/profile/codes";

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodesForm {
    csrf: String,
    /// `on`, `off` or `renew`.
    act: String,
    code: String,
}

impl HasCsrf for CodesForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

#[derive(Template)]
#[template(path = "author/totp.html")]
struct CodesPage {
    admin: AdminLayout,
    /// What the app needs, where codes are off: a picture in SVG and the same in letters.
    offer: Option<(String, String)>,
    recovery: i64,
    problem: Option<&'static str>,
}

impl CodesPage {
    async fn new(app: &App, admin: AdminLayout) -> Result<Self> {
        let me = &admin.signed_in.author;
        let offer = if app.store.credentials().totp_secret(me.id).await?.is_some() {
            None
        } else {
            let secret = offered(app, &admin.signed_in)?;
            let picture = one_time::picture(&secret, admin.layout.title(), &me.email)?;
            Some((picture, one_time::in_letters(&secret)?))
        };
        Ok(Self {
            offer,
            recovery: app.store.credentials().recovery_codes(me.id).await?,
            problem: None,
            admin,
        })
    }
}

/// The secret that a session is offered: the same each time the page is opened, so nothing is stored before it is used.
fn offered(app: &App, signed_in: &SignedIn) -> Result<[u8; 16]> {
    app.code_bytes("one-time codes", &signed_in.csrf)
}

#[derive(Template)]
#[template(path = "author/recovery_codes.html")]
struct RecoveryPage {
    admin: AdminLayout,
    codes: Vec<String>,
    turned_on: bool,
}

pub async fn show(State(app): State<App>, admin: AdminLayout) -> Result {
    if !admin.signed_in.is_confirmed(app.now()) {
        return session::confirm_first(HERE);
    }
    render::page(&CodesPage::new(&app, admin).await?)
}

pub async fn act(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<CodesForm>,
) -> Result {
    if !admin.signed_in.is_confirmed(app.now()) {
        return session::confirm_first(HERE);
    }
    let me = admin.signed_in.author.id;
    let on = app.store.credentials().totp_secret(me).await?.is_some();
    match action(&form.act)? {
        CodesAction::TurnOn if !on => turn_on(&app, admin, &form.code).await,
        CodesAction::TurnOff => {
            let note = admin.signed_in.note(Act::Codes, app.now()).about("off");
            app.store
                .noting(note)
                .credentials()
                .disable_totp(me)
                .await?;
            render::see_other("/admin/profile?done=codes-off")
        }
        CodesAction::Renew if on => {
            let codes = one_time::recovery_codes()?;
            let note = admin.signed_in.note(Act::Codes, app.now());
            app.store
                .noting(note.about("new recovery codes"))
                .credentials()
                .renew_recovery_codes(me, &hashes(&codes))
                .await?;
            shown_once(admin, codes, false)
        }
        CodesAction::TurnOn | CodesAction::Renew => render::see_other(HERE),
    }
}

async fn turn_on(app: &App, admin: AdminLayout, code: &str) -> Result {
    let secret = offered(app, &admin.signed_in)?;
    let seconds = app.now().0.cast_unsigned() / 1000;
    let Some(step) = one_time::step_of(&secret, code, seconds)? else {
        let page = CodesPage::new(app, admin).await?;
        return render::problem_page(&CodesPage {
            problem: Some(
                "This isn’t the code the app shows now. Check that your phone’s clock is correct.",
            ),
            ..page
        });
    };
    let codes = one_time::recovery_codes()?;
    let note = admin.signed_in.note(Act::Codes, app.now()).about("on");
    app.store
        .noting(note)
        .credentials()
        .enable_totp(admin.signed_in.author.id, &secret, step, &hashes(&codes))
        .await?;
    shown_once(admin, codes, true)
}

fn hashes(codes: &[String]) -> Vec<Vec<u8>> {
    codes
        .iter()
        .map(|code| one_time::recovery_hash(code))
        .collect()
}

/// The answer to the change itself, since only hashes are kept of what it shows.
fn shown_once(admin: AdminLayout, codes: Vec<String>, turned_on: bool) -> Result {
    render::page(&RecoveryPage {
        admin,
        codes,
        turned_on,
    })
}
