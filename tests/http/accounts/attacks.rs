//! Ways in that are attacked: the cases S30 to S39 of SECURITY.md by their numbers.

use super::{SCRIPT, code, send_code, turn_codes_on};
use crate::blog::{AUTHOR, OPERATOR, PASSWORD, TestBlog};
use crate::doors::{address, commits, lively_blog};
use crate::routes::TABLE;
use axum::http::Method;
use daybook::blog::author::Role;

const NEW_PASSWORD: &str = "the tide goes out at noon";

/// The address that lets in once is exempt from the same-origin check, for mail providers; its key is all the leave it takes.
const ONE_CLICK: &str = "/mail/stop";

#[tokio::test]
async fn s30_no_change_comes_from_another_site_or_without_the_token() {
    let (blog, own) = lively_blog().await;
    let people = [blog.reader(), blog.author().await, blog.operator().await];
    let mut database = blog.database().await;
    let before = commits(&mut database).await;
    let foreign: &[&[(&str, &str)]] = &[
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ],
        &[("sec-fetch-site", ""), ("origin", "null")],
        &[("sec-fetch-site", ""), ("origin", "https://evil.example")],
        &[("sec-fetch-site", ""), ("origin", "")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("content-type", "text/plain"),
        ],
        &[
            ("sec-fetch-site", "same-site"),
            ("content-type", "application/json"),
        ],
        &[
            ("sec-fetch-site", "same-site"),
            ("x-http-method-override", "DELETE"),
        ],
    ];
    let mut routes = 0;
    for row in TABLE.iter().filter(|row| row.3[2] != 405) {
        let path = address(row, &own);
        let behind = row.2[0] == 303 && row.3[2] == 403 && !row.0.starts_with("/admin/sign-in");
        routes += 1;
        for person in &people {
            if row.0 != ONE_CLICK {
                for headers in foreign {
                    let answer = person.post_with(&path, &[("act", "x")], headers).await;
                    assert_eq!(answer.status, 403, "{path} with {headers:?}");
                }
            }
            if behind {
                for fields in [&[][..], &[("csrf", "guess")], &[("csrf", "")]] {
                    let answer = person.post(&path, fields).await;
                    // What somebody may not act on is not there for them.
                    let refused = [403, row.3[1]].contains(&answer.status);
                    assert!(refused, "{path} with {fields:?} gives {}", answer.status);
                }
            }
            for (fields, headers) in [
                (&[("_method", "DELETE")], &[][..]),
                (&[("csrf", "guess")], &[("content-type", "text/plain")]),
                (
                    &[("csrf", "guess")],
                    &[("x-http-method-override", "DELETE")],
                ),
            ] {
                let answer = person.post_with(&path, fields, headers).await;
                assert!(
                    answer.status == 303 && row.0 == "/admin/setup"
                        || (400..500).contains(&answer.status),
                    "{path} with {fields:?} {headers:?} gives {}",
                    answer.status
                );
            }
        }
        assert_eq!(commits(&mut database).await, before, "POST {path}");
    }
    assert!(routes > 20, "{routes}");
}

#[tokio::test]
async fn s31_a_code_belongs_to_the_browser_that_showed_the_password() {
    let blog = TestBlog::new().await;
    let (secret, _) = turn_codes_on(&blog, &blog.author().await).await;
    let nora = blog.reader();
    let asked = nora.sign_in(AUTHOR, PASSWORD).await;
    assert_eq!(asked.address, "/admin/sign-in/code");
    assert_eq!(
        nora.get("/admin/posts/").await.status,
        303,
        "the password alone opens nothing"
    );
    let right = code(&blog, &secret, 1);
    for eve in [blog.reader(), blog.operator().await] {
        let answer = send_code(&eve, &asked, &right).await;
        assert_eq!(answer.status, 403);
        assert!(answer.says("another browser"));
    }
    assert_eq!(
        send_code(&nora, &asked, &right).await.address,
        "/admin/posts/"
    );
    assert_eq!(
        send_code(&nora, &asked, &right).await.status,
        403,
        "and is begun and finished once"
    );
}

