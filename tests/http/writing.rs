//! The author's day: set-up, signing in and out, writing, publishing, settings, profile.

use crate::blog::{AUTHOR, OPERATOR, PASSWORD, Person, TestBlog};
use crate::page::Page;
use std::time::Instant;

fn fill_set_up(page: &Page) -> crate::page::Form {
    let mut form = page.form_with("Blog title");
    form.fill_all(&[
        ("Blog title", "Harbour Notes"),
        ("Your name", "Nora"),
        ("Email", AUTHOR),
        ("Password", PASSWORD),
        ("Time zone", "Europe/Lisbon"),
        ("Language", "en"),
    ]);
    form
}

#[tokio::test]
async fn before_the_set_up_readers_get_a_kind_word() {
    let blog = TestBlog::unborn().await;
    let form = [("post", "1"), ("name", "Ada"), ("body", "Hello")];
    for address in [
        "/",
        "/2016/06/x.html",
        "/feed.atom",
        "/search?q=x",
        "/tags/",
    ] {
        let page = blog.reader().open(address).await;
        assert_eq!(page.status, 503, "{address}");
        assert!(page.says("This blog is being set up."), "{address}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{address}");
    }
    assert_eq!(blog.reader().post("/comments", &form).await.status, 503);
    assert_eq!(blog.reader().open("/healthz").await.status, 200);
    assert!(
        blog.reader().open("/admin/").await.says("one-time address"),
        "the door leads to the set-up"
    );
}

#[tokio::test]
async fn the_set_up_makes_a_blog_and_signs_its_author_in() {
    let blog = TestBlog::unborn().await;
    let nora = blog.reader();
    let page = nora.open(&blog.set_up_address().await).await;
    assert_eq!(page.form_with("Blog title").value("Language"), "en");
    let desk = nora.press(&fill_set_up(&page), "Create blog").await;
    assert_eq!((desk.status, desk.address.as_str()), (200, "/admin/posts/"));
    assert!(desk.says("Nora"));
    let home = blog.reader().open("/").await;
    assert_eq!(
        (home.status, home.title()),
        (200, "Harbour Notes".to_owned())
    );
    assert_eq!(
        nora.open("/admin/settings")
            .await
            .form_with("Blog title")
            .value("Time zone"),
        "Europe/Lisbon"
    );
    assert_eq!(
        blog.reader().sign_in(AUTHOR, PASSWORD).await.address,
        "/admin/posts/"
    );
}

#[tokio::test]
async fn the_set_up_needs_the_key_that_was_printed() {
    let blog = TestBlog::unborn().await;
    let address = blog.set_up_address().await;
    let good = fill_set_up(&blog.reader().open(&address).await);
    for wrong in [
        "/admin/setup",
        "/admin/setup?key=",
        "/admin/setup?key=guess",
    ] {
        let page = blog.reader().open(wrong).await;
        assert!(
            page.says("one-time address") && page.number_of("form") == 0,
            "{wrong}"
        );
    }
    for key in ["", "guess"] {
        let mut form = good.clone();
        form.tamper("key", key);
        assert_eq!(
            blog.reader().press(&form, "Create blog").await.status,
            403,
            "{key}"
        );
    }
    blog.clock.advance(2 * 3600);
    assert_eq!(
        blog.reader().press(&good, "Create blog").await.status,
        403,
        "an old key"
    );
    assert_eq!(blog.number("select count(*) from authors").await, 0);
}

#[tokio::test]
async fn the_set_up_happens_once() {
    let blog = TestBlog::unborn().await;
    let form = fill_set_up(&blog.reader().open(&blog.set_up_address().await).await);
    let (eve, nora) = (blog.reader(), blog.reader());
    let (first, second) = tokio::join!(
        nora.press(&form, "Create blog"),
        eve.press(&form, "Create blog")
    );
    assert_eq!(
        [&first, &second]
            .iter()
            .filter(|page| page.address == "/admin/posts/")
            .count(),
        1
    );
    assert_eq!(blog.number("select count(*) from authors").await, 1);
    let late = blog.reader();
    assert!(
        late.press(&form, "Create blog")
            .await
            .address
            .starts_with("/admin/sign-in")
    );
    assert!(late.cookies().is_empty());
}

