//! What each door answers to each person, for every route of the table in `routes`; and what a contributor may use.

use crate::blog::{Person, TestBlog};
use crate::routes::{AWAY, Row, TABLE};
use axum::http::Method;
use daybook::blog::author::Role;
use daybook::blog::post::is_reserved;
use sqlx::SqliteConnection;
use std::collections::BTreeSet;
use std::path::Path;

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
    "/admin/posts/erase",
    "/admin/posts/new",
    "/admin/posts/preview",
    "/admin/posts/autosave",
    "/admin/posts/render",
    "/admin/posts/paste",
    "/admin/posts/parts",
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

/// The routes in the source code: `.route("…"` and the fallback.
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
fn no_permalink_can_hide_a_route() {
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

/// What people get who may use some admin pages, but not the post, comment or picture that the address names.
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
async fn no_page_of_the_admin_area_is_stored_by_caches() {
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

/// Whether a page has words that only pages behind the sign-in have.
pub fn is_admin_page(page: &crate::page::Page) -> bool {
    page.status == 200
        && (page.says("Sign out") || page.says("A thought.") || page.says("Settings"))
}

/// Other ways to write the address of an admin page, each of which has got past the checks of some server.
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
async fn no_disguise_of_an_address_opens_the_admin_area() {
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
                    !(200..300).contains(&page.status) || !is_admin_page(&page),
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
        .authors()
        .by_email(crate::blog::AUTHOR)
        .await
        .unwrap()
        .unwrap();
    blog.app
        .store
        .authors()
        .remove(author.id, blog.app.now())
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
