//! Ways in, and whoever tries them: the cases S30 to S39 of safety.md by their numbers, then sessions, one-time codes and
//! passkeys as their owners use them.

use crate::blog::{AUTHOR, OPERATOR, PASSWORD, Person, TestBlog};
use crate::doors::{TABLE, address, commits, lively_blog};
use crate::page::Page;
use axum::http::Method;
use daybook::blog::author::Role;
use daybook::secrets::{self, one_time};
use serde_json::Value;

const NEW_PASSWORD: &str = "the tide goes out at noon";
const SCRIPT: &[(&str, &str)] = &[("accept", "application/json")];

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

/// Turns one-time codes on through the profile; gives the secret and the recovery codes.
async fn turn_codes_on(blog: &TestBlog, person: &Person) -> (Vec<u8>, Vec<String>) {
    let page = person.open("/admin/profile/codes").await;
    let letters = page.texts("code.letters").concat().replace(' ', "");
    let secret = totp_rs::Secret::try_from_base32(letters).unwrap();
    let secret: &[u8] = secret.as_ref();
    let mut form = page.form_with("Code");
    form.fill("Code", &code(blog, secret, 0));
    let page = person.press(&form, "Turn on").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.status_line().contains("are on"), "{}", page.text());
    (secret.to_vec(), page.texts(".recovery code"))
}

/// The code that an app shows so many steps of half a minute from now.
fn code(blog: &TestBlog, secret: &[u8], steps: i64) -> String {
    let seconds = blog.app.now().plus_seconds(30 * steps).0 / 1000;
    one_time::code_at(secret, seconds.cast_unsigned()).unwrap()
}

async fn send_code(person: &Person, page: &Page, code: &str) -> Page {
    let mut form = page.form_with("Code");
    form.fill("Code", code);
    person.press(&form, "Sign in").await
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
    blog.app.store.tidy_sessions(blog.app.now()).await.unwrap();
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

    let (desk, phone) = (blog.author().await, blog.author().await);
    let old = phone.cookies();
    assert_eq!(replayed(old.clone()).await, 200);
    let mut form = desk.open("/admin/profile").await.form_with("New password");
    form.fill("New password", NEW_PASSWORD);
    desk.press(&form, "Save profile").await;
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
            assert!(!body.contains(email), "{address} tells {email}");
        }
    }
}

#[tokio::test]
async fn s35_guessing_is_slowed_down_and_the_owner_still_gets_in() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await.at("192.0.2.1");
    let desk = nora.open("/admin/posts/").await;
    nora.press(&desk.form_with_button("Sign out"), "Sign out")
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
async fn s35_whoever_polls_fastest_keeps_no_new_browser_out() {
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
        "one household is one /64"
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

#[tokio::test]
async fn codes_are_asked_for_after_the_password_and_each_works_once() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let (secret, recovery) = turn_codes_on(&blog, &nora).await;
    assert_eq!(recovery.len(), 10);
    let phone = blog.reader();
    let asked = phone.sign_in(AUTHOR, PASSWORD).await;
    let used = code(&blog, &secret, 0);
    let again = send_code(&phone, &asked, &used).await;
    assert_eq!(again.status, 422, "this code showed that the app works");
    assert!(again.alert().unwrap().contains("used already"));
    for wrong in ["000000", "", "not a code"] {
        assert_eq!(
            send_code(&phone, &asked, wrong).await.status,
            422,
            "{wrong}"
        );
    }
    blog.clock.advance(30);
    let fresh = code(&blog, &secret, 0);
    assert_eq!(
        send_code(&phone, &asked, &fresh).await.address,
        "/admin/posts/"
    );
    let tablet = blog.reader();
    let asked = tablet.sign_in(AUTHOR, PASSWORD).await;
    assert_eq!(send_code(&tablet, &asked, &fresh).await.status, 422, "once");
    assert_eq!(
        send_code(&tablet, &asked, &recovery[3].to_uppercase())
            .await
            .address,
        "/admin/posts/"
    );
    let other = blog.reader();
    let asked = other.sign_in(AUTHOR, PASSWORD).await;
    assert_eq!(
        send_code(&other, &asked, &recovery[3]).await.status,
        422,
        "once"
    );
    assert!(
        nora.open("/admin/profile")
            .await
            .says("9 recovery codes are left")
    );
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_like_guessing_passwords() {
    let blog = TestBlog::new().await;
    let (secret, _) = turn_codes_on(&blog, &blog.author().await).await;
    let eve = blog.reader();
    let asked = eve.sign_in(AUTHOR, PASSWORD).await;
    let mut page = send_code(&eve, &asked, "000000").await;
    for _ in 0..6 {
        page = send_code(&eve, &asked, "000000").await;
    }
    assert_eq!(page.status, 429);
    assert!(page.header("retry-after").is_some());
    let right = code(&blog, &secret, 1);
    assert_eq!(send_code(&eve, &asked, &right).await.status, 429);
}

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_the_old_ones_and_codes_can_be_turned_off() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let (_, old) = turn_codes_on(&blog, &nora).await;
    let page = nora.open("/admin/profile/codes").await;
    let page = nora
        .press(
            &page.form_with_button("New recovery codes"),
            "New recovery codes",
        )
        .await;
    let new = page.texts(".recovery code");
    assert!(new.len() == 10 && !new.contains(&old[0]));
    let phone = blog.reader();
    let asked = phone.sign_in(AUTHOR, PASSWORD).await;
    assert_eq!(send_code(&phone, &asked, &old[0]).await.status, 422);
    assert_eq!(send_code(&phone, &asked, &new[0]).await.status, 200);
    let page = nora.open("/admin/profile/codes").await;
    let page = nora
        .press(&page.form_with_button("Turn codes off"), "Turn codes off")
        .await;
    assert_eq!(page.status_line(), "One-time codes are off.");
    assert_eq!(
        blog.reader().sign_in(AUTHOR, PASSWORD).await.address,
        "/admin/posts/"
    );
    assert_eq!(blog.number("select count(*) from recovery_codes").await, 0);
}