#[tokio::test]
async fn a_set_up_with_problems_keeps_what_was_typed_but_the_password() {
    let blog = TestBlog::unborn().await;
    let mut form = fill_set_up(&blog.reader().open(&blog.set_up_address().await).await);
    form.fill("Email", "nora")
        .fill("Password", "short")
        .fill("Blog title", "");
    let page = blog.reader().press(&form, "Create blog").await;
    assert_eq!(page.status, 422);
    for label in ["Email", "Password", "Blog title"] {
        assert!(page.problem_of(label).is_some(), "{label}");
    }
    let mut kept = page.form_with("Blog title");
    assert_eq!(
        (
            kept.value("Your name"),
            kept.value("Email"),
            kept.value("Password")
        ),
        ("Nora", "nora", "")
    );
    assert_eq!(kept.value("Time zone"), "Europe/Lisbon");
    kept.fill("Email", AUTHOR)
        .fill("Password", PASSWORD)
        .fill("Blog title", "Harbour Notes");
    assert_eq!(
        blog.reader().press(&kept, "Create blog").await.address,
        "/admin/posts/"
    );
}

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
    let desk = nora.open("/admin/posts/").await;
    let page = nora
        .press(&desk.form_near("Sign out", "Sign out"), "Sign out")
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
async fn a_draft_is_previewed_as_the_real_page_and_nothing_is_stored() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill_all(&[
        ("Title", "Ebb"),
        ("Body", "Some **bold** words."),
        ("Tags", "Tides, Moon"),
    ]);
    let preview = nora.press(&form, "Preview").await;
    assert_eq!(preview.status, 200);
    assert_eq!(
        (preview.headings_of(1), preview.texts("article.post strong")),
        (vec!["Ebb".to_owned()], vec!["bold".to_owned()])
    );
    assert!(preview.says("This is a preview.") && preview.says("Tides") && preview.says("Nora"));
    assert_eq!(preview.header("cache-control"), Some("private, no-store"));
    assert_eq!(blog.number("select count(*) from posts").await, 0);
    assert_eq!(blog.number("select count(*) from tags").await, 0);
}

#[tokio::test]
async fn a_post_goes_its_whole_way() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let page = nora
        .write("Save", &[("Title", "Ebb and flow"), ("Body", "Old words.")])
        .await;
    assert!(
        page.status_line().starts_with("Saved at 14:30"),
        "{}",
        page.status_line()
    );
    assert!(page.says("Draft") && page.link_if_any("View post").is_none());

    let page = nora.revise("Ebb and flow", "Publish", &[]).await;
    assert!(
        page.status_line().starts_with("Published at"),
        "{}",
        page.status_line()
    );
    let path = page.link("View post");
    assert_eq!(path, "/2016/06/ebb-and-flow.html");
    assert!(reader.open(&path).await.says("Old words."));

    let page = nora
        .revise("Ebb and flow", "Update", &[("Body", "New words.")])
        .await;
    assert!(
        page.status_line().starts_with("Updated at"),
        "{}",
        page.status_line()
    );
    assert!(reader.open(&path).await.says("New words."));

    let page = nora.revise("Ebb and flow", "Back to draft", &[]).await;
    assert!(
        page.status_line().starts_with("Moved back to drafts"),
        "{}",
        page.status_line()
    );
    assert_eq!(reader.open(&path).await.status, 404);

    nora.revise("Ebb and flow", "Publish", &[]).await;
    assert!(reader.open(&path).await.says("New words."));
    let list = nora.revise("Ebb and flow", "Move to trash", &[]).await;
    assert!(list.status_line().contains("Moved to trash."));
    assert_eq!(reader.open(&path).await.status, 404);
    nora.press(&list.form_near("Moved to trash", "Undo"), "Undo")
        .await;
    assert!(
        reader.open(&path).await.says("New words."),
        "undo brings it back as it was"
    );

    nora.revise("Ebb and flow", "Move to trash", &[]).await;
    let trash = nora.open("/admin/posts/?state=trashed").await;
    nora.press(&trash.form_near("Ebb and flow", "Restore"), "Restore")
        .await;
    assert!(reader.open(&path).await.says("New words."));
}

