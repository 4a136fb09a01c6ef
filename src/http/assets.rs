//! Our own style sheets, scripts and icons: embedded, served under names that carry their digest, cached for ever.

use super::cache::encoded_body::{Body, answer};
use crate::app::App;
use crate::app::theme::asset_address;
use crate::blog::time::Millis;
use crate::error::Error;
use crate::text::css;
use axum::extract::{Path, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, LAST_MODIFIED,
};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use quick_cache::sync::Cache;
use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

/// The name under which a file is asked for may never mean other bytes, so a year is as good as for ever.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Another sheet than the one that was asked for must not stay for long.
const FOR_A_MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");
/// Icons keep their names; a day passes before a new one is seen.
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// A style sheet, a script or an icon loads nothing by itself, so its policy can be as short as its answer should be: it
/// comes with every page that is read for the first time.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
);

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

struct Asset {
    address: String,
    body: Body,
}

/// A file of `assets/` by its name, embedded.
macro_rules! file {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../assets/", $name)))
    };
}

/// The files that pages and modules name, and nothing else: one line each. A module is after those that it imports,
/// as `from "./NAME.js"`; it is served with their addresses in place of their names.
const FILES: &[(&str, &[u8])] = &[
    file!("own_comments.js"),
    // Whether somebody may edit a post is asked on every post's page, and no request more.
    (
        "comments.js",
        concat!(
            include_str!("../../assets/edit_link.js"),
            include_str!("../../assets/comments.js")
        )
        .as_bytes(),
    ),
    file!("edit_link.js"),
    file!("own_comment_page.js"),
    file!("gallery.js"),
    file!("blocks.css"),
    file!("archive.css"),
    file!("video_embeds.js"),
    file!("daybook.css"),
    file!("admin.css"),
    file!("visual.css"),
    // What others are made of.
    file!("dom.js"),
    file!("base64url.js"),
    file!("textarea.js"),
    file!("zone_time.js"),
    file!("dialogs.js"),
    file!("menu.js"),
    file!("text_position.js"),
    file!("server_tools.js"),
    // Admin pages.
    file!("bulk_select.js"),
    file!("erase_dialog.js"),
    file!("copy_buttons.js"),
    file!("form_drafts.js"),
    file!("saved_in_place.js"),
    file!("moderation_keys.js"),
    file!("passkeys.js"),
    file!("browser_defaults.js"),
    file!("set_up.js"),
    file!("sign_in_again.js"),
    file!("signed_in.js"),
    // The editor: saving and publishing.
    file!("script_watchdog.js"),
    file!("post_text.js"),
    file!("editor_fields.js"),
    file!("autosave_dialogs.js"),
    file!("autosave_notices.js"),
    file!("autosave_requests.js"),
    file!("autosave_storage.js"),
    file!("autosaver.js"),
    file!("autosave.js"),
    file!("publish_effects.js"),
    file!("tag_suggestions.js"),
    file!("settings_panel.js"),
    // The editor: tools and pictures.
    file!("markup_edits.js"),
    file!("picture_markup.js"),
    file!("publish_checks.js"),
    file!("publish_dialog.js"),
    file!("upload_rules.js"),
    file!("pieces.js"),
    file!("transfer_upload.js"),
    file!("picture_dialog.js"),
    file!("picture_uploads.js"),
    file!("feature_picture.js"),
    file!("remote_pictures.js"),
    file!("pasted_text.js"),
    file!("paste.js"),
    file!("preview_sync.js"),
    file!("live_preview.js"),
    file!("search_pattern.js"),
    file!("find_replace.js"),
    file!("growing_text.js"),
    file!("emoji.js"),
    file!("special_characters.js"),
    file!("toolbar.js"),
    file!("slash_rules.js"),
    file!("slash_menu.js"),
    file!("reading_time.js"),
    file!("editor_tools.js"),
    // The visual editor with the packages that it is made of; empty where it was not built (`make editor`).
    (
        VISUAL_EDITOR,
        include_bytes!(concat!(env!("OUT_DIR"), "/visual.js")),
    ),
];

