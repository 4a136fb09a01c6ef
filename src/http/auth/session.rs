//! Who is signed in. A session is a random token in a cookie; only its hash is stored.

use super::csrf_form::CSRF;
use super::{cookies, json_form, known_device};
use crate::app::App;
use crate::app::actor::Actor;
use crate::blog::audit::{Act, Note};
use crate::blog::author::Author;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, SessionId, network};
use crate::error::{Error, Result};
use crate::http::limits::client_addr::ClientAddr;
use crate::http::limits::visitor::Visitor;
use crate::http::page::render;
use crate::secrets;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{CACHE_CONTROL, COOKIE as COOKIE_HEADER, HeaderMap};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const NO_STORE: HeaderValue = HeaderValue::from_static("private, no-store");
/// As long as a session can last, see `store/sessions.rs`.
const COOKIE_MAX_AGE_SECONDS: i64 = 30 * 24 * 3600;
const COOKIE: &str = "sid";
/// OWASP ASVS 7.5.1: who changes how somebody gets in has shown a password or a passkey within this time.
const CONFIRMED_SECONDS: i64 = 15 * 60;

/// The person behind a request that came with a session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub author: Author,
    pub session: SessionId,
    /// When the person last showed a password or a passkey.
    pub confirmed_at: Millis,
    pub token_hash: Vec<u8>,
    /// The token that this session's forms carry.
    pub csrf: String,
    /// The network that this request comes from, shortened; empty where it is not known.
    pub network: String,
}

impl SignedIn {
    /// A line for the audit log about what this person does.
    pub fn note(&self, act: Act, now: Millis) -> Note {
        self.actor().note(act, now)
    }

    /// This person, for what is done in their name.
    pub fn actor(&self) -> Actor<'_> {
        Actor {
            author: &self.author,
            network: &self.network,
        }
    }

    /// Whether the person showed a password or a passkey a short while ago, and may change how somebody gets in.
    pub fn is_confirmed(&self, now: Millis) -> bool {
        self.confirmed_at.is_within(CONFIRMED_SECONDS, now)
    }
}

/// Asks for the password first; `here` is where it leads then.
pub fn confirm_first(here: &str) -> render::Result {
    let here = render::query_value(here);
    render::see_other(&format!("/admin/confirm?next={here}"))
}

/// The session that a request belongs to, if any.
pub async fn of(app: &App, headers: &HeaderMap) -> Result<Option<SignedIn>> {
    let Some(token) = cookies::read(app, headers, COOKIE) else {
        return Ok(None);
    };
    let token_hash = secrets::hash(&token);
    let known = app
        .unsaved
        .signed_in(&app.store, &token_hash, app.now())
        .await?;
    let csrf = app.code(CSRF, &token)?;
    Ok(known.map(|(author, session)| SignedIn {
        author,
        session: session.id,
        confirmed_at: session.confirmed_at,
        token_hash,
        csrf,
        network: String::new(),
    }))
}

/// Whether a request carries a session, right or wrong. Nothing that a reader is answered may depend on it.
pub fn is_named(app: &App, headers: &HeaderMap) -> bool {
    headers.contains_key(COOKIE_HEADER) && cookies::read(app, headers, COOKIE).is_some()
}

/// Lets through who is signed in. Others are sent to sign in and come back; their changes are refused, and scripts read
/// that nobody is signed in.
pub async fn require(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if is_only_asked_for_methods(&request) {
        return next.run(request).await;
    }
    match of(&app, request.headers()).await {
        Ok(Some(mut signed_in)) => {
            let client = request.extensions().get::<ClientAddr>();
            signed_in.network =
                client.map_or_else(String::new, |client| network::shortened(client.0));
            request.extensions_mut().insert(signed_in);
            next.run(request).await
        }
        Ok(None) if json_form::asks(request.headers()) => json_form::problem(
            StatusCode::UNAUTHORIZED,
            "You are not signed in, so nothing was changed.",
        ),
        Ok(None) if matches!(*request.method(), Method::GET | Method::HEAD) => {
            let wanted = request
                .uri()
                .path_and_query()
                .map_or("/admin/", |wanted| wanted.as_str());
            let wanted = render::query_value(wanted);
            render::see_other(&format!("/admin/sign-in?next={wanted}")).into_response()
        }
        Ok(None) => {
            Error::Forbidden("You are not signed in, so nothing was changed.").into_response()
        }
        Err(error) => error.into_response(),
    }
}

/// Whether a request does no more than ask which methods an address has: no handler takes `OPTIONS`, so the router answers
/// it with 405 and their names. All methods that no address takes come as this ([`crate::http::layers::same_origin`]).
pub fn is_only_asked_for_methods(request: &Request) -> bool {
    *request.method() == Method::OPTIONS
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

/// Somebody who has shown all that it takes to be signed in.
#[derive(Debug, Clone, Copy)]
pub struct Proven {
    pub author: AuthorId,
    /// What was shown, for the audit log.
    pub by: &'static str,
}

/// Signs somebody in with a fresh session, whatever the browser had before.
pub async fn begin(
    app: &App,
    visitor: &Visitor,
    proven: Proven,
    mut response: Response,
) -> Result<Response> {
    let headers = &visitor.headers;
    if let Some(old) = cookies::read(app, headers, COOKIE) {
        let old = secrets::hash(&old);
        app.unsaved.end_session(&old);
        if let Err(error) = app.store.sessions().end_by_token(&old).await {
            // Where nothing can be written it runs out by itself; nobody is kept out for it.
            tracing::warn!(%error, "an older session of a browser could not be ended");
        }
    }
    let token = secrets::token()?;
    let Proven { author, by } = proven;
    let note = Note::new(Act::Enter, app.now())
        .by(author)
        .about(by)
        .from(&visitor.audit_prefix());
    app.unsaved
        .add_session(
            &app.store.noting(note),
            &secrets::hash(&token),
            author,
            &visitor.device,
            app.now(),
        )
        .await?;
    cookies::set(app, &mut response, COOKIE, &token, COOKIE_MAX_AGE_SECONDS)?;
    known_device::remember(app, headers, author, &mut response)?;
    Ok(response)
}

/// Ends a session on the server and in the browser.
pub async fn end(app: &App, signed_in: &SignedIn, mut response: Response) -> Result<Response> {
    let note = signed_in.note(Act::Leave, app.now());
    app.unsaved.end_session(&signed_in.token_hash);
    app.store
        .noting(note)
        .sessions()
        .end_by_token(&signed_in.token_hash)
        .await?;
    cookies::set(app, &mut response, COOKIE, "", 0)?;
    Ok(response)
}