#[tokio::test]
async fn a_post_may_be_published_with_a_date_in_the_past() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Time zone", "Asia/Tokyo")]).await;
    let path = nora
        .publish_with(&[
            ("Title", "Long ago"),
            ("Body", "Words."),
            ("Published on", "1999-12-31T23:30"),
        ])
        .await;
    assert_eq!(path, "/1999/12/long-ago.html");
    let page = blog.reader().open(&path).await;
    assert_eq!(
        page.texts("article.post > header time"),
        ["Friday, 31 December 1999"]
    );
    assert_eq!(
        page.attribute("article.post time", "datetime").as_deref(),
        Some("1999-12-31T14:30:00Z")
    );
    assert_eq!(
        nora.editor("Long ago")
            .await
            .form_with("Body")
            .value("Published on"),
        "1999-12-31T23:30"
    );
}

#[tokio::test]
async fn a_date_that_is_none_is_refused_with_the_text_kept() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for date in ["yesterday", "2016-02-30T10:00"] {
        let page = nora
            .write(
                "Publish",
                &[
                    ("Title", "Ebb"),
                    ("Body", "My \"words\" & more."),
                    ("Published on", date),
                ],
            )
            .await;
        assert_eq!(page.status, 422, "{date}");
        assert!(page.problem_of("Published on").is_some(), "{date}");
        let kept = page.form_with("Body");
        assert_eq!(
            (
                kept.value("Title"),
                kept.value("Body"),
                kept.value("Published on")
            ),
            ("Ebb", "My \"words\" & more.", date)
        );
    }
    assert_eq!(blog.number("select count(*) from posts").await, 0);
}

#[tokio::test]
async fn an_author_may_choose_the_permalink() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora
        .publish_with(&[
            ("Title", "Ebb"),
            ("Body", "Words."),
            ("Permalink", "low-water"),
        ])
        .await;
    assert_eq!(path, "/2016/06/low-water.html");
    let path = nora
        .revise("Ebb", "Update", &[("Title", "Another title")])
        .await
        .link("View post");
    assert_eq!(
        path, "/2016/06/low-water.html",
        "a new title keeps the address"
    );
    assert_eq!(
        nora.editor("Another title")
            .await
            .form_with("Body")
            .value("Permalink"),
        "low-water"
    );
}

#[tokio::test]
async fn a_permalink_that_is_taken_is_refused_with_the_text_kept() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    let page = nora
        .write(
            "Publish",
            &[
                ("Title", "Second"),
                ("Body", "Other words."),
                ("Permalink", "ebb"),
            ],
        )
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.problem_of("Permalink").unwrap().contains("“Ebb”"),
        "{:?}",
        page.problem_of("Permalink")
    );
    let kept = page.form_with("Body");
    assert_eq!(
        (
            kept.value("Title"),
            kept.value("Body"),
            kept.value("Permalink")
        ),
        ("Second", "Other words.", "ebb")
    );
    assert!(blog.reader().open("/2016/06/ebb.html").await.says("Words."));
}

#[tokio::test]
async fn two_posts_of_one_title_get_two_addresses() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let first = nora.publish("Ebb", "Words.").await;
    let second = nora.publish("Ebb", "Other words.").await;
    assert_ne!(first, second);
    assert!(blog.reader().open(&first).await.says("Words."));
    assert!(blog.reader().open(&second).await.says("Other words."));
}

#[tokio::test]
async fn titles_of_any_script_get_an_address() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for title in [
        "港の夜",
        "Ночь в порту",
        "🌊",
        "../../admin",
        "CON",
        "%2e%2e%2f",
    ] {
        let path = nora.publish(title, "Words.").await;
        assert!(
            path.starts_with("/2016/06/")
                && path.strip_suffix(".html").is_some()
                && path.is_ascii()
                && !path.contains(".."),
            "{title}: {path}"
        );
        assert_eq!(blog.reader().open(&path).await.headings_of(1), [title]);
    }
}

#[tokio::test]
async fn html_is_written_as_well_as_markdown() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let body =
        "<p>Some <em>words</em>.</p><script>alert(1)</script><p onclick=\"alert(1)\">*plain*</p>";
    let path = nora
        .publish_with(&[("Title", "Ebb"), ("HTML", ""), ("Body", body)])
        .await;
    let page = blog.reader().open(&path).await;
    assert_eq!(page.texts("article.post em"), ["words"]);
    assert_eq!(page.number_of("main script, [onclick]"), 0);
    assert!(page.says("*plain*"), "Markdown is not read in HTML");
    let editor = nora.editor("Ebb").await.form_with("Body");
    assert!(editor.is_chosen("HTML"));
    assert_eq!(
        editor.value("Body"),
        body,
        "the source stays as it was written"
    );
}

