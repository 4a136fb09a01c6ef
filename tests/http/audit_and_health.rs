//! What an operator sees of a blog that runs: the audit log, ids of requests, whether it can serve, what is counted.

use crate::blog::{AUTHOR, NOW, OPERATOR, PASSWORD, Person, TestBlog};
use crate::doors::{address, commits, lively_blog};
use crate::page::Page;
use crate::routes::TABLE;
use axum::body::Body;
use axum::http::{Method, Request};
use daybook::blog::audit::{Act, Note};
use daybook::jobs;
use daybook::metrics::Door;
use http_body_util::BodyExt;
use sqlx::Connection;
use std::collections::BTreeSet;
use tower::ServiceExt;

/// The lines of the audit log: who, did, about, from; newest first.
async fn audit(otto: &Person) -> Vec<[String; 4]> {
    lines_of(&otto.open("/admin/audit/").await)
}

fn lines_of(page: &Page) -> Vec<[String; 4]> {
    assert_eq!(page.status, 200, "{}", page.text());
    let cells = page.texts(".log tbody td");
    cells
        .chunks(5)
        .map(|cells| [1, 2, 3, 4].map(|cell| cells[cell].trim().to_owned()))
        .collect()
}

/// The newest line, without the network.
async fn newest(otto: &Person) -> [String; 3] {
    let [who, did, about, _] = audit(otto).await.swap_remove(0);
    [who, did, about]
}

/// What Prometheus would read.
async fn counted(blog: &TestBlog) -> String {
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let router = daybook::http::metrics(blog.app.clone());
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The whole part of the value of a metric, by its name with its labels.
fn value(text: &str, name: &str) -> i64 {
    let found = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let value = found.unwrap_or_else(|| panic!("no {name} in\n{text}"));
    value.split('.').next().unwrap().parse().unwrap()
}

// The audit log

#[tokio::test]
async fn signing_in_and_out_and_refusals_are_in_the_audit_log() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let stranger = blog.reader().at("192.0.2.77");
    assert_eq!(
        stranger.sign_in(AUTHOR, "the tide is late").await.status,
        422
    );
    let typed = "my secret password, in the wrong field";
    assert_eq!(stranger.sign_in(typed, PASSWORD).await.status, 422);
    let nora = blog.reader().at("2001:db8:1:2::3");
    nora.sign_in(AUTHOR, PASSWORD).await;
    let page = nora.open("/admin/posts/").await;
    nora.press(&page.form_with_button("Sign out"), "Sign out")
        .await;

    let lines = audit(&otto).await;
    let line = |who: &str, did: &str, about: &str, network: &str| {
        [who, did, about, network].map(str::to_owned)
    };
    assert_eq!(
        lines[..4],
        [
            line("Nora", "signed out", "", "2001:db8:1::/48"),
            line("Nora", "signed in", "password", "2001:db8:1::/48"),
            line(
                "Somebody",
                "failed to sign in",
                "wrong password",
                "192.0.2.0/24"
            ),
            line(
                "Nora",
                "failed to sign in",
                "wrong password",
                "192.0.2.0/24"
            ),
        ]
    );
    assert!(
        !otto
            .open("/admin/audit/")
            .await
            .source()
            .contains("wrong field")
    );
    assert_eq!(
        blog.number(
            "select count(*) from audit where network like '%77%' or network like '%:2::%'"
        )
        .await,
        0
    );
}

