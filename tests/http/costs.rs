//! What a request may cost: queries that nobody reads, many searches at once, unknown numbers, and texts of megabytes, which
//! may hold up nobody else. Which statements readers cause, and how the database finds their rows.

use crate::blog::{Person, TestBlog};
use crate::doors::{address, lively_blog};
use crate::page::Page;
use crate::routes::TABLE;
use axum::body::Body;
use axum::http::{Method, Request};
use http_body_util::BodyExt;
use sqlx::SqliteConnection;
use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tower::ServiceExt;
use tracing::field::{Field, Visit};
use tracing::{Instrument, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// How many pages were made that were not in the cache.
async fn misses(blog: &TestBlog) -> u64 {
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let answer = daybook::http::metrics(blog.app.clone());
    let answer = answer.oneshot(request).await.unwrap().into_body();
    let text = answer.collect().await.unwrap().to_bytes();
    let text = std::str::from_utf8(&text).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("daybook_page_cache_misses_total "));
    line.unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_parameter_that_no_route_reads_renders_no_page_again() {
    let (blog, own) = lively_blog().await;
    let reader = blog.reader();
    let mut pages = 0;
    for row in TABLE.iter().filter(|row| !row.0.starts_with("/admin")) {
        let address = address(row, &own);
        let page = reader.get(&address).await;
        if page.status != 200 || page.header("etag").is_none() {
            continue;
        }
        let joint = if address.contains('?') { '&' } else { '?' };
        let made = misses(&blog).await;
        for unknown in [
            "x=1",
            "x=2",
            "utm_source=a&fbclid=b",
            "m=1",
            "%ff",
            "x=%22%3E%3Cevil%3E",
            "X=1&X=2",
        ] {
            let again = reader.get(&format!("{address}{joint}{unknown}")).await;
            assert_eq!(again.status, 200, "{address} with {unknown}");
            assert!(again.body == page.body, "{address} with {unknown}");
            assert_eq!(again.headers, page.headers, "{address} with {unknown}");
        }
        assert_eq!(misses(&blog).await, made, "{address}");
        pages += 1;
    }
    assert!(pages > 20, "{pages}");
    let made = misses(&blog).await;
    let long = format!("/?x={}", "y".repeat(7000));
    assert_eq!(reader.get(&long).await.status, 200);
    assert_eq!(misses(&blog).await, made);
}

#[tokio::test]
async fn bloggers_feeds_that_mean_the_same_are_made_once() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for number in 1..=3 {
        nora.publish(&format!("Tide {number}"), "Words.").await;
    }
    let reader = blog.reader();
    let most = reader
        .get("/feeds/posts/default?alt=json&max-results=100")
        .await;
    let made = misses(&blog).await;
    for same in [
        "max-results=100&alt=json",
        "max-results=9999&alt=json&x=3",
        "x=3&alt=json&max-results=99999999&orderby=updated&q=tide",
    ] {
        let page = reader.get(&format!("/feeds/posts/default?{same}")).await;
        assert_eq!(page.source(), most.source(), "{same}");
    }
    assert_eq!(misses(&blog).await, made);
    assert!(!most.source().contains("x=3"));
    let two = reader
        .get("/feeds/posts/default?alt=json&max-results=2")
        .await;
    assert_eq!(two.source().matches("\"published\"").count(), 2);
}

#[tokio::test]
async fn parameters_of_posts_and_lists_are_read_by_them_alone() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let path = nora.publish("Tides", "Words.").await;
    blog.commenter("Ada").comment(&path, "At six.").await;
    let reader = blog.reader();
    let post = reader.get(&path).await;
    let made = misses(&blog).await;
    for other in ["before=1-1", "thread=1", "archive=start", "max-results=5"] {
        let page = reader.get(&format!("{path}?{other}")).await;
        assert_eq!(page.source(), post.source(), "{other}");
    }
    assert_eq!(misses(&blog).await, made);
    let answering = reader.get(&format!("{path}?reply=1")).await;
    assert!(answering.says("Ada"), "{}", answering.text());
    assert_ne!(answering.source(), post.source());
    // No comment of this post: the page without it has one address.
    for number in ["2", "77", "-1"] {
        let page = reader.get(&format!("{path}?reply={number}")).await;
        assert_eq!(
            (page.status, page.header("location")),
            (303, Some(path.as_str()))
        );
    }
    let month = reader.get("/2016/06/?comments=3").await;
    assert_eq!(
        (month.status, month.header("location")),
        (303, Some("/2016/06/"))
    );
}

