//! The frame of all pages behind the sign-in: the menu, who is signed in, how many comments wait.

use super::session::SignedIn;
use crate::app::App;
use crate::app::actor::Actor;
use crate::blog::author::Scope;
use crate::blog::time::Millis;
use crate::error::{Error, Result};
use crate::http::assets;
use crate::http::limits::visitor::Visitor;
use crate::http::page::layout::Layout;
use crate::text::escape;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::net::IpAddr;

#[derive(Debug, Clone)]
pub struct AdminLayout {
    pub layout: Layout,
    pub signed_in: SignedIn,
    pub visitor: Visitor,
    /// Comments that wait for a decision.
    pub waiting: i64,
    /// Whether nothing can be changed, because the disk can only be read.
    pub only_read: bool,
    /// When this page was asked for.
    pub now: Millis,
    /// A proxy in front that nobody named, for operators.
    pub unnamed_proxy: Option<IpAddr>,
    /// The address of this page, for the menu to mark where one is.
    here: String,
}

impl AdminLayout {
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    pub fn css(&self) -> &'static str {
        assets::address("admin.css")
    }

    /// The address of a module of `assets/`.
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    pub fn script(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    pub fn csrf(&self) -> &str {
        &self.signed_in.csrf
    }

    /// Whether who is signed in looks after the blog, too.
    pub fn is_operator(&self) -> bool {
        self.signed_in.author.role.is_operator()
    }

    /// Whether who is signed in publishes posts.
    pub fn may_publish(&self) -> bool {
        self.signed_in.author.role.may_publish()
    }

    /// Whether who is signed in decides about comments.
    pub fn may_moderate(&self) -> bool {
        self.signed_in.author.role.may_moderate()
    }

    /// Who is signed in, for what is done in their name.
    pub fn actor(&self) -> Actor<'_> {
        self.signed_in.actor()
    }

    /// What who is signed in may act on.
    pub fn scope(&self) -> Scope {
        self.signed_in.author.scope()
    }

    /// A moment as the admin pages show it everywhere: in words where it is recent, with the whole of it for who points at
    /// it. As safe HTML.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    pub fn when(&self, at: &Millis) -> String {
        let dates = self.layout.dates();
        format!(
            "<time datetime=\"{}\" title=\"{}\">{}</time>",
            at.rfc3339(),
            escape(&dates.exact(at)),
            escape(&dates.recent(*at, self.now))
        )
    }

    /// Whether this page belongs to a part of the menu.
    pub fn is_in(&self, part: &str) -> bool {
        self.here.starts_with(part)
    }
}

impl FromRequestParts<App> for AdminLayout {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let here = parts.uri.path().to_owned();
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        let Ok(visitor) = Visitor::from_request_parts(parts, app).await;
        let is_operator = signed_in.author.role.is_operator();
        Ok(Self {
            unnamed_proxy: app.unnamed_proxy.named().filter(|_| is_operator),
            layout: Layout::of(app).await?,
            waiting: app
                .store
                .moderation()
                .waiting_in_scope(signed_in.author.scope())
                .await?,
            signed_in,
            visitor,
            only_read: app.store.is_read_only(),
            now: app.now(),
            here,
        })
    }
}