#[tokio::test]
async fn the_source_is_kept_byte_for_byte() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let body = "\n\n  Leading space\t\ttabs \u{a0}nbsp \u{200d}joiner\n\n</textarea>&lt;&amp;amp;\n<!--more-->\n\u{1f30a} e\u{301} é  \n\n";
    nora.write("Save", &[("Title", "Ebb"), ("Body", body)])
        .await;
    assert_eq!(
        nora.editor("Ebb").await.form_with("Body").value("Body"),
        body
    );
    nora.revise("Ebb", "Save", &[]).await;
    assert_eq!(
        nora.editor("Ebb").await.form_with("Body").value("Body"),
        body,
        "saving again changes nothing"
    );
}

#[tokio::test]
async fn all_fields_of_the_editor_come_back() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let fields = [
        ("Title", "Ebb"),
        ("Body", "Words."),
        ("Tags", "Tides, Old maps"),
        ("Permalink", "low-water"),
        ("Excerpt", "In short."),
        ("Published on", "2016-06-01T08:15"),
    ];
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill_all(&fields)
        .choose("Closed: keep existing comments")
        .choose("HTML");
    nora.press(&form, "Save").await;
    let kept = nora.editor("Ebb").await.form_with("Body");
    for (label, value) in fields {
        assert_eq!(kept.value(label), value, "{label}");
    }
    assert!(kept.is_chosen("Closed: keep existing comments") && kept.is_chosen("HTML"));
    let page = nora.revise("Ebb", "Publish", &[]).await;
    let post = blog.reader().open(&page.link("View post")).await;
    assert_eq!(
        post.attribute("meta[name=description]", "content")
            .as_deref(),
        Some("In short.")
    );
}

#[tokio::test]
async fn two_windows_never_overwrite_each_other() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "First words.").await;
    let mut here = nora.editor("Ebb").await.form_with("Body");
    blog.clock.advance(60);
    nora.revise("Ebb", "Update", &[("Body", "Words from elsewhere.")])
        .await;

    here.fill("Body", "Words from here.");
    let page = nora.press(&here, "Update").await;
    assert_eq!(page.status, 409);
    assert!(
        blog.reader()
            .open(&path)
            .await
            .says("Words from elsewhere."),
        "nothing is overwritten"
    );
    let both = page.form_with("Body");
    assert_eq!(both.value("Body"), "Words from here.");
    assert_eq!(
        both.value("The version saved elsewhere"),
        "Words from elsewhere."
    );
    nora.press(&both, "Update").await;
    assert!(
        blog.reader().open(&path).await.says("Words from here."),
        "now it is a choice"
    );
}

#[tokio::test]
async fn two_windows_in_one_second_never_overwrite_each_other() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "First words.").await;
    let mut here = nora.editor("Ebb").await.form_with("Body");
    nora.revise("Ebb", "Update", &[("Body", "Words from elsewhere.")])
        .await;
    here.fill("Body", "Words from here.");
    assert_eq!(nora.press(&here, "Update").await.status, 409);
}

#[tokio::test]
async fn what_is_too_long_comes_back_with_the_text_kept() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let cases = [
        ("Title", "t".repeat(301)),
        ("Excerpt", "e".repeat(501)),
        ("Tags", "t".repeat(61)),
        (
            "Tags",
            (0..31)
                .map(|number| format!("tag {number}"))
                .collect::<Vec<_>>()
                .join(","),
        ),
        ("Permalink", "///".to_owned()),
        ("Body", "é".repeat(1024 * 1024 + 1)),
    ];
    for (label, value) in cases {
        let page = nora
            .write(
                "Save",
                &[("Title", "Ebb"), ("Body", "Words."), (label, &value)],
            )
            .await;
        assert_eq!(page.status, 422, "{label}");
        assert!(page.problem_of(label).is_some(), "{label}");
        assert!(page.form_with("Body").value(label) == value, "{label}");
    }
    assert_eq!(
        nora.write("Save", &[]).await.status,
        422,
        "neither title nor text"
    );
    assert_eq!(blog.number("select count(*) from posts").await, 0);
    assert_eq!(
        nora.write(
            "Save",
            &[("Title", "Long"), ("Body", &"x ".repeat(1024 * 1024))]
        )
        .await
        .status,
        200
    );
}

