//! The three doors as one table: every route, and what it answers to nobody, to an author, to an operator; and below it
//! what a contributor may use.

use crate::blog::{Person, TestBlog};
use axum::http::Method;
use daybook::blog::author::Role;
use daybook::blog::post::is_reserved;
use sqlx::SqliteConnection;
use std::collections::BTreeSet;
use std::path::Path;

/// To sign in, and back.
const AWAY: u16 = 303;

/// A route, an address of it, and the status of GET and of a form without a token
/// for nobody, for the author whose post and comment it is, for an operator. `{key}` stands for the code of a comment's own
/// page.
pub struct Row(
    pub &'static str,
    pub &'static str,
    pub [u16; 3],
    pub [u16; 3],
);

pub const TABLE: &[Row] = &[
    // Door 1: readers.
    Row("/", "/", [200; 3], [405; 3]),
    Row("/tags/", "/tags/", [200; 3], [405; 3]),
    Row("/tags/{slug}/", "/tags/tides/", [200; 3], [405; 3]),
    Row("/archive/", "/archive/", [200; 3], [405; 3]),
    Row("/authors/", "/authors/", [301; 3], [405; 3]),
    Row("/authors/{slug}/", "/authors/nora/", [200; 3], [405; 3]),
    Row("/search", "/search?q=words", [200; 3], [405; 3]),
    Row("/feeds/", "/feeds/", [200; 3], [405; 3]),
    Row("/feed.atom", "/feed.atom", [200; 3], [405; 3]),
    Row("/feed.rss", "/feed.rss", [200; 3], [405; 3]),
    Row("/feed.json", "/feed.json", [200; 3], [405; 3]),
    Row(
        "/tags/{slug}/{feed}",
        "/tags/tides/feed.rss",
        [200; 3],
        [405; 3],
    ),
    Row("/comments.atom", "/comments.atom", [200; 3], [405; 3]),
    Row("/comments.rss", "/comments.rss", [200; 3], [405; 3]),
    Row("/comments.json", "/comments.json", [200; 3], [405; 3]),
    Row("/sitemap.xml", "/sitemap.xml", [200; 3], [405; 3]),
    Row(
        "/sitemap/{part}",
        "/sitemap/posts-1.xml",
        [200; 3],
        [405; 3],
    ),
    Row("/robots.txt", "/robots.txt", [200; 3], [405; 3]),
    Row(
        "/manifest.webmanifest",
        "/manifest.webmanifest",
        [200; 3],
        [405; 3],
    ),
    Row("/comments", "/comments", [405; 3], [404; 3]),
    Row(
        "/comments/{id}",
        "/comments/1?key={key}",
        [200; 3],
        [404; 3],
    ),
    Row(
        "/comments/{id}/download",
        "/comments/1/download?key={key}",
        [200; 3],
        [405; 3],
    ),
    Row(
        "/mail/act",
        "/mail/act?c=1&act=approve&by=1&until=1&key=x",
        [404; 3],
        [404; 3],
    ),
    Row(
        "/mail/confirm",
        "/mail/confirm?c=1&key=x",
        [404; 3],
        [404; 3],
    ),
    Row("/mail/stop", "/mail/stop?s=1&key=x", [404; 3], [404; 3]),
    Row(
        "/preview/{id}/{code}",
        "/preview/1/none",
        [404; 3],
        [405; 3],
    ),
    Row("/media/{name}", "/media/none.png", [404; 3], [405; 3]),
    Row("/comments/feed", "/comments/feed", [301; 3], [405; 3]),
    Row("/atom.xml", "/atom.xml", [301; 3], [405; 3]),
    Row("/rss.xml", "/rss.xml", [301; 3], [405; 3]),
    Row(
        "/feeds/posts/{kind}",
        "/feeds/posts/summary",
        [200; 3],
        [405; 3],
    ),
    Row(
        "/feeds/posts/{kind}/-/{tag}",
        "/feeds/posts/default/-/Tides",
        [301; 3],
        [405; 3],
    ),
    Row(
        "/search/label/{name}",
        "/search/label/Tides",
        [301; 3],
        [405; 3],
    ),
    Row(
        "/feeds/comments/{kind}",
        "/feeds/comments/default",
        [301; 3],
        [405; 3],
    ),
    Row(
        "/feeds/{number}/comments/{kind}",
        "/feeds/1/comments/default",
        [404; 3],
        [405; 3],
    ),
    Row("fallback", "/2016/06/ebb.html", [200; 3], [405; 3]),
    Row("/assets/{name}", "/assets/none.css", [404; 3], [405; 3]),
    Row("/favicon.svg", "/favicon.svg", [200; 3], [405; 3]),
    Row("/favicon.ico", "/favicon.ico", [200; 3], [405; 3]),
    Row(
        "/apple-touch-icon.png",
        "/apple-touch-icon.png",
        [200; 3],
        [405; 3],
    ),
    Row("/icon-192.png", "/icon-192.png", [200; 3], [405; 3]),
    Row("/icon-512.png", "/icon-512.png", [200; 3], [405; 3]),
    Row(
        "/icon-maskable-512.png",
        "/icon-maskable-512.png",
        [200; 3],
        [405; 3],
    ),
    // For machines.
    Row("/healthz", "/healthz", [200; 3], [405; 3]),
    Row("/readyz", "/readyz", [200; 3], [405; 3]),
    // On a listener of its own, never here.
    Row("/metrics", "/metrics", [404; 3], [405; 3]),
    // Door 2, before the sign-in.
    Row("/admin", "/admin", [301; 3], [405; 3]),
    Row("/admin/setup", "/admin/setup", [303; 3], [303; 3]),
    Row(
        "/admin/sign-in",
        "/admin/sign-in",
        [200, 303, 303],
        [422; 3],
    ),
    Row(
        "/admin/sign-in/link",
        "/admin/sign-in/link?key=x",
        [200; 3],
        [403; 3],
    ),
    Row(
        "/admin/sign-in/code",
        "/admin/sign-in/code",
        [303; 3],
        [403; 3],
    ),
    Row(
        "/admin/passkeys/enter/begin",
        "/admin/passkeys/enter/begin",
        [405; 3],
        [415; 3],
    ),
    Row(
        "/admin/passkeys/enter",
        "/admin/passkeys/enter",
        [405; 3],
        [415; 3],
    ),
    // Door 2, behind it.
    Row("/admin/", "/admin/", [AWAY, 303, 303], [403, 405, 405]),
    Row(
        "/admin/sign-out",
        "/admin/sign-out",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row("/admin/posts/", "/admin/posts/", [AWAY, 200, 200], [403; 3]),
    Row(
        "/admin/posts/calendar",
        "/admin/posts/calendar",
        [AWAY, 200, 200],
        [403, 405, 405],
    ),
    Row(
        "/admin/posts/new",
        "/admin/posts/new",
        [AWAY, 200, 200],
        [403; 3],
    ),
    Row(
        "/admin/posts/preview",
        "/admin/posts/preview",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/posts/render",
        "/admin/posts/render",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/posts/paste",
        "/admin/posts/paste",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/media/fetch",
        "/admin/media/fetch",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/posts/convert",
        "/admin/posts/convert",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/posts/{id}",
        "/admin/posts/1",
        [AWAY, 200, 200],
        [403; 3],
    ),
    Row(
        "/admin/posts/autosave",
        "/admin/posts/autosave",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/pages/autosave",
        "/admin/pages/autosave",
        [AWAY, 403, 405],
        [403; 3],
    ),
    Row(
        "/admin/posts/{id}/autosave",
        "/admin/posts/1/autosave",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/posts/{id}/open",
        "/admin/posts/1/open",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/posts/{id}/closed",
        "/admin/posts/1/closed",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/posts/{id}/checks",
        "/admin/posts/1/checks",
        [AWAY, 200, 200],
        [403, 405, 405],
    ),
    Row(
        "/admin/posts/{id}/revisions",
        "/admin/posts/1/revisions",
        [AWAY, 200, 200],
        [403, 405, 405],
    ),
    Row(
        "/admin/posts/{id}/compare",
        "/admin/posts/1/compare?from=1&to=1",
        [AWAY, 200, 200],
        [403, 405, 405],
    ),
    Row(
        "/admin/posts/{id}/revisions/{revision}",
        "/admin/posts/1/revisions/1",
        [AWAY, 200, 200],
        [403; 3],
    ),
    Row(
        "/admin/posts/{id}/preview",
        "/admin/posts/1/preview",
        [AWAY, 200, 200],
        [403, 405, 405],
    ),
    Row(
        "/admin/posts/{id}/framed",
        "/admin/posts/1/framed",
        [AWAY, 200, 200],
        [403, 405, 405],
    ),
    Row(
        "/admin/posts/{id}/links",
        "/admin/posts/1/links",
        [AWAY, 200, 200],
        [403; 3],
    ),
    Row(
        "/admin/posts/{id}/links/{link}",
        "/admin/posts/1/links/1",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row("/admin/pages/", "/admin/pages/", [AWAY, 403, 200], [403; 3]),
    Row(
        "/admin/pages/{id}/move",
        "/admin/pages/1/move",
        [AWAY, 403, 405],
        [403; 3],
    ),
    Row(
        "/admin/tags/",
        "/admin/tags/",
        [AWAY, 403, 200],
        [403, 403, 405],
    ),
    Row(
        "/admin/tags/{id}",
        "/admin/tags/1",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/tags/{id}/merge",
        "/admin/tags/1/merge",
        [AWAY, 403, 422],
        [403; 3],
    ),
    Row(
        "/admin/tags/{id}/delete",
        "/admin/tags/1/delete",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/pages/new",
        "/admin/pages/new",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/pages/preview",
        "/admin/pages/preview",
        [AWAY, 403, 405],
        [403; 3],
    ),
    Row(
        "/admin/pages/{id}",
        "/admin/pages/1",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/comments/",
        "/admin/comments/",
        [AWAY, 200, 200],
        [403; 3],
    ),
    Row(
        "/admin/comments/undo",
        "/admin/comments/undo",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/comments/stop",
        "/admin/comments/stop",
        [AWAY, 403, 405],
        [403; 3],
    ),
    Row(
        "/admin/comments/log",
        "/admin/comments/log",
        [AWAY, 200, 200],
        [403, 405, 405],
    ),
    Row(
        "/admin/comments/{id}",
        "/admin/comments/1",
        [AWAY, 200, 200],
        [403; 3],
    ),
    Row(
        "/admin/comments/{id}/edit",
        "/admin/comments/1/edit",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/comments/{id}/reply",
        "/admin/comments/1/reply",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/comments/rules",
        "/admin/comments/rules",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/comments/filter.json",
        "/admin/comments/filter.json",
        [AWAY, 403, 200],
        [403, 403, 405],
    ),
    Row(
        "/admin/comments/bans",
        "/admin/comments/bans",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/comments/bans/{id}",
        "/admin/comments/bans/1",
        [AWAY, 403, 405],
        [403; 3],
    ),
    Row(
        "/admin/media/",
        "/admin/media/",
        [AWAY, 200, 200],
        [403, 405, 405],
    ),
    Row(
        "/admin/media/{id}",
        "/admin/media/1",
        [AWAY, 404, 404],
        [403, 404, 403],
    ),
    Row(
        "/admin/media/upload",
        "/admin/media/upload",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/outbox/",
        "/admin/outbox/",
        [AWAY, 403, 200],
        [403, 403, 405],
    ),
    Row(
        "/admin/outbox/{id}",
        "/admin/outbox/1",
        [AWAY, 403, 405],
        [403; 3],
    ),
    Row(
        "/admin/views/",
        "/admin/views/",
        [AWAY, 403, 200],
        [403, 403, 405],
    ),
    Row(
        "/admin/views/{id}",
        "/admin/views/1",
        [AWAY, 200, 200],
        [403, 405, 405],
    ),
    Row(
        "/admin/addresses/",
        "/admin/addresses/",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/addresses/{id}",
        "/admin/addresses/1",
        [AWAY, 403, 404],
        [403; 3],
    ),
    Row(
        "/admin/addresses/undo",
        "/admin/addresses/undo",
        [AWAY, 403, 405],
        [403; 3],
    ),
    Row(
        "/admin/addresses/missing",
        "/admin/addresses/missing",
        [AWAY, 403, 405],
        [403; 3],
    ),
    Row(
        "/admin/addresses/import",
        "/admin/addresses/import",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/addresses/upload",
        "/admin/addresses/upload",
        [AWAY, 403, 405],
        [403; 3],
    ),
    Row(
        "/admin/settings",
        "/admin/settings",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/appearance",
        "/admin/appearance",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/appearance/seen",
        "/admin/appearance/seen",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/profile",
        "/admin/profile",
        [AWAY, 200, 200],
        [403; 3],
    ),
    // A person's own ways in.
    Row(
        "/admin/session",
        "/admin/session",
        [AWAY, 200, 200],
        [403, 405, 405],
    ),
    Row(
        "/admin/confirm",
        "/admin/confirm",
        [AWAY, 200, 200],
        [403; 3],
    ),
    Row(
        "/admin/profile/sessions",
        "/admin/profile/sessions",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/profile/codes",
        "/admin/profile/codes",
        [AWAY, 200, 200],
        [403; 3],
    ),
    Row(
        "/admin/profile/passkeys",
        "/admin/profile/passkeys",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/passkeys/add/begin",
        "/admin/passkeys/add/begin",
        [AWAY, 405, 405],
        [403; 3],
    ),
    Row(
        "/admin/passkeys/add",
        "/admin/passkeys/add",
        [AWAY, 405, 405],
        [403; 3],
    ),
    // Door 3: operators.
    Row(
        "/admin/audit/",
        "/admin/audit/",
        [AWAY, 403, 200],
        [403, 403, 405],
    ),
    Row(
        "/admin/backup/",
        "/admin/backup/",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/backup/{name}",
        "/admin/backup/daybook-20160605T030000Z.tar",
        [AWAY, 403, 405],
        [403; 3],
    ),
    Row(
        "/admin/people/",
        "/admin/people/",
        [AWAY, 403, 200],
        [403; 3],
    ),
    Row(
        "/admin/people/bylines",
        "/admin/people/bylines",
        [AWAY, 403, 405],
        [403; 3],
    ),
    Row(
        "/admin/people/{id}",
        "/admin/people/1",
        [AWAY, 403, 405],
        [403; 3],
    ),
];

/// What a contributor may use: the same as an author, of what is their own.
const FOR_CONTRIBUTORS: &[&str] = &[
    "/admin/",
    "/admin/sign-out",
    "/admin/session",
    "/admin/confirm",
    "/admin/profile",
    "/admin/profile/sessions",
    "/admin/profile/codes",
    "/admin/profile/passkeys",
    "/admin/passkeys/add/begin",
    "/admin/passkeys/add",
    "/admin/posts/",
    "/admin/posts/calendar",
    "/admin/posts/new",
    "/admin/posts/preview",
    "/admin/posts/autosave",
    "/admin/posts/render",
    "/admin/posts/paste",
    "/admin/posts/convert",
    "/admin/media/",
    "/admin/media/upload",
    "/admin/media/fetch",
];

/// A blog with a tagged post of Nora's, who is an author, and a comment that waits; gives the address of the commenter's own
/// page.
pub async fn lively_blog() -> (TestBlog, String) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora
        .publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Tides")])
        .await;
    let own = blog
        .commenter("Ada")
        .comment(&path, "A thought.")
        .await
        .address;
    blog.give_role(crate::blog::AUTHOR, Role::Author).await;
    (blog, own)
}

pub fn address(row: &Row, own: &str) -> String {
    let key = own.split("key=").nth(1).unwrap_or_default();
    row.1.replace("{key}", key)
}

/// The routes that stand in the source: `.route("…"` and the fallback.
fn routes_in(directory: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            routes_in(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap();
        for part in source.split(".route(").skip(1) {
            if let Some(literal) = part.trim_start().strip_prefix('"') {
                found.insert(literal.split('"').next().unwrap().to_owned());
            }
        }
        if source.contains(".fallback(") {
            found.insert("fallback".to_owned());
        }
    }
}

#[test]
fn every_route_has_a_row() {
    let mut routes = BTreeSet::new();
    routes_in(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http"),
        &mut routes,
    );
    let rows: BTreeSet<String> = TABLE.iter().map(|row| row.0.to_owned()).collect();
    assert!(routes.len() > 20, "{routes:?}");
    assert_eq!(rows, routes);
}

#[test]
fn no_permalink_can_stand_in_the_way_of_a_route() {
    for row in TABLE {
        let first = row
            .1
            .trim_start_matches('/')
            .split(['/', '?'])
            .next()
            .unwrap();
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if row.0 != "fallback" && !first.is_empty() && first.chars().all(fits) {
            assert!(is_reserved(&format!("/{first}/")), "{first}");
        }
    }
}

#[tokio::test]
async fn each_door_answers_each_person_as_the_table_says() {
    let (blog, own) = lively_blog().await;
    let people = [blog.reader(), blog.author().await, blog.operator().await];
    let names = ["nobody", "author", "operator"];
    for row in TABLE {
        let address = address(row, &own);
        for ((person, name), (get, post)) in
            people.iter().zip(names).zip(row.2.into_iter().zip(row.3))
        {
            let page = person.get(&address).await;
            assert_eq!(page.status, get, "GET {address} for {name}");
            let behind = !["/admin/setup", "/admin/sign-in/code"].contains(&row.0);
            if get == AWAY && name == "nobody" && behind {
                let wanted: String =
                    url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
                assert_eq!(
                    page.header("location"),
                    Some(format!("/admin/sign-in?next={wanted}").as_str())
                );
            }
            let answer = person.post(address.split('?').next().unwrap(), &[]).await;
            assert_eq!(answer.status, post, "POST {address} for {name}");
            assert_eq!(
                answer.header("set-cookie"),
                None,
                "POST {address} for {name}"
            );
        }
    }
}

/// What somebody gets who may use a part of the desk, but not the post, comment or picture that the address names.
#[tokio::test]
async fn a_contributor_and_another_author_reach_nothing_of_noras() {
    let (blog, own) = lively_blog().await;
    let people = [
        blog.person("Cora", Role::Contributor).await,
        blog.person("Wanda", Role::Author).await,
    ];
    for row in TABLE
        .iter()
        .filter(|row| row.0.starts_with("/admin") && row.2[0] == AWAY && row.0 != "/admin/sign-out")
        .filter(|row| !["/admin/setup", "/admin/sign-in/code"].contains(&row.0))
    {
        let address = address(row, &own);
        for (person, is_author) in people.iter().zip([false, true]) {
            let is_open = FOR_CONTRIBUTORS.contains(&row.0)
                || is_author && row.2[1] < 400 && !row.0.contains('{');
            let page = person.get(&address).await;
            let post = person.post(row.1.split('?').next().unwrap(), &[]).await;
            if is_open {
                assert_eq!(page.status, row.2[1], "GET {address}, author: {is_author}");
                assert_eq!(post.status, row.3[1], "POST {address}, author: {is_author}");
                assert!(!page.says("Ebb") && !page.says("A thought."), "{address}");
            } else {
                for status in [page.status, post.status] {
                    assert!([403, 404, 405].contains(&status), "{address}: {status}");
                }
                assert!(!page.says("Ebb") && !page.says("A thought."), "{address}");
            }
        }
    }
}

#[tokio::test]
async fn everything_behind_the_desk_is_stored_by_nobody() {
    let (blog, own) = lively_blog().await;
    let people = [blog.reader(), blog.author().await];
    for row in TABLE.iter().filter(|row| row.0.starts_with("/admin")) {
        for person in &people {
            let page = person.get(&address(row, &own)).await;
            assert!(
                page.header("cache-control")
                    .is_some_and(|value| value.contains("no-store")),
                "GET {}",
                row.1
            );
            let page = person.post(row.1.split('?').next().unwrap(), &[]).await;
            assert!(
                page.header("cache-control")
                    .is_some_and(|value| value.contains("no-store")),
                "POST {}",
                row.1
            );
        }
    }
}

/// What stands on pages behind the sign-in and nowhere else.
pub fn is_of_the_desk(page: &crate::page::Page) -> bool {
    page.status == 200
        && (page.says("Sign out") || page.says("A thought.") || page.says("Settings"))
}

/// Other ways to write the address of a page at the desk, which some server or other has taken for it.
pub fn disguises(path: &str) -> Vec<String> {
    let bare = path.trim_end_matches('/');
    let rest = path.trim_start_matches("/admin");
    vec![
        format!("{bare}/"),
        format!("{bare}//"),
        format!("/{path}"),
        format!("/.{path}"),
        format!("/x/..{path}"),
        format!("{bare};a=b"),
        format!("{bare}%2f"),
        format!("{bare}%20"),
        format!("{bare}%00"),
        format!("{bare}.json"),
        format!("{bare}/?x"),
        format!("/%61dmin{rest}"),
        format!("/%2561dmin{rest}"),
        format!("/ADMIN{rest}"),
        path.to_uppercase(),
        format!("/admin/{rest}"),
        format!("/admin%2f{}", rest.trim_start_matches('/')),
        format!("/admin/.{rest}"),
        format!("/admin/sign-in/..{rest}"),
        format!("/admin/posts/..{rest}"),
        format!("/assets/..{path}"),
        format!("/assets/%2e%2e{path}"),
        format!("{path}?next=/admin/&sid=x"),
        format!("{path}?role=operator"),
    ]
}

#[tokio::test]
async fn no_disguise_of_an_address_opens_the_desk() {
    let (blog, _) = lively_blog().await;
    let nobody = blog.reader();
    for row in TABLE
        .iter()
        .filter(|row| row.0.starts_with("/admin") && row.2[0] == AWAY)
    {
        let path = row.1;
        for disguise in disguises(path) {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                let page = nobody
                    .ask(
                        method.clone(),
                        &disguise,
                        &[("x-original-url", path), ("x-rewrite-url", path)],
                    )
                    .await;
                assert!(
                    !(200..300).contains(&page.status) || !is_of_the_desk(&page),
                    "{method} {disguise}"
                );
                assert!(
                    !(200..300).contains(&page.status),
                    "{method} {disguise} gives {}",
                    page.status
                );
            }
            let page = nobody
                .ask(
                    Method::TRACE,
                    &disguise,
                    &[("x-http-method-override", "GET")],
                )
                .await;
            assert!(page.status >= 400, "TRACE {disguise} gives {}", page.status);
        }
    }
}

