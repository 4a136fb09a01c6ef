//! Previews: for their author, by a link, and in a frame of our own.

use super::{autosave, editor};
use crate::blog::TestBlog;
use daybook::jobs;

#[tokio::test]
async fn a_preview_link_shows_the_working_copy_until_it_ends() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    nora.write("Save", &[("Title", "Ebb"), ("Body", "Secret words.")])
        .await;
    let mut form = nora
        .open("/admin/posts/1/links")
        .await
        .form_with("Who is it for?");
    form.fill_all(&[
        ("Who is it for?", "Ada"),
        ("Works until the end of", "2016-06-06"),
    ]);
    let page = nora.press(&form, "Create link").await;
    let link = page
        .attribute(".preview-links input[readonly]", "value")
        .unwrap();
    let path = format!("/{}", link.splitn(4, '/').nth(3).unwrap());
    let shown = reader.open(&path).await;
    assert!(shown.says("Secret words.") && shown.says("This draft isn’t public."));
    assert_eq!(shown.header("cache-control"), Some("private, no-store"));
    assert_eq!(shown.header("x-robots-tag"), Some("noindex"));
    assert_eq!(shown.header("referrer-policy"), Some("same-origin"));
    let (start, code) = path.rsplit_once('/').unwrap();
    assert_eq!(
        reader
            .open(&format!("{start}/{}x", &code[1..]))
            .await
            .status,
        404
    );
    assert_eq!(reader.open(&format!("/preview/2/{code}")).await.status, 404);
    blog.clock.advance(33 * 3600);
    assert_eq!(
        reader.open(&path).await.status,
        200,
        "until the end of the day"
    );
    blog.clock.advance(3600);
    assert_eq!(reader.open(&path).await.status, 404);

    let form = nora
        .open("/admin/posts/1/links")
        .await
        .form_with("Who is it for?");
    let page = nora.press(&form, "Create link").await;
    let link = page
        .attribute(".preview-links input[readonly]", "value")
        .unwrap();
    let path = format!("/{}", link.splitn(4, '/').nth(3).unwrap());
    assert_eq!(reader.open(&path).await.status, 200);
    nora.press(&page.form_with_button("Revoke"), "Revoke").await;
    assert_eq!(reader.open(&path).await.status, 404);
}

#[tokio::test]
async fn a_link_is_not_made_of_a_day_that_is_none_or_over() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "Words.")])
        .await;
    let long = "x".repeat(81);
    for (name, until, field) in [
        ("Ada", "tomorrow", "Works until the end of"),
        ("Ada", "2016-06-04", "Works until the end of"),
        (&long, "2016-06-06", "Who is it for?"),
    ] {
        let mut form = nora
            .open("/admin/posts/1/links")
            .await
            .form_with("Who is it for?");
        form.fill_all(&[("Who is it for?", name), ("Works until the end of", until)]);
        let page = nora.press(&form, "Create link").await;
        assert_eq!(page.status, 422, "{until}");
        assert!(page.problem_of(field).is_some(), "{until}");
        let kept = page.form_with("Who is it for?");
        assert_eq!(
            (
                kept.value("Who is it for?"),
                kept.value("Works until the end of")
            ),
            (name, until)
        );
    }
    assert_eq!(blog.number("select count(*) from preview_links").await, 0);
}

/// S44, S45.
#[tokio::test]
async fn no_working_copy_is_found_by_readers() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora
        .publish_with(&[
            ("Title", "Ebb"),
            ("Body", "Known words."),
            ("Tags", "tides"),
        ])
        .await;
    let public = [
        "/",
        &path,
        "/tags/",
        "/tags/tides/",
        "/feed.atom",
        "/comments.atom",
        "/comments.json",
        "/search?q=xyzzy",
        "/search?q=Known",
        "/2016/06/nothing.html",
        "/2016/06/xyzzy",
        "/2016/06/xyzzy-plan",
        "/2016/06/xyzzy-plan.html",
    ];
    let mut before = Vec::new();
    for address in public {
        let page = reader.get(address).await;
        before.push((page.status, page.header("etag").map(str::to_owned)));
    }
    nora.write(
        "Save",
        &[
            ("Title", "Xyzzy plan"),
            ("Body", "xyzzy draft"),
            ("Tags", "xyzzy"),
        ],
    )
    .await;
    nora.write(
        "Publish",
        &[
            ("Title", "Xyzzy later"),
            ("Body", "xyzzy"),
            ("Tags", "xyzzy"),
            ("Published on", "2016-06-05T23:00"),
        ],
    )
    .await;
    let form = editor(&nora, "Ebb").await;
    autosave(
        &nora,
        &form,
        &[("Body", "xyzzy pending"), ("Tags", "tides, xyzzy")],
    )
    .await;
    jobs::rerender(&blog.app).await.unwrap();
    for (address, was) in public.into_iter().zip(before) {
        let page = reader.get(address).await;
        assert_eq!(
            (page.status, page.header("etag").map(str::to_owned)),
            was,
            "{address}"
        );
        let source = page
            .source()
            .to_lowercase()
            .replace(&address.to_lowercase(), "");
        assert!(
            !source
                .replace("q=xyzzy", "")
                .replace("value=\"xyzzy\"", "")
                .contains("xyzzy draft"),
            "{address}"
        );
        assert!(
            !source.contains("xyzzy pending") && !source.contains("xyzzy later"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn the_framed_preview_is_for_our_own_pages_only() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write(
        "Save",
        &[("Title", "Ebb"), ("Body", "Some **bold** words.")],
    )
    .await;
    let frame = nora.open("/admin/posts/1/preview").await;
    let framed = frame.attribute("iframe", "src").unwrap();
    let page = nora.open(&framed).await;
    assert_eq!(page.texts("article.post strong"), ["bold"]);
    assert_eq!(page.header("x-frame-options"), Some("SAMEORIGIN"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'self'") && policy.contains("script-src 'self'"));
    let usual = nora.open("/admin/posts/").await;
    assert!(
        usual
            .header("content-security-policy")
            .unwrap()
            .contains("frame-ancestors 'none'")
    );
    let feed = nora.open("/admin/posts/1/framed?as=feed").await;
    assert_eq!(feed.texts("strong"), ["bold"]);
}