#[tokio::test]
async fn a_query_that_a_redirect_begins_with_is_looked_for_and_no_other() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let home = blog.reader().get("/").await;
    let mut redirects = vec![
        "/?p=12".to_owned(),
        "/?p2=1".to_owned(),
        "/?flag".to_owned(),
    ];
    redirects.extend((0..3).map(|number| format!("/?page_id={number}&preview=true")));
    for redirect in &redirects {
        let page = nora.open("/admin/addresses/").await;
        let mut form = page.form_with("Old address");
        form.fill("Old address", redirect)
            .fill("New address", "/feeds/");
        nora.press(&form, "Add redirect").await;
    }
    for redirect in &redirects {
        let page = blog.reader().get(redirect).await;
        assert_eq!(
            (page.status, page.header("location")),
            (301, Some("/feeds/")),
            "{redirect}"
        );
    }
    let home_now = blog.reader().get("/").await;
    assert_eq!(home_now.body, home.body);
    let made = misses(&blog).await;
    for address in [
        "/?m=1",
        "/?p=13",
        "/?x=12",
        "/?p=12&x=1",
        "/?flag=1",
        "/?before=&p=12",
    ] {
        let page = blog.reader().get(address).await;
        assert_eq!((page.status, &page.body), (200, &home.body), "{address}");
    }
    assert_eq!(misses(&blog).await, made);
}

#[tokio::test]
async fn while_two_search_others_wait_briefly_and_hear_then_that_many_do() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Tides", "Words about tides.").await;
    let reader = blog.reader();
    let first = blog.app.store.search().permit().await.unwrap();
    let second = blog.app.store.search().permit().await.unwrap();
    assert!(reader.get("/").await.says("Tides"), "pages do not wait");
    for (who, address) in [
        (&reader, "/search?q=tides"),
        (&nora, "/admin/posts/?q=tides"),
        (&nora, "/admin/comments/?q=tides"),
    ] {
        let page = who.get(address).await;
        assert_eq!(page.status, 503, "{address}");
        let seconds: u64 = page.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=10).contains(&seconds));
        assert!(
            page.says("Many people are searching right now."),
            "{}",
            page.text()
        );
    }
    let (page, ()) = tokio::join!(reader.get("/search?q=tides"), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        drop(first);
    });
    assert_eq!(page.status, 200, "it waited for its turn");
    assert!(page.says("1 result"));
    drop(second);
}

#[tokio::test]
async fn a_number_of_bloggers_is_found_by_an_index() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let path = nora.publish("Ebb", "Words.").await;
    let page = nora.publish_page("About", "Words.").await;
    blog.commenter("Ada").comment(&path, "At six.").await;
    let mut database = blog.database().await;
    for (sql, origin) in [
        (
            "update posts set origin = $1 where title = 'Ebb'",
            "tag:blogger.com,1999:blog-77.post-1234",
        ),
        (
            "update posts set origin = $1 where title = 'About'",
            "tag:blogger.com,1999:blog-77.page-0056",
        ),
        (
            "update comments set origin = $1",
            "tag:blogger.com,1999:blog-77.post-9000000000000000007",
        ),
    ] {
        sqlx::query(sql)
            .bind(origin)
            .execute(&mut database)
            .await
            .unwrap();
    }
    let reader = blog.reader();
    let leads = async |address: &str| {
        let page = reader.get(address).await;
        (
            page.status,
            page.header("location").unwrap_or_default().to_owned(),
        )
    };
    let feed = format!("{path}/comments.atom");
    assert_eq!(leads("/feeds/1234/comments/default").await, (301, feed));
    for unknown in [
        "77",
        "234",
        "56",
        "9000000000000000007",
        "99999999999999999999",
        "-1",
    ] {
        let address = format!("/feeds/{unknown}/comments/default");
        assert_eq!(leads(&address).await.0, 404, "{unknown}");
    }
    let comment = format!("{path}?c=9000000000000000007");
    assert_eq!(leads(&comment).await, (301, format!("{path}#comment-1")));
    assert_eq!(leads(&format!("{path}?c=7")).await, (301, path.clone()));
    let _ = page;
    let indexes = ["posts_origin_number", "comments_origin_number"];
    for (sql, index) in [
        "select path from posts where origin_number = 1 and +state = 'published'",
        "select id from comments where post_id = 1 and origin_number = 1 and +state = 'approved'",
    ]
    .into_iter()
    .zip(indexes)
    {
        let plan = plan_of(&mut database, sql).await.join("\n");
        assert!(plan.contains(index), "{plan}");
    }
}

