//! The people of a blog: invited, made operators, removed; and what an operator sees that an author does not.

use crate::blog::{AUTHOR, OPERATOR, PASSWORD, Person, TestBlog};
use crate::page::Page;
use daybook::blog::author::Role;

async fn invite(otto: &Person, name: &str, email: &str, role: &str) -> Page {
    let mut form = otto.open("/admin/people/").await.form_with("Name");
    form.fill("Name", name).fill("Email", email).choose(role);
    otto.press(&form, "Create invitation").await
}

/// The path of the link that a page shows.
fn link_on(page: &Page) -> String {
    let link = page
        .attribute("#link", "value")
        .unwrap_or_else(|| panic!("{}", page.text()));
    link.strip_prefix("http://blog.example").unwrap().to_owned()
}

async fn act(otto: &Person, who: &str, button: &str) -> Page {
    let page = otto.open("/admin/people/").await;
    otto.press(&page.form_near(who, button), button).await
}

/// What the list says about somebody.
async fn line(otto: &Person, who: &str) -> String {
    let page = otto.open("/admin/people/").await;
    let lines = page.texts(".people tbody tr");
    lines
        .into_iter()
        .find(|line| line.contains(who))
        .unwrap_or_else(|| panic!("{}", page.text()))
}

#[tokio::test]
async fn somebody_invited_chooses_a_name_and_a_password_and_writes() {
    let blog = TestBlog::without_mail().await;
    let otto = blog.operator().await;
    let page = invite(
        &otto,
        "Ada",
        "ada@harbour.example",
        "Author: writes and publishes their own posts, and moderates the comments on them",
    )
    .await;
    assert_eq!(page.status, 200, "{}", page.text());
    let link = link_on(&page);
    assert!(line(&otto, "ada@harbour.example").await.contains("invited"));

    let ada = blog.reader();
    let welcome = ada.open(&link).await;
    assert_eq!(welcome.headings_of(1), ["Welcome"]);
    let mut form = welcome.form_with("Password");
    assert_eq!(form.value("Name"), "Ada");
    form.fill("Name", "Ada Ferry").fill("Password", "short");
    let again = ada.press(&form, "Sign in").await;
    assert_eq!(again.status, 422);
    assert!(again.problem_of("Password").is_some());
    assert_eq!(again.form_with("Password").value("Name"), "Ada Ferry");
    form.fill("Password", "seven slow grey herons");
    assert_eq!(ada.press(&form, "Sign in").await.address, "/admin/posts/");
    let path = ada.publish("Ebb", "Words.").await;
    assert!(blog.reader().open(&path).await.says("Ada Ferry"));
    assert_eq!(
        blog.reader().press(&form, "Sign in").await.status,
        403,
        "once"
    );
    let again = blog.reader();
    again
        .sign_in("ada@harbour.example", "seven slow grey herons")
        .await;
    assert_eq!(again.get("/admin/posts/").await.status, 200);
    assert!(!line(&otto, "Ada Ferry").await.contains("Not yet"));
}

#[tokio::test]
async fn an_invitation_works_for_seven_days_and_a_new_one_takes_its_place() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let page = invite(
        &otto,
        "Ada",
        "ada@harbour.example",
        "Operator: can do everything: all posts and comments, pages, settings, people",
    )
    .await;
    let first = link_on(&page);
    let second = link_on(&act(&otto, "Ada", "New link").await);
    assert!(!blog.reader().open(&first).await.says("Welcome"));
    assert!(blog.reader().open(&second).await.says("Welcome"));
    blog.clock.advance(7 * 24 * 3600 - 1);
    let ada = blog.reader();
    let mut form = ada.open(&second).await.form_with("Password");
    form.fill("Password", "seven slow grey herons");
    blog.clock.advance(1);
    assert_eq!(ada.press(&form, "Sign in").await.status, 403);
    assert!(!blog.reader().open(&second).await.says("Welcome"));
}

#[tokio::test]
async fn an_invitation_with_problems_keeps_what_was_typed() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let page = invite(
        &otto,
        "Nora again",
        AUTHOR,
        "Operator: can do everything: all posts and comments, pages, settings, people",
    )
    .await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Email").unwrap().contains("already"));
    let form = page.form_with("Name");
    assert_eq!(form.value("Name"), "Nora again");
    assert!(
        form.is_chosen(
            "Operator: can do everything: all posts and comments, pages, settings, people"
        )
    );
    let page = invite(
        &otto,
        " ",
        "no address",
        "Author: writes and publishes their own posts, and moderates the comments on them",
    )
    .await;
    assert!(page.problem_of("Name").is_some() && page.problem_of("Email").is_some());
    assert_eq!(blog.number("select count(*) from authors").await, 2);
}

#[tokio::test]
async fn what_was_typed_survives_the_question_for_the_password() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let mut form = otto.open("/admin/people/").await.form_with("Name");
    form.fill("Name", "Ada")
        .fill("Email", "ada@harbour.example");
    blog.clock.advance(20 * 60);
    let mut asked = otto
        .press(&form, "Create invitation")
        .await
        .form_with("Password");
    asked.fill("Password", PASSWORD);
    let form = otto.press(&asked, "Continue").await.form_with("Name");
    assert_eq!(
        (form.value("Name"), form.value("Email")),
        ("Ada", "ada@harbour.example")
    );
    assert_eq!(blog.number("select count(*) from authors").await, 2);
}

