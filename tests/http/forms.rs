//! Forms without the token of the session, or from another site.

use crate::blog::{Person, TestBlog};

/// Every form of the author's door that changes something: the page that has it, one of its labels, its button.
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
