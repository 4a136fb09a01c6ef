//! Moving in and out: a file that is sent is looked through, comes in with its progress shown, and says what came; exports are
//! packed while they are sent.

use crate::app::App;
use crate::app::exports::ExportFormat;
use crate::app::imports::{
    Format, ImportState, NewImport, RemotePictures, Sent, Step, Summary, UPLOAD_MAX_BYTES,
};
use crate::app::incoming::{InPieces, Kind, Upload};
use crate::blog::AuthorId;
use crate::blog::action::{ExportAction, ImportAction};
use crate::blog::audit::Act;
use crate::blog::media::file_name;
use crate::error::Error;
use crate::http::OwnRoutes;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{ActForm, CsrfForm, action};
use crate::http::auth::session;
use crate::http::files::file_body::Place;
use crate::http::files::zip_body::{HELD_BYTES, ZipBody};
use crate::http::page::render::{self, Result};
use crate::secrets;
use askama::Template;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;

const HERE: &str = "/admin/transfer/";

/// The longest file, and what a form puts around it.
pub const FORM_MAX_BYTES: usize = 2049 * 1024 * 1024;
const _: () = assert!(FORM_MAX_BYTES as u64 > UPLOAD_MAX_BYTES);
/// A field besides the file is an address at most.
const FIELD_MAX_BYTES: usize = 2048;

const OTHER_SESSION: &str = "This form is from another session, so nothing was changed. Go back, open the page again, and choose the file again.";
const CUT_OFF: &str = "The upload was incomplete. Please upload the file again.";
const TOO_LONG: &str =
    "The file is larger than 2 GB. Import it on the server with the command daybook import.";
const EMPTY: &str = "Please choose a file.";
const NOT_THERE: &str =
    "This file is not in the folder import any more. Reload the page and choose another one.";
const NO_ADDRESS: &str = "Please enter the address of the old blog, such as https://old.example.org/, or leave it empty.";

/// The systems that the form offers, with their words and names.
const SYSTEMS: &[(&str, Format, &str)] = &[
    ("blogger", Format::Blogger, "Blogger"),
    ("wordpress", Format::Wordpress, "WordPress"),
    ("ghost", Format::Ghost, "Ghost"),
    ("substack", Format::Substack, "Substack"),
    ("markdown", Format::Markdown, "Markdown files (zip)"),
    ("daybook", Format::Daybook, "Daybook"),
    ("disqus", Format::Disqus, "Disqus (comments)"),
    ("isso", Format::Isso, "Isso (comments)"),
    ("remark42", Format::Remark42, "Remark42 (comments)"),
];

/// A file that was not sent with the form.
#[derive(Debug, Clone, Default)]
struct Elsewhere {
    /// The key of one that a script sent in pieces before, and its name.
    key: String,
    called: String,
    /// The name of one in the folder of the data directory.
    place: String,
}

impl Elsewhere {
    /// The file that was sent with the form, else in pieces, else the one in the folder; `None` where there is none.
    async fn found(
        &self,
        app: &App,
        sent: Option<(Upload, String)>,
        kind: Kind,
        author: AuthorId,
    ) -> Result<std::result::Result<Option<(Sent, String)>, &'static str>> {
        if let Some((file, called)) = sent {
            return Ok(Ok(Some((Sent::Upload(file), called))));
        }
        if !self.key.is_empty() {
            let key = &self.key;
            let found = app
                .incoming()
                .end_pieces(InPieces { kind, key, author })
                .await?;
            let Some(file) = found.filter(|file| file.bytes() > 0) else {
                return Ok(Err(CUT_OFF));
            };
            let called = file_name(&self.called);
            return Ok(Ok(Some((Sent::Upload(file), called))));
        }
        if self.place.is_empty() {
            return Ok(Ok(None));
        }
        Ok(match app.incoming().place(&self.place).await? {
            Some(_) => Ok(Some((Sent::Place(self.place.clone()), self.place.clone()))),
            None => Err(NOT_THERE),
        })
    }
}

