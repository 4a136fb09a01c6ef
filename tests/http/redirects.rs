//! Old addresses: redirects that the author makes, lists of them, broken links (404), and what the page of a broken link
//! offers.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use axum::http::Method;
use axum::http::header::{CONTENT_TYPE, ORIGIN};

/// Where an address leads a reader: the status, and the place.
async fn leads(blog: &TestBlog, address: &str) -> (u16, String) {
    let page = blog.reader().get(address).await;
    let to = page.header("location").unwrap_or_default().to_owned();
    (page.status, to)
}

async fn add(nora: &Person, path: &str, target: &str) -> Page {
    let page = nora.open("/admin/addresses/").await;
    let mut form = page.form_with("Old address");
    form.fill("Old address", path).fill("New address", target);
    nora.press(&form, "Add redirect").await
}

async fn check_list(nora: &Person, list: &str) -> Page {
    let page = nora.open("/admin/addresses/import").await;
    let mut form = page.form("List of redirects");
    form.fill("Redirects, one per line", list);
    nora.press(&form, "Check").await
}

#[tokio::test]
async fn a_redirect_leads_from_an_old_address_until_it_is_taken_back() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    assert_eq!(leads(&blog, "/old.html").await.0, 404);
    let page = nora.open("/admin/posts/").await;
    let page = nora.open(&page.link("Redirects")).await;
    assert_eq!(page.headings_of(1), ["Redirects"]);
    let page = add(&nora, "/old.html", "/2016/06/new.html").await;
    assert!(page.status_line().contains("leads to the new one"));
    let new = (301, "/2016/06/new.html".to_owned());
    for address in ["/old.html", "/old.html/", "/ol%64.html", "/old.html?x=1"] {
        assert_eq!(leads(&blog, address).await, new, "{address}");
    }
    let head = blog.reader().ask(Method::HEAD, "/old.html", &[]).await;
    assert_eq!(
        (head.status, head.header("location")),
        (301, Some("/2016/06/new.html"))
    );
    let page = nora.press(&page.form_with_button("Undo"), "Undo").await;
    assert!(page.status_line().contains("Undone"));
    assert_eq!(leads(&blog, "/old.html").await.0, 404);
}

#[tokio::test]
async fn a_redirect_is_changed_and_removed_and_both_are_taken_back() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let list = add(&nora, "/old", "/first").await;
    let edit = nora.open(&list.link("Edit /old")).await;
    let mut form = edit.form_with("Old address");
    form.fill("New address", "https://other.example/x")
        .choose("Temporary: search engines keep checking the old address");
    let changed = nora.press(&form, "Save").await;
    assert_eq!(
        leads(&blog, "/old").await,
        (302, "https://other.example/x".to_owned())
    );
    let back = nora.press(&changed.form_with_button("Undo"), "Undo").await;
    assert_eq!(leads(&blog, "/old").await, (301, "/first".to_owned()));
    let removed = nora
        .press(&back.form_near("/old", "Remove"), "Remove")
        .await;
    assert_eq!(leads(&blog, "/old").await.0, 404);
    nora.press(&removed.form_with_button("Undo"), "Undo").await;
    assert_eq!(leads(&blog, "/old").await, (301, "/first".to_owned()));
}

#[tokio::test]
async fn whatever_lives_at_an_address_comes_before_a_redirect() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Tides", "Words.").await;
    let page = add(&nora, &path, "/else").await;
    assert!(
        page.status_line()
            .contains("There’s a post at the old address")
    );
    assert!(page.says("there’s a post here"));
    assert_eq!(leads(&blog, &path).await.0, 200);
    // The old address of a post leads to the post as long as that has one.
    nora.revise("Tides", "Update", &[("Permalink", "currents")])
        .await;
    assert_eq!(
        leads(&blog, &path).await,
        (301, "/2016/06/currents.html".to_owned())
    );
    nora.revise("Tides", "Move to trash", &[]).await;
    assert_eq!(leads(&blog, &path).await, (301, "/else".to_owned()));
}

#[tokio::test]
async fn posts_that_other_programs_named_by_a_query_are_found() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let home = blog.reader().get("/").await;
    add(&nora, "/?p=12", "/2016/06/tides.html").await;
    assert_eq!(
        leads(&blog, "/?p=12").await,
        (301, "/2016/06/tides.html".to_owned())
    );
    for address in ["/?p=13", "/?utm_source=x", "/"] {
        let page = blog.reader().get(address).await;
        assert_eq!((page.status, &page.body), (200, &home.body), "{address}");
    }
}

