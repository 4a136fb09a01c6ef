//! Pictures and recordings: taking them in, the library, what is said of each and where it is used.

use super::receive::{self, Pieces, Refusal, Sender};
use crate::app::App;
use crate::blog::action::{LookPicture, PictureAction};
use crate::blog::audit::Act;
use crate::blog::media::{self, About, AboutForm, EMPTY, FOLDER, MediaKind};
use crate::blog::post::Kind;
use crate::blog::{MediaId, Problems};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf, action};
use crate::http::page::pagination::{Cursor, Links};
use crate::http::page::render::{self, Result};
use crate::secrets;
use crate::store::{DeleteOutcome, LibraryFilter, MediaCounts, MediaLine, MediaUse};
use askama::Template;
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

/// Enough for a screen and a half on a desktop.
const PICTURES: i64 = 48;

const OTHER_SESSION: &str =
    "This form is from another session, so nothing was sent. Go back and open the page again.";

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct LibraryParams {
    q: String,
    /// `unused`: only those that no post uses; `all`: recordings in the editor's dialog, too.
    show: String,
    /// `json`: for the editor's dialog.
    format: String,
    deleted: Option<String>,
}

#[derive(Template)]
#[template(path = "author/media.html")]
struct LibraryPage {
    admin: AdminLayout,
    q: String,
    unused: bool,
    counts: MediaCounts,
    lines: Vec<MediaLine>,
    links: Links,
    deleted: bool,
    /// Why what was just sent is not here.
    problem: Option<&'static str>,
}

/// A picture as a script gets it.
#[derive(serde::Serialize)]
struct PictureJson<'a> {
    id: MediaId,
    /// `picture`, `audio` or `video`.
    kind: &'static str,
    address: String,
    thumbnail: String,
    width: i64,
    height: i64,
    name: &'a str,
    alt: &'a str,
    caption: &'a str,
    uses: i64,
}

impl<'a> PictureJson<'a> {
    fn of(line: &'a MediaLine) -> Self {
        Self {
            id: line.id,
            kind: line.kind().noun(),
            address: format!("{FOLDER}{}", line.name),
            thumbnail: format!("{FOLDER}{}", line.thumbnail),
            width: line.width,
            height: line.height,
            name: &line.file_name,
            alt: &line.alt,
            caption: &line.caption,
            uses: line.uses,
        }
    }
}

#[derive(serde::Serialize)]
struct PicturesJson<'a> {
    pictures: Vec<PictureJson<'a>>,
    /// The query of the next ones, if there are any.
    older: Option<String>,
}

#[derive(serde::Serialize)]
struct ProblemJson {
    problem: &'static str,
}

/// What pages say about a picture.
pub trait PictureText {
    fn line(&self) -> &MediaLine;

    fn address(&self) -> String {
        format!("{FOLDER}{}", self.line().name)
    }

    fn thumbnail_address(&self) -> String {
        format!("{FOLDER}{}", self.line().thumbnail)
    }

    /// What to call it: its file's name, or that it has none.
    fn label(&self) -> &str {
        match (self.line().file_name.as_str(), self.line().kind()) {
            ("", MediaKind::Picture) => "Untitled picture",
            ("", MediaKind::Audio) => "Untitled audio",
            ("", MediaKind::Video) => "Untitled video",
            (name, _) => name,
        }
    }

    fn is_picture(&self) -> bool {
        self.line().kind() == MediaKind::Picture
    }

    fn is_audio(&self) -> bool {
        self.line().kind() == MediaKind::Audio
    }

    fn noun(&self) -> &'static str {
        self.line().kind().noun()
    }

    /// What shows it in a post that is written in Markdown.
    fn in_markdown(&self) -> String {
        let words: String = self
            .label()
            .chars()
            .filter(|c| !"[]\\*_`<>&".contains(*c))
            .collect();
        format!("![{words}]({})", self.address())
    }

    fn weight(&self) -> String {
        media::weight(self.line().bytes)
    }

    fn used(&self) -> String {
        match self.line().uses {
            0 => "Unused".to_owned(),
            1 => "Used in 1 post".to_owned(),
            number => format!("Used in {number} posts"),
        }
    }
}

impl PictureText for MediaLine {
    fn line(&self) -> &MediaLine {
        self
    }
}

impl LibraryPage {
    async fn new(app: &App, admin: AdminLayout) -> Result<Self> {
        let params = LibraryParams::default();
        Self::params(app, admin, params, &Cursor::default()).await
    }

