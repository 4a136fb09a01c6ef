//! Passkeys (W3C Web Authentication): added in the profile, then a way in without email and password.
//!
//! Our script (`assets/passkeys.js`) carries what browser and server say to each other. What adding a passkey began with
//! stays here, under the hash of a cookie, and is taken once. Anybody may begin to sign in, so nothing is stored for that:
//! the challenge travels in a cookie that only this blog can make, and is marked as used when it let somebody in.

use super::second_factor::BEGUN;
use super::sign_in;
use crate::app::App;
use crate::blog::audit::Act;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, PasskeyId, comment};
use crate::error::Error;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf};
use crate::http::auth::json_form::{self, CsrfJson, JsonBody};
use crate::http::auth::session::{self, Proven, SignedIn};
use crate::http::auth::{cookies, known_device, return_to};
use crate::http::limits::sign_in_throttle::Throttle;
use crate::http::limits::visitor::Visitor;
use crate::http::page::render::{self, Result};
use crate::secrets;
use crate::store::CEREMONY_SECONDS;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Instant;
use webauthn_rs::prelude::{
    Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Uuid, Webauthn, WebauthnBuilder,
};

/// Whether passkeys can work here at all: they belong to a name, so not under an address of numbers.
pub fn can_work(app: &App) -> bool {
    app.config.url.domain().is_some()
}

/// Whether somebody can sign in with one.
pub async fn are_in_use(app: &App) -> Result<bool> {
    Ok(can_work(app) && app.store.credentials().has_passkeys().await?)
}

fn webauthn(app: &App, title: &str) -> Result<Webauthn> {
    let url = &app.config.url;
    let host = url.domain().ok_or(Error::NotFound)?;
    WebauthnBuilder::new(host, url)
        .and_then(|builder| builder.rp_name(title).build())
        .map_err(|error| Error::Internal(format!("passkeys: {error}")))
}

/// The name that authenticators know a person by: it says nothing about them.
fn handle(app: &App, author: AuthorId) -> Result<Uuid> {
    let bytes = app.code_bytes("passkeys of", &author.to_string())?;
    Ok(Uuid::from_bytes(bytes))
}

fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(format!("a passkey: {error}")))
}

fn from_json<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| Error::Internal(format!("a passkey: {error}")))
}

/// Keeps what a browser began with, and hands it the challenge.
async fn begin(
    app: &App,
    kind: &str,
    author: Option<AuthorId>,
    state: &impl Serialize,
    challenge: &impl Serialize,
) -> Result {
    let token = secrets::token()?;
    let until = app.now().plus_seconds(CEREMONY_SECONDS);
    app.store
        .credentials()
        .begin_ceremony(
            &secrets::hash(&token),
            kind,
            author,
            &to_json(state)?,
            until,
        )
        .await?;
    let challenge = serde_json::to_value(challenge)
        .map_err(|error| Error::Internal(format!("a challenge: {error}")))?;
    let mut answer = json_form::answer(StatusCode::OK, &challenge);
    cookies::set(app, &mut answer, BEGUN, &token, CEREMONY_SECONDS)?;
    Ok(answer)
}

/// Takes what this browser began with.
async fn finish<T: DeserializeOwned>(
    app: &App,
    headers: &HeaderMap,
    kind: &str,
    author: Option<AuthorId>,
) -> Result<Option<T>> {
    let Some(token) = cookies::read(app, headers, BEGUN) else {
        return Ok(None);
    };
    let begun = app
        .store
        .credentials()
        .finish_ceremony(&secrets::hash(&token), kind, app.now())
        .await?;
    begun
        .filter(|begun| begun.author_id == author)
        .map(|begun| from_json(&begun.state))
        .transpose()
}

fn refused(words: &str) -> Response {
    json_form::problem(StatusCode::FORBIDDEN, words)
}

const BEGUN_ELSEWHERE: &str =
    "This was started in another browser or has expired. Please try again.";

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Beginning {
    csrf: String,
}