#[tokio::test]
async fn what_becomes_of_a_post_is_in_the_audit_log() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    assert_eq!(newest(&otto).await, ["Nora", "published", "Ebb"]);
    nora.revise("Ebb", "Update", &[("Title", "Ebb and flow")])
        .await;
    assert_eq!(newest(&otto).await, ["Nora", "published", "Ebb and flow"]);
    nora.revise("Ebb and flow", "Back to draft", &[]).await;
    assert_eq!(
        newest(&otto).await,
        ["Nora", "moved back to drafts", "Ebb and flow"]
    );
    let list = nora.open("/admin/posts/").await;
    let gone = nora
        .press(&list.form_near("Ebb and flow", "Trash"), "Trash")
        .await;
    assert_eq!(
        newest(&otto).await,
        ["Nora", "moved to trash", "Ebb and flow"]
    );
    nora.press(&gone.form_with_button("Undo"), "Undo").await;
    assert_eq!(
        newest(&otto).await,
        ["Nora", "restored from trash", "Ebb and flow"]
    );
    let list = nora.open("/admin/posts/").await;
    nora.press(&list.form_near("Ebb and flow", "Trash"), "Trash")
        .await;
    blog.clock.advance(91 * 24 * 3600);
    jobs::tidy(&blog.app).await.unwrap();
    let otto = blog.operator().await;
    let lines = audit(&otto).await;
    assert_eq!(
        lines[1][..3],
        ["Daybook", "permanently deleted", "Ebb and flow"]
    );
}

#[tokio::test]
async fn what_is_shown_at_its_time_is_an_act_of_the_blog() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let nora = blog.author().await;
    nora.write(
        "Publish",
        &[
            ("Title", "Flood"),
            ("Body", "Words."),
            ("Published on", "2016-06-05T15:30"),
        ],
    )
    .await;
    assert_eq!(newest(&otto).await, ["Nora", "scheduled", "Flood"]);
    blog.clock.advance(3601);
    jobs::run_due(&blog.app).await.unwrap();
    assert_eq!(newest(&otto).await, ["Daybook", "published", "Flood"]);
}

#[tokio::test]
async fn what_an_operator_does_with_people_is_in_the_audit_log() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let mut form = otto.open("/admin/people/").await.form_with("Name");
    form.fill("Name", "Ada")
        .fill("Email", "ada@harbour.example")
        .choose("Author: writes and publishes their own posts, and moderates the comments on them");
    otto.press(&form, "Create invitation").await;
    for button in ["Make operator", "Remove"] {
        let page = otto.open("/admin/people/").await;
        otto.press(&page.form_near("ada@harbour.example", button), button)
            .await;
    }
    let lines = audit(&otto).await;
    let lines: Vec<[&str; 3]> = lines[..4]
        .iter()
        .map(|[who, did, about, _]| [who.as_str(), did.as_str(), about.as_str()])
        .collect();
    assert_eq!(
        lines,
        [
            ["Otto", "removed", "Ada"],
            ["Otto", "changed a role", "Ada: operator"],
            ["Otto", "created a sign-in link", "Ada"],
            ["Otto", "invited", "Ada, author"],
        ]
    );
    // Somebody who is here already is not invited, so there is no line about it.
    let before = blog.number("select count(*) from audit").await;
    let mut form = otto.open("/admin/people/").await.form_with("Name");
    form.fill("Name", "Nora")
        .fill("Email", AUTHOR)
        .choose("Author: writes and publishes their own posts, and moderates the comments on them");
    assert_eq!(otto.press(&form, "Create invitation").await.status, 422);
    assert_eq!(blog.number("select count(*) from audit").await, before);
}

#[tokio::test]
async fn the_audit_log_says_which_settings_were_changed_and_not_to_what() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    otto.change_settings(&[
        ("Blog title", "Harbour Letters"),
        ("Description", "Of boats."),
    ])
    .await;
    assert_eq!(
        newest(&otto).await,
        ["Otto", "changed settings", "title, description"]
    );
    let before = blog.number("select count(*) from audit").await;
    otto.change_settings(&[]).await;
    assert_eq!(
        blog.number("select count(*) from audit").await,
        before,
        "nothing was changed"
    );
}