/// How the database goes about a statement.
async fn plan_of(database: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let sql = sqlx::AssertSqlSafe(format!("explain query plan {sql}"));
    let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(database).await.unwrap();
    rows.into_iter().map(|(.., step)| step).collect()
}

/// The statements that were caused within a span named [`WALK`].
static STATEMENTS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
const WALK: &str = "a walk over what readers reach";

/// Notes statements as sqlx writes them into the log.
struct Statements;

struct Statement(String, String);

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.0),
            "db.statement" => value.trim().clone_into(&mut self.1),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        let mut scope = context.event_scope(event).into_iter().flatten();
        if event.metadata().target() != "sqlx::query" || !scope.any(|span| span.name() == WALK) {
            return;
        }
        let mut statement = Statement(String::new(), String::new());
        event.record(&mut statement);
        let Statement(summary, whole) = statement;
        let sql = if whole.is_empty() { summary } else { whole };
        let mut known = STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(sql);
    }
}

fn watch_statements() {
    static BEGUN: OnceLock<()> = OnceLock::new();
    BEGUN.get_or_init(|| {
        let filter = tracing_subscriber::filter::filter_fn(|meta| {
            meta.is_span() || meta.target() == "sqlx::query"
        });
        let log = tracing_subscriber::registry().with(Statements.with_filter(filter));
        tracing::subscriber::set_global_default(log).unwrap();
    });
}

/// Tables that grow with the blog.
const LARGE: [&str; 8] = [
    "posts",
    "comments",
    "post_tags",
    "revisions",
    "related",
    "views",
    "outbox",
    "comment_versions",
];

/// What may be walked, by a part of the statement or of the step of its plan: what bounds each.
const MAY_BE_SCANNED: [&str; 5] = [
    // One row a month with posts: 240 after twenty years.
    "from months",
    // The pages of the menu, of an index that holds nothing else.
    "kind = 'page'",
    // The search index is asked by words, and says so itself.
    "match",
    // An index of the few posts that are pinned.
    "USING INDEX posts_pinned",
    // From the newest row back to the first that is published.
    "where state = 'published' order by id desc limit 1",
];

/// What SQLite's planner counts (`sqlite_stat1`) in a blog of 100,000 posts with as many comments, which came in at one moment.
const STATISTICS: &[(&str, &str, &str)] = &[
    ("posts", "posts_origin_number", "100007 1"),
    ("posts", "posts_last_part", "100002 1"),
    ("posts", "posts_writer", "100000 100000 1 1"),
    ("posts", "posts_author", "100007 100007 50004 1 1"),
    ("posts", "posts_renderer", "100007 50004"),
    ("posts", "posts_all", "100007 50004 1 1"),
    ("posts", "posts_listed", "100007 50004 33336 1 1"),
    ("posts", "posts_published", "100007 50004 33336 1 1"),
    ("posts", "posts_path", "100002 1"),
    ("post_tags", "post_tags_tag", "284471 9483 1"),
    ("post_tags", "post_tags_published", "284471 9483 1 1"),
    ("related", "related_other", "7956 14"),
    ("tags", "tags_used", "30 1"),
    ("comments", "comments_origin_number", "100000 9 1"),
    ("comments", "comments_digest", "100000 100000 100000"),
    ("comments", "comments_email", "33307 38 33"),
    ("comments", "comments_renderer", "100000 100000"),
    ("comments", "comments_parent", "56925 2"),
    ("comments", "comments_state", "100000 33334 33334 1"),
    ("comments", "comments_post", "100000 9 9 1"),
    ("comments", "comments_thread", "100000 9 8 8 1"),
    ("comments", "comments_place", "100000 9 1"),
];