impl HasCsrf for Beginning {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Where the script goes when the password is asked for first.
fn confirm_first() -> Response {
    json_form::answer(
        StatusCode::FORBIDDEN,
        &serde_json::json!({
            "problem": "Please enter your password first.",
            "confirm": "/admin/confirm?next=/admin/profile",
        }),
    )
}

/// Begins to add a passkey.
pub async fn begin_adding(
    State(app): State<App>,
    signed_in: SignedIn,
    CsrfJson(_): CsrfJson<Beginning>,
) -> Result {
    if !signed_in.is_confirmed(app.now()) {
        return Ok(confirm_first());
    }
    let me = &signed_in.author;
    let mut own = Vec::new();
    for known in app.store.credentials().known_passkeys().await? {
        if known.author_id == me.id {
            own.push(from_json::<Passkey>(&known.passkey)?.cred_id().clone());
        }
    }
    let site = app.site().await?;
    let (mut challenge, state) = webauthn(&app, &site.settings.title)?
        .start_passkey_registration(handle(&app, me.id)?, &me.email, &me.name, Some(own))
        .map_err(|error| Error::Internal(format!("a passkey: {error}")))?;
    // The key is to say by itself whose it is, so that nobody types an address to sign in.
    let mut value = serde_json::to_value(&challenge.public_key.authenticator_selection)
        .map_err(|error| Error::Internal(format!("a challenge: {error}")))?;
    value["residentKey"] = "required".into();
    value["requireResidentKey"] = true.into();
    challenge.public_key.authenticator_selection = serde_json::from_value(value)
        .map_err(|error| Error::Internal(format!("a challenge: {error}")))?;
    begin(&app, "add", Some(me.id), &state, &challenge).await
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adding {
    csrf: String,
    name: String,
    credential: RegisterPublicKeyCredential,
}

impl HasCsrf for Adding {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Keeps the passkey that an authenticator made.
pub async fn add(
    State(app): State<App>,
    signed_in: SignedIn,
    headers: HeaderMap,
    CsrfJson(adding): CsrfJson<Adding>,
) -> Result {
    if !signed_in.is_confirmed(app.now()) {
        return Ok(confirm_first());
    }
    let me = signed_in.author.id;
    let Some(state) = finish::<PasskeyRegistration>(&app, &headers, "add", Some(me)).await? else {
        return Ok(refused(BEGUN_ELSEWHERE));
    };
    let site = app.site().await?;
    let passkey = match webauthn(&app, &site.settings.title)?
        .finish_passkey_registration(&adding.credential, &state)
    {
        Ok(passkey) => passkey,
        Err(error) => {
            tracing::info!(%error, "a passkey was not added");
            return Ok(refused(
                "This passkey couldn’t be verified, so it wasn’t added.",
            ));
        }
    };
    let name: String = comment::visible(&adding.name)
        .chars()
        .take(comment::NAME_MAX_CHARS)
        .collect();
    let name = if name.is_empty() { "Passkey" } else { &name };
    let note = signed_in
        .note(Act::Passkeys, app.now())
        .about(&format!("added {name}"));
    let added = app
        .store
        .noting(note)
        .credentials()
        .add_passkey(me, passkey.cred_id(), name, &to_json(&passkey)?, app.now())
        .await?;
    if added {
        Ok(json_form::answer(
            StatusCode::OK,
            &serde_json::json!({ "next": "/admin/profile?done=added" }),
        ))
    } else {
        Ok(refused("This passkey has already been added."))
    }
}

/// A sign-in without a name: whatever passkey of this blog the browser has will do.
pub async fn begin_entering(
    State(app): State<App>,
    Extension(throttle): Extension<Throttle>,
    visitor: Visitor,
    JsonBody(_): JsonBody<Nothing>,
) -> Result {
    if let Err(wait) = throttle.begin_passkey(visitor.network(), Instant::now())
        && !known_device::is_of_somebody(&app, &visitor.headers).await?
    {
        return sign_in::too_many(wait, &visitor.headers, |problem| {
            Ok(json_form::problem(StatusCode::TOO_MANY_REQUESTS, &problem))
        });
    }
    let known: Vec<Passkey> = app
        .store
        .credentials()
        .known_passkeys()
        .await?
        .iter()
        .map(|known| from_json(&known.passkey))
        .collect::<Result<_>>()?;
    if known.is_empty() || !can_work(&app) {
        return Ok(json_form::problem(
            StatusCode::NOT_FOUND,
            "Nobody has added a passkey on this blog yet.",
        ));
    }
    let site = app.site().await?;
    let (mut challenge, state) = webauthn(&app, &site.settings.title)?
        .start_passkey_authentication(&known)
        .map_err(|error| Error::Internal(format!("a passkey: {error}")))?;
    // Which keys there are is for the browser to find out, not for strangers.
    challenge.public_key.allow_credentials.clear();
    let begun = BegunSignIn::of(&state, app.now().plus_seconds(CEREMONY_SECONDS))?;
    let challenge = serde_json::to_value(challenge)
        .map_err(|error| Error::Internal(format!("a challenge: {error}")))?;
    let mut answer = json_form::answer(StatusCode::OK, &challenge);
    cookies::set(
        &app,
        &mut answer,
        BEGUN,
        &begun.cookie(&app)?,
        CEREMONY_SECONDS,
    )?;
    Ok(answer)
}

/// A sign-in that a browser has begun: the challenge, which is the one part of a ceremony that the database does not hold.
struct BegunSignIn {
    /// In base64url, as webauthn-rs writes it.
    challenge: String,
    until: Millis,
}

impl BegunSignIn {
    /// What the cookie's code is made for, see [`App::code`].
    const PURPOSE: &str = "sign-in with a passkey";

    fn of(state: &PasskeyAuthentication, until: Millis) -> Result<Self> {
        let state = serde_json::to_value(state)
            .map_err(|error| Error::Internal(format!("a passkey: {error}")))?;
        let challenge = state["ast"]["challenge"]
            .as_str()
            .ok_or_else(|| Error::Internal("a ceremony without a challenge".to_owned()))?;
        Ok(Self {
            challenge: challenge.to_owned(),
            until,
        })
    }

    fn code(&self, app: &App) -> Result<String> {
        app.code(
            Self::PURPOSE,
            &format!("{} {}", self.until.0, self.challenge),
        )
    }

    fn cookie(&self, app: &App) -> Result<String> {
        let code = self.code(app)?;
        Ok(format!("{}.{}.{code}", self.challenge, self.until.0))
    }

    /// Reads the cookie that this blog set and that has not run out.
    fn read(app: &App, headers: &HeaderMap) -> Result<Option<Self>> {
        let cookie = cookies::read(app, headers, BEGUN).unwrap_or_default();
        let parts: Vec<&str> = cookie.split('.').collect();
        let [challenge, until, code] = parts[..] else {
            return Ok(None);
        };
        let Ok(until) = until.parse().map(Millis) else {
            return Ok(None);
        };
        let begun = Self {
            challenge: challenge.to_owned(),
            until,
        };
        let ends_by = app.now().latest().plus_seconds(CEREMONY_SECONDS);
        let is_open = until > app.now() && until <= ends_by;
        Ok((is_open && secrets::constant_time_eq(code, &begun.code(app)?)).then_some(begun))
    }

    /// The ceremony that was begun, with the passkeys that there are now.
    fn state(&self, app: &App, title: &str, known: &[Passkey]) -> Result<PasskeyAuthentication> {
        let (_, state) = webauthn(app, title)?
            .start_passkey_authentication(known)
            .map_err(|error| Error::Internal(format!("a passkey: {error}")))?;
        let mut state = serde_json::to_value(state)
            .map_err(|error| Error::Internal(format!("a passkey: {error}")))?;
        state["ast"]["challenge"] = self.challenge.clone().into();
        serde_json::from_value(state)
            .map_err(|error| Error::Internal(format!("a passkey: {error}")))
    }
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entering {
    credential: PublicKeyCredential,
    #[serde(default)]
    next: String,
}

/// Signs in whose passkey answered the challenge. It asks for a finger or a PIN itself, so no code comes after it.
pub async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    JsonBody(entering): JsonBody<Entering>,
) -> Result {
    const UNKNOWN: &str = "This passkey no longer belongs to anybody on this blog.";
    let Some(begun) = BegunSignIn::read(&app, &visitor.headers)? else {
        return Ok(refused(BEGUN_ELSEWHERE));
    };
    let credential = entering.credential;
    let Some(known) = app
        .store
        .credentials()
        .passkey(credential.get_credential_id())
        .await?
    else {
        return Ok(refused(UNKNOWN));
    };
    let handle = handle(&app, known.author_id)?;
    if credential.get_user_unique_id() != Some(handle.as_bytes()) {
        return Ok(refused(UNKNOWN));
    }
    let site = app.site().await?;
    let title = &site.settings.title;
    let mut passkey: Passkey = from_json(&known.passkey)?;
    let state = begun.state(&app, title, std::slice::from_ref(&passkey))?;
    let result = match webauthn(&app, title)?.finish_passkey_authentication(&credential, &state) {
        Ok(result) => result,
        Err(error) => {
            tracing::info!(%error, "a sign-in with a passkey failed");
            sign_in::refused(&app, Some(known.author_id), "passkey", &visitor).await;
            return Ok(refused("This passkey couldn’t be verified."));
        }
    };
    let used = secrets::hash(&begun.challenge);
    if !app
        .unsaved
        .use_challenge(&app.store, &used, begun.until, app.now())
        .await?
    {
        return Ok(refused(BEGUN_ELSEWHERE));
    }
    passkey.update_credential(&result);
    let noted = app
        .store
        .credentials()
        .passkey_used(known.id, &to_json(&passkey)?, app.now())
        .await;
    if let Err(error) = noted {
        tracing::warn!(%error, "the use of a passkey could not be stored");
    }
    let next = return_to::safe(&app.config.url, &entering.next);
    let proven = Proven {
        author: known.author_id,
        by: "passkey",
    };
    let mut answer = sign_in::entered(&app, &visitor, proven, &next).await?;
    cookies::set(&app, &mut answer, BEGUN, "", 0)?;
    Ok(answer)
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoveForm {
    csrf: String,
    id: PasskeyId,
}

impl HasCsrf for RemoveForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

pub async fn remove(
    State(app): State<App>,
    signed_in: SignedIn,
    CsrfForm(form): CsrfForm<RemoveForm>,
) -> Result {
    if !signed_in.is_confirmed(app.now()) {
        return session::confirm_first("/admin/profile");
    }
    let note = signed_in
        .note(Act::Passkeys, app.now())
        .about("removed one");
    app.store
        .noting(note)
        .credentials()
        .remove_passkey(signed_in.author.id, form.id)
        .await?;
    render::see_other("/admin/profile?done=removed")
}