#[tokio::test]
async fn s31_what_was_begun_ends_after_ten_minutes() {
    let blog = TestBlog::new().await;
    let (secret, _) = turn_codes_on(&blog, &blog.author().await).await;
    let nora = blog.reader();
    let asked = nora.sign_in(AUTHOR, PASSWORD).await;
    blog.clock.advance(601);
    let answer = send_code(&nora, &asked, &code(&blog, &secret, 0)).await;
    assert_eq!(answer.status, 403);
    assert_eq!(
        nora.get("/admin/sign-in/code").await.header("location"),
        Some("/admin/sign-in")
    );
    blog.app
        .store
        .sessions()
        .tidy(blog.app.now())
        .await
        .unwrap();
    assert_eq!(blog.number("select count(*) from ceremonies").await, 0);
}

#[tokio::test]
async fn s31_a_new_password_ends_what_was_begun_with_the_old_one() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let (secret, _) = turn_codes_on(&blog, &nora).await;
    let eve = blog.reader();
    let asked = eve.sign_in(AUTHOR, PASSWORD).await;
    let mut form = nora.open("/admin/profile").await.form_with("New password");
    form.fill("New password", NEW_PASSWORD);
    nora.press(&form, "Save profile").await;
    let answer = send_code(&eve, &asked, &code(&blog, &secret, 1)).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn s32_a_session_is_new_at_each_sign_in_and_ends_on_the_server() {
    let blog = TestBlog::new().await;
    let nora = blog.reader();
    nora.set_cookies([("sid".to_owned(), "A".repeat(43))].into());
    nora.sign_in(AUTHOR, PASSWORD).await;
    let first = nora.cookies();
    assert_ne!(
        first["sid"],
        "A".repeat(43),
        "no session of somebody else's choice"
    );
    let fields = [("email", AUTHOR), ("password", PASSWORD)];
    nora.post("/admin/sign-in", &fields).await;
    let page = nora.open("/admin/posts/").await;
    assert_eq!(page.status, 200);

    let replayed = async |cookies| {
        let eve = blog.reader();
        eve.set_cookies(cookies);
        eve.ask(Method::GET, "/admin/session", SCRIPT).await.status
    };
    assert_eq!(replayed(first).await, 401, "another sign-in took its place");
    let here = nora.cookies();
    assert_eq!(replayed(here.clone()).await, 200);
    nora.press(&page.form_with_button("Sign out"), "Sign out")
        .await;
    assert_eq!(replayed(here).await, 401, "signed out");

    let (desktop, phone) = (blog.author().await, blog.author().await);
    let old = phone.cookies();
    assert_eq!(replayed(old.clone()).await, 200);
    let mut form = desktop
        .open("/admin/profile")
        .await
        .form_with("New password");
    form.fill("New password", NEW_PASSWORD);
    desktop.press(&form, "Save profile").await;
    assert_eq!(replayed(old).await, 401, "another password");
}

#[tokio::test]
async fn s33_an_unknown_address_is_answered_as_a_known_one() {
    let blog = TestBlog::new().await;
    let unknown = "none@harbour.example";
    assert_eq!(unknown.len(), AUTHOR.len());
    for _ in 0..8 {
        let eve = blog.reader();
        let mut known = eve.sign_in(AUTHOR, "a wrong password").await;
        let eve = blog.reader();
        let mut other = eve.sign_in(unknown, "a wrong password").await;
        // The one thing that no two answers have in common.
        for page in [&mut known, &mut other] {
            assert!(page.headers.remove("x-request-id").is_some());
        }
        assert_eq!((known.status, other.status), (422, 422));
        assert_eq!(known.headers, other.headers);
        assert_eq!(known.source().replace(AUTHOR, unknown), other.source());
        assert_eq!(eve.cookies().len(), 0);
    }
}

#[tokio::test]
async fn s34_no_page_for_readers_holds_an_authors_address() {
    let (blog, own) = lively_blog().await;
    let reader = blog.reader();
    let further = ["/search?q=@harbour.example", "/search?q=nora", "/nothing"];
    let addresses = TABLE
        .iter()
        .filter(|row| !row.0.starts_with("/admin"))
        .map(|row| address(row, &own))
        .chain(further.map(str::to_owned));
    for address in addresses {
        let page = reader.get(&address).await;
        let body = String::from_utf8_lossy(&page.body).into_owned();
        for email in [AUTHOR, OPERATOR] {
            assert!(!body.contains(email), "{address} shows {email}");
        }
    }
}