#[tokio::test]
async fn a_whole_folder_leads_elsewhere_with_all_that_follows() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    add(&nora, "/wordpress/*", "/*").await;
    add(&nora, "/notes/*", "https://notes.example/n/*").await;
    add(&nora, "/notes/one", "/two").await;
    for (from, to) in [
        ("/wordpress/2016/x.html", "/2016/x.html"),
        ("/wordpress//evil.example/x", "/evil.example/x"),
        ("/wordpress///evil.example", "/evil.example"),
        ("/notes/a/b?c", "https://notes.example/n/a/b"),
        ("/notes/one", "/two"),
    ] {
        assert_eq!(leads(&blog, from).await, (301, to.to_owned()), "{from}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_every_word_kept() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    add(&nora, "/a", "/b").await;
    for (path, target, field) in [
        ("/admin/x", "/new", "Old address"),
        ("https://evil.example/x", "/new", "Old address"),
        ("/", "/new", "Old address"),
        ("/a", "/c", "Old address"),
        ("/x", "javascript:alert(1)", "New address"),
        ("/x", "//evil.example", "New address"),
        ("/x", "/\\evil.example", "New address"),
        ("/b", "/a", "New address"),
        ("/x", "/x", "New address"),
    ] {
        let page = add(&nora, path, target).await;
        assert_eq!(page.status, 422, "{path} {target}");
        assert!(page.problem_of(field).is_some(), "{path} {target}");
        let form = page.form_with("Old address");
        assert_eq!(
            (form.value("Old address"), form.value("New address")),
            (path, target)
        );
    }
    assert_eq!(blog.number("select count(*) from own_redirects").await, 1);
}

/// S28: a target with a line break never becomes two headers, and what is no address of the web is never followed.
#[tokio::test]
async fn s28_no_target_splits_a_header() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for (path, target) in [
        ("/one", "/x\r\nSet-Cookie: a=1"),
        ("/two", "/x\nSet-Cookie: a=1"),
        ("/three", "/x\u{0}"),
        ("/four", "https://other.example/\rx"),
    ] {
        let page = add(&nora, path, target).await;
        let answer = blog.reader().get(path).await;
        assert_eq!((page.status, answer.status), (422, 404), "{target:?}");
        assert_eq!(answer.header("set-cookie"), None, "{target:?}");
    }
    // Written as parts of an address, a line break is six harmless characters.
    add(&nora, "/five", "/x%0d%0aSet-Cookie:a=1").await;
    let answer = blog.reader().get("/five").await;
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(answer.header("location"), Some("/x%0d%0aSet-Cookie:a=1"));
    add(&nora, "/folder/*", "/new/*").await;
    let answer = blog.reader().get("/folder/a%0d%0aSet-Cookie:x=1").await;
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(
        answer.header("location"),
        Some("/new/a%0d%0aSet-Cookie:x=1")
    );
}

#[tokio::test]
async fn a_list_says_what_it_would_do_before_it_does_it() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    add(&nora, "/standing", "/there").await;
    let list = "# my redirects\n/a /one 301\n/b,https://other.example/\n/standing /elsewhere\n/standing\t/there\n/c javascript:x\n";
    let page = check_list(&nora, list).await;
    assert_eq!(page.status, 200);
    assert!(
        page.status_line()
            .contains("New: 2. Already there: 1. Conflicts: 1. Invalid: 1.")
    );
    let lines: Vec<(String, String)> = page
        .texts("td.number")
        .into_iter()
        .zip(page.texts("td.fate"))
        .collect();
    let line = |number: &str, fate: &str| (number.to_owned(), fate.to_owned());
    assert_eq!(
        lines,
        [
            line("6", "Invalid"),
            line("4", "Conflict"),
            line("2", "New"),
            line("3", "New"),
            line("5", "Already there"),
        ]
    );
    assert_eq!(leads(&blog, "/a").await.0, 404, "nothing is changed yet");
    let saved = nora
        .press(&page.form("List of redirects"), "Save 2 redirects")
        .await;
    assert!(saved.status_line().contains("2 redirects saved."));
    assert_eq!(leads(&blog, "/a").await, (301, "/one".to_owned()));
    assert_eq!(leads(&blog, "/standing").await, (301, "/there".to_owned()));
    let mut form = page.form("List of redirects");
    form.tick("Replace existing redirects that lead to a different address");
    let page = nora.press(&form, "Check").await;
    let saved = nora
        .press(&page.form("List of redirects"), "Save 1 redirect")
        .await;
    assert_eq!(
        leads(&blog, "/standing").await,
        (301, "/elsewhere".to_owned())
    );
    nora.press(&saved.form_with_button("Undo"), "Undo").await;
    assert_eq!(leads(&blog, "/standing").await, (301, "/there".to_owned()));
    assert_eq!(leads(&blog, "/a").await, (301, "/one".to_owned()));
}

