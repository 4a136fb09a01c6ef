//! Who is signed in. A session is a random token in a cookie; only its hash is stored.

use super::form::CSRF;
use crate::app::App;
use crate::blog::AuthorId;
use crate::blog::author::Author;
use crate::error::{Error, Result};
use crate::secrets;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{CACHE_CONTROL, COOKIE, HeaderMap, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const NO_STORE: HeaderValue = HeaderValue::from_static("private, no-store");
/// As long as a session can last, see `store/sessions.rs`.
const COOKIE_MAX_AGE_SECONDS: i64 = 30 * 24 * 3600;

/// The person behind a request that came with a session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub author: Author,
    pub token_hash: Vec<u8>,
    /// The token that this session's forms carry.
    pub csrf: String,
}

/// The session that a request belongs to, if any.
pub async fn of(app: &App, headers: &HeaderMap) -> Result<Option<SignedIn>> {
    let Some(token) = token(app, headers) else {
        return Ok(None);
    };
    let token_hash = secrets::hash(&token);
    let author = app.store.signed_in(&token_hash, app.now()).await?;
    let csrf = app.code(CSRF, &token)?;
    Ok(author.map(|author| SignedIn {
        author,
        token_hash,
        csrf,
    }))
}

/// Lets through who is signed in. Others are sent to sign in and come back; their changes are refused.
pub async fn require(State(app): State<App>, mut request: Request, next: Next) -> Response {
    match of(&app, request.headers()).await {
        Ok(Some(signed_in)) => {
            request.extensions_mut().insert(signed_in);
            next.run(request).await
        }
        Ok(None) if matches!(*request.method(), Method::GET | Method::HEAD) => {
            let wanted = request
                .uri()
                .path_and_query()
                .map_or("/admin/", |wanted| wanted.as_str());
            let wanted: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            super::render::see_other(&format!("/admin/sign-in?next={wanted}")).into_response()
        }
        Ok(None) => {
            Error::Forbidden("You are not signed in, so nothing was changed.").into_response()
        }
        Err(error) => error.into_response(),
    }
}

/// Nothing behind the sign-in is ever kept by a cache.
pub async fn never_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            Error::Internal("a route of the author's door without its guard".to_owned())
        })
    }
}

/// Signs somebody in with a fresh session, whatever the browser had before.
pub async fn begin(
    app: &App,
    headers: &HeaderMap,
    author: AuthorId,
    mut response: Response,
) -> Result<Response> {
    if let Some(old) = token(app, headers) {
        app.store.end_session(&secrets::hash(&old)).await?;
    }
    let token = secrets::token()?;
    app.store
        .add_session(&secrets::hash(&token), author, app.now())
        .await?;
    set_cookie(app, &mut response, &token, COOKIE_MAX_AGE_SECONDS)?;
    Ok(response)
}

/// Ends a session on the server and in the browser.
pub async fn end(app: &App, signed_in: &SignedIn, mut response: Response) -> Result<Response> {
    app.store.end_session(&signed_in.token_hash).await?;
    set_cookie(app, &mut response, "", 0)?;
    Ok(response)
}

/// With TLS the `__Host-` prefix ties the cookie to this host alone; plain http, for trying out, has no such thing.
fn cookie_name(app: &App) -> &'static str {
    if app.config.is_https() {
        "__Host-sid"
    } else {
        "sid"
    }
}

/// `Set-Cookie` of RFC 6265; a `max_age_seconds` of 0 takes the cookie back.
fn set_cookie(app: &App, response: &mut Response, token: &str, max_age_seconds: i64) -> Result<()> {
    let secure = if app.config.is_https() {
        "; Secure"
    } else {
        ""
    };
    let name = cookie_name(app);
    let cookie = format!(
        "{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}"
    );
    let value = HeaderValue::from_str(&cookie)
        .map_err(|_| Error::Internal("a cookie that fits no header".to_owned()))?;
    response.headers_mut().append(SET_COOKIE, value);
    Ok(())
}

fn token(app: &App, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(app);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}