    async fn params(
        app: &App,
        admin: AdminLayout,
        params: LibraryParams,
        cursor: &Cursor,
    ) -> Result<Self> {
        let unused = params.show == "unused";
        let words = media::search_words(&params.q);
        let scope = admin.scope();
        // The editor's dialog shows pictures only, unless it asks for recordings, too.
        let shown = match (params.format.as_str(), params.show.as_str()) {
            ("json", "all") => LibraryFilter::All,
            ("json", _) => LibraryFilter::Pictures,
            (_, "unused") => LibraryFilter::Unused,
            _ => LibraryFilter::All,
        };
        let library = app.store.media();
        let page = library
            .list(admin.scope(), shown, &words, cursor.side(), PICTURES)
            .await?;
        Ok(Self {
            admin,
            q: params.q,
            unused,
            counts: app.store.media().counts(scope).await?,
            links: Links::of(&page, |line| (line.created_at, line.id.0)),
            lines: page.items,
            deleted: params.deleted.is_some(),
            problem: None,
        })
    }

    fn at(&self, place: &str) -> String {
        let q = render::query_value(&self.q);
        let show = if self.unused { "unused" } else { "" };
        format!("/admin/media/?show={show}&q={q}&{place}")
    }
}

pub async fn list(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<LibraryParams>,
    Query(cursor): Query<Cursor>,
) -> Result {
    let is_for_script = params.format == "json";
    let page = LibraryPage::params(&app, admin, params, &cursor).await?;
    if !is_for_script {
        return render::page(&page);
    }
    render::json(
        StatusCode::OK,
        &PicturesJson {
            pictures: page.lines.iter().map(PictureJson::of).collect(),
            older: page.links.older,
        },
    )
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Sent {
    /// The name of the file.
    name: String,
    /// The picture of the blog's looks that a form sends it for.
    look: String,
}

/// Takes a picture in. A script sends the bare file with the session's token in `x-csrf` and is answered with JSON; a form
/// sends it as a form does and is led on.
pub async fn upload(
    admin: AdminLayout,
    State(app): State<App>,
    Query(sent): Query<Sent>,
    request: Request,
) -> Result {
    match request.headers().get("x-csrf") {
        Some(token) => {
            let is_right = token
                .to_str()
                .is_ok_and(|token| secrets::constant_time_eq(token, admin.csrf()));
            if !is_right {
                return Err(Error::Forbidden(OTHER_SESSION));
            }
            upload_by_script(&admin, &app, &sent.name, request).await
        }
        None => upload_by_form(admin, &app, &sent.look, request).await,
    }
}

async fn upload_by_script(admin: &AdminLayout, app: &App, name: &str, request: Request) -> Result {
    let sender = Sender {
        author: admin.signed_in.author.id,
        called: name,
        length: length_of(request.headers()),
    };
    match receive::take(app, Pieces::Body(request.into_body()), sender).await? {
        Ok(line) => render::json(StatusCode::OK, &PictureJson::of(&line)),
        Err(Refusal { status, words }) => render::json(status, &ProblemJson { problem: words }),
    }
}

/// How long the body of a request says that it is.
fn length_of(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok())
}

async fn upload_by_form(admin: AdminLayout, app: &App, look: &str, request: Request) -> Result {
    let look = look.parse::<LookPicture>().ok();
    let problem = match take_form(&admin, app, request).await? {
        // What somebody else sent before is there, and theirs to describe.
        Ok(line) => {
            if let Some(look) = look {
                let (look, id) = (look.word(), line.id);
                let place = format!("/admin/appearance/picture?look={look}&sent={id}");
                return render::see_other(&place);
            }
            let own = app
                .store
                .access()
                .allows_picture(admin.scope(), line.id)
                .await?;
            let place = if own {
                format!("/admin/media/{}?did=upload", line.id)
            } else {
                "/admin/media/".to_owned()
            };
            return render::see_other(&place);
        }
        Err(problem) => problem,
    };
    let mut page = LibraryPage::new(app, admin).await?;
    page.problem = Some(problem);
    render::problem_page(&page)
}