/// The statistics of a large blog in the place of a small one's.
async fn with_statistics(database: &mut SqliteConnection) {
    let mut changes = vec!["analyze".to_owned(), "delete from sqlite_stat1".to_owned()];
    for (table, index, numbers) in STATISTICS {
        changes.push(format!(
            "insert into sqlite_stat1 values ('{table}', '{index}', '{numbers}')"
        ));
    }
    // Loads them.
    changes.push("analyze sqlite_schema".to_owned());
    for change in changes {
        let change = sqlx::AssertSqlSafe(change);
        sqlx::query(change).execute(&mut *database).await.unwrap();
    }
}

/// The table that a step of a plan walks without an index, or from end to end.
fn scanned(step: &str) -> Option<&str> {
    let rest = step.strip_prefix("SCAN ")?;
    let table = rest.split(' ').next()?;
    // `VIRTUAL TABLE` is FTS5 or the rows of a JSON list.
    (!step.contains("VIRTUAL TABLE")).then_some(table)
}

/// Follows whatever readers can reach, and leaves a comment.
async fn walk(blog: &TestBlog, own: &str) {
    let reader = blog.commenter("Walker").at("203.0.113.7");
    let addresses = TABLE.iter().filter(|row| !row.0.starts_with("/admin"));
    let mut addresses: Vec<String> = addresses.map(|row| address(row, own)).collect();
    let post = "/2016/06/ebb.html";
    addresses.extend(
        [
            "/?before=1465137000000-2",
            "/?after=1-1",
            "/tags/tides/?before=1465137000000-2",
            "/tags/tides/?after=1-1",
            "/authors/nora/?before=1465137000000-2",
            "/2016/",
            "/2016/06/",
            "/2016/06/05/",
            "/2016/?after=1-1",
            "/2016/06/?before=1465137000000-2",
            "/2016_06_01_archive.html",
            "/search?q=tide",
            "/search?q=tid+nowhere",
            "/search?q=tag:tides",
            "/search?q=tag:tides+words",
            "/search?q=tag:none",
            "/search?updated-max=2016-06-05T00:00:00Z",
            "/feed.atom?archive=start",
            "/tags/tides/feed.json?archive=start",
            "/comments.atom?archive=start",
            "/feeds/posts/default?alt=json&start-index=2",
            "/feeds/posts/default/-/Tides?alt=json",
            "/feeds/comments/default?alt=json",
            "/feeds/77/comments/default?alt=json",
            "/nothing/at/all.html",
            "/ebb.html",
            "/?p=12",
            "/sitemap/lists.xml",
            "/2016/06/ebb.html/comments.rss?archive=start",
            "/2016/06/ebb.html/comments.json?thread=1",
            "/2016/06/ebb.html?reply=1",
            "/2016/06/ebb.html?comments=2",
            "/2016/06/ebb.html?c=77",
            "/tags/gone/",
            "/authors/gone/",
        ]
        .map(str::to_owned),
    );
    for address in addresses {
        let page = reader.get(&address).await;
        assert!(page.status < 500, "{address}: {}", page.status);
    }
    let own = reader.comment(post, "A comment of the walk.").await;
    assert!(own.status < 500, "{}", own.text());
}

