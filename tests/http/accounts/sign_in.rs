//! Signing in and out: by a password, and by a one-time address.

use super::{SCRIPT, code, json, send_code, turn_codes_on};
use crate::blog::{AUTHOR, OPERATOR, PASSWORD, TestBlog};
use axum::http::Method;
use std::time::Instant;

#[tokio::test]
async fn a_wrong_password_and_an_unknown_email_get_the_same_answer() {
    let blog = TestBlog::new().await;
    let eve = blog.reader();
    let wrong = eve.sign_in(AUTHOR, "not the password").await;
    let unknown = eve.sign_in("nobody@harbour.example", PASSWORD).await;
    assert_eq!((wrong.status, unknown.status), (422, 422));
    assert_eq!(wrong.alert().unwrap(), "Wrong email or password.");
    assert_eq!(
        wrong.source(),
        unknown.source().replace("nobody@harbour.example", AUTHOR)
    );
    assert_eq!(wrong.form_with("Password").value("Email"), AUTHOR);
    assert_eq!(wrong.form_with("Password").value("Password"), "");
    assert!(eve.cookies().is_empty());
}

#[tokio::test]
async fn guessing_is_slowed_down_and_says_how_long_to_wait() {
    let blog = TestBlog::new().await;
    let eve = blog.reader();
    let begun = Instant::now();
    let mut page = eve.sign_in(AUTHOR, "guess number 0").await;
    for number in 1..20 {
        if page.status == 429 {
            break;
        }
        page = eve.sign_in(AUTHOR, &format!("guess number {number}")).await;
    }
    assert_eq!(page.status, 429, "after {:?}", begun.elapsed());
    assert!(page.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    assert!(page.alert().unwrap().contains("Please wait"));
    assert_eq!(
        eve.sign_in(AUTHOR, PASSWORD).await.status,
        429,
        "a lucky guess gets no further"
    );
    assert_eq!(
        eve.sign_in(OPERATOR, PASSWORD).await.status,
        200,
        "others are not shut out"
    );
}

#[tokio::test]
async fn signing_in_leads_back_to_what_was_asked_for() {
    let blog = TestBlog::new().await;
    let nora = blog.reader();
    let page = nora.open("/admin/comments/?state=spam&q=a%26b").await;
    assert!(
        page.address.starts_with("/admin/sign-in?next="),
        "{}",
        page.address
    );
    let mut form = page.form_with("Password");
    form.fill("Email", "nora@Harbour.example ")
        .fill("Password", "a wrong password");
    let again = nora.press(&form, "Sign in").await;
    assert_eq!(again.status, 422);
    let mut form = again.form_with("Password");
    form.fill("Password", PASSWORD);
    assert_eq!(
        nora.press(&form, "Sign in").await.address,
        "/admin/comments/?state=spam&q=a%26b"
    );
}

#[tokio::test]
async fn a_session_cookie_is_kept_from_scripts_and_other_sites() {
    let blog = TestBlog::at("https://blog.example").await;
    let nora = blog.reader();
    let mut form = nora.open("/admin/sign-in").await.form_with("Password");
    form.fill("Email", AUTHOR).fill("Password", PASSWORD);
    let answer = nora.press_once(&form, "Sign in").await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-sid="), "{cookie}");
    for part in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"] {
        assert!(
            cookie.split("; ").any(|one| one == part),
            "{part}: {cookie}"
        );
    }
    assert!(answer.header("strict-transport-security").is_some());
}

#[tokio::test]
async fn signing_in_gives_a_session_of_its_own() {
    let blog = TestBlog::new().await;
    let nora = blog.reader();
    nora.set_cookies([("sid".to_owned(), "planted-by-somebody-else".to_owned())].into());
    nora.sign_in(AUTHOR, PASSWORD).await;
    assert_ne!(nora.cookies()["sid"], "planted-by-somebody-else");
    let first = nora.cookies();
    let other = blog.author().await;
    assert_ne!(first, other.cookies());
    assert_eq!(
        blog.number("select count(*) from sessions where length(token_hash) = 32")
            .await,
        2,
        "only hashes are kept"
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let old = nora.cookies();
    let admin = nora.open("/admin/posts/").await;
    let page = nora
        .press(&admin.form_near("Sign out", "Sign out"), "Sign out")
        .await;
    assert_eq!(page.address, "/");
    assert!(!nora.cookies().contains_key("sid"));
    nora.set_cookies(old);
    assert!(
        nora.open("/admin/posts/")
            .await
            .address
            .starts_with("/admin/sign-in")
    );
}

#[tokio::test]
async fn a_session_ends_after_a_quiet_week_and_after_thirty_days() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let day = 24 * 3600;
    for _ in 0..4 {
        blog.clock.advance(6 * day);
        assert_eq!(nora.open("/admin/posts/").await.address, "/admin/posts/");
    }
    blog.clock.advance(6 * day);
    assert!(
        nora.open("/admin/posts/")
            .await
            .address
            .starts_with("/admin/sign-in"),
        "thirty days are over"
    );
    let nora = blog.author().await;
    blog.clock.advance(7 * day);
    assert!(
        nora.open("/admin/posts/")
            .await
            .address
            .starts_with("/admin/sign-in"),
        "a week without use"
    );
}