#[tokio::test]
async fn a_new_password_and_another_address_are_in_the_audit_log() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let nora = blog.author().await;
    let mut form = nora.open("/admin/profile").await.form_with("Email");
    form.fill("Email", "nora@sea.example")
        .fill("New password", "seven slow grey herons");
    assert_eq!(nora.press(&form, "Save profile").await.status, 200);
    let lines = audit(&otto).await;
    assert_eq!(lines[0][..3], ["Nora", "changed the password", ""]);
    assert_eq!(
        lines[1][..3],
        ["Nora", "changed the email address", "nora@sea.example"]
    );
    let page = otto.open("/admin/audit/").await;
    assert!(!page.source().contains("herons"));
}

#[tokio::test]
async fn redirects_tags_and_the_theme_are_in_the_audit_log() {
    let (blog, _) = lively_blog().await;
    let otto = blog.operator().await;
    let mut form = otto
        .open("/admin/addresses/")
        .await
        .form_with("New address");
    form.fill("Old address", "/old.html")
        .fill("New address", "/2016/06/ebb.html");
    let page = otto.press(&form, "Add redirect").await;
    assert_eq!(
        newest(&otto).await,
        ["Otto", "changed redirects", "/old.html"]
    );
    otto.press(&page.form_with_button("Undo"), "Undo").await;
    assert_eq!(newest(&otto).await, ["Otto", "changed redirects", "undone"]);
    let mut form = otto.open("/admin/tags/1").await.form_with("Name");
    form.fill("Name", "Tides and currents");
    otto.press(&form, "Rename").await;
    assert_eq!(
        newest(&otto).await,
        ["Otto", "changed tags", "Tides is Tides and currents"]
    );
    let form = otto.open("/admin/appearance").await.form("Appearance");
    otto.press(&form, "Save").await;
    assert_eq!(newest(&otto).await, ["Otto", "changed the appearance", ""]);
}

#[tokio::test]
async fn decisions_about_comments_are_in_the_same_list_and_are_written_once() {
    let (blog, _) = lively_blog().await;
    let otto = blog.operator().await;
    let before = blog.number("select count(*) from audit").await;
    // Lines of the two logs that have the same time may come in any order.
    blog.clock.advance(1);
    otto.moderate("A thought.", "Approve").await;
    assert_eq!(
        newest(&otto).await,
        ["Otto", "approved a comment", "Comment 1"]
    );
    assert_eq!(blog.number("select count(*) from audit").await, before);
    let only = lines_of(&otto.open("/admin/audit/?act=comments").await);
    assert_eq!(only.len(), 1, "{only:?}");
}

#[tokio::test]
async fn the_audit_log_is_narrowed_to_a_person_and_to_an_act() {
    let (blog, _) = lively_blog().await;
    let otto = blog.operator().await;
    let nora = blog.author().await;
    nora.moderate("A thought.", "Spam").await;
    nora.publish("Flood", "Words.").await;
    let mut form = otto.open("/admin/audit/").await.form_with("Who");
    form.fill("Who", "Nora");
    let page = otto.press(&form, "Show").await;
    let lines = lines_of(&page);
    assert!(lines.iter().all(|line| line[0] == "Nora"), "{lines:?}");
    assert!(
        lines
            .iter()
            .any(|line| line[1] == "marked a comment as spam")
    );
    let mut form = page.form_with("Who");
    form.fill("What", "published");
    let lines = lines_of(&otto.press(&form, "Show").await);
    let abouts: Vec<&str> = lines.iter().map(|line| line[2].as_str()).collect();
    assert_eq!(abouts, ["Flood", "Ebb"]);
    for nonsense in ["who=x&act=y", "before=1-&after=z", "who=999999"] {
        let page = otto.open(&format!("/admin/audit/?{nonsense}")).await;
        assert_eq!(page.status, 200, "{nonsense}");
    }
}