#[tokio::test]
async fn standing_pages_are_written_like_posts() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish_page("About", "Who writes here.").await;
    let list = nora.open("/admin/pages/").await;
    let mut form = nora.open(&list.link("About")).await.form_with("Body");
    form.fill("Body", "Who wrote here.");
    nora.press(&form, "Update").await;
    assert!(reader.open(&path).await.says("Who wrote here."));
    let mut form = nora.open("/admin/pages/new").await.form_with("Body");
    form.fill("Title", "Second").fill("Body", "Not stored.");
    assert!(
        nora.press(&form, "Preview")
            .await
            .says("This is a preview.")
    );
    let form = nora.open(&list.link("About")).await.form_with("Body");
    nora.press(&form, "Move to trash").await;
    assert_eq!(reader.open(&path).await.status, 404);
    assert_eq!(reader.open("/").await.link_if_any("About"), None);
}

fn lines(page: &Page) -> Vec<String> {
    page.texts("td.line-title")
}

#[tokio::test]
async fn posts_are_listed_by_state_with_counts_and_search() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "The lighthouse.").await;
    nora.write("Save", &[("Title", "Flood"), ("Body", "The quay.")])
        .await;
    nora.publish("Fog", "The pier.").await;
    nora.revise("Fog", "Move to trash", &[]).await;
    daybook::jobs::render_anew(&blog.app).await.unwrap();
    let all = nora.open("/admin/posts/").await;
    assert_eq!(
        all.texts("nav[aria-label=States] li"),
        [
            "All 2",
            "Drafts 1",
            "Scheduled 0",
            "Published 1",
            "Pending changes 0",
            "Trash 1"
        ]
    );
    for (tab, titles) in [
        ("All", vec!["Flood", "Ebb"]),
        ("Drafts", vec!["Flood"]),
        ("Published", vec!["Ebb"]),
        ("Trash", vec!["Fog"]),
    ] {
        let mut listed = lines(&nora.open(&all.link(tab)).await);
        listed.sort_by(|a, b| b.cmp(a));
        assert_eq!(listed, titles, "{tab}");
    }
    for (words, titles) in [
        ("quay", vec!["Flood"]),
        ("ebb", vec!["Ebb"]),
        ("zeppelin", vec![]),
    ] {
        let mut form = all.form_with("Search title and text");
        form.fill("Search title and text", words);
        assert_eq!(lines(&nora.press(&form, "Search").await), titles, "{words}");
    }
}

#[tokio::test]
async fn a_long_list_of_posts_is_paged_without_loss() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for number in 0..53 {
        nora.write(
            "Save",
            &[("Title", &format!("Post {number}")), ("Body", "Words.")],
        )
        .await;
    }
    let first = nora.open("/admin/posts/?state=draft").await;
    let second = nora.open(&first.link("Older")).await;
    let mut seen = [lines(&first), lines(&second)].concat();
    assert_eq!((lines(&first).len(), lines(&second).len()), (50, 3));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 53);
    assert_eq!(
        lines(&nora.open(&second.link("Newer")).await),
        lines(&first)
    );
}

#[tokio::test]
async fn settings_come_back_as_they_were_saved() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let fields = [
        ("Blog title", "Quay <Notes>"),
        ("Description", "Seen from & the quay"),
        ("Time zone", "Asia/Tokyo"),
        ("Language", "pt-BR"),
        ("Posts per page", "7"),
        ("Days per page", "3"),
        ("Footer", "[About](/p/about.html)\nand more"),
        (
            "Sites that pictures can come from",
            "1.pictures.example\npictures.example",
        ),
    ];
    let page = nora.change_settings(&fields).await;
    assert_eq!(page.status_line(), "Saved.");
    let form = page.form_with("Blog title");
    for (label, value) in fields {
        assert_eq!(form.value(label), value, "{label}");
    }
    assert_eq!(blog.reader().open("/").await.title(), "Quay <Notes>");
}

