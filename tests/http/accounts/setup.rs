//! Set-up: the first person, by the address that the start printed.

use crate::blog::{AUTHOR, PASSWORD, TestBlog};
use crate::page::Page;

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
async fn before_the_set_up_readers_get_a_notice() {
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
    let admin = nora.press(&fill_set_up(&page), "Create blog").await;
    assert_eq!(
        (admin.status, admin.address.as_str()),
        (200, "/admin/posts/")
    );
    assert!(admin.says("Nora"));
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