#[tokio::test]
async fn s35_guessing_is_slowed_down_and_the_owner_still_gets_in() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await.at("192.0.2.1");
    let admin = nora.open("/admin/posts/").await;
    nora.press(&admin.form_with_button("Sign out"), "Sign out")
        .await;

    let eve = blog.reader().at("203.0.113.7");
    let mut refused = 0;
    for number in 0..200 {
        let answer = eve.sign_in(AUTHOR, &format!("wrong guess {number}")).await;
        if answer.status == 429 {
            refused += 1;
            let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=901).contains(&seconds));
        } else {
            assert_eq!(answer.status, 422);
        }
    }
    assert!(refused >= 190, "{refused}");
    assert_eq!(
        eve.sign_in(AUTHOR, PASSWORD).await.status,
        429,
        "the right one does not get through either"
    );

    let mut refused = 0;
    for number in 0..200_u8 {
        let eve = blog.reader().at(&format!("198.51.{number}.7"));
        for guess in 0..6 {
            refused += u32::from(eve.sign_in(AUTHOR, "a wrong guess").await.status == 429);
            if guess > 0 && number < 10 {
                break;
            }
        }
    }
    assert!(
        refused >= 280,
        "of two hundred networks each waits after its first tries: {refused}"
    );
    assert_eq!(
        blog.reader()
            .at("192.0.77.200")
            .sign_in(AUTHOR, PASSWORD)
            .await
            .status,
        200,
        "from a browser and a network that nobody knows and that did nothing"
    );
    assert_eq!(
        nora.sign_in(AUTHOR, PASSWORD).await.address,
        "/admin/posts/",
        "from her own, wherever it is"
    );
    assert_eq!(
        blog.reader()
            .at("192.0.2.201")
            .sign_in(OPERATOR, PASSWORD)
            .await
            .status,
        200,
        "others notice nothing"
    );
}

#[tokio::test]
async fn s35_a_known_browser_is_known_for_its_owner_only_and_cannot_be_made_up() {
    let blog = TestBlog::new().await;
    let known = blog.author().await.cookies()["known"].clone();
    let made_up = format!("{}.{}", "A".repeat(43), "A".repeat(22));
    for (cookie, email) in [(known, OPERATOR), (made_up, AUTHOR)] {
        let eve = blog.reader().at("198.51.100.7");
        for _ in 0..10 {
            eve.set_cookies([("known".to_owned(), cookie.clone())].into());
            eve.sign_in(email, "a wrong guess").await;
        }
        let eve = blog.reader().at("198.51.100.200");
        eve.set_cookies([("known".to_owned(), cookie)].into());
        assert_eq!(eve.sign_in(email, PASSWORD).await.status, 429, "{email}");
    }
}

#[tokio::test]
async fn s35_somebody_who_polls_fast_keeps_no_new_browser_out() {
    let blog = TestBlog::new().await;
    for number in 0..206_u8 {
        let eve = blog.reader().at(&format!("198.51.{number}.7"));
        assert_eq!(eve.sign_in(AUTHOR, "a wrong guess").await.status, 422);
    }
    for number in 0..30_u8 {
        for again in 0..5 {
            let poll = blog
                .reader()
                .at(&format!("198.51.{}.7", number * 5 + again));
            poll.sign_in(AUTHOR, "a wrong guess").await;
        }
        let owner = blog.reader().at(&format!("192.0.{number}.9"));
        let page = owner.sign_in(AUTHOR, PASSWORD).await;
        assert_eq!(page.status, 200, "try {number}");
    }
}