#[tokio::test]
async fn pictures_may_come_from_the_hosts_of_the_settings_alone() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let policy = async || {
        blog.reader()
            .open("/")
            .await
            .header("content-security-policy")
            .unwrap()
            .to_owned()
    };
    assert!(!policy().await.contains("pictures.example"));
    nora.change_settings(&[("Sites that pictures can come from", "pictures.example")])
        .await;
    let pictures = policy().await;
    let pictures = pictures
        .split("; ")
        .find(|part| part.starts_with("img-src"))
        .unwrap();
    assert_eq!(pictures, "img-src 'self' data: pictures.example");
    let page = nora
        .change_settings(&[(
            "Sites that pictures can come from",
            "a.example; script-src *",
        )])
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.problem_of("Sites that pictures can come from")
            .is_some()
    );
    assert!(!policy().await.contains("script-src *"));
}

#[tokio::test]
async fn new_posts_live_where_the_settings_say_and_old_ones_where_they_were() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let reader = blog.reader();
    let old = nora.publish("Ebb", "Words.").await;
    for (pattern, path) in [
        ("Day: /2016/06/05/spring-tides/", "/2016/06/05/flood/"),
        ("Year: /2016/spring-tides/", "/2016/flood/"),
        ("Title only: /spring-tides/", "/flood/"),
    ] {
        nora.change_settings(&[(pattern, "")]).await;
        assert_eq!(nora.publish("Flood", "Words.").await, path);
        let page = reader.open(path).await;
        assert_eq!(
            page.attribute("link[rel=canonical]", "href").unwrap(),
            format!("http://blog.example{path}")
        );
        assert_eq!(
            reader
                .get(path.trim_end_matches('/'))
                .await
                .header("location"),
            Some(path)
        );
        let feed = page.link("Feed of these comments");
        assert_eq!(
            (feed.clone(), reader.get(&feed).await.status),
            (format!("{path}comments.atom"), 200)
        );
        let shown = blog.commenter("Ada").comment(path, "A thought.").await;
        assert_eq!(shown.status, 200, "a comment finds its way back");
        // A changed permalink keeps to the pattern, and the old one leads to it.
        let page = nora
            .revise("Flood", "Update", &[("Permalink", "tide")])
            .await;
        let moved = page.link("View post");
        assert_eq!(moved, path.replace("flood", "tide"));
        assert_eq!(
            reader.get(path).await.header("location"),
            Some(moved.as_str())
        );
        nora.revise("Flood", "Move to trash", &[]).await;
    }
    assert_eq!(reader.get(&old).await.status, 200);
    nora.revise("Ebb", "Update", &[("Body", "Other words.")])
        .await;
    assert_eq!(reader.get(&old).await.status, 200);
    assert_eq!(nora.publish("Search", "Words.").await, "/search-2/");
    let page = nora
        .write(
            "Publish",
            &[("Title", "x"), ("Body", "y"), ("Permalink", "admin")],
        )
        .await;
    assert_eq!(page.status, 422);
    assert_eq!(
        page.problem_of("Permalink").as_deref(),
        Some("/admin/ is already used by “the blog itself”.")
    );
}

#[tokio::test]
async fn the_first_page_shows_whole_days_where_the_settings_say_so() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for day in 1..=5 {
        for hour in 8..=9 {
            let at = format!("2016-06-0{day}T0{hour}:00");
            nora.publish_with(&[
                ("Title", &format!("Post {day}-{hour}")),
                ("Body", "x"),
                ("Published on", &at),
            ])
            .await;
        }
    }
    nora.change_settings(&[
        ("All posts from a number of days", ""),
        ("Days per page", "2"),
    ])
    .await;
    let reader = blog.reader();
    let first = reader.open("/").await;
    assert_eq!(
        first.listed(),
        ["Post 5-9", "Post 5-8", "Post 4-9", "Post 4-8"]
    );
    let second = reader.open(&first.link("Older posts")).await;
    assert_eq!(
        second.listed(),
        ["Post 3-9", "Post 3-8", "Post 2-9", "Post 2-8"]
    );
    let third = reader.open(&second.link("Older posts")).await;
    assert_eq!(third.listed(), ["Post 1-9", "Post 1-8"]);
    assert_eq!(third.link_if_any("Older posts"), None);
    let back = reader.open(&third.link("Newer posts")).await;
    assert_eq!(back.listed(), second.listed());
    let top = reader.open(&back.link("Newer posts")).await;
    assert_eq!(
        (top.listed(), top.link_if_any("Newer posts")),
        (first.listed(), None)
    );
}