#[tokio::test]
async fn the_audit_log_is_paged_without_a_gap_and_without_a_repetition() {
    let (blog, _) = lively_blog().await;
    let otto = blog.operator().await;
    // Many at one moment, of both logs.
    let mut database = blog.database().await;
    for number in 0..120_i64 {
        let note = Note::new(Act::Settings, NOW).about(&format!("s{number}"));
        blog.app.store.audit_log().add(note).await.unwrap();
        sqlx::query("insert into acts (at, by, act, detail) values ($1, 'Otto', 'ban', $2)")
            .bind(NOW)
            .bind(format!("b{number}"))
            .execute(&mut database)
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut page = otto.open("/admin/audit/").await;
    loop {
        seen.extend(lines_of(&page).into_iter().map(|line| line[2].clone()));
        let Some(older) = page.link_if_any("Older") else {
            break;
        };
        page = otto.open(&older).await;
    }
    let of_test: Vec<&String> = seen
        .iter()
        .filter(|about| about.len() > 1 && about[1..].parse::<u32>().is_ok())
        .collect();
    assert_eq!(of_test.len(), 240);
    assert_eq!(of_test.iter().collect::<BTreeSet<_>>().len(), 240);
    let back = otto.open(&page.link("Newer")).await;
    assert_eq!(lines_of(&back).len(), 100);
    database.close().await.unwrap();
}

#[tokio::test]
async fn the_audit_log_is_kept_for_a_year_and_refusals_for_a_month() {
    let blog = TestBlog::new().await;
    let day = 24 * 3600;
    let store = &blog.app.store;
    for act in [Act::Refused, Act::Settings] {
        store.audit_log().add(Note::new(act, NOW)).await.unwrap();
    }
    let kept = "select count(*) from audit where act in ('refused', 'settings')";
    blog.clock.advance(30 * day);
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(blog.number(kept).await, 2);
    blog.clock.advance(1);
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(blog.number(kept).await, 1);
    blog.clock.advance(335 * day);
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(blog.number(kept).await, 0);
}

#[tokio::test]
async fn a_note_is_there_exactly_when_its_cause_is() {
    let blog = TestBlog::new().await;
    let store = &blog.app.store;
    let nora = store.authors().by_email(AUTHOR).await.unwrap().unwrap();
    let otto = store.authors().by_email(OPERATOR).await.unwrap().unwrap();
    blog.give_role(AUTHOR, daybook::blog::author::Role::Author)
        .await;
    let note = || Note::new(Act::Role, NOW).by(otto.id);
    let number = "select count(*) from audit where act = 'role'";
    let role = daybook::blog::author::Role::Author;
    // The last operator stays one: nothing is changed, nothing is noted.
    assert!(
        !store
            .noting(note())
            .authors()
            .set_role(otto.id, role, blog.app.now())
            .await
            .unwrap()
    );
    assert_eq!(blog.number(number).await, 0);
    assert!(
        store
            .noting(note())
            .authors()
            .set_role(nora.id, role, blog.app.now())
            .await
            .unwrap()
    );
    assert_eq!(blog.number(number).await, 1);
    // A note that cannot be written takes its cause with it.
    let mut database = blog.database().await;
    sqlx::query("drop table audit")
        .execute(&mut database)
        .await
        .unwrap();
    let removed = store.noting(note()).authors().remove(nora.id, NOW).await;
    assert!(removed.is_err());
    assert!(store.authors().by_id(nora.id).await.unwrap().is_some());
}

// Ids

#[tokio::test]
async fn answers_that_may_be_asked_about_carry_an_id_and_shared_pages_none() {
    let (blog, own) = lively_blog().await;
    let reader = blog.reader();
    let mut ids = BTreeSet::new();
    for row in TABLE {
        let address = address(row, &own);
        let page = reader.get(&address).await;
        let id = page.header("x-request-id");
        assert_eq!(id.is_some(), page.status >= 400, "GET {address}");
        let answer = reader.post(address.split('?').next().unwrap(), &[]).await;
        let id = answer
            .header("x-request-id")
            .unwrap_or_else(|| panic!("POST {address}"));
        assert!(
            id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{id}"
        );
        assert!(ids.insert(id.to_owned()), "{id} came twice");
    }
    let claimed = reader
        .ask(
            Method::GET,
            "/nothing",
            &[("x-request-id", "chosen by a stranger")],
        )
        .await;
    assert_eq!(claimed.header("x-request-id").unwrap().len(), 16);
}

#[tokio::test]
async fn a_page_about_a_fault_names_the_id_of_the_request() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    let missing = blog.reader().get("/nothing").await;
    assert!(missing.status == 404 && !missing.says("Reference"));
    let mut database = blog.database().await;
    sqlx::query("alter table posts rename to lost")
        .execute(&mut database)
        .await
        .unwrap();
    let page = blog.reader().get(&path).await;
    assert_eq!(page.status, 500, "{}", page.text());
    let id = page.header("x-request-id").unwrap();
    assert!(page.says(&format!("Reference {id}")), "{}", page.text());
}

