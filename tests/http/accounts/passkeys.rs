//! Passkeys.

use super::{SCRIPT, json};
use crate::blog::{Person, TestBlog};
use crate::page::Page;
use axum::http::Method;
use daybook::secrets;
use serde_json::Value;

/// Sends JSON as `assets/passkeys.js` does.
async fn send(person: &Person, address: &str, value: &Value) -> Page {
    let mut request = person.request(&Method::POST, address);
    let headers = request.headers_mut();
    headers.insert("content-type", "application/json".parse().unwrap());
    headers.insert("accept", "application/json".parse().unwrap());
    *request.body_mut() = axum::body::Body::from(value.to_string());
    person.send(request).await
}

#[tokio::test]
async fn a_passkeys_challenge_is_for_who_asked_and_says_nothing_about_others() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    assert_eq!(
        send(
            &blog.reader(),
            "/admin/passkeys/enter/begin",
            &serde_json::json!({})
        )
        .await
        .status,
        404,
        "nobody has one"
    );
    assert!(!blog.reader().open("/admin/sign-in").await.says("passkey"));
    let csrf = json(&nora.ask(Method::GET, "/admin/session", SCRIPT).await)["csrf"].clone();
    let wrong = serde_json::json!({ "csrf": "guess" });
    assert_eq!(
        send(&nora, "/admin/passkeys/add/begin", &wrong)
            .await
            .status,
        403
    );
    let begin = serde_json::json!({ "csrf": csrf });
    let answer = send(&nora, "/admin/passkeys/add/begin", &begin).await;
    assert_eq!(answer.status, 200, "{}", answer.source());
    let challenge = &json(&answer)["publicKey"];
    assert_eq!(challenge["rp"]["id"], "blog.example");
    assert_eq!(challenge["rp"]["name"], "Harbour Notes");
    assert_eq!(
        challenge["authenticatorSelection"]["residentKey"],
        "required"
    );
    assert_eq!(
        challenge["authenticatorSelection"]["userVerification"],
        "required"
    );
    assert!(!challenge["user"]["id"].as_str().unwrap().contains('@'));

    blog.clock.advance(16 * 60);
    let answer = send(&nora, "/admin/passkeys/add/begin", &begin).await;
    assert_eq!(answer.status, 403);
    assert!(
        json(&answer)["confirm"]
            .as_str()
            .unwrap()
            .starts_with("/admin/confirm")
    );
}

/// A passkey as webauthn-rs keeps it, of nobody in particular.
const PASSKEY: &str = r#"{"cred":{"cred_id":"AQIDBAUGBwgJCgsMDQ4PEA","cred":{"type_":"ES256","key":{"EC_EC2":{"curve":"SECP256R1","x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}}},"counter":0,"transports":null,"user_verified":true,"backup_eligible":false,"backup_state":false,"registration_policy":"required","extensions":{"cred_protect":"NotRequested","hmac_create_secret":"NotRequested","appid":"NotRequested","cred_props":"Ignored"},"attestation":{"data":"None","metadata":"None"},"attestation_format":"none"}}"#;

#[tokio::test]
async fn beginning_to_sign_in_with_a_passkey_stores_nothing_and_is_limited_by_network_alone() {
    let blog = TestBlog::new().await;
    let known = blog.author().await.at("203.0.113.99");
    sqlx::query(
        "insert into passkeys (author_id, credential, name, passkey, created_at) values (2, x'0102', 'Phone', $1, 0)",
    )
    .bind(PASSKEY)
    .execute(&mut blog.database().await)
    .await
    .unwrap();
    let begin = async |person: &Person| {
        let answer = send(
            person,
            "/admin/passkeys/enter/begin",
            &serde_json::json!({}),
        )
        .await;
        answer.status
    };
    for network in 0..13 {
        let eve = blog.reader().at(&format!("198.51.{network}.7"));
        for _ in 0..5 {
            assert_eq!(begin(&eve).await, 200);
        }
    }
    let eve = blog.reader().at("203.0.113.7");
    let statuses: Vec<u16> = {
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(begin(&eve).await);
        }
        statuses
    };
    assert_eq!(statuses[39], 429, "{statuses:?}");
    assert_eq!(
        begin(&known).await,
        200,
        "a known browser in the same network"
    );
    assert_eq!(begin(&blog.reader().at("192.0.77.5")).await, 200);
    assert_eq!(blog.number("select count(*) from ceremonies").await, 0);
}

#[tokio::test]
async fn passkeys_are_not_offered_under_an_address_of_numbers() {
    let blog = TestBlog::at("http://127.0.0.1:8080").await;
    let nora = blog.author().await;
    let page = nora.open("/admin/profile").await;
    assert!(page.says("Passkeys only work with a host name, such as localhost."));
    assert!(!page.has_button("Add a passkey"));
    let csrf = json(&nora.ask(Method::GET, "/admin/session", SCRIPT).await)["csrf"].clone();
    let begin = serde_json::json!({ "csrf": csrf });
    assert_eq!(
        send(&nora, "/admin/passkeys/add/begin", &begin)
            .await
            .status,
        404
    );
    let other = TestBlog::new().await;
    assert!(
        other
            .author()
            .await
            .open("/admin/profile")
            .await
            .has_button("Add a passkey")
    );
}

#[tokio::test]
async fn a_passkey_that_nobody_made_opens_nothing() {
    let blog = TestBlog::new().await;
    let eve = blog.reader();
    let made_up = serde_json::json!({ "credential": {
        "id": "AAAA", "rawId": "AAAA", "type": "public-key", "extensions": {},
        "response": { "authenticatorData": "AAAA", "clientDataJSON": "AAAA", "signature": "AAAA", "userHandle": "AAAA" },
    } });
    assert_eq!(
        send(&eve, "/admin/passkeys/enter", &made_up).await.status,
        403
    );
    let token = secrets::token().unwrap();
    let until = blog.app.now().plus_seconds(60);
    let store = &blog.app.store;
    store
        .credentials()
        .begin_ceremony(&secrets::hash(&token), "add", None, "{}", until)
        .await
        .unwrap();
    eve.set_cookies([("begun".to_owned(), token)].into());
    assert_eq!(
        send(&eve, "/admin/passkeys/enter", &made_up).await.status,
        403,
        "what was begun for something else"
    );
    for body in [
        serde_json::json!({}),
        serde_json::json!([]),
        serde_json::json!({ "x": 1 }),
    ] {
        assert_eq!(send(&eve, "/admin/passkeys/enter", &body).await.status, 400);
    }
    assert_eq!(eve.get("/admin/posts/").await.status, 303);
}