const VISUAL_EDITOR: &str = "visual.js";

/// Whether this program was built with the visual editor.
pub fn has_visual_editor() -> bool {
    FILES
        .iter()
        .any(|(name, bytes)| *name == VISUAL_EDITOR && !bytes.is_empty())
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut assets: Vec<Asset> = Vec::new();
    for (name, bytes) in FILES {
        let asset = Asset::new(name, bytes, &assets);
        assets.push(asset);
    }
    assets
});

/// A module with the addresses of those before it in place of their names.
fn with_addresses(mut text: String, before: &[Asset]) -> String {
    for ((name, _), asset) in FILES.iter().zip(before) {
        text = text.replace(&format!("\"./{name}\""), &format!("\"{}\"", asset.address));
    }
    text
}

/// A script without the lines that are comments, without the types of casts, and without what its lines are set in by. A text
/// that goes over several lines would lose blanks that mean something, so a script that may hold one stays as it is.
fn without_comments(script: &str) -> String {
    if script
        .lines()
        .any(|line| line.matches('`').count() % 2 == 1)
    {
        return script.to_owned();
    }
    let mut out = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(|line| without_casts(line.trim())) {
        let line = &*line;
        let begins = line.starts_with("/*");
        if !in_comment && !begins && !line.starts_with("//") && !line.is_empty() {
            out.extend([line, "\n"]);
        }
        in_comment = (in_comment || begins) && !line.ends_with("*/");
    }
    out
}

/// A line without the types that `JSDoc` gives to parentheses, as in `/** @type {Element} */ (found)`.
fn without_casts(line: &str) -> Cow<'_, str> {
    const BEGIN: &str = "/** @type {";
    const END: &str = "} */ (";
    let mut line = Cow::Borrowed(line);
    while let Some(start) = line.find(BEGIN) {
        let Some(length) = line[start..].find(END) else {
            break;
        };
        let cast = start..start + length + END.len() - 1;
        line.to_mut().replace_range(cast, "");
    }
    line
}

impl Asset {
    fn new(name: &str, bytes: &[u8], before: &[Asset]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (content_type, text) = if name.rsplit('.').next() == Some("css") {
            (CSS, css::minified(&text))
        } else if name == VISUAL_EDITOR {
            // Its comments are the notices of licences.
            (JAVASCRIPT, with_addresses(text.into_owned(), before))
        } else {
            (JAVASCRIPT, with_addresses(without_comments(&text), before))
        };
        let address = asset_address(name, text.as_bytes());
        let head = head(content_type, FOR_EVER);
        // It is twenty times as long as any other, and the first author would wait for seconds.
        let body = if name == VISUAL_EDITOR {
            Body::new(&head, text.into())
        } else {
            Body::for_ever(&head, text.into())
        };
        Self { address, body }
    }
}

/// A sheet with samples of all themes, for the page on which one is chosen.
static SAMPLES: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("themes.css", css::samples().as_bytes(), &[]));

pub fn samples_address() -> &'static str {
    &SAMPLES.address
}

/// The address of a file by its name in `assets/`; empty where the table holds none of this name.
pub fn address(name: &str) -> &'static str {
    FILES
        .iter()
        .zip(ASSETS.iter())
        .find(|((own, bytes), _)| *own == name && !bytes.is_empty())
        .map_or("", |(_, asset)| asset.address.as_str())
}

/// An icon of the blog: its path, its type, its bytes.
macro_rules! icon {
    ($path:literal, $file:literal, $kind:literal) => {
        (
            $path,
            LazyLock::new(|| {
                let bytes = include_bytes!(concat!("../../assets/", $file)).as_slice();
                let mut head = head($kind, FOR_A_DAY);
                head.insert(RESOURCE_POLICY, FOR_ALL);
                Body::new(&head, bytes.into())
            }),
        )
    };
}

