//! Pictures of other sites in the editor: asking for them, and how far they are.

use crate::app::App;
use crate::blog::MediaId;
use crate::blog::action::RemotePictureAction;
use crate::blog::fetch::{ADDRESS_MAX_BYTES, WANTED_MAX};
use crate::blog::media::FOLDER;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf, action};
use crate::http::page::render::{self, Result};
use crate::store::FetchState;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use url::Url;

/// Addresses, one on a line, and what is to be done about them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FetchForm {
    csrf: String,
    addresses: String,
    /// `look`: only say what is known. `again`: try what failed once more. Else: fetch what is not known yet.
    act: String,
}

impl HasCsrf for FetchForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

#[derive(Serialize)]
struct Answer {
    pictures: Vec<Wanted>,
}

#[derive(Serialize)]
struct Wanted {
    address: String,
    /// `waiting`, `failed` or `done`.
    state: &'static str,
    /// Why the last try failed.
    reason: String,
    picture: Option<Stored>,
}

/// A picture that is here.
#[derive(Serialize)]
struct Stored {
    id: MediaId,
    address: String,
    width: i64,
    height: i64,
}

/// Notes which pictures are wanted and says how far they are.
pub async fn fetch(
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<FetchForm>,
) -> Result {
    let addresses: Vec<String> = form
        .addresses
        .lines()
        .filter(|address| is_of_the_web(address))
        .take(WANTED_MAX)
        .map(str::to_owned)
        .collect();
    let action: RemotePictureAction = action(&form.act)?;
    if action != RemotePictureAction::Look {
        let author = admin.signed_in.author.id;
        let again = action == RemotePictureAction::Retry;
        app.store
            .fetches()
            .request_pictures(&addresses, author, again, app.now())
            .await?;
    }
    let mut pictures = Vec::new();
    for state in app.store.fetches().states(&addresses).await? {
        pictures.push(picture(&app, state).await?);
    }
    render::json(StatusCode::OK, &Answer { pictures })
}

async fn picture(app: &App, state: FetchState) -> Result<Wanted> {
    let line = app.store.fetches().picture(&state).await?;
    let stored = line.map(|line| Stored {
        id: line.id,
        address: format!("{FOLDER}{}", line.name),
        width: line.width,
        height: line.height,
    });
    Ok(Wanted {
        state: match &stored {
            Some(_) => "done",
            None if state.is_waiting() => "waiting",
            None => "failed",
        },
        address: state.address,
        reason: state.answer,
        picture: stored,
    })
}

fn is_of_the_web(address: &str) -> bool {
    address.len() <= ADDRESS_MAX_BYTES
        && Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
