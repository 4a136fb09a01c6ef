//! Forms from behind the sign-in: they carry the session's token, or they are refused before anybody reads them.

use super::session::SignedIn;
use crate::app::App;
use crate::blog::post::PostForm;
use crate::blog::settings::SettingsForm;
use crate::error::Error;
use crate::secrets;
use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

/// What the token of a form is made for, see [`App::code`].
pub const CSRF: &str = "csrf";

/// A form that carries the session's token in a field `csrf`.
pub trait Guarded {
    fn csrf(&self) -> &str;
}

impl Guarded for PostForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

impl Guarded for SettingsForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// A form whose token was found right.
pub struct DeskForm<T>(pub T);

impl<T: Guarded + DeserializeOwned> FromRequest<App> for DeskForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let signed_in = request.extensions().get::<SignedIn>().cloned();
        let Form(form) = Form::<T>::from_request(request, app)
            .await
            .map_err(IntoResponse::into_response)?;
        match signed_in {
            Some(signed_in) if secrets::same(form.csrf(), &signed_in.csrf) => Ok(Self(form)),
            _ => Err(Error::Forbidden(
                "This form is from another session, so nothing was changed. Go back, copy your text, and open the page again.",
            )
            .into_response()),
        }
    }
}