#[tokio::test]
async fn a_made_up_session_opens_nothing() {
    let (blog, _) = lively_blog().await;
    let eve = blog.reader();
    for token in [
        "x",
        "admin",
        "1",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "' or 1=1 --",
    ] {
        eve.set_cookies(
            [
                ("sid".to_owned(), token.to_owned()),
                ("__Host-sid".to_owned(), token.to_owned()),
            ]
            .into(),
        );
        assert_eq!(eve.get("/admin/posts/").await.status, AWAY, "{token}");
    }
}

#[tokio::test]
async fn somebody_who_was_removed_is_out_at_once() {
    let (blog, _) = lively_blog().await;
    let nora = blog.author().await;
    let author = blog
        .app
        .store
        .author_by_email(crate::blog::AUTHOR)
        .await
        .unwrap()
        .unwrap();
    blog.app
        .store
        .remove_author(author.id, blog.app.now())
        .await
        .unwrap();
    assert_eq!(nora.get("/admin/posts/").await.status, AWAY);
    assert_eq!(
        blog.reader()
            .sign_in(crate::blog::AUTHOR, crate::blog::PASSWORD)
            .await
            .status,
        422
    );
    assert!(
        blog.reader().open("/2016/06/ebb.html").await.says("Nora"),
        "what she wrote stays hers"
    );
}