#[tokio::test]
async fn s35_nothing_that_is_typed_counts_as_a_network_a_person_or_a_step() {
    let blog = TestBlog::new().await;
    let eve = blog.reader().at("203.0.113.7");
    for typed in [
        "192.0.77.0",
        &format!("{AUTHOR} 192.0.77.0"),
        "code 2",
        "passkey",
        "all",
        &"a".repeat(60_000),
    ] {
        for _ in 0..8 {
            let fields = [("email", typed), ("password", "a wrong guess")];
            let status = eve.post("/admin/sign-in", &fields).await.status;
            assert!([422, 429].contains(&status), "{status}");
        }
    }
    let nora = blog.reader().at("192.0.77.5");
    assert_eq!(nora.sign_in(AUTHOR, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn s36_a_forwarded_address_from_a_stranger_changes_nothing() {
    let blog = TestBlog::new().await;
    let eve = blog.reader().at("2001:db8:7:7::1");
    let form = eve.open("/admin/sign-in").await;
    assert_eq!(form.status, 200);
    let mut statuses = Vec::new();
    for number in 0..10 {
        let rotating = format!("198.51.100.{number}");
        let answer = eve
            .post_with(
                "/admin/sign-in",
                &[("email", AUTHOR), ("password", "a wrong guess")],
                &[
                    ("x-forwarded-for", rotating.as_str()),
                    ("forwarded", "for=198.51.100.9"),
                    ("x-real-ip", rotating.as_str()),
                ],
            )
            .await;
        statuses.push(answer.status);
    }
    assert_eq!(statuses[9], 429, "{statuses:?}");
    let neighbour = blog.reader().at("2001:db8:7:7:ffff::9");
    assert_eq!(
        neighbour.sign_in(AUTHOR, PASSWORD).await.status,
        429,
        "addresses of one /64 share their limit"
    );
    let elsewhere = blog.reader().at("2001:db8:7:8::1");
    assert_eq!(elsewhere.sign_in(AUTHOR, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn s37_a_one_time_address_works_once_and_dies_with_what_it_was_made_for() {
    let blog = TestBlog::new().await;
    let status = |address: String| {
        let eve = blog.reader();
        let key = address.split("key=").nth(1).unwrap().to_owned();
        async move {
            eve.post("/admin/sign-in/link", &[("key", &key)])
                .await
                .status
        }
    };
    let elsewhere = blog.author().await;
    let used = blog.sign_in_address(AUTHOR).await;
    let key = used.split("key=").nth(1).unwrap().to_owned();
    assert_eq!(
        blog.number("select count(*) from one_time_links where length(token_hash) = 32")
            .await,
        1,
        "only its hash is kept"
    );
    let host = [("host", "evil.example")];
    let answer = blog
        .reader()
        .post_with("/admin/sign-in/link", &[("key", &key)], &host)
        .await;
    assert_eq!(answer.status, 421, "no other host");
    assert_eq!(status(used.clone()).await, 303);
    assert_eq!(status(used).await, 403, "once");
    assert_eq!(
        elsewhere.get("/admin/posts/").await.status,
        303,
        "all other sessions are ended"
    );

    let nora = blog.author().await;
    let before_password = blog.sign_in_address(AUTHOR).await;
    let mut form = nora.open("/admin/profile").await.form_with("New password");
    form.fill("New password", NEW_PASSWORD);
    nora.press(&form, "Save profile").await;
    assert_eq!(status(before_password).await, 403, "after a new password");

    let before_email = blog.sign_in_address(AUTHOR).await;
    let mut form = nora.open("/admin/profile").await.form_with("New password");
    form.fill("Email", "nora@quay.example");
    assert_eq!(
        nora.press(&form, "Save profile").await.status_line(),
        "Saved."
    );
    assert_eq!(status(before_email).await, 403, "after a new address");

    let late = blog.sign_in_address("nora@quay.example").await;
    blog.clock.advance(3601);
    assert_eq!(status(late).await, 403, "too late");
    assert_eq!(status("?key=guess".to_owned()).await, 403);
}

#[tokio::test]
async fn s39_no_disguise_opens_the_people_to_an_author() {
    let blog = TestBlog::new().await;
    blog.give_role(AUTHOR, Role::Author).await;
    let people = [blog.reader(), blog.author().await];
    for path in ["/admin/people/", "/admin/people/1"] {
        let bare = path.trim_end_matches('/');
        let rest = path.trim_start_matches("/admin");
        for disguise in [
            path.to_owned(),
            bare.to_owned(),
            format!("{bare}/"),
            format!("/{path}"),
            format!("{bare};a"),
            format!("{bare}%2f"),
            format!("/%61dmin{rest}"),
            path.to_uppercase(),
            format!("/admin/posts/..{rest}"),
            format!("{path}?role=operator"),
        ] {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                for person in &people {
                    let answer = person.ask(method.clone(), &disguise, &[]).await;
                    assert!(
                        !(200..300).contains(&answer.status) && !answer.says("Invite somebody"),
                        "{method} {disguise} gives {}",
                        answer.status
                    );
                }
            }
        }
    }
}