#[tokio::test]
async fn a_one_time_address_lets_in_once_and_asks_for_a_new_password() {
    let blog = TestBlog::new().await;
    let address = blog.sign_in_address(AUTHOR).await;
    let (nora, eve) = (blog.reader(), blog.reader());
    for _ in 0..2 {
        assert!(
            nora.open(&address).await.says("You can use this link once"),
            "opening it uses nothing up"
        );
    }
    assert!(nora.cookies().is_empty());
    let form = nora.open(&address).await.form_near("", "Sign in");
    let page = nora.press(&form, "Sign in").await;
    assert!(
        page.status_line().contains("set a new password"),
        "{}",
        page.address
    );
    assert_eq!(eve.press(&form, "Sign in").await.status, 403);
    assert!(
        eve.open(&address)
            .await
            .says("been used already or has expired")
    );
    assert!(eve.cookies().is_empty());
}

#[tokio::test]
async fn a_one_time_address_grows_old() {
    let blog = TestBlog::new().await;
    let address = blog.sign_in_address(AUTHOR).await;
    let form = blog.reader().open(&address).await.form_near("", "Sign in");
    blog.clock.advance(3601);
    assert_eq!(blog.reader().press(&form, "Sign in").await.status, 403);
}

#[tokio::test]
async fn a_script_learns_that_nobody_is_signed_in_and_can_sign_in_again() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let old = json(&nora.ask(Method::GET, "/admin/session", SCRIPT).await);
    assert_eq!(old["name"], "Nora");
    blog.clock.advance(8 * 24 * 3600);
    for (method, address) in [
        (Method::GET, "/admin/session"),
        (Method::POST, "/admin/posts/1"),
    ] {
        let answer = nora.ask(method, address, SCRIPT).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert!(
            json(&answer)["problem"]
                .as_str()
                .unwrap()
                .contains("not signed in")
        );
    }
    let fields = [("email", AUTHOR), ("password", "a wrong password")];
    let answer = nora.post_with("/admin/sign-in", &fields, SCRIPT).await;
    assert_eq!(answer.status, 422);
    assert!(json(&answer)["problem"].is_string());
    let fields = [("email", AUTHOR), ("password", PASSWORD)];
    let answer = nora.post_with("/admin/sign-in", &fields, SCRIPT).await;
    assert_eq!(
        (answer.status, &json(&answer)["next"]),
        (200, &"/admin/".into())
    );
    let new = json(&nora.ask(Method::GET, "/admin/session", SCRIPT).await);
    assert!(new["csrf"].is_string() && new["csrf"] != old["csrf"]);

    let (secret, _) = turn_codes_on(&blog, &nora).await;
    let phone = blog.reader();
    let answer = phone.post_with("/admin/sign-in", &fields, SCRIPT).await;
    assert_eq!((answer.status, &json(&answer)["code"]), (200, &true.into()));
    let wrong = [("code", "000000")];
    let answer = phone.post_with("/admin/sign-in/code", &wrong, SCRIPT).await;
    assert_eq!(answer.status, 422);
    let right = code(&blog, &secret, 1);
    let answer = phone
        .post_with("/admin/sign-in/code", &[("code", &right)], SCRIPT)
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(phone.get("/admin/posts/").await.status, 200);
}

#[tokio::test]
async fn what_was_made_while_the_clock_was_ahead_lets_nobody_in_for_years() {
    const YEAR: i64 = 365 * 24 * 3600;
    let blog = TestBlog::new().await;
    blog.clock.advance(10 * YEAR);
    let nora = blog.author().await;
    let link = blog.sign_in_address(AUTHOR).await;
    blog.clock.advance(-10 * YEAR);
    assert_eq!(nora.get("/admin/posts/").await.status, 303, "the session");
    let page = blog.reader().open(&link).await;
    assert!(!page.has_button("Sign in"), "{}", page.text());
    let key = link.split("key=").nth(1).unwrap();
    let status = blog
        .reader()
        .post("/admin/sign-in/link", &[("key", key)])
        .await
        .status;
    assert_eq!(status, 403, "the one-time link");
    // A clock that is a little ahead is no reason to sign anybody out.
    let nora = blog.author().await;
    blog.clock.advance(-4 * 60);
    assert_eq!(nora.get("/admin/posts/").await.status, 200);
    assert_eq!(nora.get("/admin/people/").await.status, 200, "confirmed");
    blog.clock.advance(-2 * 60);
    assert_eq!(nora.get("/admin/posts/").await.status, 303);
}

#[tokio::test]
async fn where_nothing_can_be_written_somebody_signs_in_all_the_same() {
    let blog = TestBlog::new().await;
    let (secret, _) = turn_codes_on(&blog, &blog.author().await).await;
    let blog = blog.on_a_disk_that_can_only_be_read().await;
    let otto = blog.operator().await;
    assert_eq!(otto.get("/admin/posts/").await.status, 200);
    assert_eq!(otto.get("/admin/people/").await.status, 200, "confirmed");
    let phone = blog.reader();
    let asked = phone.sign_in(AUTHOR, PASSWORD).await;
    blog.clock.advance(30);
    let fresh = code(&blog, &secret, 0);
    assert_eq!(
        send_code(&phone, &asked, &fresh).await.address,
        "/admin/posts/"
    );
    let again = blog.reader();
    let asked = again.sign_in(AUTHOR, PASSWORD).await;
    assert_eq!(send_code(&again, &asked, &fresh).await.status, 422, "once");
    blog.clock.advance(25 * 3600);
    assert_eq!(otto.get("/admin/posts/").await.status, 303, "for a day");
}