#[tokio::test]
async fn a_wrong_first_code_turns_nothing_on_and_offers_the_same_secret() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let page = nora.open("/admin/profile/codes").await;
    assert_eq!(page.number_of("svg.qr[role=img]"), 1);
    let mut form = page.form_with("Code");
    form.fill("Code", "000000");
    let again = nora.press(&form, "Turn on").await;
    assert_eq!(again.status, 422);
    assert!(again.problem_of("Code").is_some());
    assert_eq!(again.texts("code.letters"), page.texts("code.letters"));
    let elsewhere = blog.author().await.open("/admin/profile/codes").await;
    assert_ne!(elsewhere.texts("code.letters"), page.texts("code.letters"));
    assert!(
        nora.open("/admin/profile")
            .await
            .says("Off: you sign in with your password only.")
    );
}

#[tokio::test]
async fn the_profile_lists_sessions_and_ends_them() {
    let blog = TestBlog::new().await;
    let agent = |agent| [("user-agent", agent)];
    let sign_in = |person: Person, with: [(&'static str, &'static str); 1]| async move {
        let fields = [("email", AUTHOR), ("password", PASSWORD)];
        let answer = person.post_with("/admin/sign-in", &fields, &with).await;
        assert_eq!(answer.status, 303);
        person
    };
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0";
    let phone =
        "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36";
    let (desk, phone, tablet) = (
        sign_in(blog.reader(), agent(firefox)).await,
        sign_in(blog.reader(), agent(phone)).await,
        sign_in(blog.reader(), agent("")).await,
    );
    let otto = blog.operator().await;
    let page = desk.open("/admin/profile").await;
    let lines = page.texts("section[aria-labelledby=sessions] li");
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(
        lines
            .iter()
            .any(|line| line.contains("Firefox on Linux this device"))
    );
    let page = desk
        .press(
            &page.form_near("Chrome on Android", "End session"),
            "End session",
        )
        .await;
    assert_eq!(page.status_line(), "Signed out on that device.");
    assert_eq!(phone.get("/admin/posts/").await.status, 303);
    assert_eq!(tablet.get("/admin/posts/").await.status, 200);

    let mut foreign = page.form_near("Firefox", "End session");
    foreign.tamper("id", "4");
    desk.press(&foreign, "End session").await;
    assert_eq!(
        otto.get("/admin/posts/").await.status,
        200,
        "only one's own"
    );

    let page = desk
        .press(
            &page.form_with_button("End all other sessions"),
            "End all other sessions",
        )
        .await;
    assert_eq!(tablet.get("/admin/posts/").await.status, 303);
    let end = page.form_near("Firefox", "End session");
    assert!(
        desk.press(&end, "End session")
            .await
            .address
            .starts_with("/admin/sign-in")
    );
}

#[tokio::test]
async fn the_password_is_asked_for_again_before_ways_in_are_changed() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let page = otto.open("/admin/profile").await;
    assert_eq!(page.number_of("#current"), 0, "just shown");
    blog.clock.advance(16 * 60);

    let mut form = otto.open("/admin/profile").await.form_with("New password");
    form.fill("Your name", "Otto Quay")
        .fill("Email", "otto@quay.example");
    let page = otto.press(&form, "Save profile").await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Current password").is_some());
    let mut form = page.form_with("New password");
    assert_eq!(
        form.value("Email"),
        "otto@quay.example",
        "what was typed stays"
    );
    assert_eq!(form.value("Your name"), "Otto Quay");
    form.fill("Current password", "a wrong password");
    assert_eq!(otto.press(&form, "Save profile").await.status, 422);
    form.fill("Email", OPERATOR).fill("Current password", "");
    assert_eq!(
        otto.press(&form, "Save profile").await.status_line(),
        "Saved.",
        "a name alone needs no password"
    );

    for place in ["/admin/profile/codes", "/admin/people/"] {
        let page = otto.open(place).await;
        assert!(page.address.starts_with("/admin/confirm?next="), "{place}");
    }
    let mut form = otto.open("/admin/people/").await.form_with("Password");
    form.fill("Password", "a wrong password");
    let page = otto.press(&form, "Continue").await;
    assert_eq!(
        (page.status, page.alert().unwrap().as_str()),
        (422, "Wrong password.")
    );
    form.fill("Password", PASSWORD);
    assert_eq!(
        otto.press(&form, "Continue").await.address,
        "/admin/people/"
    );
    assert_eq!(otto.get("/admin/profile/codes").await.status, 200);
}

#[tokio::test]
async fn confirming_leads_to_our_own_pages_only() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for evil in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/admin/",
    ] {
        let mut form = nora.open("/admin/confirm").await.form_with("Password");
        form.fill("Password", PASSWORD).tamper("next", evil);
        let answer = nora.press_once(&form, "Continue").await;
        assert_eq!(answer.header("location"), Some("/admin/"), "{evil}");
    }
}

fn json(page: &Page) -> Value {
    serde_json::from_slice(&page.body).unwrap_or_else(|_| panic!("{}", page.source()))
}

#[tokio::test]
async fn a_script_is_told_that_nobody_is_signed_in_and_can_sign_in_again() {
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
        .begin(&secrets::hash(&token), "add", None, "{}", until)
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
