//! Door 3: operators, who look after the blog and its people. It stands behind the author's sign-in.

mod audit;
mod backup;
mod people;

use super::auth::{access, session};
use crate::app::App;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/admin/audit/", get(audit::list))
        .route("/admin/backup/", get(backup::list).post(backup::act))
        .route("/admin/backup/{name}", post(backup::act_on))
        .route("/admin/people/", get(people::list).post(people::invite))
        .route("/admin/people/bylines", post(people::give_byline))
        .route("/admin/people/{id}", post(people::act))
        .route_layer(from_fn_with_state(app.clone(), access::check))
        .route_layer(from_fn_with_state(app.clone(), session::require))
        .layer(from_fn(session::never_store))
}
