//! The pictures of the blog's looks, its header image, its logo and its icon: chosen from the library or sent. Works without a script.

use crate::app::App;
use crate::blog::MediaId;
use crate::blog::action::LookPicture;
use crate::blog::appearance::Appearance;
use crate::blog::audit::Act;
use crate::blog::author::Scope;
use crate::blog::media::{FOLDER, is_picture, search_words};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf, action};
use crate::http::page::pagination::{Cursor, Links};
use crate::http::page::render::{self, Result};
use crate::store::{LibraryFilter, MediaLine};
use askama::Template;
use axum::extract::{Query, State};

/// As many as in the library.
const PICTURES: i64 = 48;

const GONE: &str = "This picture isn’t in the library any more.";
const NO_PICTURE: &str =
    "This is a recording. It is in the library now; please choose a picture here.";

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct LookPictureParams {
    /// Which picture of the looks it is about.
    look: String,
    q: String,
    /// The picture that was just sent, by its number.
    sent: Option<i64>,
    /// A page of the library, see [`Cursor`].
    before: String,
    after: String,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LookPictureForm {
    csrf: String,
    look: String,
    /// The name of a picture of the library; empty: none.
    picture: String,
}

impl HasCsrf for LookPictureForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

#[derive(Template)]
#[template(path = "operator/look_picture.html")]
struct LookPicturePage {
    admin: AdminLayout,
    look: LookPicture,
    /// What was just sent.
    sent: Option<MediaLine>,
    /// What is in force.
    current: Option<MediaLine>,
    q: String,
    lines: Vec<MediaLine>,
    links: Links,
    problem: Option<&'static str>,
}

impl LookPicturePage {
    fn title(&self) -> &'static str {
        match self.look {
            LookPicture::Header => "Header image",
            LookPicture::Logo => "Logo",
            LookPicture::Icon => "Site icon",
        }
    }

    fn hint(&self) -> &'static str {
        match self.look {
            LookPicture::Header => "Wide images work best, about 3 to 1.",
            LookPicture::Logo => "Shown in place of the title, at most 72 pixels high.",
            LookPicture::Icon => {
                "For browser tabs, phones and feed readers. A square of 512 pixels or more works best."
            }
        }
    }

    /// What is there without a picture, as the button says it.
    fn without(&self) -> &'static str {
        match self.look {
            LookPicture::Header => "No image",
            LookPicture::Logo => "The blog’s title as text",
            LookPicture::Icon => "Daybook’s icon",
        }
    }

    fn word(&self) -> &'static str {
        self.look.word()
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn address(&self, name: &str) -> String {
        format!("{FOLDER}{name}")
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn called(&self, line: &MediaLine) -> String {
        called(line)
    }

    fn at(&self, place: &str) -> String {
        let q = render::query_value(&self.q);
        let look = self.word();
        format!("/admin/appearance/picture?look={look}&q={q}&{place}")
    }
}

/// What a picture is called: by its description, by the name of its file, by its size.
pub fn called(line: &MediaLine) -> String {
    let names = [&line.alt, &line.file_name];
    let name = names.into_iter().find(|name| !name.is_empty());
    name.cloned()
        .unwrap_or_else(|| format!("Picture, {} × {} pixels", line.width, line.height))
}

pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<LookPictureParams>,
) -> Result {
    let look = action(&params.look)?;
    let library = app.store.media();
    let words = search_words(&params.q);
    let side = Cursor::new(&params.before, &params.after).side();
    let (scope, filter) = (Scope::Everything, LibraryFilter::Pictures);
    let page = library.list(scope, filter, &words, side, PICTURES).await?;
    let sent = match params.sent {
        Some(id) => library.by_id(MediaId(id)).await?,
        None => None,
    };
    let is_recording = sent.as_ref().is_some_and(|line| !is_picture(&line.name));
    let name = in_force(&admin.layout.site.settings.appearance, look);
    render::page(&LookPicturePage {
        look,
        current: library.by_name(name).await?,
        sent: sent.filter(|_| !is_recording),
        q: params.q,
        links: Links::of(&page, |line| (line.created_at, line.id.0)),
        lines: page.items,
        problem: is_recording.then_some(NO_PICTURE),
        admin,
    })
}

fn in_force(appearance: &Appearance, look: LookPicture) -> &str {
    match look {
        LookPicture::Header => &appearance.picture,
        LookPicture::Logo => &appearance.logo,
        LookPicture::Icon => &appearance.icon,
    }
}

/// Puts a picture in force, or none. All else of the looks stays as it is, and *Undo last change* takes it back.
pub async fn choose(
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<LookPictureForm>,
) -> Result {
    let look = action(&form.look)?;
    let mut appearance = admin.layout.site.settings.appearance.clone();
    let mut alt = String::new();
    if !form.picture.is_empty() {
        let line = app.store.media().by_name(&form.picture).await?;
        let line = line.filter(|line| is_picture(&line.name));
        alt = line.ok_or(Error::BadRequest(GONE))?.alt;
    }
    match look {
        LookPicture::Header => {
            appearance.picture_alt = alt;
            appearance.picture = form.picture;
        }
        LookPicture::Logo => appearance.logo = form.picture,
        LookPicture::Icon => appearance.icon = form.picture,
    }
    let note = admin.signed_in.note(Act::Appearance, app.now());
    app.store
        .noting(note.about(look.word()))
        .settings()
        .save_appearance(&appearance, app.now())
        .await?;
    render::see_other("/admin/appearance?did=save")
}