#[tokio::test]
async fn films_play_only_from_where_the_settings_allow() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let reader = blog.reader();
    let body = "<iframe src=\"https://www.youtube.com/embed/dQw4w9WgXcQ\"></iframe>\n\n\
                <iframe src=\"https://player.vimeo.com/video/76979871\"></iframe>";
    let path = nora
        .publish_with(&[("Title", "Ebb"), ("Body", body), ("HTML", "")])
        .await;
    let link = "Play the video from YouTube";
    for (choice, players, frames) in [
        (
            "From YouTube and Vimeo",
            2,
            "frame-src https://www.youtube-nocookie.com https://player.vimeo.com;",
        ),
        ("From Vimeo only", 1, "frame-src https://player.vimeo.com;"),
        ("Never: show a link instead", 0, "frame-src 'none';"),
    ] {
        nora.change_settings(&[(choice, "")]).await;
        for address in [path.as_str(), "/"] {
            let page = reader.open(address).await;
            assert_eq!(page.number_of("a.play"), players, "{choice} on {address}");
            assert_eq!(
                page.link_if_any(link).is_some(),
                players == 2,
                "{choice} on {address}"
            );
            assert!(
                page.header("content-security-policy")
                    .unwrap()
                    .contains(frames)
            );
        }
        let feed = reader.open("/feed.atom").await.source();
        assert!(
            !feed.contains("iframe") && feed.contains("www.youtube.com/watch?v=dQw4w9WgXcQ"),
            "feeds link to films: {feed}"
        );
    }
}

#[tokio::test]
async fn the_feed_holds_excerpts_where_the_settings_say_so() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let body = format!("Beginning. {} The very end.", "And on it goes. ".repeat(60));
    nora.publish("Ebb", &body).await;
    let feed = async || blog.reader().open("/feed.atom").await.source();
    assert!(feed().await.contains("The very end."));
    nora.change_settings(&[("Excerpts, with a link to the post", "")])
        .await;
    let short = feed().await;
    assert!(short.contains("<summary>Beginning.") && !short.contains("The very end."));
    assert!(!short.contains("<content"));
}

#[tokio::test]
async fn the_foot_of_the_page_holds_links_and_nothing_that_runs() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    assert_eq!(blog.reader().open("/").await.number_of(".site-footer"), 0);
    let text = "By Nora. [About](/p/about.html) <script>alert(1)</script><b onclick=x>bold</b> [x](javascript:x)";
    nora.change_settings(&[("Footer", text)]).await;
    let page = blog.reader().open("/").await;
    assert_eq!(page.link("About"), "/p/about.html");
    let foot = page.texts(".site-footer").concat();
    assert!(
        foot.starts_with("By Nora. About") && foot.contains("bold"),
        "{foot}"
    );
    assert!(!page.source().contains("alert(1)") && !page.source().contains("onclick"));
    assert!(!page.source().contains("javascript:"));
    let page = nora
        .change_settings(&[("Footer", &"x".repeat(1001)), ("Description", "Kept.")])
        .await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Footer").is_some());
    assert_eq!(page.form_with("Blog title").value("Description"), "Kept.");
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused_with_all_fields_kept() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let page = nora
        .change_settings(&[
            ("Blog title", " "),
            ("Description", "Kept."),
            ("Posts per page", "0"),
            ("Days per page", "51"),
            ("From Vimeo only", ""),
        ])
        .await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Blog title").is_some() && page.problem_of("Posts per page").is_some());
    assert!(page.problem_of("Days per page").is_some());
    let form = page.form_with("Blog title");
    assert_eq!(form.value("Description"), "Kept.");
    assert!(form.is_chosen("From Vimeo only"));
    assert_eq!(blog.reader().open("/").await.title(), "Harbour Notes");
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let blog = TestBlog::new().await;
    let (here, elsewhere, otto) = (
        blog.author().await,
        blog.author().await,
        blog.operator().await,
    );
    let mut form = here.open("/admin/profile").await.form_with("New password");
    form.fill("New password", "short");
    let page = here.press(&form, "Save profile").await;
    assert_eq!(
        (page.status, page.problem_of("New password").is_some()),
        (422, true)
    );
    assert_eq!(
        elsewhere.open("/admin/posts/").await.address,
        "/admin/posts/"
    );

    form.fill("New password", "the tide goes out at noon")
        .fill("Your name", "Nora Quay");
    assert_eq!(
        here.press(&form, "Save profile").await.status_line(),
        "Saved."
    );
    assert_eq!(here.open("/admin/posts/").await.address, "/admin/posts/");
    assert!(
        elsewhere
            .open("/admin/posts/")
            .await
            .address
            .starts_with("/admin/sign-in")
    );
    assert_eq!(
        otto.open("/admin/posts/").await.address,
        "/admin/posts/",
        "others stay"
    );
    assert_eq!(blog.reader().sign_in(AUTHOR, PASSWORD).await.status, 422);
    assert_eq!(
        blog.reader()
            .sign_in(AUTHOR, "the tide goes out at noon")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_new_name_stands_below_the_posts_at_once() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    let mut form = nora.open("/admin/profile").await.form_with("New password");
    form.fill("Your name", "Nora Quay");
    nora.press(&form, "Save profile").await;
    assert!(blog.reader().open(&path).await.says("Nora Quay"));
}

