//! Ghost's cards as plain HTML that the sanitiser keeps. Ghost's own HTML of them needs its style sheet and scripts.

use crate::text::{escape, markdown_to_html};
use serde_json::Value;
use std::fmt::Write;

/// A link with words about the page that it leads to.
#[derive(Debug, Default)]
pub struct Bookmark {
    pub url: String,
    pub title: String,
    pub description: String,
    pub author: String,
    pub publisher: String,
    /// HTML.
    pub caption: String,
}

#[derive(Debug, Default)]
pub struct Picture {
    pub src: String,
    pub alt: String,
    pub width: String,
    pub height: String,
    /// Where a click on it leads; empty: nowhere.
    pub href: String,
}

/// A file to download.
#[derive(Debug, Default)]
pub struct Download {
    pub src: String,
    pub title: String,
    pub name: String,
    pub size: String,
    pub caption: String,
}

#[derive(Debug, Default)]
pub struct Product {
    pub picture: String,
    pub title: String,
    /// HTML.
    pub description: String,
    /// Of five stars; 0: no rating.
    pub stars: usize,
    pub button: String,
    pub url: String,
}

#[derive(Debug, Default)]
pub struct Video {
    pub src: String,
    pub poster: String,
    pub width: String,
    pub height: String,
}

/// An attribute, where it says something.
fn attribute(name: &str, value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        format!(" {name}=\"{}\"", escape(value))
    }
}

fn paragraph(html: &str) -> String {
    if html.trim().is_empty() {
        String::new()
    } else {
        format!("<p>{html}</p>")
    }
}

/// Something with a caption, which is HTML and may be empty.
fn figure(html: &str, caption: &str) -> String {
    if caption.trim().is_empty() {
        format!("<figure>{html}</figure>")
    } else {
        format!("<figure>{html}<figcaption>{caption}</figcaption></figure>")
    }
}

impl Picture {
    pub fn html(&self) -> String {
        let image = format!(
            "<img src=\"{}\" alt=\"{}\"{}{}>",
            escape(&self.src),
            escape(&self.alt),
            attribute("width", &self.width),
            attribute("height", &self.height)
        );
        if self.href.is_empty() {
            image
        } else {
            link(&self.href, &image)
        }
    }

    fn of(payload: &Value) -> Self {
        Self {
            src: text(payload, &["src", "fileName"]),
            alt: text(payload, &["alt"]),
            width: text(payload, &["width"]),
            height: text(payload, &["height"]),
            href: text(payload, &["href"]),
        }
    }
}

fn link(address: &str, html: &str) -> String {
    format!("<a href=\"{}\">{html}</a>", escape(address))
}

