//! A file of an import that a script sends in pieces, none larger than proxies let through: it begins, pieces are added where it
//! ends, and what broke off goes on. The form of the page then names it instead of holding it.

use crate::app::App;
use crate::app::incoming::{Added, InPieces, Kind, PIECE_MAX_BYTES};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::page::render::{self, Result};
use crate::secrets;
use axum::body::to_bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode};

const OTHER_SESSION: &str =
    "This is from another session, so nothing was changed. Open the page again.";
const CUT_OFF: &str = "The piece was incomplete.";
const TOO_LONG: &str =
    "The file is larger than 2 GB. Import it on the server with the command daybook import.";

/// Which file, and where in it a piece begins.
#[derive(Debug, serde::Deserialize)]
pub struct PieceParams {
    kind: Kind,
    /// Empty where it begins.
    #[serde(default)]
    key: String,
    #[serde(default)]
    at: u64,
}

#[derive(serde::Serialize)]
struct PieceJson<'a> {
    key: &'a str,
    /// How much is here.
    at: u64,
}

#[derive(serde::Serialize)]
struct ProblemJson {
    problem: &'static str,
}

impl PieceParams {
    fn file(&self, admin: &AdminLayout) -> InPieces<'_> {
        InPieces {
            kind: self.kind,
            key: &self.key,
            author: admin.signed_in.author.id,
        }
    }

    fn here(&self, status: StatusCode, at: u64) -> Result {
        let key = &self.key;
        render::json(status, &PieceJson { key, at })
    }
}

/// Says how much of a file is here.
pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<PieceParams>,
) -> Result {
    match app.incoming().pieces(params.file(&admin)).await? {
        Some(at) => params.here(StatusCode::OK, at),
        None => Err(Error::NotFound),
    }
}

/// Begins a file, or adds a piece to one. Where the piece does not go on at the end of what is here, 409 says where that is.
pub async fn add(
    admin: AdminLayout,
    State(app): State<App>,
    params: std::result::Result<Query<PieceParams>, QueryRejection>,
    request: Request,
) -> Result {
    if !is_from_here(&admin, request.headers()) {
        return Err(Error::Forbidden(OTHER_SESSION));
    }
    let Ok(Query(mut params)) = params else {
        return Err(Error::BadRequest(
            "This request isn’t in the expected format.",
        ));
    };
    if params.key.is_empty() {
        let author = admin.signed_in.author.id;
        params.key = app.incoming().begin_pieces(params.kind, author).await?;
        return params.here(StatusCode::OK, 0);
    }
    let _reserved = app.media.receive(PIECE_MAX_BYTES as u64).await?;
    let Ok(piece) = to_bytes(request.into_body(), PIECE_MAX_BYTES).await else {
        return problem(StatusCode::UNPROCESSABLE_ENTITY, CUT_OFF);
    };
    let file = params.file(&admin);
    match app.incoming().add_piece(file, params.at, &piece).await? {
        Added::Here(at) => params.here(StatusCode::OK, at),
        Added::Elsewhere(at) => params.here(StatusCode::CONFLICT, at),
        Added::Unknown => Err(Error::NotFound),
        Added::TooLong => problem(StatusCode::PAYLOAD_TOO_LARGE, TOO_LONG),
    }
}

fn problem(status: StatusCode, problem: &'static str) -> Result {
    render::json(status, &ProblemJson { problem })
}

/// Whether a script of our own page sent it.
fn is_from_here(admin: &AdminLayout, headers: &HeaderMap) -> bool {
    let token = headers.get("x-csrf").and_then(|token| token.to_str().ok());
    token.is_some_and(|token| secrets::constant_time_eq(token, admin.csrf()))
}