/// Every form of the author's door that changes something: the page it stands on, a label of it, its button.
const FORMS: &[(&str, &str, &str)] = &[
    ("/admin/posts/new", "Body", "Save"),
    ("/admin/posts/new", "Body", "Preview"),
    ("/admin/posts/1", "Body", "Update"),
    ("/admin/posts/1", "Body", "Move to trash"),
    ("/admin/pages/new", "Body", "Publish"),
    ("/admin/settings", "Blog title", "Save settings"),
    ("/admin/profile", "New password", "Save profile"),
];

async fn fingerprint(blog: &TestBlog) -> (i64, i64, i64, i64) {
    (
        blog.number("select count(*) from posts where state = 'published'")
            .await,
        blog.number("select count(*) from sessions").await,
        blog.number("select version from content").await,
        blog.number("select count(*) from comments where state = 'waiting'")
            .await,
    )
}

async fn refuse(nora: &Person, blog: &TestBlog, form: &crate::page::Form, button: &str) {
    let before = fingerprint(blog).await;
    for token in ["", "guess"] {
        let mut form = form.clone();
        form.tamper("csrf", token);
        let page = nora.press(&form, button).await;
        assert_eq!(page.status, 403, "{button} with token “{token}”");
        assert!(page.says("nothing was changed"), "{}", page.text());
    }
    assert_eq!(fingerprint(blog).await, before, "{button}");
}

#[tokio::test]
async fn forms_without_the_sessions_token_are_refused() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    blog.commenter("Ada").comment(&path, "A thought.").await;
    for (address, label, button) in FORMS {
        let mut form = nora.open(address).await.form_with(label);
        form.fill(label, "Something new, long enough");
        refuse(&nora, &blog, &form, button).await;
    }
    let comments = nora.open("/admin/comments/").await;
    refuse(
        &nora,
        &blog,
        &comments.form_near("A thought.", "Approve"),
        "Approve",
    )
    .await;
    refuse(
        &nora,
        &blog,
        &comments.form_near("Sign out", "Sign out"),
        "Sign out",
    )
    .await;
}

#[tokio::test]
async fn the_token_of_another_session_is_refused() {
    let blog = TestBlog::new().await;
    let (nora, otto) = (blog.author().await, blog.operator().await);
    let mut form = otto.open("/admin/settings").await.form_with("Blog title");
    form.fill("Blog title", "Taken over");
    assert_eq!(nora.press(&form, "Save settings").await.status, 403);
    assert_eq!(blog.reader().open("/").await.title(), "Harbour Notes");
}

#[tokio::test]
async fn an_author_cannot_be_made_to_post_from_another_site() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let (action, fields) = nora
        .open("/admin/posts/new")
        .await
        .form_with("Body")
        .fill("Title", "Ebb")
        .pressed("Publish");
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let page = nora
        .post_with(
            &action,
            &fields,
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://evil.example"),
            ],
        )
        .await;
    assert_eq!(page.status, 403);
    assert_eq!(blog.number("select count(*) from posts").await, 0);
    let mut more = fields.clone();
    more.push(("author_id", "1"));
    assert_eq!(
        nora.post(&action, &more).await.status,
        422,
        "a field that the form has not"
    );
}