#[tokio::test]
async fn a_list_comes_from_a_file_and_an_empty_one_does_nothing() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let page = check_list(&nora, " \n").await;
    assert_eq!(
        (page.status, page.alert().as_deref()),
        (422, Some("The list is empty."))
    );
    let page = nora.open("/admin/addresses/import").await;
    let (_, fields) = page.form("List from a file").pressed("Load file");
    let token = fields
        .iter()
        .find(|(name, _)| name == "csrf")
        .unwrap()
        .1
        .clone();
    for (token, status) in [(token.as_str(), 200), ("other", 403)] {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--b\r\nContent-Disposition: form-data; \
             name=\"file\"; filename=\"_redirects\"\r\nContent-Type: text/plain\r\n\r\n/blog/* /notes/:splat 301!\r\n\r\n--b--\r\n"
        );
        let mut request = nora.request(&Method::POST, "/admin/addresses/upload");
        let headers = request.headers_mut();
        headers.insert(ORIGIN, "http://blog.example".parse().unwrap());
        headers.insert(
            CONTENT_TYPE,
            "multipart/form-data; boundary=b".parse().unwrap(),
        );
        *request.body_mut() = body.into();
        let page = nora.send(request).await;
        assert_eq!(page.status, status);
        if status == 200 {
            nora.press(&page.form("List of redirects"), "Save 1 redirect")
                .await;
            assert_eq!(
                leads(&blog, "/blog/a/b").await,
                (301, "/notes/a/b".to_owned())
            );
        }
    }
}

#[tokio::test]
async fn the_author_sees_addresses_that_were_not_found_and_redirects_them() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    for _ in 0..3 {
        reader
            .get("/2015/03/g%C3%A9zeiten.html?mail=a@b.example")
            .await;
    }
    reader.get("/lost/").await;
    for noise in ["/wp-login.php", "/.env", "/.git/config"] {
        reader.get(noise).await;
    }
    reader.ask(Method::HEAD, "/only-head", &[]).await;
    blog.app.write_tally().await.unwrap();
    blog.clock.advance(86_400);
    reader.get("/2015/03/g%C3%A9zeiten.html").await;
    blog.app.write_tally().await.unwrap();
    let page = nora.open("/admin/addresses/").await;
    assert_eq!(
        page.texts("td.line-title"),
        ["/2015/03/gézeiten.html", "/lost"]
    );
    assert_eq!(page.texts("td.number"), ["4", "1"]);
    assert_eq!(
        page.texts("td[data-label=First]"),
        ["yesterday 14:30", "yesterday 14:30"]
    );
    assert_eq!(
        page.texts("td[data-label=Last]"),
        ["just now", "yesterday 14:30"]
    );
    assert!(!page.says("a@b.example"));
    let page = nora
        .press(&page.form_near("/lost", "Dismiss"), "Dismiss")
        .await;
    assert_eq!(page.texts("td.line-title"), ["/2015/03/gézeiten.html"]);
    let page = nora
        .open(&page.link("Redirect /2015/03/gézeiten.html"))
        .await;
    let mut form = page.form_with("Old address");
    assert_eq!(form.value("Old address"), "/2015/03/gézeiten.html");
    form.fill("New address", "/tides");
    let page = nora.press(&form, "Add redirect").await;
    assert!(page.says("No broken links yet."));
    assert_eq!(
        leads(&blog, "/2015/03/g%c3%a9zeiten.html").await,
        (301, "/tides".to_owned())
    );
}

#[tokio::test]
async fn an_address_where_a_post_lives_now_is_no_longer_missing() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    reader.get("/2016/06/tides.html").await;
    blog.app.write_tally().await.unwrap();
    let path = nora.publish("Tides", "Words.").await;
    assert_eq!(path, "/2016/06/tides.html");
    reader.get(&format!("{path}?comments=9")).await;
    blog.app.write_tally().await.unwrap();
    let page = nora.open("/admin/addresses/").await;
    assert!(page.says("No broken links yet."));
}

#[tokio::test]
async fn who_is_lost_is_offered_posts_of_the_same_name() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Tides", "Words.").await;
    for address in ["/2015/03/tides.html", "/tides", "/blog/tides/"] {
        let page = blog.reader().get(address).await;
        assert_eq!(page.status, 404, "{address}");
        assert_eq!(page.link("Tides"), "/2016/06/tides.html", "{address}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{address}");
    }
    let page = blog.reader().get("/2015/03/tide.html").await;
    assert!(page.link_if_any("Tides").is_none() && !page.says("Did you mean"));
}

