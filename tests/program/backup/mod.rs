//! Backups and upgrades: nothing of a blog is lost on the way out, on the way back, or on the way to a newer schema.

mod backups;
mod checkpoints;
mod restores;
mod upgrades;

use crate::support::program::{Answer, Home, Server, query, text};
use crate::support::stored;
use daybook::cli::upgrade::{Step, upgrade};
use daybook::clock::Clock;
use daybook::config::{Config, LogFormat};
use daybook::store::file::Migrations;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The public address of the blogs here, so that a page of one is that of another, whatever port it is served on.
const HOST: &str = "blog.example";

/// A made-up blog with pictures, a config and people; several tests copy it or its backup.
static MADE_UP: LazyLock<Home> = LazyLock::new(|| {
    let home = Home::shared("made-up-for-backups");
    home.done(&["demo", "--posts", "12", "--comments", "20", "--seed", "7"]);
    std::fs::write(
        home.data().join("daybook.toml"),
        format!("url = \"http://{HOST}\"\n"),
    )
    .unwrap();
    home.done(&["backup", &path(&home.file("blog.tar"))]);
    home
});

fn made_up_backup() -> PathBuf {
    MADE_UP.file("blog.tar")
}

fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn get(server: &Server, path: &str) -> Answer {
    let mut stream = server.connect();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {HOST}\r\n\r\n").unwrap();
    Answer::read(stream)
}

/// The sentence of a command that was refused, behind its progress.
fn last_sentence(home: &Home, command: &[&str]) -> String {
    let output = home.run(command);
    assert_eq!(output.status.code(), Some(1), "{command:?}");
    let said = text(&output.stderr);
    let last = said.lines().last().unwrap_or_default();
    last.strip_prefix("daybook: ")
        .unwrap_or_else(|| panic!("{said}"))
        .to_owned()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

fn config(home: &Home) -> Config {
    Config {
        data: home.data(),
        listen: "127.0.0.1:8080".parse().unwrap(),
        url: format!("http://{HOST}").parse().unwrap(),
        database: home.database(),
        trusted_proxies: Vec::new(),
        smtp: None,
        metrics: None,
        log: LogFormat::Text,
        page_cache_bytes: 0,
        backups: home.data().join("backups"),
        leave_checkpoints: false,
        fetch_private: false,
        assumed: daybook::config::Assumed::default(),
    }
}

/// A data directory with the stored database of a schema.
fn home_of_schema(schema: usize) -> Home {
    let home = Home::new();
    std::fs::create_dir_all(home.data()).unwrap();
    stored::build(schema, &home.database());
    home
}

fn upgraded(home: &Home, migrations: &Migrations) -> Result<(), String> {
    upgraded_watched(home, migrations, &mut |_| {})
}

fn upgraded_watched(
    home: &Home,
    migrations: &Migrations,
    reached: &mut dyn FnMut(Step),
) -> Result<(), String> {
    runtime()
        .block_on(upgrade(&config(home), migrations, &Clock::System, reached))
        .map_err(|error| format!("{error:#}"))
}

/// Every text, comment and address of a blog; the same query fits every schema.
fn all_words(database: &Path) -> Vec<Vec<String>> {
    let mut words = query(
        database,
        "select 'post', id, kind, state, title, path, markup, byline, origin, created_at, published_at, excerpt, source from posts \
         order by id",
    );
    for more in [
        "select 'comment', id, post_id, parent_id, state, name, email, url, origin, created_at, markup, source from comments \
         order by id",
        "select 'address', path, post_id from redirects order by path",
        "select 'tag', t.name, t.slug, p.post_id from tags t join post_tags p on p.tag_id = t.id order by t.id, p.post_id",
        "select 'person', id, name, email, role from authors order by id",
        "select 'setting', name, value from settings where name in ('title', 'zone', 'language') order by name",
    ] {
        words.extend(query(database, more));
    }
    words
}
