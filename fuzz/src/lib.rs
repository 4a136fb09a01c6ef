//! What the targets share: the oracle of what a page may hold, a small blog, and the way through an import.

use axum::body::Body;
use axum::http::{Request, Response};
use daybook::app::App;
use daybook::blog::post::{Comments, Kind, Markup, State};
use daybook::blog::settings::Settings;
use daybook::blog::time::Millis;
use daybook::clock::Clock;
use daybook::config::{Config, LogFormat};
use daybook::http::Server;
use daybook::mail::Mailer;
use daybook::secrets::Passwords;
use daybook::store::{Brought, ImportedPost, Store};
use daybook::text;
use daybook::transfer::archive::Entry;
use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::net::{IpAddr, Ipv4Addr};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Elements that no text of ours holds.
const NEVER: &[&str] = &[
    "script",
    "style",
    "svg",
    "math",
    "iframe",
    "object",
    "embed",
    "base",
    "meta",
    "link",
    "form",
    "input",
    "button",
    "textarea",
    "select",
    "template",
    "noscript",
    "xmp",
    "plaintext",
    "frame",
    "applet",
    "title",
];

/// Panics where a browser would find something in a text that could run or lead away.
pub fn assert_harmless(html: &str) {
    // The page around it brings elements of its own, which hold no attributes.
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(format!("<body>{html}"));
    walk(&dom.document, html);
}

fn walk(node: &Handle, html: &str) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let element = &*name.local;
        assert!(!NEVER.contains(&element), "<{element}> in {html}");
        for attribute in attrs.borrow().iter() {
            let (name, value) = (&*attribute.name.local, &*attribute.value);
            let bad = name.starts_with("on")
                || ["style", "srcdoc", "action", "formaction", "ping", "name"].contains(&name);
            assert!(!bad, "{name} in {html}");
            if ["href", "src", "poster", "cite", "srcset"].contains(&name) {
                let plain: String = value.chars().filter(|c| !c.is_control()).collect();
                let plain = plain.trim_start().to_lowercase();
                let scheme = plain.split(['/', '?', '#']).next().unwrap_or_default();
                let known = ["http:", "https:"].contains(&scheme)
                    || scheme.starts_with("mailto:")
                    || scheme.starts_with("tel:")
                    || element == "img" && scheme.starts_with("data:image");
                assert!(known || !scheme.contains(':'), "{name}={value} in {html}");
                assert!(!plain.starts_with("//"), "{name}={value} in {html}");
            }
        }
    }
    for child in node.children.borrow().iter() {
        walk(child, html);
    }
}

/// Renders a text as every place of the blog would; it is safe, and the sanitiser has nothing left to do.
pub fn render_everywhere(source: &str) {
    let none = daybook::blog::media::Pictures::new();
    for markup in [Markup::Markdown, Markup::Html] {
        let rendered = text::post(source, markup, &none);
        assert_harmless(&rendered.html);
        assert!(text::is_clean(&rendered.html), "{}", rendered.html);
        assert_harmless(rendered.teaser.as_deref().unwrap_or_default());
        assert_harmless(&text::absolutize::absolutize(
            "https://blog.example",
            &rendered.html,
        ));
        let clipboard = text::Clipboard {
            html: source,
            ..text::Clipboard::default()
        };
        if let Some(pasted) = text::pasted(&clipboard, markup, "https://blog.example") {
            assert_harmless(&text::post(&pasted.text, markup, &none).html);
        }
    }
    assert_harmless(&text::footer(source));
    assert_harmless(&text::aside(source, &none));
    let imported = text::imported_comment(source);
    assert_harmless(&imported);
    assert!(text::is_clean_comment(&imported), "{imported}");
    if let Ok(comment) = text::comment(source) {
        assert_harmless(&comment);
        assert!(text::is_clean_comment(&comment), "{comment}");
    }
}

/// Goes through an import to its end or its first error.
pub fn read_through<E>(entries: Result<impl Iterator<Item = Result<Entry, E>>, E>) {
    let Ok(entries) = entries else { return };
    for entry in entries {
        let Ok(entry) = entry else { return };
        // Whatever is read can be shown to the operator.
        let _ = format!("{entry:?}");
    }
}

/// A blog with a post, that lives as long as the process.
pub struct Blog {
    pub runtime: Runtime,
    front: Server,
    _directory: TempDir,
}

impl Blog {
    #[must_use]
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let directory = tempfile::tempdir().unwrap();
        let front = runtime.block_on(front(&directory));
        Self {
            runtime,
            front,
            _directory: directory,
        }
    }

    /// Answers a request; no request is ever a fault of the server.
    pub fn ask(&self, request: Request<Body>) -> Response<Body> {
        let answer = self
            .runtime
            .block_on(self.front.answer(CLIENT, request))
            .unwrap();
        assert!(answer.status().as_u16() < 500, "{}", answer.status());
        answer
    }
}

impl Default for Blog {
    fn default() -> Self {
        Self::new()
    }
}

const NOON: Millis = Millis(1_465_128_000_000);

/// The machine itself, which may search as often as it likes.
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn front(directory: &TempDir) -> Server {
    let config = Config {
        data: directory.path().to_owned(),
        listen: "127.0.0.1:8080".parse().unwrap(),
        url: "http://blog.example".parse().unwrap(),
        database: directory.path().join("daybook.db"),
        trusted_proxies: Vec::new(),
        smtp: None,
        metrics: None,
        log: LogFormat::Text,
        page_cache_bytes: 0,
        backups: directory.path().join("backups"),
        leave_checkpoints: false,
    };
    let clock = Clock::frozen(NOON);
    let store = Store::open(&config.database, true).await.unwrap();
    let settings = Settings::default().rows();
    store
        .authors()
        .set_up("Ada", "ada@example.org", "", &settings, NOON)
        .await
        .unwrap();
    let source = "Words about tides, and a <b>harbour</b> with “quotes”.";
    let post = ImportedPost {
        origin: "one".to_owned(),
        kind: Kind::Post,
        state: State::Published,
        state_before_trash: None,
        title: "Tides".to_owned(),
        path: Some("/2016/06/tides.html".to_owned()),
        markup: Markup::Markdown,
        tags: vec!["Sea".to_owned()],
        author: None,
        byline: String::new(),
        excerpt: String::new(),
        comments: Comments::Blog,
        published_at: Some(NOON),
        updated_at: NOON,
        source: source.to_owned(),
        rendered: text::post(
            source,
            Markup::Markdown,
            &daybook::blog::media::Pictures::new(),
        ),
        renderer: text::RENDERER,
        brought: Brought::default(),
    };
    store.imports().posts(&[post], NOON).await.unwrap();
    let app = App::with_mailer(
        config,
        store,
        clock,
        Passwords::with_memory(64),
        Mailer::kept(),
    )
    .await
    .unwrap();
    daybook::http::server(app)
}
