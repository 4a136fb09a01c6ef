//! Cases of the security suite that hold for every route at once, by their numbers; SECURITY.md says where each of the others is tested.
//! The routes are those of the table in `doors`.

use crate::blog::{AUTHOR, NOW, PASSWORD, Person, TestBlog};
use crate::doors::{address, commits, disguises, is_admin_page, lively_blog};
use crate::harmless::{assert_answer_is_harmless, payloads};
use crate::page::Page;
use crate::pictures::{photo, uploaded};
use crate::routes::{Row, TABLE};
use axum::http::Method;
use daybook::blog::author::Role;
use daybook::blog::time::Millis;
use daybook::secrets::Passwords;
use daybook::transfer::archive::Given;
use daybook::transfer::import::{blogger, disqus, remark42, wordpress};
use daybook::transfer::load::Pass;
use std::fmt::Write as _;

/// What a reader may open.
fn of_readers() -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(|row| !row.0.starts_with("/admin"))
}

#[tokio::test]
async fn s29_nobody_else_makes_an_author_comment_and_what_authors_say_is_made_safe_too() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    let fields = [("post", "1"), ("name", "Nora"), ("body", "Not me.")];
    for headers in [
        &[
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ][..],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "")],
    ] {
        let answer = nora.post_with("/comments", &fields, headers).await;
        assert_eq!(answer.status, 403);
    }
    assert_eq!(blog.comments().await, 0);
    for (number, payload) in payloads().iter().enumerate().step_by(23) {
        let words = format!("{number} {payload}");
        nora.post(
            "/comments",
            &[("post", "1"), ("name", "Nora"), ("body", &words)],
        )
        .await;
    }
    assert!(blog.comments().await > 10);
    assert_answer_is_harmless(&blog.reader().get(&path).await, "of an author");
}

/// S30, for the methods that no form sends.
#[tokio::test]
async fn s30_no_other_method_changes_anything_wherever_it_comes_from() {
    let (blog, own) = lively_blog().await;
    let people = [blog.reader(), blog.author().await, blog.operator().await];
    let mut database = blog.database().await;
    let before = commits(&mut database).await;
    for row in TABLE {
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            for person in &people {
                let path = address(row, &own);
                for site in ["cross-site", "same-site", "same-origin"] {
                    let from = [("sec-fetch-site", site)];
                    let answer = person.ask(method.clone(), &path, &from).await;
                    assert_eq!(answer.status, 405, "{method} {path} from {site}");
                }
            }
        }
        assert_eq!(commits(&mut database).await, before, "{}", row.0);
    }
}

#[tokio::test]
async fn s39_no_disguise_of_any_address_shows_anybody_more_than_its_plain_form() {
    let (blog, _) = lively_blog().await;
    let people: [Person; 3] = [blog.reader(), blog.author().await, blog.operator().await];
    let behind = TABLE
        .iter()
        .filter(|row| row.0.starts_with("/admin") && row.2[0] == 303);
    let mut tried = 0;
    for row in behind {
        for disguise in disguises(row.1) {
            for (person, plain) in people.iter().zip(row.2) {
                for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                    let headers = [("x-original-url", row.1), ("x-rewrite-url", row.1)];
                    let answer = person.ask(method.clone(), &disguise, &headers).await;
                    let at = format!("{method} {disguise} gives {}", answer.status);
                    tried += 1;
                    assert!(answer.status < 500, "{at}");
                    let shown = (200..300).contains(&answer.status);
                    assert!(!shown || plain == 200, "{at}");
                    if is_admin_page(&answer) {
                        assert_eq!(
                            answer.header("cache-control"),
                            Some("private, no-store"),
                            "{at}"
                        );
                    }
                }
            }
        }
    }
    assert!(tried > 10_000, "{tried}");
}

