//! Times that we promise, measured inside the program: `make measure` runs these in a release build and
//! prints them next to what they are compared with, measured in the same minute.

mod backups;
mod comments;
mod first_start;
mod imports;
mod large_blogs;
mod passwords;
mod texts;

use axum::body::Body;
use axum::http::{Request, Response};
use daybook::app::App;
use daybook::blog::PostId;
use daybook::blog::comment::{NewComment, State};
use daybook::blog::post::{Comments, Kind, Markup, Rendered, State as PostState};
use daybook::blog::settings::{Notices, Settings};
use daybook::blog::spam::{Band, Facts, Verdict};
use daybook::blog::time::Millis;
use daybook::clock::Clock;
use daybook::config::{Config, LogFormat};
use daybook::http::Server as HttpServer;
use daybook::http::limits::client_addr::ClientAddr;
use daybook::secrets;
use daybook::secrets::Passwords;
use daybook::store::{ImportOutcome, ImportedExtras, ImportedPost, NewCommentRow, Store};
use std::net::IpAddr;
use tempfile::TempDir;

/// Sunday, 5 June 2016, 12:00 UTC.
const NOON: Millis = Millis(1_465_128_000_000);

struct Blog {
    app: App,
    directory: TempDir,
    post: PostId,
    path: String,
}

/// Sends a request, from a client where it names one.
async fn sent(front: &HttpServer, request: Request<Body>) -> Response<Body> {
    let client = request.extensions().get().copied();
    let ClientAddr(client) = client.unwrap_or(ClientAddr(IpAddr::from([127, 0, 0, 1])));
    front.answer(client, request).await.unwrap()
}

/// A blog that shows comments at once, with one post, served without the page cache.
async fn blog() -> Blog {
    let directory = tempfile::tempdir().unwrap();
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
        fetch_private: false,
        assumed: daybook::config::Assumed::default(),
    };
    let clock = Clock::frozen(NOON);
    let store = Store::open(&config.database, true).await.unwrap();
    let settings = Settings {
        comments: daybook::blog::comment::Policy::Open,
        // Comments alone are measured, not the mail about them.
        notices: Notices::None,
        ..Settings::default()
    };
    store
        .authors()
        .set_up("Ada", "ada@example.org", "", &settings.rows(), NOON)
        .await
        .unwrap();
    let path = "/2016/06/tides.html".to_owned();
    let landed = store.imports().posts(&[post(&path)], NOON).await.unwrap();
    let [ImportOutcome::New(post)] = landed[..] else {
        panic!("{landed:?}");
    };
    let app = App::new(config, store, clock, Passwords::with_memory(64))
        .await
        .unwrap();
    Blog {
        app,
        directory,
        post,
        path,
    }
}

fn post(path: &str) -> ImportedPost {
    ImportedPost {
        origin: "one".to_owned(),
        extras: ImportedExtras::default(),
        kind: Kind::Post,
        state: PostState::Published,
        state_before_trash: None,
        title: "Tides".to_owned(),
        path: Some(path.to_owned()),
        markup: Markup::Markdown,
        tags: Vec::new(),
        author: None,
        byline: String::new(),
        excerpt: String::new(),
        comments: Comments::Blog,
        published_at: Some(NOON),
        updated_at: NOON,
        source: "Words about tides.".to_owned(),
        rendered: Rendered {
            html: "<p>Words about tides.</p>".to_owned(),
            words: "Words about tides.".to_owned(),
            ..Rendered::default()
        },
        renderer: daybook::text::RENDERER,
    }
}

fn arriving(post: PostId, number: u64) -> NewCommentRow {
    let source = format!("The tide came in for the {number}th time, and nobody saw it.");
    NewCommentRow {
        html: format!("<p>{source}</p>"),
        words: source.clone(),
        renderer: daybook::text::RENDERER,
        state: State::Approved,
        reason: "",
        author: None,
        network: "here".to_owned(),
        pass: String::new(),
        digest: secrets::digest(&source),
        facts: Facts::default(),
        verdict: Verdict {
            points: 0,
            reasons: Vec::new(),
            band: Band::Show,
        },
        now: NOON,
        new: NewComment {
            post,
            parent: None,
            name: format!("Voice {}", number % 50),
            email: String::new(),
            url: String::new(),
            source,
            notify: None,
            pass: String::new(),
        },
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Begins a session of Ada's; gives its token, and the one that its forms carry.
async fn sign_in(blog: &Blog) -> (String, String) {
    let store = &blog.app.store;
    let ada = store.authors().by_email("ada@example.org").await.unwrap();
    let token = secrets::token().unwrap();
    store
        .sessions()
        .start(&secrets::hash(&token), ada.unwrap().id, "", NOON)
        .await
        .unwrap();
    let csrf = blog.app.code("csrf", &token).unwrap();
    (token, csrf)
}