/// The icons, for browsers, phones and feed readers.
static ICONS: [(&str, LazyLock<Body>); 6] = [
    icon!("/favicon.svg", "favicon.svg", "image/svg+xml"),
    icon!("/favicon.ico", "favicon.ico", "image/x-icon"),
    icon!("/apple-touch-icon.png", "apple-touch-icon.png", "image/png"),
    icon!("/icon-192.png", "icon-192.png", "image/png"),
    icon!("/icon-512.png", "icon-512.png", "image/png"),
    icon!(
        "/icon-maskable-512.png",
        "icon-maskable-512.png",
        "image/png"
    ),
];

/// Feed readers show the icon on pages of their own.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const FOR_ALL: HeaderValue = HeaderValue::from_static("cross-origin");

/// When these files changed last: with the program that holds them.
static MODIFIED: LazyLock<HeaderValue> = LazyLock::new(|| {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let modified = program.and_then(|program| program.modified());
    let at = modified.map_or(Millis(0), Millis::from);
    HeaderValue::from_str(&at.http_date()).unwrap_or(HeaderValue::from_static(""))
});

/// What an answer says of a file.
fn head(kind: &'static str, kept: HeaderValue) -> HeaderMap {
    let mut head = HeaderMap::new();
    head.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    head.insert(CACHE_CONTROL, kept);
    head.insert(LAST_MODIFIED, MODIFIED.clone());
    head.insert(CONTENT_SECURITY_POLICY, POLICY);
    head
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/assets/{name}", get(asset))
        .route("/favicon.svg", get(icon))
        .route("/favicon.ico", get(icon))
        .route("/apple-touch-icon.png", get(icon))
        .route("/icon-192.png", get(icon))
        .route("/icon-512.png", get(icon))
        .route("/icon-maskable-512.png", get(icon))
        .layer(Extension(MadeBodies::new()))
}

/// What is made of the author's choices: the style sheets of readers' pages and the icons, compressed once each.
#[derive(Clone)]
struct MadeBodies(Arc<Cache<String, Arc<Body>>>);

impl MadeBodies {
    fn new() -> Self {
        /// One sheet that all pages name, those that an author tries, and the icons.
        const KEPT: usize = 24;
        Self(Arc::new(Cache::new(KEPT)))
    }

    /// The body that is kept under a name; a name is never that of other bytes.
    fn get_or_make(&self, name: &str, make: impl FnOnce() -> Body) -> Arc<Body> {
        if let Some(body) = self.0.get(name) {
            return body;
        }
        let body = Arc::new(make());
        self.0.insert(name.to_owned(), Arc::clone(&body));
        body
    }
}