/// A number that grows whenever another connection commits anything.
pub async fn commits(database: &mut SqliteConnection) -> i64 {
    let (number,): (i64,) = sqlx::query_as("pragma data_version")
        .fetch_one(database)
        .await
        .unwrap();
    number
}

#[tokio::test]
async fn no_get_changes_anything() {
    let (blog, own) = lively_blog().await;
    let link = blog.sign_in_address(crate::blog::AUTHOR).await;
    let people: [Person; 3] = [blog.reader(), blog.author().await, blog.operator().await];
    let mut database = blog.database().await;
    let before = commits(&mut database).await;
    let further = [
        link.as_str(),
        "/admin/comments/1?act=approve",
        "/admin/posts/1?act=trash",
        "/admin/sign-out",
        "/nothing",
    ];
    for address in TABLE
        .iter()
        .map(|row| address(row, &own))
        .chain(further.map(str::to_owned))
    {
        for person in &people {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                person.ask(method.clone(), &address, &[]).await;
                assert_eq!(commits(&mut database).await, before, "{method} {address}");
            }
        }
    }
    people[0]
        .sign_in(crate::blog::AUTHOR, crate::blog::PASSWORD)
        .await;
    assert!(
        commits(&mut database).await != before,
        "the measure itself works"
    );
}