// Whether it can serve

#[tokio::test]
async fn a_blog_whose_database_cannot_be_read_is_alive_and_not_ready() {
    let blog = TestBlog::new().await;
    let reader = blog.reader();
    assert_eq!(reader.get("/readyz").await.source(), "ready\n");
    let mut database = blog.database().await;
    sqlx::query("drop table content")
        .execute(&mut database)
        .await
        .unwrap();
    let page = reader.get("/readyz").await;
    assert_eq!(
        (page.status, page.source().as_str()),
        (503, "the database cannot be read\n")
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(reader.get("/healthz").await.status, 200);
    let text = counted(&blog).await;
    assert!(
        value(
            &text,
            "daybook_requests_total{door=\"machine\",status=\"5xx\"}"
        ) >= 1
    );
}

#[tokio::test]
async fn a_blog_that_is_stopping_says_so() {
    let blog = TestBlog::new().await;
    blog.app.stop();
    let page = blog.reader().get("/readyz").await;
    assert_eq!((page.status, page.source().as_str()), (503, "stopping\n"));
    assert_eq!(value(&counted(&blog).await, "daybook_ready"), 0);
}

// What is counted

#[tokio::test]
async fn requests_are_counted_by_door_and_status() {
    let (blog, _) = lively_blog().await;
    let otto = blog.operator().await;
    let before = counted(&blog).await;
    let reader = blog.reader();
    for _ in 0..3 {
        reader.get("/2016/06/ebb.html").await;
    }
    reader.get("/nothing").await;
    reader.get("/admin/posts/").await;
    otto.get("/admin/posts/").await;
    otto.get("/admin/audit/").await;
    reader.get("/healthz").await;
    let after = counted(&blog).await;
    for (door, class, more) in [
        ("reader", 2, 3),
        ("reader", 4, 1),
        ("author", 3, 1),
        ("author", 2, 1),
        ("operator", 2, 1),
        ("operator", 4, 0),
        ("machine", 2, 1),
    ] {
        let name = format!("daybook_requests_total{{door=\"{door}\",status=\"{class}xx\"}}");
        assert_eq!(value(&after, &name) - value(&before, &name), more, "{name}");
    }
}

#[tokio::test]
async fn the_page_cache_the_database_and_the_tick_are_counted() {
    let (blog, _) = lively_blog().await;
    let before = counted(&blog).await;
    let reader = blog.reader();
    for _ in 0..5 {
        reader.get("/").await;
    }
    let read = counted(&blog).await;
    let hits = "daybook_page_cache_hits_total";
    assert_eq!(value(&read, hits) - value(&before, hits), 4);
    blog.commenter("Ben")
        .comment("/2016/06/ebb.html", "Another.")
        .await;
    jobs::run_due(&blog.app).await.unwrap();
    let after = counted(&blog).await;
    let more = |name: &str| value(&after, name) - value(&before, name);
    assert!(more("daybook_page_cache_misses_total") >= 1);
    assert!(more("daybook_page_render_seconds_count") >= 1);
    assert!(more("daybook_query_seconds_count") > 1);
    assert!(more("daybook_write_seconds_count") >= 1);
    assert_eq!(more("daybook_ticks_total"), 1);
    assert_eq!(more("daybook_tick_errors_total"), 0);
    assert!(value(&after, "daybook_page_cache_entries") >= 1);
    assert!(value(&after, "daybook_page_cache_bytes") > 1000);
    assert!(value(&after, "daybook_database_bytes") > 10_000);
    assert!(value(&after, "daybook_wal_bytes") > 0);
    assert_eq!(value(&after, "daybook_comments_waiting"), 2);
    assert_eq!(value(&after, "daybook_ready"), 1);
    assert_eq!(value(&after, "process_start_time_seconds"), 1_465_137_000);
    let tables = "drop table content";
    sqlx::query(tables)
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    assert!(jobs::run_due(&blog.app).await.is_err());
    let text = counted(&blog).await;
    assert_eq!(value(&text, "daybook_tick_errors_total"), 1);
}

#[tokio::test]
async fn mail_that_waits_and_mail_that_was_given_up_are_counted() {
    let (blog, _) = lively_blog().await;
    let waits = blog
        .number("select count(*) from outbox where sent_at is null and failed_at is null")
        .await;
    assert!(waits > 0, "a comment came, so there is mail");
    let text = counted(&blog).await;
    assert_eq!(value(&text, "daybook_outbox_waiting"), waits);
    let given_up = "update outbox set failed_at = 1, error = 'no such mailbox'";
    sqlx::query(given_up)
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let text = counted(&blog).await;
    assert_eq!(value(&text, "daybook_outbox_waiting"), 0);
    assert!(value(&text, "daybook_outbox_dead") >= 1);
}

#[tokio::test]
async fn what_prometheus_reads_is_well_formed() {
    let blog = TestBlog::new().await;
    let text = counted(&blog).await;
    let mut known = BTreeSet::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(known.insert(name.to_owned()), "{name} is there twice");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
        } else if !line.starts_with("# HELP ") {
            let (name, number) = line.rsplit_once(' ').unwrap();
            assert!(number.parse::<f64>().is_ok(), "{line}");
            let name = name.split('{').next().unwrap();
            let family = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|end| name.strip_suffix(end).filter(|name| known.contains(*name)))
                .unwrap_or(name);
            assert!(known.contains(family), "{line} has no type");
        }
    }
    assert!(known.len() > 20, "{known:?}");
}