impl Bookmark {
    pub fn html(&self) -> String {
        let title = [&self.title, &self.url]
            .into_iter()
            .find(|text| !text.is_empty());
        let title = title.map_or("", String::as_str);
        let by: Vec<&str> = [self.author.as_str(), self.publisher.as_str()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        let by = escape(&by.join(" · ")).into_owned();
        format!(
            "<blockquote{}>{}{}{}{}</blockquote>",
            attribute("cite", &self.url),
            paragraph(&link(
                &self.url,
                &format!("<strong>{}</strong>", escape(title))
            )),
            paragraph(&escape(&self.description)),
            paragraph(&by),
            paragraph(&self.caption)
        )
    }
}

impl Download {
    pub fn html(&self) -> String {
        let title = [&self.title, &self.name, &self.src]
            .into_iter()
            .find(|text| !text.is_empty())
            .map_or("", String::as_str);
        let about: Vec<&str> = [self.name.as_str(), self.size.as_str()]
            .into_iter()
            .filter(|text| !text.is_empty() && *text != title)
            .collect();
        let about = if about.is_empty() {
            String::new()
        } else {
            format!(" ({})", escape(&about.join(", ")))
        };
        format!(
            "<p>{}{about}</p>{}",
            link(&self.src, &escape(title)),
            paragraph(&escape(&self.caption))
        )
    }
}

impl Product {
    pub fn html(&self) -> String {
        let mut html = String::from("<div>");
        if !self.picture.is_empty() {
            let picture = Picture {
                src: self.picture.clone(),
                ..Picture::default()
            };
            html += &paragraph(&picture.html());
        }
        html += &paragraph(&format!("<strong>{}</strong>", self.title));
        if self.stars > 0 {
            let stars = self.stars.min(5);
            html += &paragraph(&format!("{}{}", "★".repeat(stars), "☆".repeat(5 - stars)));
        }
        html += &self.description;
        html += &button(&self.url, &self.button);
        html + "</div>"
    }
}

impl Video {
    pub fn html(&self) -> String {
        format!(
            "<video controls src=\"{}\"{}{}{}></video>",
            escape(&self.src),
            attribute("poster", &self.poster),
            attribute("width", &self.width),
            attribute("height", &self.height)
        )
    }
}

pub fn video(video: &Video, caption: &str) -> String {
    figure(&video.html(), caption)
}

pub fn audio(src: &str, title: &str) -> String {
    let player = format!("<audio controls src=\"{}\"></audio>", escape(src));
    figure(&player, &escape(title))
}

pub fn gallery(pictures: &[Picture], caption: &str) -> String {
    let pictures: Vec<String> = pictures.iter().map(Picture::html).collect();
    figure(&pictures.join("\n"), caption)
}

/// `html` is what the callout says; the emoji before it may be empty.
pub fn callout(emoji: &str, html: &str) -> String {
    let emoji = if emoji.is_empty() {
        String::new()
    } else {
        format!("{} ", escape(emoji))
    };
    let is_block = ["<p", "<ul", "<ol", "<h"]
        .iter()
        .any(|tag| html.contains(tag));
    if is_block {
        format!("<blockquote>{}{html}</blockquote>", paragraph(&emoji))
    } else {
        format!("<blockquote><p>{emoji}{html}</p></blockquote>")
    }
}

/// Both are HTML.
pub fn toggle(heading: &str, content: &str) -> String {
    format!("<details><summary>{heading}</summary>{content}</details>")
}

pub fn button(address: &str, words: &str) -> String {
    if address.is_empty() || words.is_empty() {
        String::new()
    } else {
        paragraph(&link(address, &escape(words)))
    }
}

/// The feature picture of a post, which Ghost shows above its text. `caption` is HTML.
pub fn feature_picture(src: &str, alt: &str, caption: &str) -> String {
    let picture = Picture {
        src: src.to_owned(),
        alt: alt.to_owned(),
        ..Picture::default()
    };
    figure(&picture.html(), caption) + "\n"
}

/// The HTML of a card of Lexical or Mobiledoc. `None` for a card that nobody knows.
pub fn of_payload(name: &str, payload: &Value) -> Option<String> {
    let one = |names: &[&str]| text(payload, names);
    let caption = one(&["caption"]);
    Some(match name {
        "image" => figure(&Picture::of(payload).html(), &caption),
        "gallery" => {
            let pictures = payload.get("images").and_then(Value::as_array);
            let pictures: Vec<Picture> = pictures.into_iter().flatten().map(Picture::of).collect();
            gallery(&pictures, &caption)
        }
        "codeblock" | "code" => code(&one(&["language"]), &one(&["code"]), &caption),
        "html" => one(&["html"]),
        "markdown" | "card-markdown" => markdown_to_html(&one(&["markdown"])),
        "embed" => embed(payload, &caption),
        "bookmark" => bookmark(payload, caption).html(),
        "hr" | "horizontalrule" => "<hr>".to_owned(),
        "callout" => callout(&one(&["calloutEmoji"]), &one(&["calloutText"])),
        "toggle" => toggle(&one(&["heading"]), &one(&["content"])),
        "button" => button(&one(&["buttonUrl"]), &one(&["buttonText"])),
        "audio" => audio(&one(&["src"]), &one(&["title"])),
        "video" => video(
            &Video {
                src: one(&["src"]),
                poster: one(&["customThumbnailSrc", "thumbnailSrc"]),
                width: one(&["width"]),
                height: one(&["height"]),
            },
            &caption,
        ),
        "file" => Download {
            src: one(&["src"]),
            title: one(&["fileTitle"]),
            name: one(&["fileName"]),
            size: payload.get("fileSize").map_or_else(String::new, file_size),
            caption: one(&["fileCaption"]),
        }
        .html(),
        "product" => product(payload).html(),
        "header" | "call-to-action" => header(payload),
        // They are for mail and for members, which are not part of the page.
        "email" | "email-cta" | "paywall" | "signup" => String::new(),
        _ => return None,
    })
}

fn code(language: &str, code: &str, caption: &str) -> String {
    let class = if language.is_empty() {
        String::new()
    } else {
        attribute("class", &format!("language-{language}"))
    };
    let code = format!("<pre><code{class}>{}</code></pre>", escape(code));
    if caption.is_empty() {
        code
    } else {
        figure(&code, caption)
    }
}

fn embed(payload: &Value, caption: &str) -> String {
    let (url, html) = (text(payload, &["url"]), text(payload, &["html"]));
    let metadata = payload.get("metadata").unwrap_or(&Value::Null);
    let title = [text(metadata, &["title"]), url.clone()]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    let html = if html.is_empty() {
        link(&url, &escape(&title))
    } else {
        html
    };
    figure(&html, caption)
}

fn bookmark(payload: &Value, caption: String) -> Bookmark {
    let metadata = payload.get("metadata").unwrap_or(payload);
    Bookmark {
        url: [text(payload, &["url"]), text(metadata, &["url"])]
            .into_iter()
            .find(|url| !url.is_empty())
            .unwrap_or_default(),
        title: text(metadata, &["title"]),
        description: text(metadata, &["description"]),
        author: text(metadata, &["author"]),
        publisher: text(metadata, &["publisher"]),
        caption,
    }
}

fn product(payload: &Value) -> Product {
    let shows = |name: &str| payload.get(name) != Some(&Value::Bool(false));
    let stars = payload.get("productStarRating").and_then(Value::as_u64);
    let shows_stars = payload.get("productRatingEnabled") == Some(&Value::Bool(true));
    let button = if shows("productButtonEnabled") {
        text(payload, &["productButton"])
    } else {
        String::new()
    };
    Product {
        picture: text(payload, &["productImageSrc"]),
        title: text(payload, &["productTitle"]),
        description: text(payload, &["productDescription"]),
        stars: stars
            .filter(|_| shows_stars)
            .and_then(|stars| usize::try_from(stars).ok())
            .unwrap_or_default(),
        button,
        url: text(payload, &["productUrl"]),
    }
}

fn header(payload: &Value) -> String {
    let mut html = String::new();
    let (heading, below) = (
        text(payload, &["heading", "header"]),
        text(payload, &["subheading", "subheader", "textValue"]),
    );
    if !heading.is_empty() {
        let _ = write!(html, "<h2>{heading}</h2>");
    }
    html += &paragraph(&below);
    html + &button(
        &text(payload, &["buttonUrl"]),
        &text(payload, &["buttonText"]),
    )
}

/// The first of some members that says something, as text.
fn text(payload: &Value, names: &[&str]) -> String {
    names
        .iter()
        .find_map(|name| match payload.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
        .unwrap_or_default()
}

/// A number of bytes as Ghost shows it.
fn file_size(bytes: &Value) -> String {
    const STEP: u64 = 1024;
    match bytes.as_u64() {
        None => bytes.as_str().unwrap_or_default().to_owned(),
        Some(bytes) if bytes < STEP => format!("{bytes} Byte"),
        Some(bytes) if bytes < STEP * STEP => format!("{} KB", bytes / STEP),
        Some(bytes) => format!("{} MB", bytes / STEP / STEP),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_card_says_what_it_said() {
        for (name, payload, expected) in [
            (
                "image",
                json!({"src": "/a.png", "alt": "A & B", "caption": "<b>c</b>", "width": 3, "href": "/b"}),
                "<figure><a href=\"/b\"><img src=\"/a.png\" alt=\"A &amp; B\" width=\"3\"></a><figcaption><b>c</b></figcaption></figure>",
            ),
            (
                "code",
                json!({"code": "a < b", "language": "rust"}),
                "<pre><code class=\"language-rust\">a &lt; b</code></pre>",
            ),
            (
                "bookmark",
                json!({"url": "https://example.org/", "metadata": {"title": "T", "description": "D", "publisher": "P"}}),
                "<blockquote cite=\"https://example.org/\"><p><a href=\"https://example.org/\"><strong>T</strong></a></p><p>D</p><p>P</p></blockquote>",
            ),
            (
                "callout",
                json!({"calloutEmoji": "💡", "calloutText": "Mind <b>this</b>"}),
                "<blockquote><p>💡 Mind <b>this</b></p></blockquote>",
            ),
            (
                "toggle",
                json!({"heading": "More", "content": "<p>x</p>"}),
                "<details><summary>More</summary><p>x</p></details>",
            ),
            (
                "button",
                json!({"buttonUrl": "https://example.org/", "buttonText": "Go"}),
                "<p><a href=\"https://example.org/\">Go</a></p>",
            ),
            (
                "audio",
                json!({"src": "/a.mp3", "title": "Song"}),
                "<figure><audio controls src=\"/a.mp3\"></audio><figcaption>Song</figcaption></figure>",
            ),
            (
                "video",
                json!({"src": "/a.mp4", "thumbnailSrc": "/a.jpg", "width": 640}),
                "<figure><video controls src=\"/a.mp4\" poster=\"/a.jpg\" width=\"640\"></video></figure>",
            ),
            (
                "file",
                json!({"src": "/a.pdf", "fileTitle": "Plan", "fileName": "a.pdf", "fileSize": 2048}),
                "<p><a href=\"/a.pdf\">Plan</a> (a.pdf, 2 KB)</p>",
            ),
            (
                "product",
                json!({"productTitle": "Boat", "productStarRating": 3, "productRatingEnabled": true, "productUrl": "/buy", "productButton": "Buy"}),
                "<div><p><strong>Boat</strong></p><p>★★★☆☆</p><p><a href=\"/buy\">Buy</a></p></div>",
            ),
            (
                "gallery",
                json!({"images": [{"src": "/a.png"}, {"src": "/b.png"}]}),
                "<figure><img src=\"/a.png\" alt=\"\">\n<img src=\"/b.png\" alt=\"\"></figure>",
            ),
            (
                "embed",
                json!({"url": "https://example.org/x", "metadata": {"title": "X"}}),
                "<figure><a href=\"https://example.org/x\">X</a></figure>",
            ),
            ("paywall", json!({}), ""),
        ] {
            assert_eq!(of_payload(name, &payload).as_deref(), Some(expected));
        }
        assert_eq!(of_payload("unknown", &json!({})), None);
    }
}