#[tokio::test]
async fn s40_fields_that_no_form_has_are_refused_and_a_draft_takes_no_comment() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    nora.write("Save", &[("Title", "Flow"), ("Body", "Hidden.")])
        .await;
    let draft = blog
        .number("select id from posts where title = 'Flow'")
        .await
        .to_string();
    for more in [
        "status",
        "state",
        "is_author",
        "author",
        "created_at",
        "id",
        "reason",
        "place",
    ] {
        let fields = [
            ("post", "1"),
            ("name", "Eve"),
            ("body", "x"),
            (more, "approved"),
        ];
        assert_eq!(
            blog.reader().post("/comments", &fields).await.status,
            422,
            "{more}"
        );
    }
    for post in [draft.as_str(), "999", "-1", "x", ""] {
        let fields = [("post", post), ("name", "Eve"), ("body", "x")];
        assert_eq!(
            blog.reader().post("/comments", &fields).await.status,
            404,
            "{post}"
        );
    }
    assert_eq!(blog.comments().await, 0);
}

#[tokio::test]
async fn s41_a_field_that_comes_twice_is_refused_by_every_form() {
    let (blog, own) = lively_blog().await;
    let nora = blog.operator().await;
    let mut database = blog.database().await;
    let csrf = nora
        .open("/admin/settings")
        .await
        .form_with_button("Sign out")
        .pressed("Sign out")
        .1
        .into_iter()
        .find(|(name, _)| name == "csrf")
        .map(|(_, token)| token)
        .unwrap();
    let before = commits(&mut database).await;
    let comment = [("post", "1"), ("name", "a"), ("name", "b"), ("body", "x")];
    assert_eq!(nora.post("/comments", &comment).await.status, 422);
    let sign_in = [("email", AUTHOR), ("email", "x"), ("password", PASSWORD)];
    assert_eq!(
        blog.reader().post("/admin/sign-in", &sign_in).await.status,
        422
    );
    let mut forms = 0;
    for row in TABLE.iter().filter(|row| row.3[2] == 403) {
        let twice = [("csrf", csrf.as_str()), ("csrf", csrf.as_str())];
        let answer = nora.post(&address(row, &own), &twice).await;
        assert!(
            (400..500).contains(&answer.status),
            "{} gives {}",
            row.0,
            answer.status
        );
        assert_eq!(commits(&mut database).await, before, "{}", row.0);
        forms += 1;
    }
    assert!(forms > 40, "{forms}");
}

#[tokio::test]
async fn s42_nonsense_in_a_query_is_no_fault_of_the_server_on_any_page() {
    let (blog, own) = lively_blog().await;
    let otto = blog.operator().await;
    let nonsense = [
        "id;--",
        "slug:[a'] OR 1=1",
        "\"",
        "a* OR",
        "NEAR(",
        "col:x",
        "^",
        "%00",
        "-1",
        "99999999999999999999",
        "9223372036854775807",
        "0-0",
        "9223372036854775807-9223372036854775807",
        "../../x",
        "\u{202e}",
        "{\"$gt\":0}",
    ];
    let names = [
        "q",
        "page",
        "sort",
        "order",
        "side",
        "tag",
        "author",
        "month",
        "year",
        "state",
        "tab",
        "kind",
        "before",
        "after",
        "from",
        "to",
        "by",
        "id",
        "comment",
        "comments",
        "reply",
        "key",
        "c",
        "s",
        "act",
        "until",
        "next",
        "alt",
        "max-results",
        "start-index",
        "orderby",
        "updated-min",
        "updated-max",
        "published-min",
        "thread",
        "post",
        "revision",
        "as",
        "day",
        "at",
    ];
    for row in TABLE {
        let path = address(row, &own);
        for value in nonsense {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            for name in names {
                query.append_pair(name, value);
            }
            let join = if path.contains('?') { '&' } else { '?' };
            let asked = format!("{path}{join}{}", query.finish());
            let answer = otto.get(&asked).await;
            assert!(answer.status < 500, "{asked} gives {}", answer.status);
        }
        for name in names {
            let join = if path.contains('?') { '&' } else { '?' };
            let asked = format!("{path}{join}{name}=%27%3B--%00%C3%28");
            let answer = otto.get(&asked).await;
            assert!(answer.status < 500, "{asked} gives {}", answer.status);
        }
    }
}