#[tokio::test]
async fn no_statement_that_readers_cause_walks_a_large_table() {
    watch_statements();
    let (blog, own) = lively_blog().await;
    walk(&blog, &own)
        .instrument(tracing::info_span!(WALK))
        .await;
    let statements = STATEMENTS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    assert!(
        statements.len() > 50,
        "only {} statements",
        statements.len()
    );
    let mut database = blog.database().await;
    let scans = walked(&mut database, &statements).await;
    assert!(scans.is_empty(), "\n{}", scans.join("\n"));
    // As a small blog, and as one that the planner has looked at when it had grown large.
    with_statistics(&mut database).await;
    let scans = walked(&mut database, &statements).await;
    assert!(scans.is_empty(), "with statistics:\n{}", scans.join("\n"));
}

/// The steps of statements that walk a large table, each with its statement.
async fn walked(database: &mut SqliteConnection, statements: &BTreeSet<String>) -> Vec<String> {
    let mut walked = Vec::new();
    for sql in statements {
        let is_query = ["select", "with", "insert", "update", "delete"]
            .iter()
            .any(|verb| sql.starts_with(verb));
        if !is_query {
            continue;
        }
        for step in plan_of(database, sql).await {
            let Some(table) = scanned(&step) else {
                continue;
            };
            // Aliases of one letter mean a table that the statement names.
            let tables = LARGE.iter().filter(|name| {
                table == **name || (table.len() <= 2 && sql.contains(&format!("{name} {table}")))
            });
            let allowed = MAY_BE_SCANNED
                .iter()
                .any(|part| sql.contains(part) || step.contains(part));
            if tables.count() > 0 && !allowed {
                walked.push(format!("{step}\n  of {sql}"));
            }
        }
    }
    walked
}

#[tokio::test]
async fn the_walk_would_notice_a_scan() {
    let blog = TestBlog::new().await;
    let mut database = blog.database().await;
    let plan = plan_of(
        &mut database,
        "select path from posts p where p.excerpt = $1",
    )
    .await;
    assert_eq!(
        plan.iter()
            .filter_map(|step| scanned(step))
            .collect::<Vec<_>>(),
        ["p"]
    );
    let plan = plan_of(
        &mut database,
        "select path from posts where path = $1 and state = 'published'",
    )
    .await;
    assert_eq!(
        plan.iter().filter_map(|step| scanned(step)).count(),
        0,
        "{plan:?}"
    );
}

/// The longest that a request may hold a thread that answers others. Nothing is optimised in a build for tests, where the
/// same work takes ten times as long.
const LONGEST: Duration = if cfg!(debug_assertions) {
    Duration::from_millis(60)
} else {
    Duration::from_millis(5)
};

/// A text of so many lines, each other than those of another word.
fn long_text(word: &str, lines: usize) -> String {
    let line = |n: usize| {
        format!(
            "{word} {n} & {} ·\n\n",
            format!("{word}{} ", n % 13).repeat(12)
        )
    };
    (0..lines).map(line).collect()
}

/// Asks, and notes what held a thread for too long.
async fn ask(
    blog: &TestBlog,
    what: &str,
    request: impl Future<Output = Page>,
    slow: &mut Vec<String>,
) -> Page {
    blog.polls().take_longest();
    let page = request.await;
    assert!(page.status < 500, "{what}: {} {}", page.status, page.text());
    let longest = blog.polls().take_longest();
    println!("{what}: {longest:?}");
    if longest > LONGEST {
        slow.push(format!("{what}: {longest:?}"));
    }
    page
}

/// A blog with four long posts of one tag; gives the permalink of the first, and the watch is on.
async fn blog_with_long_posts(text: &str) -> (TestBlog, Person, String) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let fields = [("Title", "Long"), ("Body", text), ("Tags", "Tides")];
    let post = nora.publish_with(&fields).await;
    for title in ["Long 1", "Long 2", "Long 3"] {
        let fields = [("Title", title), ("Body", text), ("Tags", "Tides")];
        nora.publish_with(&fields).await;
    }
    blog.polls().watch();
    (blog, nora, post)
}

