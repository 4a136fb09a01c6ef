//! The password once more, before changing how somebody gets in: a browser left open is no leave for that.

use super::passkeys;
use super::sign_in::{self, Checked};
use crate::app::App;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf};
use crate::http::auth::return_to;
use crate::http::limits::sign_in_throttle::{Throttle, Trying};
use crate::http::page::render::{self, Result};
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConfirmForm {
    csrf: String,
    password: String,
    /// The page that it was asked for.
    next: String,
}

impl HasCsrf for ConfirmForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

#[derive(Template)]
#[template(path = "author/confirm.html")]
struct ConfirmPage {
    admin: AdminLayout,
    next: String,
    problem: Option<String>,
    /// Whether this person can show a passkey in place of the password.
    passkeys: bool,
}

impl ConfirmPage {
    async fn new(app: &App, admin: AdminLayout, next: &str) -> Result<Self> {
        let passkeys = passkeys::can_work(app)
            && !app
                .store
                .credentials()
                .passkeys(admin.signed_in.author.id)
                .await?
                .is_empty();
        Ok(Self {
            next: return_to::safe(&app.config.url, next),
            admin,
            problem: None,
            passkeys,
        })
    }
}

pub async fn show(
    State(app): State<App>,
    admin: AdminLayout,
    Query(form): Query<ConfirmForm>,
) -> Result {
    render::page(&ConfirmPage::new(&app, admin, &form.next).await?)
}

pub async fn confirm(
    State(app): State<App>,
    Extension(throttle): Extension<Throttle>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<ConfirmForm>,
) -> Result {
    let (me, visitor) = (admin.signed_in.clone(), admin.visitor.clone());
    let mut page = ConfirmPage::new(&app, admin, &form.next).await?;
    let trying = Trying::again(me.session, visitor.network());
    let stored = app.store.authors().password_hash(&me.author.email).await?;
    let hash = stored.map(|(_, hash)| hash);
    let attempt = sign_in::PasswordAttempt {
        typed: &form.password,
        hash: hash.as_deref(),
    };
    match sign_in::check_password(&app, &throttle, &trying, attempt).await? {
        Checked::Wait(wait) => sign_in::too_many(wait, &visitor.headers, |problem| {
            page.problem = Some(problem);
            render::page(&page)
        }),
        Checked::Right => {
            app.unsaved
                .confirm_session(&app.store, me.session, app.now())
                .await?;
            render::see_other(&page.next)
        }
        Checked::Wrong => {
            page.problem = Some("Wrong password.".to_owned());
            render::problem_page(&page)
        }
    }
}