#[tokio::test]
async fn roles_are_changed_and_count_at_once() {
    let blog = TestBlog::new().await;
    blog.give_role(AUTHOR, Role::Author).await;
    let (otto, nora) = (blog.operator().await, blog.author().await);
    assert!(
        !nora
            .open("/admin/posts/")
            .await
            .links()
            .iter()
            .any(|(text, _)| text == "People")
    );
    assert_eq!(nora.get("/admin/people/").await.status, 403);
    let page = act(&otto, "Nora", "Make operator").await;
    assert!(page.status_line().contains("Nora has a new role."));
    assert_eq!(nora.get("/admin/people/").await.status, 200);
    assert_eq!(
        nora.open("/admin/posts/").await.link("People"),
        "/admin/people/"
    );
    act(&nora, "Otto", "Make author").await;
    assert_eq!(otto.get("/admin/people/").await.status, 403);
    assert!(line(&nora, "Otto").await.contains("Author"));
}

#[tokio::test]
async fn the_last_operator_can_neither_be_removed_nor_demoted() {
    let blog = TestBlog::new().await;
    blog.give_role(AUTHOR, Role::Author).await;
    let otto = blog.operator().await;
    let page = otto.open("/admin/people/").await;
    let form = page.form_near("Otto", "New link");
    assert!(!form.has_button("Remove") && !form.has_button("Make author"));
    assert!(!form.has_button("Make contributor"));
    let (action, fields) = form.pressed("New link");
    let csrf = &fields.iter().find(|(name, _)| name == "csrf").unwrap().1;
    for act in ["remove", "author", "contributor"] {
        let answer = otto.post(&action, &[("csrf", csrf), ("act", act)]).await;
        let page = otto.open(answer.header("location").unwrap()).await;
        assert!(page.status_line().contains("the only operator"), "{act}");
    }
    assert_eq!(otto.get("/admin/people/").await.status, 200);
}

#[tokio::test]
async fn somebody_removed_is_out_at_once_and_can_be_invited_again() {
    let blog = TestBlog::new().await;
    let (otto, nora) = (blog.operator().await, blog.author().await);
    let path = nora.publish("Ebb", "Words.").await;
    let link = link_on(&act(&otto, "Nora", "New link").await);
    let page = act(&otto, "Nora", "Remove").await;
    assert!(page.status_line().contains("can no longer sign in"));
    assert_eq!(page.number_of(".people tbody tr"), 1);
    assert_eq!(nora.get("/admin/posts/").await.status, 303);
    assert_eq!(blog.reader().sign_in(AUTHOR, PASSWORD).await.status, 422);
    assert!(!blog.reader().open(&link).await.has_button("Sign in"));
    assert!(
        blog.reader().open(&path).await.says("Nora"),
        "what she wrote stays hers"
    );

    let page = otto
        .press(&page.form_with_button("Invite again"), "Invite again")
        .await;
    let mut form = nora.open(&link_on(&page)).await.form_with("Password");
    form.fill("Password", "seven slow grey herons");
    assert_eq!(nora.press(&form, "Sign in").await.address, "/admin/posts/");
    assert_eq!(blog.number("select count(*) from authors").await, 2);
}

#[tokio::test]
async fn a_new_link_helps_who_lost_the_password_and_an_operator_turns_codes_off() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let nora = blog
        .app
        .store
        .authors()
        .by_email(AUTHOR)
        .await
        .unwrap()
        .unwrap();
    blog.app
        .store
        .credentials()
        .enable_totp(nora.id, b"12345678901234567890", 0, &[])
        .await
        .unwrap();
    assert!(line(&otto, "Nora").await.contains("password and code"));
    let enter = async |link: String| {
        let person = blog.reader();
        let form = person.open(&link).await.form_with_button("Sign in");
        person.press(&form, "Sign in").await
    };
    let page = enter(link_on(&act(&otto, "Nora", "New link").await)).await;
    assert_eq!(
        page.address, "/admin/sign-in/code",
        "a link replaces the password only"
    );
    let page = act(&otto, "Nora", "Turn codes off").await;
    assert!(
        page.status_line()
            .contains("One-time codes are now off for Nora.")
    );
    let page = enter(link_on(&act(&otto, "Nora", "New link").await)).await;
    assert!(page.status_line().contains("set a new password"));
    assert_eq!(page.form_with("New password").value("Email"), AUTHOR);
}

#[tokio::test]
async fn two_people_cannot_have_one_address() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let mut form = nora.open("/admin/profile").await.form_with("New password");
    form.fill("Email", OPERATOR);
    let page = nora.press(&form, "Save profile").await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Email").is_some());
    form.fill("Email", "Nora@Quay.example");
    nora.press(&form, "Save profile").await;
    assert_eq!(
        blog.reader()
            .sign_in("nora@quay.example", PASSWORD)
            .await
            .status,
        200
    );
}