#[tokio::test]
async fn no_request_of_an_author_holds_a_thread_that_answers_others_whatever_its_text() {
    let (first, second) = (long_text("ebb", 1000), long_text("flood", 1000));
    let (blog, nora, _) = blog_with_long_posts(&first).await;
    let editor = nora.open("/admin/posts/1").await;
    let csrf = editor.attribute("input[name=csrf]", "value").unwrap();
    let mut slow = Vec::new();
    let tools = [
        ("/admin/posts/render", "body"),
        ("/admin/posts/parts", "body"),
        ("/admin/posts/convert", "body"),
        ("/admin/posts/paste", "html"),
    ];
    for (address, field) in tools {
        let fields = [("csrf", &*csrf), (field, &first), ("markup", "markdown")];
        ask(&blog, address, nora.post(address, &fields), &mut slow).await;
    }
    let too_long = second.repeat(22);
    let (appended, third) = (first.clone() + "The end.", long_text("slack", 1000));
    let saving = "/admin/posts/1/autosave";
    for (what, address, body) in [
        ("saving", saving, &second),
        ("saving that is merged", saving, &appended),
        ("saving in conflict", saving, &third),
        ("preview", "/admin/posts/preview", &second),
        ("a page with problems", "/admin/posts/new", &too_long),
    ] {
        let fields = [
            ("csrf", &*csrf),
            ("title", "Long"),
            ("body", body),
            ("markup", "markdown"),
            ("base", "1"),
            ("act", if address == saving { "save" } else { "publish" }),
            ("editor", "one"),
            ("comments", "blog"),
            ("tags", "Tides"),
        ];
        ask(&blog, what, nora.post(address, &fields), &mut slow).await;
    }
    for address in [
        "/admin/posts/1",
        "/admin/posts/1/checks",
        "/admin/posts/1/revisions",
        "/admin/posts/1/compare?from=1&to=5",
        "/admin/posts/1/revisions/1",
        "/admin/posts/1/framed",
    ] {
        ask(&blog, address, nora.get(address), &mut slow).await;
    }
    assert!(slow.is_empty(), "\n{}", slow.join("\n"));
}

#[tokio::test]
async fn no_request_of_a_reader_holds_a_thread_that_answers_others_whatever_is_written() {
    let (blog, _, post) = blog_with_long_posts(&long_text("ebb", 1000)).await;
    let mut slow = Vec::new();
    let reader = blog.reader();
    for address in [
        post.as_str(),
        "/",
        "/tags/tides/",
        "/2016/06/",
        "/search?q=ebb",
        "/search?q=%22ebb+999%22",
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/tags/",
        "/feeds/posts/default?alt=json&max-results=100",
        "/sitemap.xml",
        "/archive/",
    ] {
        let packed = reader.ask(Method::GET, address, &[("accept-encoding", "br")]);
        let page = ask(&blog, address, packed, &mut slow).await;
        assert_eq!(page.status, 200, "{address}");
    }
    assert!(slow.is_empty(), "\n{}", slow.join("\n"));
}

#[tokio::test]
async fn two_long_revisions_are_compared_on_a_page_of_bounded_length() {
    let blog = TestBlog::new().await;
    let nora: Person = blog.author().await;
    nora.publish_with(&[("Title", "Long"), ("Body", &long_text("ebb", 9000))])
        .await;
    nora.revise("Long", "Update", &[("Body", &long_text("flood", 9000))])
        .await;
    let page = nora.get("/admin/posts/1/compare?from=1&to=2").await;
    assert_eq!(page.status, 200);
    assert!(page.body.len() < 1024 * 1024, "{} bytes", page.body.len());
    assert!(
        page.says("The texts are too long to show every change"),
        "a note"
    );
    assert!(page.says("too long to show here as readers see it"));
    // A small change of a long text is shown, with what is around it.
    nora.revise(
        "Long",
        "Update",
        &[("Body", &(long_text("flood", 9000) + "The very end."))],
    )
    .await;
    let page = nora.get("/admin/posts/1/compare?from=2&to=3").await;
    assert!(page.says("The very end.") && page.says("unchanged lines"));
    assert!(page.body.len() < 100 * 1024, "{} bytes", page.body.len());
}