/// S46: the dirty request is the first after a change, the one whose answer would be kept.
#[tokio::test]
async fn s46_no_header_changes_what_the_next_reader_gets_at_any_address() {
    let (blog, own) = lively_blog().await;
    let mut dirty: Vec<(String, String)> = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "evil"),
        ("x-forwarded-scheme", "evil"),
        ("x-forwarded-prefix", "/evil"),
        ("x-forwarded-for", "6.6.6.6"),
        ("x-original-url", "/admin/evil"),
        ("x-http-method-override", "DELETE"),
        ("x-daybook-preview", "evil"),
        ("x-preview", "evil"),
        ("origin", "https://evil.example"),
        ("referer", "https://evil.example/"),
        ("accept", "text/evil"),
        ("accept-language", "evil"),
        ("range", "bytes=0-3"),
        ("user-agent", "evil"),
        ("cookie", "sid=evil"),
        ("if-none-match", "\"evil\""),
        ("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("sec-fetch-site", "cross-site"),
        ("content-type", "text/evil"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    dirty.push(("x-long".to_owned(), "evil".repeat(500)));
    for (name, value) in &dirty {
        sqlx::query("update content set version = version + 1")
            .execute(&mut blog.database().await)
            .await
            .unwrap();
        daybook::jobs::run_due(&blog.app).await.unwrap();
        for row in of_readers().filter(|row| !row.0.starts_with("/comments/") && row.2[0] == 200) {
            let path = address(row, &own);
            let poisoned = blog
                .reader()
                .ask(Method::GET, &path, &[(name, value)])
                .await;
            let clean = blog.reader().get(&path).await;
            let again = blog.reader().get(&path).await;
            let at = format!("{path} after {name}");
            assert_eq!(clean.status, 200, "{at}");
            let is_poisoned = clean.body.windows(4).any(|part| part == b"evil");
            assert!(!is_poisoned, "{at}");
            assert!(clean.body == again.body, "{at}");
            assert!(
                poisoned.status != 200 || poisoned.body == clean.body,
                "{at}"
            );
            for page in [&poisoned, &clean] {
                assert_eq!(page.header("access-control-allow-origin"), None, "{at}");
                assert_eq!(page.header("set-cookie"), None, "{at}");
                assert!(
                    page.headers
                        .values()
                        .all(|value| !value.to_str().unwrap().contains("evil")),
                    "{at}"
                );
            }
            let host = [
                ("host", "evil.example"),
                ("x-forwarded-host", "blog.example"),
            ];
            // Probes come by the address of the machine, whatever the blog is called.
            let is_probe = ["/healthz", "/readyz"].contains(&path.as_str());
            assert_eq!(
                blog.reader().ask(Method::GET, &path, &host).await.status,
                if is_probe { 200 } else { 421 },
                "{path}"
            );
        }
    }
}

// The exact defaults

/// The policy of a page, part by part.
fn policy(page: &Page) -> Vec<String> {
    let policy = page.header("content-security-policy").unwrap();
    policy.split("; ").map(str::to_owned).collect()
}

#[tokio::test]
async fn headers_are_exactly_those_that_are_promised() {
    let blog = TestBlog::at("https://blog.example").await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    let photo = uploaded(&nora, "a.jpg", photo(8, 8)).await["address"].clone();
    let page = blog.reader().get(&path).await;
    let same = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        (
            "permissions-policy",
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
        ),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("strict-transport-security", "max-age=31536000"),
    ];
    for (name, value) in same {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
    let expected = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "frame-src https://www.youtube-nocookie.com https://player.vimeo.com",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "upgrade-insecure-requests",
    ];
    assert_eq!(policy(&page), expected);
    assert_eq!(
        page.header("cache-control"),
        Some("public, max-age=0, must-revalidate")
    );
    assert!(
        page.header("etag").unwrap().starts_with('"'),
        "a strong tag"
    );
    let admin = nora.get("/admin/posts/").await;
    assert_eq!(admin.header("cache-control"), Some("private, no-store"));
    assert!(policy(&admin).contains(&"img-src 'self' data: blob:".to_owned()));

    let picture = blog.reader().get(photo.as_str().unwrap()).await;
    assert_eq!(picture.status, 200);
    assert_eq!(
        policy(&picture),
        ["default-src 'none'", "sandbox", "frame-ancestors 'none'"]
    );
    assert_eq!(
        picture.header("cross-origin-resource-policy"),
        Some("cross-origin"),
        "feed readers show pictures"
    );
    assert_eq!(picture.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(picture.header("accept-ranges"), Some("bytes"));
    assert!(
        picture
            .header("cache-control")
            .unwrap()
            .contains("immutable")
    );
    assert!(
        picture
            .header("content-disposition")
            .is_some_and(|value| value.starts_with("inline"))
    );
    let plain = TestBlog::new().await;
    assert_eq!(
        plain
            .reader()
            .get("/")
            .await
            .header("strict-transport-security"),
        None,
        "not where there is no TLS"
    );
}

#[tokio::test]
async fn cookies_are_exactly_those_that_are_promised() {
    let blog = TestBlog::at("https://blog.example").await;
    let nora = blog.reader();
    let fields = [("email", AUTHOR), ("password", PASSWORD)];
    let answer = nora.post("/admin/sign-in", &fields).await;
    let cookies: Vec<&str> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for (cookie, name) in cookies.iter().zip(["__Host-sid", "__Host-known"]) {
        let parts: Vec<&str> = cookie.split("; ").collect();
        let (called, value) = parts[0].split_once('=').unwrap();
        assert_eq!(called, name);
        assert!(value.len() >= 43, "256 bits in base64url: {value}");
        for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(parts.contains(&part), "{cookie}");
        }
        assert!(!cookie.to_lowercase().contains("domain"), "{cookie}");
    }
    let sid = cookies[0].split(['=', ';']).nth(1).unwrap();
    assert_eq!(
        blog.number("select count(*) from sessions where length(token_hash) = 32")
            .await,
        1,
        "only its SHA-256 is kept"
    );
    let files = std::fs::read(blog.app.config.database.clone()).unwrap();
    assert!(!files.windows(sid.len()).any(|part| part == sid.as_bytes()));
}