#[tokio::test]
async fn reading_what_is_counted_changes_nothing() {
    let blog = TestBlog::new().await;
    let mut database = blog.database().await;
    let before = commits(&mut database).await;
    counted(&blog).await;
    assert_eq!(commits(&mut database).await, before);
}

#[test]
fn every_route_of_the_operator_counts_as_the_operators() {
    let source = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/operator/mod.rs"),
    )
    .unwrap();
    let of_operators = |row: &str| source.contains(&format!("\"{row}\""));
    for row in TABLE.iter().filter(|row| row.0.starts_with('/')) {
        let expected = match row.0 {
            "/healthz" | "/readyz" => Door::Machine,
            route if of_operators(route) => Door::Operator,
            "/admin" => Door::Author,
            route if route.starts_with("/admin/") => Door::Author,
            _ => Door::Reader,
        };
        assert_eq!(
            Door::of(row.1.split('?').next().unwrap()),
            expected,
            "{}",
            row.1
        );
    }
}

// The page cache

#[tokio::test]
async fn a_crowd_before_a_page_that_nobody_asked_for_yet_costs_one_rendering() {
    let blog = TestBlog::new().await;
    let path = blog.author().await.publish("Ebb", "Words.").await;
    let made = async || value(&counted(&blog).await, "daybook_page_render_seconds_count");
    let (before, crowd) = (made().await, tokio::task::LocalSet::new());
    let asking: Vec<_> = (0..500)
        .map(|_| {
            let (reader, path) = (blog.reader(), path.clone());
            crowd.spawn_local(async move { reader.get(&path).await })
        })
        .collect();
    crowd.await;
    for asked in asking {
        let page = asked.await.unwrap();
        assert!(page.status == 200 && page.says("Words."));
    }
    assert_eq!(made().await - before, 1);
}
