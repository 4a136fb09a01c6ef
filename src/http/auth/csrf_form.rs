//! Forms from behind the sign-in: they carry the session's token, or they are refused before anybody reads them.

use super::session::SignedIn;
use crate::app::{App, LARGE_BYTES};
use crate::blog::action::UnknownAction;
use crate::blog::post::PostForm;
use crate::blog::settings::SettingsForm;
use crate::error::Error;
use crate::http::limits::body_length::BodyLength;
use crate::secrets;
use axum::Form;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::str::FromStr;
use tokio::runtime::Handle;

/// What the token of a form is made for, see [`App::code`].
pub const CSRF: &str = "csrf";

/// A form that carries the session's token in a field `csrf`.
pub trait HasCsrf {
    fn csrf(&self) -> &str;
}

impl HasCsrf for PostForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

impl HasCsrf for SettingsForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// A form that is one button.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ButtonForm {
    csrf: String,
}

impl HasCsrf for ButtonForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// A form of buttons, each with a word for what it does.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActForm {
    csrf: String,
    pub act: String,
}

impl HasCsrf for ActForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// What a form asks for; a word that none of its buttons sends is refused.
pub fn action<A: FromStr<Err = UnknownAction>>(word: &str) -> Result<A, Error> {
    word.parse()
        .map_err(|UnknownAction| Error::BadRequest("This action isn’t available."))
}

/// The fields of a form in which only the boxes that were ticked, `picked`, may come more than once.
pub struct Ticked {
    once: BTreeMap<String, String>,
    pub picked: Vec<String>,
}

impl Ticked {
    /// Takes the fields of a form that has these besides, and at most `max` boxes.
    pub fn parse(
        fields: Vec<(String, String)>,
        names: &[&str],
        max: usize,
    ) -> Result<Self, &'static str> {
        let (mut once, mut picked) = (BTreeMap::new(), Vec::new());
        for (name, value) in fields {
            if name == "picked" {
                picked.push(value);
            } else if !names.contains(&name.as_str()) {
                return Err("an unknown form field");
            } else if once.insert(name, value).is_some_and(|old| !old.is_empty()) {
                return Err("a form field given twice");
            }
        }
        if picked.len() > max {
            return Err("more items than a page shows");
        }
        Ok(Self { once, picked })
    }

    /// What a field holds; nothing where it was not sent.
    pub fn take(&mut self, name: &str) -> String {
        self.once.remove(name).unwrap_or_default()
    }
}

/// Reads a form; one that holds a whole text is read on a thread for such work.
async fn parsed<T>(request: Request, app: &App) -> Result<Form<T>, Response>
where
    T: DeserializeOwned + Send + 'static,
{
    let length = BodyLength::of(&request);
    if length.is_some_and(|length| length <= LARGE_BYTES as u64) {
        let form = Form::from_request(request, app).await;
        return form.map_err(IntoResponse::into_response);
    }
    let (parts, body) = request.into_parts();
    let received = Request::from_parts(parts.clone(), body);
    let received = Bytes::from_request(received, app)
        .await
        .map_err(IntoResponse::into_response)?;
    let request = Request::from_parts(parts, Body::from(received));
    let (state, runtime) = (app.clone(), Handle::current());
    // All of it is here, so nothing is waited for.
    let read = move || runtime.block_on(Form::from_request(request, &state));
    let form = app.compute(read).await;
    form.map_err(IntoResponse::into_response)?
        .map_err(IntoResponse::into_response)
}

/// A form whose token was found right.
pub struct CsrfForm<T>(pub T);

impl<T: HasCsrf + DeserializeOwned + Send + 'static> FromRequest<App> for CsrfForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let signed_in = request.extensions().get::<SignedIn>().cloned();
        let Form(form) = parsed::<T>(request, app).await?;
        match signed_in {
            Some(signed_in) if secrets::constant_time_eq(form.csrf(), &signed_in.csrf) => Ok(Self(form)),
            _ => Err(Error::Forbidden(
                "This form is from another session, so nothing was changed. Go back, copy your text, and open the page again.",
            )
            .into_response()),
        }
    }
}