/// What was typed into the form; a file has to be chosen again.
#[derive(Debug, Clone, Default)]
struct ImportForm {
    from: String,
    old_url: String,
    /// Says something where pictures stay where they are.
    stay: String,
    export: Elsewhere,
    /// Files of the old blog.
    files: Elsewhere,
}

impl ImportForm {
    /// The field of a name.
    fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "from" => &mut self.from,
            "old_url" => &mut self.old_url,
            "stay" => &mut self.stay,
            "place" => &mut self.export.place,
            "sent" => &mut self.export.key,
            "called" => &mut self.export.called,
            "files_place" => &mut self.files.place,
            "files_sent" => &mut self.files.key,
            "files_called" => &mut self.files.called,
            _ => return None,
        })
    }

    fn stays(&self) -> bool {
        !self.stay.is_empty()
    }

    fn parse(&self) -> std::result::Result<NewImport, &'static str> {
        let old_url = match self.old_url.trim() {
            "" => None,
            address => match url::Url::parse(address) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => Some(url.to_string()),
                _ => return Err(NO_ADDRESS),
            },
        };
        let format = SYSTEMS.iter().find(|(word, ..)| *word == self.from);
        Ok(NewImport {
            format: format.map(|(_, format, _)| *format),
            old_url,
            fetches: !self.stays(),
            ..NewImport::default()
        })
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct TransferParams {
    /// `cancelled`, `discarded`, `nothing`.
    done: String,
}

#[derive(Template)]
#[template(path = "operator/transfer.html")]
struct TransferPage {
    admin: AdminLayout,
    state: Option<ImportState>,
    /// How far the pictures of other sites are, once something came in.
    pictures: Option<RemotePictures>,
    /// What is in the folder of the data directory.
    places: Vec<String>,
    form: ImportForm,
    problem: String,
    message: &'static str,
}

impl TransferPage {
    async fn new(app: &App, admin: AdminLayout) -> Result<Self> {
        let state = app.import_state().await?;
        let is_in = state
            .as_ref()
            .is_some_and(|state| state.record.brought.is_some());
        Ok(Self {
            admin,
            pictures: if is_in {
                RemotePictures::of(app).await?
            } else {
                None
            },
            state,
            places: app.incoming().places().await?,
            form: ImportForm::default(),
            problem: String::new(),
            message: "",
        })
    }

    fn systems() -> &'static [(&'static str, Format, &'static str)] {
        SYSTEMS
    }

    /// Whether a system was chosen in the form.
    fn is_chosen(&self, word: &str) -> bool {
        self.form.from == word
    }

    /// The system that an import is of.
    fn system(state: &ImportState) -> &'static str {
        let found = SYSTEMS
            .iter()
            .find(|(_, format, _)| *format == state.record.format);
        found.map_or("", |(_, _, name)| name)
    }

    /// Whether the page changes by itself.
    fn is_working(&self) -> bool {
        self.state.as_ref().is_some_and(ImportState::is_working)
    }

    /// Whether another file may be sent: nothing is under way, and nothing waits for a decision.
    fn takes_files(&self) -> bool {
        self.state
            .as_ref()
            .is_none_or(|state| !state.is_working() && !state.can_begin())
    }

    fn is_check(state: &ImportState) -> bool {
        state.record.step == Step::Checking
    }

    /// How far an import is, in a sentence.
    fn words(state: &ImportState) -> &'static str {
        match state.record.step {
            Step::Checking if state.is_interrupted() => {
                "The check was interrupted when the server stopped. Nothing was imported."
            }
            Step::Importing if state.is_interrupted() => {
                "The import was interrupted when the server stopped. Continue it: nothing is imported twice."
            }
            Step::Checking => {
                "Checking the file. Nothing is changed yet. This page updates automatically."
            }
            Step::Importing => "Importing. This page updates automatically.",
            Step::Checked => "The file was checked, and nothing was changed yet.",
            Step::Imported => "The import is done.",
            Step::Cancelled => {
                "The import was cancelled. What came in so far is here; continue it, or discard the file."
            }
            Step::Failed if state.record.found.is_none() => "The file can’t be imported.",
            Step::Failed => {
                "The import failed. What came in so far is here; try again, or discard the file."
            }
        }
    }

    /// The button that begins it.
    fn begin_label(state: &ImportState) -> &'static str {
        match state.record.step {
            Step::Checked => "Import now",
            Step::Checking => "Check again",
            _ => "Continue",
        }
    }

    /// What the page lists: what came in, else what would.
    fn report(state: &ImportState) -> Option<&Summary> {
        state
            .record
            .brought
            .as_ref()
            .or(state.record.found.as_ref())
    }

    fn report_label(state: &ImportState) -> &'static str {
        if state.record.brought.is_some() {
            "What came in"
        } else {
            "What will come in"
        }
    }
}

pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<TransferParams>,
) -> Result {
    let message = match params.done.as_str() {
        "cancelled" => "Cancelling. What came in so far stays.",
        "discarded" => "The file was discarded.",
        "nothing" => "There was nothing to do.",
        _ => "",
    };
    let page = TransferPage::new(&app, admin).await?;
    render::page(&TransferPage { message, ..page })
}

/// Begins the import that was looked through, cancels it, or forgets it.
pub async fn act(
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<ActForm>,
) -> Result {
    match action(&form.act)? {
        ImportAction::Start => {
            if !app.begin_import(Box::new(OwnRoutes::of(&app))).await? {
                return render::see_other(&format!("{HERE}?done=nothing"));
            }
            let state = app.import_state().await?;
            let called = state.map(|state| state.record.called).unwrap_or_default();
            let note = admin.signed_in.note(Act::Import, app.now());
            app.store.audit_log().add(note.about(&called)).await?;
            render::see_other(HERE)
        }
        ImportAction::Cancel => {
            let done = if app.cancel_import() {
                "cancelled"
            } else {
                "nothing"
            };
            render::see_other(&format!("{HERE}?done={done}"))
        }
        ImportAction::Discard => {
            let done = if app.forget_import().await? {
                "discarded"
            } else {
                "nothing"
            };
            render::see_other(&format!("{HERE}?done={done}"))
        }
    }
}

/// Takes a file in, and files of the old blog: the token first, then the fields, the files last.
pub async fn upload(admin: AdminLayout, State(app): State<App>, request: Request) -> Result {
    let Ok(mut sent) = Multipart::from_request(request, &app).await else {
        return Err(Error::Forbidden(OTHER_SESSION));
    };
    let token = match sent.next_field().await {
        Ok(Some(field)) if field.name() == Some("csrf") => short(field).await.unwrap_or_default(),
        _ => String::new(),
    };
    if !secrets::constant_time_eq(&token, admin.csrf()) {
        return Err(Error::Forbidden(OTHER_SESSION));
    }
    let author = admin.signed_in.author.id;
    let mut form = ImportForm::default();
    let problem = match receive(&app, &mut sent, &mut form).await? {
        Ok(files) => begin(&app, files, &form, author).await?.err(),
        Err(problem) => Some(problem.to_owned()),
    };
    let Some(problem) = problem else {
        return render::see_other(HERE);
    };
    let page = TransferPage::new(&app, admin).await?;
    render::problem_page(&TransferPage {
        form,
        problem,
        ..page
    })
}

