//! The frame of the author's pages: the menu, who is signed in, how many comments wait.

use crate::app::App;
use crate::blog::device;
use crate::blog::post::Markup;
use crate::error::{Error, Result};
use crate::http::assets;
use crate::http::render;
use crate::http::session::SignedIn;
use crate::http::shell::Shell;
use crate::text;
use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

/// Enough to know a comment again.
const BEGINNING_CHARS: usize = 160;

#[derive(Debug, Clone)]
pub struct Desk {
    pub shell: Shell,
    pub signed_in: SignedIn,
    /// Comments that wait for a decision.
    pub waiting: i64,
    /// The address of this page, for the menu to mark where one is.
    here: String,
}

impl Desk {
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    pub fn css(&self) -> &'static str {
        assets::address("desk.css")
    }

    /// The address of a module of `assets/`.
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    pub fn script(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    pub fn csrf(&self) -> &str {
        &self.signed_in.csrf
    }

    /// Whether this page belongs to a part of the menu.
    pub fn is_in(&self, part: &str) -> bool {
        self.here.starts_with(part)
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let here = parts.uri.path().to_owned();
        Ok(Self {
            signed_in: SignedIn::from_request_parts(parts, app).await?,
            shell: Shell::of(app).await?,
            waiting: app.store.waiting_comments().await?,
            here,
        })
    }
}

/// The browser and system that a request comes from, in a few words.
pub struct Device(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Device {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> std::result::Result<Self, Self::Rejection> {
        let agent = parts.headers.get(USER_AGENT);
        let words = agent
            .and_then(|agent| agent.to_str().ok())
            .unwrap_or_default();
        Ok(Self(device::of(words)))
    }
}

/// How a comment begins, in one line of plain words.
pub fn beginning(source: &str, markup: Markup) -> String {
    match markup {
        Markup::Markdown => text::excerpt(source, BEGINNING_CHARS),
        Markup::Html => text::excerpt(&text::plain(source), BEGINNING_CHARS),
    }
}

pub async fn to_home() -> render::Result {
    render::moved("/admin/")
}

pub async fn home() -> render::Result {
    render::see_other("/admin/posts/")
}