#[tokio::test]
async fn a_password_is_hashed_again_at_sign_in_if_its_hash_was_cheaper() {
    let blog = TestBlog::new().await;
    let cheaper = Passwords::with_memory(32);
    let old = cheaper.hash(PASSWORD.to_owned()).await.unwrap();
    let store = &blog.app.store;
    let email = "ida@harbour.example";
    store
        .authors()
        .add("Ida", email, Role::Author, Some(&old), NOW)
        .await
        .unwrap()
        .unwrap();
    assert!(blog.app.passwords.is_dated(&old).unwrap());
    assert_eq!(
        blog.reader()
            .sign_in(email, "a wrong password")
            .await
            .status,
        422
    );
    let (_, kept) = store.authors().password_hash(email).await.unwrap().unwrap();
    assert_eq!(kept, old, "only with the right one");
    for _ in 0..2 {
        assert_eq!(blog.reader().sign_in(email, PASSWORD).await.status, 200);
        let (_, kept) = store.authors().password_hash(email).await.unwrap().unwrap();
        assert_ne!(kept, old);
        assert!(!blog.app.passwords.is_dated(&kept).unwrap());
    }
    assert_eq!(
        blog.number("select count(*) from sessions").await,
        2,
        "and nobody is signed out by it"
    );
}

#[tokio::test]
async fn a_network_that_searches_all_the_time_is_asked_to_wait() {
    let blog = TestBlog::new().await;
    blog.author().await.publish("Ebb", "Words.").await;
    let eve = blog.reader().at("192.0.2.7");
    for number in 0..30 {
        assert_eq!(
            eve.get(&format!("/search?q=words+{number}")).await.status,
            200
        );
    }
    let answer = eve.get("/search?q=words").await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("retry-after"), Some("60"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        eve.get("/search?q=words+1").await.status,
        200,
        "a cached page costs nothing"
    );
    assert_eq!(blog.reader().get("/search?q=words").await.status, 200);
    assert_eq!(eve.get("/").await.status, 200);
    blog.clock.advance(60);
    assert_eq!(eve.get("/search?q=other").await.status, 200);
}

// Importers

/// Reads a file as each of the systems' exports; gives how each ended.
fn read_as_all(file: &str) -> Vec<(&'static str, Result<usize, String>)> {
    fn ended<E: ToString>(
        open: Result<impl Iterator<Item = Result<daybook::transfer::archive::Entry, E>>, E>,
    ) -> Result<usize, String> {
        let entries = open.map_err(|error| error.to_string())?;
        let all: Result<Vec<_>, E> = entries.collect();
        all.map(|all| all.len()).map_err(|error| error.to_string())
    }
    let library = wordpress::Library::default();
    let given = Given {
        old_url: None,
        zone: jiff::tz::TimeZone::UTC,
        now: Millis(0),
    };
    vec![
        ("blogger", ended(blogger::Blogger::open(file.as_bytes()))),
        (
            "wordpress",
            ended(wordpress::WordPress::open(
                file.as_bytes(),
                &given,
                &library,
                Pass::Survey,
            )),
        ),
        ("disqus", ended(disqus::Disqus::open(file.as_bytes()))),
        ("remark42", ended(remark42::Remark42::open(file.as_bytes()))),
    ]
}

