//! A blog of release 0.1.0, made by that release, as its people find it after the upgrade to this one.

use crate::blog::{NOW, Person, TestBlog};
use axum::http::Method;
use daybook::blog::author::Role;
use daybook::blog::time::Millis;
use serde_json::Value;
use std::io::Read;

const DATABASE: &[u8] = include_bytes!("../fixtures/releases/0.1.0.db.gz");
/// What its people had in their hands: addresses, a cookie, a code on paper.
const HELD: &str = include_str!("../fixtures/releases/0.1.0.json");

fn held() -> Value {
    serde_json::from_str(HELD).unwrap()
}

fn text(name: &str) -> String {
    held()[name].as_str().unwrap().to_owned()
}

/// An hour after it was made.
async fn blog() -> TestBlog {
    let mut database = Vec::new();
    flate2::read::GzDecoder::new(DATABASE)
        .read_to_end(&mut database)
        .unwrap();
    let made_at = Millis(held()["made_at"].as_i64().unwrap());
    assert!(made_at > NOW);
    TestBlog::upgraded(&database, made_at.plus_seconds(3600)).await
}

fn with_session(blog: &TestBlog) -> Person {
    let person = blog.reader();
    person.set_cookies(
        [
            ("sid".to_owned(), text("session")),
            ("known".to_owned(), text("known")),
        ]
        .into(),
    );
    person
}

#[tokio::test]
async fn people_who_were_signed_in_still_are_and_links_that_were_sent_work() {
    let blog = blog().await;
    let nora = with_session(&blog);
    assert_eq!(nora.get("/admin/posts/").await.status, 200);
    assert!(nora.open("/admin/posts/").await.says("Unfinished"));
    let reader = blog.reader();
    let page = reader.open(&text("post")).await;
    assert_eq!(page.status, 200);
    assert!(page.says("High at six."));
    assert!(reader.open(&text("preview")).await.says("Not yet public."));
    assert!(reader.open(&text("own")).await.says("A lantern."));
    let feed = reader.get("/feed.atom").await.source();
    for id in held()["atom"].as_array().unwrap() {
        let id = format!("<id>{}</id>", id.as_str().unwrap());
        assert!(feed.contains(&id), "{id}");
    }
}

#[tokio::test]
async fn a_recovery_code_of_before_lets_in_once() {
    let blog = blog().await;
    for expected in [200, 422] {
        let phone = blog.reader();
        let asked = phone
            .sign_in("nora@harbour.example", &text("password"))
            .await;
        let mut form = asked.form_with("Code");
        form.fill("Code", &text("recovery_code"));
        assert_eq!(phone.press(&form, "Sign in").await.status, expected);
    }
}

#[tokio::test]
async fn operators_are_shown_once_that_roles_changed() {
    let blog = blog().await;
    let phone = blog.reader();
    let asked = phone
        .sign_in("nora@harbour.example", &text("password"))
        .await;
    let mut form = asked.form_with("Code");
    form.fill("Code", &text("recovery_code"));
    let page = phone.press(&form, "Sign in").await;
    assert!(page.status_line().contains("only their own posts"));
    assert_eq!(
        blog.number("select count(*) from authors where roles_news = 1")
            .await,
        0
    );
    let form = page.form_near("Bo", "Make operator");
    phone.press(&form, "Make operator").await;
    let bo = blog
        .app
        .store
        .authors()
        .by_email("bo@harbour.example")
        .await;
    assert_eq!(bo.unwrap().unwrap().role, Role::Operator);
}

#[tokio::test]
async fn an_author_of_before_sees_no_posts_of_others_any_more() {
    let blog = blog().await;
    let bo = blog.reader();
    let page = bo
        .sign_in("bo@harbour.example", "seven slow grey herons")
        .await;
    assert_eq!(page.address, "/admin/posts/");
    assert!(!page.says("Ebb"));
    let draft = format!("/admin/posts/{}", held()["draft"]);
    assert_eq!(bo.get(&draft).await.status, 404);
    assert_eq!(
        bo.ask(Method::GET, "/admin/settings", &[]).await.status,
        403
    );
}
