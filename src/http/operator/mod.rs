//! Door 3: operators, who look after the blog and its people. It is behind the author's sign-in.

mod appearance;
mod audit;
mod backups;
mod bans;
mod look_pictures;
mod menu;
mod outbox;
mod people;
mod redirects;
mod settings;
mod spam_rules;
mod transfer;
mod transfer_pieces;

use super::auth;
use super::auth::session;
use crate::app::App;
use crate::app::incoming::PIECE_MAX_BYTES;
use crate::blog::post::Markup;
use crate::text;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use std::time::Duration;

/// Two gigabytes over a slow line; silence ends a request much earlier.
const TRANSFER_TIMEOUT: Duration = Duration::from_hours(8);
/// A piece of a file over a slow line.
const PIECE_TIMEOUT: Duration = Duration::from_mins(10);
/// An own style sheet that is far too long still comes back with its words kept.
const APPEARANCE_FORM_MAX_BYTES: usize = 1024 * 1024;

pub fn routes(app: &App) -> Router<App> {
    let guarded = Router::new()
        .route("/admin/audit/", get(audit::list))
        .route("/admin/backup/", get(backups::list).post(backups::act))
        .route("/admin/backup/{name}", post(backups::act_on))
        .route("/admin/transfer/", get(transfer::show).post(transfer::act))
        .route("/admin/people/", get(people::list).post(people::invite))
        .route("/admin/people/bylines", post(people::give_byline))
        .route("/admin/people/{id}", post(people::act))
        .route("/admin/outbox/", get(outbox::list))
        .route("/admin/outbox/{id}", post(outbox::act))
        .route("/admin/settings", get(settings::show).post(settings::save))
        .route(
            "/admin/comments/rules",
            get(spam_rules::show).post(spam_rules::save),
        )
        .route("/admin/comments/filter.json", get(spam_rules::export))
        .route("/admin/comments/bans", get(bans::list).post(bans::add))
        .route("/admin/comments/bans/{id}", post(bans::end))
        .merge(appearance_routes())
        .merge(redirect_routes());
    auth::guarded(app, guarded).layer(from_fn(session::never_store))
}

/// What takes longer than any other request: sending a file to import, and an export. Who is no operator is refused before
/// anything is read.
pub fn uploads(app: &App) -> Router<App> {
    let routes = Router::new()
        .route("/admin/transfer/upload", post(transfer::upload))
        .route("/admin/transfer/export", post(transfer::export));
    let whole = auth::guarded_uploads(app, routes, transfer::FORM_MAX_BYTES, TRANSFER_TIMEOUT);
    let pieces = Router::new().route(
        "/admin/transfer/pieces",
        get(transfer_pieces::show).post(transfer_pieces::add),
    );
    let pieces = auth::guarded_uploads(app, pieces, PIECE_MAX_BYTES, PIECE_TIMEOUT);
    whole.merge(pieces)
}

fn appearance_routes() -> Router<App> {
    Router::new()
        .route(
            "/admin/appearance",
            get(appearance::show).post(appearance::save),
        )
        .route("/admin/appearance/menu", get(menu::show).post(menu::save))
        .route(
            "/admin/appearance/picture",
            get(look_pictures::show).post(look_pictures::choose),
        )
        .route(
            "/admin/appearance/seen",
            get(appearance::seen).post(appearance::try_out),
        )
        .layer(DefaultBodyLimit::max(APPEARANCE_FORM_MAX_BYTES))
}

fn redirect_routes() -> Router<App> {
    Router::new()
        .route(
            "/admin/addresses/",
            get(redirects::list).post(redirects::add),
        )
        .route("/admin/addresses/undo", post(redirects::undo))
        .route("/admin/addresses/missing", post(redirects::forget))
        .route(
            "/admin/addresses/import",
            get(redirects::import).post(redirects::import_list),
        )
        .route("/admin/addresses/upload", post(redirects::upload))
        .route(
            "/admin/addresses/{id}",
            get(redirects::show).post(redirects::act),
        )
        .layer(DefaultBodyLimit::max(redirects::LIST_FORM_MAX_BYTES))
}

/// Enough to know a comment again.
const BEGINNING_CHARS: usize = 160;

/// How a comment begins, in one line of plain words.
fn beginning(source: &str, markup: Markup) -> String {
    match markup {
        Markup::Markdown => text::excerpt(source, BEGINNING_CHARS),
        Markup::Html => text::excerpt(&text::plain(source), BEGINNING_CHARS),
    }
}