const OF_WORDPRESS: &str = include_str!("../fixtures/wordpress/export.xml");
const OF_DISQUS: &str = include_str!("../fixtures/disqus/export.xml");
const OF_BLOGGER: &str = include_str!("../fixtures/blogger/takeout-feed.atom");

#[test]
fn s57_no_importer_reads_a_document_type_or_what_one_declares() {
    let doctype = "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\
                   <!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    for file in [OF_WORDPRESS, OF_DISQUS, OF_BLOGGER] {
        let begin = file.find("?>").map_or(0, |place| place + 2);
        let with_type = format!("{}{doctype}{}", &file[..begin], &file[begin..]);
        for (system, ended) in read_as_all(&with_type) {
            assert!(ended.is_err(), "{system}");
        }
        let undeclared = file.replace("</title>", "&x;</title>");
        for (system, ended) in read_as_all(&undeclared) {
            let said = ended.map_or_else(|error| error, |number| number.to_string());
            assert!(!said.contains("root:"), "{system}: {said}");
        }
    }
}

#[test]
fn s58_files_that_are_wide_or_deep_are_refused_or_read_in_time() {
    for (head, tail) in [
        ("<rss><channel><item>", "</item></channel></rss>"),
        ("<disqus><post>", "</post></disqus>"),
    ] {
        let mut wide = format!("{head}<a");
        for number in 0..50_000 {
            let _ = write!(wide, " a{number}=''");
        }
        wide.push_str("/>");
        wide.push_str(tail);
        let deep = format!("{head}{}", "<a>".repeat(1_000_000));
        for file in [wide, deep] {
            let begun = std::time::Instant::now();
            let ended = read_as_all(&file);
            let refused = ended.iter().filter(|(_, ended)| ended.is_err()).count();
            assert!(refused >= 3, "an export of one system at most: {ended:?}");
            // Linear takes a second in an unoptimised build; quadratic would take minutes.
            assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
        }
    }
}

#[test]
fn s59_a_date_that_is_none_stops_no_import() {
    let number_of = |file: &str| -> Vec<Result<usize, String>> {
        read_as_all(file)
            .into_iter()
            .map(|(_, ended)| ended)
            .collect()
    };
    for date in [
        "(".repeat(100_000),
        "0000-00-00 00:00:00".to_owned(),
        "9999-12-31 23:59:59".to_owned(),
        "-0001-01-01 00:00:00".to_owned(),
        "99999999999999999999".to_owned(),
        "2016-02-30T25:61:61Z".to_owned(),
        String::new(),
    ] {
        for file in [OF_WORDPRESS, OF_DISQUS, OF_BLOGGER] {
            let mut changed = String::new();
            let mut rest = file;
            let names = [
                "wp:post_date_gmt>",
                "wp:comment_date_gmt>",
                "pubDate>",
                "createdAt>",
                "published>",
                "updated>",
            ];
            // Every date of the file, whatever its element is called.
            while let Some((place, name)) = names
                .iter()
                .filter_map(|name| rest.find(&format!("<{name}")).map(|place| (place, *name)))
                .min()
            {
                let begin = place + name.len() + 1;
                let length = rest[begin..].find("</").unwrap();
                changed.push_str(&rest[..begin]);
                changed.push_str(&date);
                rest = &rest[begin + length..];
            }
            changed.push_str(rest);
            assert_ne!(changed, file);
            assert_eq!(
                number_of(&changed)
                    .iter()
                    .filter(|ended| ended.is_ok())
                    .count(),
                1
            );
            for (as_it_was, ended) in number_of(file).iter().zip(number_of(&changed)) {
                assert_eq!(as_it_was.is_ok(), ended.is_ok(), "{ended:?}");
            }
        }
    }
}