/// S44 and S45: nobody is led to a draft, nor learns that there is one.
/// A page without what its fields hold: the words of the address that was asked for.
fn without_values(page: &Page) -> String {
    let source = page.source();
    let mut parts = source.split(" value=\"");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push_str(part.split_once('"').map_or("", |(_, after)| after));
    }
    rest
}

#[tokio::test]
async fn s45_no_guess_leads_to_what_is_not_published() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write(
        "Save",
        &[("Title", "Secret"), ("Body", "x"), ("Permalink", "secret")],
    )
    .await;
    nora.write(
        "Publish",
        &[
            ("Title", "Planned"),
            ("Body", "x"),
            ("Published on", "2016-06-09T10:00"),
        ],
    )
    .await;
    let gone = nora.publish("Gone", "x").await;
    nora.revise("Gone", "Move to trash", &[]).await;
    let nothing = blog.reader().get("/2016/06/nothing.html").await;
    for address in [
        "/2016/06/secret.html",
        "/2016/06/secre",
        "/2015/secret",
        "/2016/06/planned.html",
        &gone,
        "/x/gone.html",
    ] {
        let page = blog.reader().get(address).await;
        assert_eq!(
            (
                page.status,
                without_values(&page) == without_values(&nothing)
            ),
            (404, true),
            "{address}"
        );
    }
}

/// S49: an address that held nothing a moment ago shows what is published there at once.
#[tokio::test]
async fn s49_what_is_published_is_seen_where_there_was_nothing() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let before = reader.get("/2016/06/tides.html").await;
    assert_eq!(
        (before.status, before.header("cache-control")),
        (404, Some("no-store"))
    );
    let path = nora.publish("Tides", "Words.").await;
    assert_eq!(reader.get(&path).await.status, 200);
    nora.revise("Tides", "Move to trash", &[]).await;
    assert_eq!(reader.get(&path).await.status, 404);
    add(&nora, &path, "/else").await;
    let moved = reader.get(&path).await;
    assert_eq!(
        (moved.status, moved.header("cache-control")),
        (301, Some("no-cache"))
    );
}

/// S46: what one reader sends besides the address changes nothing for the next one.
#[tokio::test]
async fn s46_no_header_and_no_query_poisons_what_the_next_reader_gets() {
    let dirty: &[(&str, &str)] = &[
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/evil"),
        ("x-forwarded-for", "203.0.113.9"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-original-url", "/admin/"),
        ("x-rewrite-url", "/admin/"),
        ("x-http-method-override", "POST"),
        ("x-daybook-preview", "1"),
        ("origin", "https://evil.example"),
        ("referer", "https://evil.example/"),
        ("accept", "application/json"),
        ("accept-language", "ar"),
        ("range", "bytes=0-9"),
        ("cookie", "sid=evil; __Host-sid=evil"),
        ("user-agent", "<script>alert(1)</script>"),
        ("sec-purpose", "prefetch"),
    ];
    let addresses = [
        "/",
        "/2016/06/tides.html",
        "/tags/",
        "/feed.atom",
        "/nowhere",
    ];
    let clean = async |dirty: Option<(&str, &str)>, query: &str| {
        // A blog of its own, so that the dirty request is the one that fills the cache.
        let blog = TestBlog::new().await;
        blog.author().await.publish("Tides", "Words.").await;
        let mut answers = Vec::new();
        for address in addresses {
            if let Some(header) = dirty {
                blog.reader().ask(Method::GET, address, &[header]).await;
            }
            blog.reader().get(&format!("{address}{query}")).await;
            let page = blog.reader().get(address).await;
            let form = without_marks(&page.source());
            answers.push((
                page.status,
                form,
                page.header("location").map(str::to_owned),
            ));
        }
        answers
    };
    let wanted = clean(None, "").await;
    assert_eq!(wanted[0].0, 200);
    for header in dirty {
        assert_eq!(clean(Some(*header), "").await, wanted, "{header:?}");
    }
    assert_eq!(clean(None, "?utm_source=evil").await, wanted);
    let blog = TestBlog::new().await;
    blog.author().await;
    for host in [
        "evil.example",
        "blog.example.evil.example",
        "blog.example:81",
    ] {
        let page = blog.reader().ask(Method::GET, "/", &[("host", host)]).await;
        assert_eq!(page.status, 421, "{host}");
    }
}

/// A page without the mark of its comment form, which each blog signs with a secret of its own.
fn without_marks(source: &str) -> String {
    let lines = source
        .lines()
        .filter(|line| !line.contains("name=\"form\""));
    lines.collect::<Vec<_>>().join("\n")
}
