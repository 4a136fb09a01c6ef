//! A file on its way in. Its first bytes say what it is: a recording goes to disk piece by piece, anything else is taken for a
//! picture, which is decoded in memory.

use super::UPLOAD_MAX_BYTES;
use crate::app::App;
use crate::blog::AuthorId;
use crate::blog::media::{EMPTY, RECORDING_MAX_BYTES, SENT_MAX_BYTES, TOO_HEAVY, TOO_LONG};
use crate::error::Result;
use crate::media::recordings::{HEAD_BYTES, Recognized, UNPLAYABLE, recognize};
use crate::store::MediaLine;
use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use http_body_util::BodyExt;

const CUT_OFF: &str = "The upload was incomplete. Please upload the file again.";

/// Where the pieces of a file come from.
pub enum Pieces<'a> {
    /// The whole body, as a script sends it.
    Body(Body),
    /// A field of a form.
    Field(Box<Field<'a>>),
}

/// A file that is not taken, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    pub status: StatusCode,
    pub words: &'static str,
}

const fn refusal(words: &'static str) -> Refusal {
    Refusal {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        words,
    }
}

const fn too_large(words: &'static str) -> Refusal {
    Refusal {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        words,
    }
}

/// Why a field could not be read.
pub fn unread(error: &MultipartError) -> &'static str {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        TOO_LONG
    } else {
        CUT_OFF
    }
}

impl Pieces<'_> {
    async fn next(&mut self) -> std::result::Result<Option<Bytes>, Refusal> {
        match self {
            Self::Field(field) => field.chunk().await.map_err(|error| refusal(unread(&error))),
            Self::Body(body) => loop {
                match body.frame().await {
                    None => return Ok(None),
                    Some(Err(_)) => return Err(refusal(CUT_OFF)),
                    Some(Ok(frame)) => {
                        if let Ok(piece) = frame.into_data() {
                            return Ok(Some(piece));
                        }
                    }
                }
            },
        }
    }
}

/// Who sends a file, and what is known of it before it is read.
pub struct Sender<'a> {
    pub author: AuthorId,
    /// The name under which it comes.
    pub called: &'a str,
    /// How long the body is, where the request says so.
    pub length: Option<u64>,
}

/// Takes a file into the library.
pub async fn take(
    app: &App,
    mut pieces: Pieces<'_>,
    sender: Sender<'_>,
) -> Result<std::result::Result<MediaLine, Refusal>> {
    // Nothing is read of what no file of any kind may be.
    let most = match pieces {
        Pieces::Body(_) => RECORDING_MAX_BYTES,
        Pieces::Field(_) => UPLOAD_MAX_BYTES as u64,
    };
    if sender.length.is_some_and(|length| length > most) {
        return Ok(Err(too_large(TOO_LONG)));
    }
    let mut head = Vec::new();
    while head.len() < HEAD_BYTES {
        match pieces.next().await {
            Ok(Some(piece)) => head.extend_from_slice(&piece),
            Ok(None) => break,
            Err(refused) => return Ok(Err(refused)),
        }
    }
    match recognize(&head, sender.called) {
        Recognized::Recording(ending) => recording(app, head, pieces, &sender, ending).await,
        Recognized::Unplayable => Ok(Err(refusal(UNPLAYABLE))),
        Recognized::Other if head.is_empty() => Ok(Err(refusal(EMPTY))),
        Recognized::Other => picture(app, head, pieces, &sender).await,
    }
}

async fn recording(
    app: &App,
    head: Vec<u8>,
    mut pieces: Pieces<'_>,
    sender: &Sender<'_>,
    ending: &'static str,
) -> Result<std::result::Result<MediaLine, Refusal>> {
    let mut incoming = app.media.begin().await?;
    incoming.write(&head).await?;
    drop(head);
    loop {
        match pieces.next().await {
            Ok(Some(piece)) => incoming.write(&piece).await?,
            Ok(None) => break,
            Err(refused) => return Ok(Err(refused)),
        }
        if incoming.bytes() > RECORDING_MAX_BYTES {
            return Ok(Err(too_large(TOO_LONG)));
        }
    }
    let line = app
        .add_recording(incoming, ending, sender.called, sender.author)
        .await?;
    Ok(Ok(line))
}

async fn picture(
    app: &App,
    mut bytes: Vec<u8>,
    mut pieces: Pieces<'_>,
    sender: &Sender<'_>,
) -> Result<std::result::Result<MediaLine, Refusal>> {
    let max = SENT_MAX_BYTES as u64;
    // A form is a little longer than the file in it; what is too long by itself is found while it is read.
    let is_bare = matches!(pieces, Pieces::Body(_));
    if is_bare && sender.length.is_some_and(|length| length > max) {
        return Ok(Err(too_large(TOO_HEAVY)));
    }
    let _reserved = app
        .media
        .receive(sender.length.unwrap_or(max).min(max))
        .await?;
    loop {
        if bytes.len() > SENT_MAX_BYTES {
            return Ok(Err(too_large(TOO_HEAVY)));
        }
        match pieces.next().await {
            Ok(Some(piece)) => bytes.extend_from_slice(&piece),
            Ok(None) => break,
            Err(refused) => return Ok(Err(refused)),
        }
    }
    let added = app.add_picture(bytes, sender.called, sender.author).await?;
    Ok(added.map_err(|refused| refusal(refused.0)))
}
