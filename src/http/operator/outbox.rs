//! The outbox: mail that waits, mail that went out, and mail that was given up, with a way to try it again.

use crate::app::App;
use crate::blog::MailId;
use crate::blog::action::{MailAction, UnknownAction};
use crate::blog::mail::{Kind, Pile};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{ActForm, CsrfForm};
use crate::http::page::pagination::{Cursor, Links};
use crate::http::page::render::{self, Result};
use crate::store::{OutboxCounts, QueuedMail};
use askama::Template;
use axum::extract::{Path, Query, State};

/// One line a message: as many as a list of posts shows.
const MESSAGES: i64 = 50;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct OutboxParams {
    pile: String,
}

struct Tab {
    pile: Pile,
    name: &'static str,
    count: i64,
}

#[derive(Template)]
#[template(path = "operator/outbox.html")]
struct OutboxPage {
    admin: AdminLayout,
    pile: Pile,
    tabs: Vec<Tab>,
    messages: Vec<QueuedMail>,
    links: Links,
    /// Whether mail can go out at all.
    has_way: bool,
}

impl OutboxPage {
    fn at(&self, place: &str) -> String {
        format!("/admin/outbox/?pile={}&{place}", self.pile)
    }

    /// What a message is about, in words.
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn about(&self, message: &QueuedMail) -> String {
        let title = if message.post_title.is_empty() {
            "Untitled"
        } else {
            &message.post_title
        };
        let name = if message.comment_name.is_empty() {
            "Anonymous"
        } else {
            &message.comment_name
        };
        match message.kind {
            Kind::Notice => format!("Notification of a comment by {name} on “{title}”"),
            Kind::Confirm => format!("Request to confirm an email address, from “{title}”"),
            Kind::Published => format!("New comment by {name} on “{title}”"),
        }
    }

    fn empty(&self) -> &'static str {
        match self.pile {
            Pile::Waiting => {
                "Nothing is waiting. Emails wait here until the mail server has accepted them."
            }
            Pile::Sent => "Nothing was sent in the last 30 days.",
            Pile::Failed => "No emails have failed.",
            Pile::Unneeded => "No emails were cancelled.",
        }
    }
}

fn tabs(counts: OutboxCounts) -> Vec<Tab> {
    let tab = |pile, name, count| Tab { pile, name, count };
    vec![
        tab(Pile::Waiting, "Waiting", counts.waiting),
        tab(Pile::Sent, "Sent", counts.sent),
        tab(Pile::Failed, "Failed", counts.failed),
        tab(Pile::Unneeded, "Cancelled", counts.unneeded),
    ]
}

pub async fn list(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<OutboxParams>,
    Query(cursor): Query<Cursor>,
) -> Result {
    let pile = Pile::of(&params.pile).unwrap_or(Pile::Waiting);
    let page = app
        .store
        .outbox()
        .list(pile, cursor.side(), MESSAGES)
        .await?;
    render::page(&OutboxPage {
        admin,
        pile,
        tabs: tabs(app.store.outbox().counts().await?),
        links: Links::of(&page, |message| (message.created_at, message.id.0)),
        messages: page.items,
        has_way: app.mailer.has_way(),
    })
}

/// Tries a message again that was given up, or throws it away.
pub async fn act(
    State(app): State<App>,
    Path(id): Path<i64>,
    CsrfForm(form): CsrfForm<ActForm>,
) -> Result {
    let id = MailId(id);
    match form.act.parse() {
        Ok(MailAction::Retry) => app.store.outbox().retry(id, app.now()).await?,
        Ok(MailAction::Delete) => app.store.outbox().delete(id).await?,
        Err(UnknownAction) => {
            return Err(Error::BadRequest("This action isn’t available for emails."));
        }
    }
    render::see_other("/admin/outbox/?pile=failed")
}
