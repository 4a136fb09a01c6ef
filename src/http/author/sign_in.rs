//! Signing in, by password or by a one-time address, and out.

use crate::app::App;
use crate::error::Error;
use crate::http::form::{DeskForm, Guarded};
use crate::http::render::{self, Result};
use crate::http::server::Client;
use crate::http::session::{self, SignedIn};
use crate::http::shell::Shell;
use crate::http::throttle::Throttle;
use crate::secrets;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Form};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

/// Where signing in leads when nothing else was asked for.
const HOME: &str = "/admin/";

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
    shell: Shell,
    email: String,
    next: String,
    problem: Option<String>,
}

pub async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Query(form): Query<SignInForm>,
) -> Result {
    let next = safe_next(&form.next);
    if session::of(&app, &headers).await?.is_some() {
        return render::see_other(next);
    }
    let shell = Shell::of(&app).await?;
    if !shell.site.set_up {
        return render::see_other("/admin/setup");
    }
    render::page(&SignInPage {
        shell,
        email: String::new(),
        next: next.to_owned(),
        problem: None,
    })
}

pub async fn enter(
    State(app): State<App>,
    Extension(throttle): Extension<Throttle>,
    client: Option<Extension<Client>>,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Result {
    let from = client.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |Extension(client)| {
        client.0
    });
    let account = form.email.trim().to_lowercase();
    let next = safe_next(&form.next).to_owned();
    let shell = Shell::of(&app).await?;
    let page = |problem: String| SignInPage {
        shell,
        email: account.clone(),
        next: next.clone(),
        problem: Some(problem),
    };
    if let Some(wait) = throttle.wait(&account, from, Instant::now()) {
        let seconds = wait.as_secs() + 1;
        let page = page(format!(
            "That were many tries. Please wait {seconds} seconds and try again."
        ));
        return Ok((
            StatusCode::TOO_MANY_REQUESTS,
            [(RETRY_AFTER, HeaderValue::from(seconds))],
            render::page(&page)?,
        )
            .into_response());
    }
    let stored = app.store.password_hash(&account).await?;
    let (id, hash) = stored.unzip();
    let fits = app.passwords.verify(form.password, hash).await?;
    if let Some(id) = id.filter(|_| fits) {
        throttle.succeeded(&account, from);
        session::begin(&app, &headers, id, render::see_other(&next)?).await
    } else {
        throttle.failed(&account, from, Instant::now());
        render::problem_page(&page(
            "This email and password do not go together.".to_owned(),
        ))
    }
}

/// Only our own pages behind the sign-in: an address that begins so cannot lead anywhere else.
fn safe_next(next: &str) -> &str {
    let plain = next.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if next.starts_with(HOME) && !next.starts_with("/admin//") && !next.contains("..") && plain {
        next
    } else {
        HOME
    }
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkForm {
    key: String,
}

#[derive(Template)]
#[template(path = "author/sign_in_link.html")]
struct LinkPage {
    shell: Shell,
    key: String,
    works: bool,
}

/// Opening a one-time address shows a button and uses nothing up: mail programs open links on their own.
pub async fn link(State(app): State<App>, Query(form): Query<LinkForm>) -> Result {
    let shell = Shell::of(&app).await?;
    let works = app
        .store
        .is_sign_in_link(&secrets::hash(&form.key), app.now())
        .await?;
    render::page(&LinkPage {
        shell,
        key: form.key,
        works,
    })
}

pub async fn enter_by_link(
    State(app): State<App>,
    headers: HeaderMap,
    Form(form): Form<LinkForm>,
) -> Result {
    let author = app
        .store
        .use_sign_in_link(&secrets::hash(&form.key), app.now())
        .await?
        .ok_or(Error::Forbidden(
            "This address was used already or is too old. Ask for a new one.",
        ))?;
    session::begin(
        &app,
        &headers,
        author,
        render::see_other("/admin/profile?welcome=1")?,
    )
    .await
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutForm {
    csrf: String,
}

impl Guarded for OutForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

pub async fn out(
    State(app): State<App>,
    signed_in: SignedIn,
    DeskForm(_): DeskForm<OutForm>,
) -> Result {
    session::end(&app, &signed_in, render::see_other("/")?).await
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        assert_eq!(safe_next("/admin/posts/7?x=1"), "/admin/posts/7?x=1");
        for evil in [
            "//evil.com",
            "/\\evil.com",
            "https:evil.com",
            "/%09/evil.com",
            "\thttps://evil.com",
            "/.//evil.com",
            "/admin/../x",
            "/admin//evil.com",
        ] {
            assert_eq!(safe_next(evil), "/admin/", "{evil}");
        }
    }
}