/// Begins to look through what was sent, or what the fields name.
async fn begin(
    app: &App,
    received: Received,
    form: &ImportForm,
    author: AuthorId,
) -> Result<std::result::Result<(), String>> {
    // Looked at first: what was sent in pieces goes on with the import, or is gone.
    let mut new = match form.parse() {
        Ok(new) => new,
        Err(problem) => return Ok(Err(problem.to_owned())),
    };
    let export = form
        .export
        .found(app, received.export, Kind::Export, author);
    let export = match export.await? {
        Ok(Some((export, called))) => {
            new.called = called;
            export
        }
        Ok(None) => return Ok(Err(EMPTY.to_owned())),
        Err(problem) => return Ok(Err(problem.to_owned())),
    };
    let files = form.files.found(app, received.files, Kind::Files, author);
    let files = match files.await? {
        Ok(Some((files, called))) => {
            new.files_called = called;
            Some(files)
        }
        Ok(None) => None,
        Err(problem) => return Ok(Err(problem.to_owned())),
    };
    app.take_import((export, files), new, author).await
}

/// The files of a form, with the names that they have.
#[derive(Debug, Default)]
struct Received {
    export: Option<(Upload, String)>,
    files: Option<(Upload, String)>,
}

/// The fields of the form and its files.
async fn receive(
    app: &App,
    sent: &mut Multipart,
    form: &mut ImportForm,
) -> Result<std::result::Result<Received, &'static str>> {
    let mut received = Received::default();
    loop {
        let field = match sent.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(Ok(received)),
            Err(error) => return Ok(Err(unread(&error))),
        };
        let name = field.name().unwrap_or_default().to_owned();
        let file = match name.as_str() {
            "file" => &mut received.export,
            "files" => &mut received.files,
            _ => {
                let Some(text) = form.field(&name) else {
                    return Err(Error::BadRequest("This form has an unknown field."));
                };
                match short(field).await {
                    Ok(value) => *text = value,
                    Err(problem) => return Ok(Err(problem)),
                }
                continue;
            }
        };
        let called = file_name(field.file_name().unwrap_or_default());
        match take_file(app, field).await? {
            Ok(taken) => *file = taken.map(|taken| (taken, called)),
            Err(problem) => return Ok(Err(problem)),
        }
    }
}

/// Takes a file in; `None` where none was chosen.
async fn take_file(
    app: &App,
    mut field: Field<'_>,
) -> Result<std::result::Result<Option<Upload>, &'static str>> {
    let mut file = app.incoming().begin().await?;
    loop {
        match field.chunk().await {
            Ok(Some(piece)) => file.write(&piece).await?,
            Ok(None) => break,
            Err(error) => return Ok(Err(unread(&error))),
        }
        if file.bytes() > UPLOAD_MAX_BYTES {
            return Ok(Err(TOO_LONG));
        }
    }
    Ok(Ok(Some(file).filter(|file| file.bytes() > 0)))
}

/// The words of a field that is short.
async fn short(mut field: Field<'_>) -> std::result::Result<String, &'static str> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|error| unread(&error))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > FIELD_MAX_BYTES {
            return Err(NO_ADDRESS);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unread(error: &MultipartError) -> &'static str {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        TOO_LONG
    } else {
        CUT_OFF
    }
}

/// Sends everything that the blog holds.
pub async fn export(
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<ActForm>,
) -> Result {
    let format = match action(&form.act)? {
        ExportAction::Json => ExportFormat::Json,
        ExportAction::Wordpress => ExportFormat::Wordpress,
        ExportAction::Markdown => ExportFormat::Markdown,
    };
    // Addresses and passwords are in it: only who has just shown a password or a passkey gets it.
    if !admin.signed_in.is_confirmed(app.now()) {
        return session::confirm_first(HERE);
    }
    let place = Place::reserve(app.media.sending(), HELD_BYTES).await?;
    let export = app.export(format).await?;
    let note = admin.signed_in.note(Act::Download, app.now());
    app.store.audit_log().add(note.about(&export.name)).await?;
    let about = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", export.name),
        ),
    ];
    let body = ZipBody::of(place, move |out| export.write(out));
    Ok((about, body).into_response())
}
