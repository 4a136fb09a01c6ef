//! The profile: sessions, password, name, and the question for the password before ways in are changed.

use crate::blog::{AUTHOR, OPERATOR, PASSWORD, Person, TestBlog};

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
async fn a_new_name_is_shown_below_the_posts_at_once() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    let mut form = nora.open("/admin/profile").await.form_with("New password");
    form.fill("Your name", "Nora Quay");
    nora.press(&form, "Save profile").await;
    assert!(blog.reader().open(&path).await.says("Nora Quay"));
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
    let (desktop, phone, tablet) = (
        sign_in(blog.reader(), agent(firefox)).await,
        sign_in(blog.reader(), agent(phone)).await,
        sign_in(blog.reader(), agent("")).await,
    );
    let otto = blog.operator().await;
    let page = desktop.open("/admin/profile").await;
    let lines = page.texts("section[aria-labelledby=sessions] li");
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(
        lines
            .iter()
            .any(|line| line.contains("Firefox on Linux this device"))
    );
    let page = desktop
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
    desktop.press(&foreign, "End session").await;
    assert_eq!(
        otto.get("/admin/posts/").await.status,
        200,
        "only one's own"
    );

    let page = desktop
        .press(
            &page.form_with_button("End all other sessions"),
            "End all other sessions",
        )
        .await;
    assert_eq!(tablet.get("/admin/posts/").await.status, 303);
    let end = page.form_near("Firefox", "End session");
    assert!(
        desktop
            .press(&end, "End session")
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