async fn asset(
    State(app): State<App>,
    Extension(made): Extension<MadeBodies>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Error> {
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let address = format!("/assets/{name}");
    let mut known = ASSETS.iter().chain([&*SAMPLES]);
    if let Some(asset) = known.find(|asset| asset.address == address) {
        return answer(&app, &asset.body, method, headers).await;
    }
    if !is_sheet(&name) {
        return Err(Error::NotFound);
    }
    // A page from before the last change of looks, or from before the last start, still names its old sheet.
    let known = app.stylesheets.at(&address);
    let kept = if known.is_some() {
        FOR_EVER
    } else {
        FOR_A_MINUTE
    };
    let stylesheet = match known {
        Some(stylesheet) => stylesheet,
        None => Arc::clone(&app.site().await?.theme.stylesheet),
    };
    let body = made.get_or_make(&stylesheet.address, || {
        Body::for_ever(&head(CSS, FOR_EVER), stylesheet.css.clone().into())
    });
    let mut answer = answer(&app, body, method, headers).await?;
    answer.headers_mut().insert(CACHE_CONTROL, kept);
    Ok(answer)
}

/// Whether a name is one that a sheet of readers' pages could have had.
fn is_sheet(name: &str) -> bool {
    let digest = name
        .strip_prefix("daybook.")
        .and_then(|rest| rest.strip_suffix(".css"));
    digest.is_some_and(|digest| digest.len() == 8 && digest.chars().all(|c| c.is_ascii_hexdigit()))
}

/// An icon: what the author chose, in the size that the address is for, or Daybook's own.
async fn icon(
    State(app): State<App>,
    Extension(made): Extension<MadeBodies>,
    request: Request,
) -> Result<Response, Error> {
    let (method, headers, path) = (request.method(), request.headers(), request.uri().path());
    // Without a database readers still get an icon.
    if let Ok(Some((picture, icons))) = app.own_icons().await
        && let Some(bytes) = icons.at(path)
    {
        let changed_at = app.store.changed_at();
        let name = format!("{path} {picture} {}", changed_at.0);
        let body = made.get_or_make(&name, || own_icon(path, bytes, changed_at));
        return Ok(body.answer(method, headers));
    }
    let icon = ICONS.iter().find(|(own, _)| *own == path);
    let (_, body) = icon.ok_or(Error::NotFound)?;
    Ok(body.answer(method, headers))
}

fn own_icon(path: &str, bytes: &[u8], changed_at: Millis) -> Body {
    let mut head = head(icon_type(path), FOR_A_DAY);
    head.insert(RESOURCE_POLICY, FOR_ALL);
    if let Ok(changed_at) = HeaderValue::from_str(&changed_at.http_date()) {
        head.insert(LAST_MODIFIED, changed_at);
    }
    Body::new(&head, bytes.to_vec().into())
}

fn icon_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("svg") => "image/svg+xml",
        Some("ico") => "image/x-icon",
        _ => "image/png",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_author_chose_is_digested_and_packed_once() {
        let made = MadeBodies::new();
        let icon = || own_icon("/favicon.ico", b"icon", Millis(0));
        let first = made.get_or_make("/favicon.ico a 0", icon);
        let again = made.get_or_make("/favicon.ico a 0", icon);
        assert!(Arc::ptr_eq(&first, &again));
        let other = made.get_or_make("/favicon.ico b 0", icon);
        assert!(!Arc::ptr_eq(&first, &other));
    }

    #[test]
    fn a_script_loses_its_comments_and_nothing_else() {
        let script = "// What it is.\n/** Does it.\n * @returns nothing */\nfunction act() {\n\n  say(\"// no comment\"); // kept\n}\n";
        assert_eq!(
            without_comments(script),
            "function act() {\nsay(\"// no comment\"); // kept\n}\n"
        );
        let over_lines = "say(`a\n  // b\n`);\n";
        assert_eq!(without_comments(over_lines), over_lines);
    }

    #[test]
    fn a_script_loses_the_types_of_its_casts() {
        let script = "/** @type {Element | null} */\nlet found;\n/** @type {Element} */ (found).remove();\nsay(/** @type {string} */ (a), /** @type {const} */ ([b]));\n";
        assert_eq!(
            without_comments(script),
            "let found;\n(found).remove();\nsay((a), ([b]));\n"
        );
    }

    #[test]
    fn every_script_is_served_without_comments() {
        let scripts = FILES.iter().filter(|(name, _)| {
            std::path::Path::new(name).extension() == Some("js".as_ref()) && *name != VISUAL_EDITOR
        });
        for (name, bytes) in scripts {
            let served = without_comments(&String::from_utf8_lossy(bytes));
            let comment = served
                .lines()
                .find(|line| line.starts_with("//") || line.contains("/**"));
            assert_eq!(comment, None, "{name}");
        }
    }

    #[test]
    fn every_module_is_listed_behind_those_that_it_imports() {
        for (place, (name, bytes)) in FILES.iter().enumerate() {
            let script = String::from_utf8_lossy(bytes);
            let script = if *name == VISUAL_EDITOR {
                script.into_owned()
            } else {
                without_comments(&script)
            };
            let served = with_addresses(script, &ASSETS[..place]);
            assert!(!served.contains("\"./"), "{name}");
        }
    }
}