/// Takes in the picture that a form without a script sends: its token, then its file. What is wrong with the file is a sentence
/// for who sent it.
///
/// # Errors
/// [`Error::Forbidden`] where the form has no token of this session.
pub async fn take_form(
    admin: &AdminLayout,
    app: &App,
    request: Request,
) -> Result<std::result::Result<MediaLine, &'static str>> {
    let length = length_of(request.headers());
    let Ok(mut form) = Multipart::from_request(request, app).await else {
        return Err(Error::Forbidden(OTHER_SESSION));
    };
    // The token is first, so that nothing is read for who has none.
    let token = match form.next_field().await {
        Ok(Some(field)) if field.name() == Some("csrf") => field.text().await.unwrap_or_default(),
        _ => String::new(),
    };
    if !secrets::constant_time_eq(&token, admin.csrf()) {
        return Err(Error::Forbidden(OTHER_SESSION));
    }
    let author = admin.signed_in.author.id;
    Ok(match form.next_field().await {
        Ok(Some(field)) => {
            let called = field.file_name().unwrap_or_default().to_owned();
            let sender = Sender {
                author,
                called: &called,
                length,
            };
            let added = receive::take(app, Pieces::Field(Box::new(field)), sender).await?;
            added.map_err(|refused| refused.words)
        }
        Ok(None) => Err(EMPTY),
        Err(error) => Err(receive::unread(&error)),
    })
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct PictureParams {
    did: String,
    /// `delete`: whether it shall really go.
    ask: String,
}

#[derive(Template)]
#[template(path = "author/picture.html")]
struct PicturePage {
    admin: AdminLayout,
    picture: MediaLine,
    uses: Vec<MediaUse>,
    form: AboutForm,
    problems: Problems,
    status: &'static str,
    asks: bool,
}

impl PicturePage {
    async fn new(app: &App, admin: AdminLayout, id: MediaId) -> Result<Self> {
        let picture = app.store.media().by_id(id).await?.ok_or(Error::NotFound)?;
        Ok(Self {
            uses: app.store.media().uses(admin.scope(), id).await?,
            form: AboutForm {
                alt: picture.alt.clone(),
                caption: picture.caption.clone(),
                ..AboutForm::default()
            },
            admin,
            picture,
            problems: Problems::default(),
            status: "",
            asks: false,
        })
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn editor(&self, used: &MediaUse) -> String {
        let part = match used.kind {
            Kind::Post => "posts",
            Kind::Page => "pages",
        };
        format!("/admin/{part}/{}", used.id)
    }
}

pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(params): Query<PictureParams>,
) -> Result {
    let mut page = PicturePage::new(&app, admin, MediaId(id)).await?;
    page.status = match params.did.as_str() {
        "upload" if !page.picture.is_picture() => "Added to the library.",
        "upload" => {
            "Added to the library. Please add alternative text for people who can’t see the picture."
        }
        "save" => "Saved",
        _ => "",
    };
    page.asks = params.ask == "delete" && page.uses.is_empty();
    render::page(&page)
}

impl HasCsrf for AboutForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

pub async fn save(
    State(app): State<App>,
    admin: AdminLayout,
    Path(id): Path<i64>,
    CsrfForm(form): CsrfForm<AboutForm>,
) -> Result {
    let id = MediaId(id);
    match action(&form.act)? {
        PictureAction::Delete => return delete(&app, admin, id).await,
        PictureAction::Save => {}
    }
    match About::parse(&form) {
        Ok(about) => {
            if !app.store.media().describe(id, &about).await? {
                return Err(Error::NotFound);
            }
            render::see_other(&format!("/admin/media/{id}?did=save"))
        }
        Err(problems) => {
            let mut page = PicturePage::new(&app, admin, id).await?;
            page.problems = problems;
            page.form = form;
            render::problem_page(&page)
        }
    }
}

async fn delete(app: &App, admin: AdminLayout, id: MediaId) -> Result<Response> {
    let _clearing = app.media.clearing().await;
    let picture = app.store.media().by_id(id).await?.ok_or(Error::NotFound)?;
    let note = admin.signed_in.note(Act::Media, app.now());
    let note = note.about(&picture.file_name);
    match app.store.noting(note).media().delete(id).await? {
        DeleteOutcome::NotThere => Err(Error::NotFound),
        DeleteOutcome::Used => {
            let mut page = PicturePage::new(app, admin, id).await?;
            page.status = "Not deleted: it is used in posts or in the blog’s appearance.";
            Ok((StatusCode::CONFLICT, render::page(&page)?).into_response())
        }
        DeleteOutcome::Files(names) => {
            for name in names {
                app.media.remove(&name).await?;
            }
            render::see_other("/admin/media/?deleted=1")
        }
    }
}
