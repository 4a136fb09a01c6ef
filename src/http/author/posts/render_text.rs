//! What the tools of the editor ask while somebody writes: how the text will look, what is pasted made clean, the text in
//! the other markup. Nothing here changes anything.

use crate::app::App;
use crate::app::publishing::render_post;
use crate::blog::fetch::ADDRESS_MAX_BYTES;
use crate::blog::media::FOLDER;
use crate::blog::post::{Markup, SOURCE_MAX_BYTES};
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf};
use crate::http::page::render::{self, Result};
use crate::text;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

/// A text and the markup that it is written in, or is to be.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TextForm {
    csrf: String,
    body: String,
    markup: String,
}

impl HasCsrf for TextForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// What a program put into the clipboard, and the markup of the post.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PasteForm {
    csrf: String,
    html: String,
    plain: String,
    /// As VS Code names it.
    language: String,
    markup: String,
}

impl HasCsrf for PasteForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// A clipboard as text of a post.
#[derive(Serialize)]
struct Clean {
    text: String,
    /// Pictures of other sites, which are being fetched.
    pictures: Vec<Placed>,
    /// Pictures that nobody can get.
    missing: Vec<Placed>,
}

/// A picture, and what to replace in the text when it is there.
#[derive(Serialize)]
struct Placed {
    address: String,
    alt: String,
    written: String,
}

impl From<text::Placed> for Placed {
    fn from(placed: text::Placed) -> Self {
        Self {
            address: placed.address,
            alt: placed.alt,
            written: placed.written,
        }
    }
}

#[derive(Serialize)]
struct RenderedText {
    html: String,
    words: usize,
    minutes: usize,
    headings: Vec<Heading>,
}

#[derive(Serialize)]
struct Heading {
    level: u8,
    text: String,
}

#[derive(Serialize)]
struct Cut {
    parts: Vec<CutPart>,
}

/// A part of a text.
#[derive(Serialize)]
struct CutPart {
    source: String,
    /// Its HTML, with attributes renamed that browsers act on; `null` for what a browser must not parse.
    html: Option<String>,
    /// What readers see of it.
    shown: String,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

/// The text as its own page will show it, its number of words, the minutes they take to read, its headings.
pub async fn show(State(app): State<App>, CsrfForm(form): CsrfForm<TextForm>) -> Result {
    let Some(markup) = requested_markup(&form, &form.body) else {
        return Ok(refused());
    };
    let rendered = render_post(&app, form.body, markup).await?;
    let site = app.site().await?;
    let shown = move || {
        let words = text::number_of_words(&rendered.words);
        let headings = text::outline(&rendered.html).into_iter();
        render::json(
            StatusCode::OK,
            &RenderedText {
                words,
                minutes: text::minutes(words),
                headings: headings
                    .map(|text::Heading { level, text }| Heading { level, text })
                    .collect(),
                html: text::fill_placeholders(&rendered.html, site.settings.films, &site.messages)
                    .into_owned(),
            },
        )
    };
    app.compute(shown).await?
}

/// The text cut into its parts, for the visual editor. Rendering is for all parts at once: one asks for what is stored only
/// once, too.
pub async fn parts(State(app): State<App>, CsrfForm(form): CsrfForm<TextForm>) -> Result {
    let Some(markup) = requested_markup(&form, &form.body) else {
        return Ok(refused());
    };
    let known = app.store.fetches().known_pictures(&form.body).await?;
    let site = app.site().await?;
    let cut = move || {
        let parts = text::parts(&form.body, markup).into_iter();
        let parts = parts.map(|part| {
            let rendered = part.html.as_ref().map_or_else(
                || text::post_with(&part.source, markup, &known.pictures, &known.fetched),
                |html| text::post_with(html, Markup::Html, &known.pictures, &known.fetched),
            );
            CutPart {
                html: part.inert_html(),
                shown: text::fill_placeholders(&rendered.html, site.settings.films, &site.messages)
                    .into_owned(),
                source: part.source,
            }
        });
        render::json(
            StatusCode::OK,
            &Cut {
                parts: parts.collect(),
            },
        )
    };
    app.compute(cut).await?
}

/// Pasted HTML as clean text in the markup of the post. The pictures that came with it are stored; those of other sites
/// are fetched from now on.
pub async fn paste(
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<PasteForm>,
) -> Result {
    let Some(markup) = Markup::of(&form.markup) else {
        return Ok(refused());
    };
    let origin = app.config.origin();
    let read = move || {
        let clipboard = text::Clipboard {
            html: &form.html,
            plain: &form.plain,
            language: &form.language,
        };
        text::pasted(&clipboard, markup, &origin)
    };
    let Some(mut pasted) = app.compute(read).await? else {
        return Ok(refused());
    };
    let author = admin.signed_in.author.id;
    for (bytes, picture) in std::mem::take(&mut pasted.with_it) {
        match app.add_picture(bytes, &picture.alt, author).await? {
            Ok(line) => pasted.store(&picture, &format!("{FOLDER}{}", line.name)),
            Err(_) => pasted.give_up(&picture, markup),
        }
    }
    let mut wanted: Vec<String> = pasted
        .elsewhere
        .iter()
        .map(|one| one.address.clone())
        .collect();
    wanted.retain(|address| address.len() <= ADDRESS_MAX_BYTES);
    app.store
        .fetches()
        .request_pictures(&wanted, author, false, app.now())
        .await?;
    let placed = |all: Vec<text::Placed>| all.into_iter().map(Placed::from).collect();
    render::json(
        StatusCode::OK,
        &Clean {
            text: pasted.text,
            pictures: placed(pasted.elsewhere),
            missing: placed(pasted.missing),
        },
    )
}

/// A text in the other markup than its own.
pub async fn convert(State(app): State<App>, CsrfForm(form): CsrfForm<TextForm>) -> Result {
    let Some(markup) = requested_markup(&form, &form.body) else {
        return Ok(refused());
    };
    off_thread(&app, move || text::converted(&form.body, markup)).await
}

/// The markup that was asked for, of a text that a post may hold.
fn requested_markup(form: &TextForm, source: &str) -> Option<Markup> {
    Markup::of(&form.markup).filter(|_| source.len() <= SOURCE_MAX_BYTES)
}

/// Reads a text on a thread for such work; what cannot be read within bounds is refused.
async fn off_thread(app: &App, read: impl FnOnce() -> Option<String> + Send + 'static) -> Result {
    match app.compute(read).await? {
        Some(text) => render::json(StatusCode::OK, &Text { text }),
        None => Ok(refused()),
    }
}

/// The tools then take the plain words instead.
fn refused() -> Response {
    StatusCode::UNPROCESSABLE_ENTITY.into_response()
}
