//! A commenter's own page: no account, no cookie, no script, and everything about one's own words.

use crate::blog::{Person, TestBlog};
use crate::page::Page;

/// A blog that shows comments at once, its post, and the own page of Ada's comment on it.
async fn commented() -> (TestBlog, String, Page) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    let own = blog
        .commenter("Ada")
        .comment(&path, "The tide was late.")
        .await;
    (blog, path, own)
}

async fn approve(blog: &TestBlog, words: &str) {
    blog.author().await.moderate(words, "Approve").await;
}

async fn show_at_once(blog: &TestBlog) {
    blog.author()
        .await
        .change_settings(&[("Show every comment at once", "")])
        .await;
}

/// Opens the form to change the words, fills it and saves.
async fn edit(person: &Person, own: &str, words: &str) -> Page {
    let page = person.open(own).await;
    let page = person.press(&page.form_with_button("Edit"), "Edit").await;
    let mut form = page.form("Edit your comment");
    form.fill("Comment", words);
    person.press(&form, "Save").await
}

async fn press(person: &Person, own: &str, button: &str) -> Page {
    let page = person.open(own).await;
    person.press(&page.form_with_button(button), button).await
}

#[tokio::test]
async fn a_comment_can_be_changed_for_thirty_minutes_without_script_or_cookie() {
    let (blog, path, own) = commented().await;
    show_at_once(&blog).await;
    approve(&blog, "The tide").await;
    let ada = blog.reader();
    let saved = edit(&ada, &own.address, "The tide was *very* late.").await;
    assert!(saved.says("Saved."));
    let page = blog.reader().open(&path).await;
    assert!(page.says("The tide was very late."));
    assert!(!page.says("The tide was late."));
    let found = blog.reader().open("/search?q=very").await;
    assert_eq!(
        found.number_of("ol.hits > li"),
        1,
        "search knows the new words"
    );
    blog.clock.advance(30 * 60);
    let page = ada.open(&own.address).await;
    assert!(!page.has_button("Edit"), "the time is over");
    assert!(page.has_button("Delete"), "deleting is always possible");
    assert!(ada.cookies().is_empty());
}

#[tokio::test]
async fn words_that_come_too_late_are_given_back() {
    let (blog, _, own) = commented().await;
    let ada = blog.reader();
    let page = ada.open(&own.address).await;
    let page = ada.press(&page.form_with_button("Edit"), "Edit").await;
    let mut form = page.form("Edit your comment");
    form.fill("Comment", "A long second thought.");
    blog.clock.advance(31 * 60);
    let page = ada.press(&form, "Save").await;
    assert_eq!(page.status, 403);
    assert!(page.source().contains("A long second thought."));
    for (words, status) in [("", 422), (&"x".repeat(9000), 422)] {
        blog.clock.advance(-31 * 60);
        let mut form = page.form("Edit your comment");
        form.fill("Comment", words);
        let page = ada.press(&form, "Save").await;
        assert_eq!(page.status, status);
        assert_eq!(page.form("Edit your comment").value("Comment"), words);
        blog.clock.advance(31 * 60);
    }
}

#[tokio::test]
async fn an_edit_is_marked_and_the_old_words_are_kept_for_the_moderator() {
    let (blog, path, own) = commented().await;
    show_at_once(&blog).await;
    approve(&blog, "The tide").await;
    blog.clock.advance(60);
    edit(&blog.reader(), &own.address, "The ebb was late.").await;
    let own = blog.reader().open(&own.address).await;
    assert!(own.source().contains("edited"));
    let versions = blog
        .number("select count(*) from comment_versions where source = 'The tide was late.'")
        .await;
    assert_eq!(versions, 1);
    assert!(blog.reader().open(&path).await.says("The ebb was late."));
}

#[tokio::test]
async fn nothing_gets_past_the_author_by_an_edit() {
    let (blog, path, own) = commented().await;
    approve(&blog, "The tide").await;
    assert!(blog.reader().open(&path).await.says("The tide was late."));
    edit(
        &blog.reader(),
        &own.address,
        "Buy casino slots: viagra cialis",
    )
    .await;
    let page = blog.reader().open(&path).await;
    assert!(!page.source().contains("casino"));
    assert_eq!(page.comments().len(), 0);
    let spam = blog
        .author()
        .await
        .open("/admin/comments/?state=spam")
        .await;
    assert!(spam.says("casino"));
}

#[tokio::test]
async fn a_comment_can_be_deleted_at_any_time_and_brought_back_for_thirty_days() {
    let (blog, path, own) = commented().await;
    approve(&blog, "The tide").await;
    let ada = blog.reader();
    blog.clock.advance(3 * 24 * 3600);
    let page = press(&ada, &own.address, "Delete").await;
    assert!(page.says("You deleted this comment."));
    assert!(
        !blog
            .reader()
            .open(&path)
            .await
            .source()
            .contains("The tide was late.")
    );
    let page = press(&ada, &own.address, "Undo").await;
    assert!(page.says("The comment is back."));
    assert!(blog.reader().open(&path).await.says("The tide was late."));
    press(&ada, &own.address, "Delete").await;
    blog.clock.advance(31 * 24 * 3600);
    daybook::later::tidy(&blog.app).await.unwrap();
    let page = ada.open(&own.address).await;
    assert!(page.says("This comment is erased."));
    assert!(!page.has_button("Undo"));
    let kept = blog
        .number("select count(*) from comments where source <> '' or name <> '' or html <> ''")
        .await;
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_moderator_cannot_bring_back_what_its_writer_deleted() {
    let (blog, path, own) = commented().await;
    press(&blog.reader(), &own.address, "Delete").await;
    let nora = blog.author().await;
    nora.post(
        "/admin/comments/1",
        &[("csrf", "x"), ("act", "approve"), ("back", "deleted")],
    )
    .await;
    let outcome = blog
        .app
        .store
        .decide_comment(
            daybook::blog::CommentId(1),
            daybook::blog::comment::State::Approved,
            "Nora",
            blog.app.now(),
        )
        .await
        .unwrap();
    assert_eq!(outcome, daybook::store::Outcome::Gone);
    assert!(!blog.reader().open(&path).await.says("The tide was late."));
}

#[tokio::test]
async fn all_comments_of_one_browser_are_listed_taken_along_and_erased_together() {
    let (blog, path, _) = commented().await;
    let pass = "0123456789abcdef0123456789abcdef";
    let mut own = String::new();
    for words in ["One thought.", "Another thought."] {
        let ada = blog.commenter("Ada");
        let mut form = ada.comment_form(&path, words).await;
        form.fill("Email", "ada@example.org").tamper("pass", pass);
        own = ada.press(&form, "Post comment").await.address;
    }
    let ada = blog.reader();
    let page = ada.open(&own).await;
    assert_eq!(
        page.number_of("ul.mine > li"),
        2,
        "not the one of another browser"
    );
    assert!(page.says("One thought."));
    let download = ada.open(&page.link("Download them")).await;
    let data: serde_json::Value = serde_json::from_str(&download.source()).unwrap();
    assert_eq!(data["comments"][0]["text"], "Another thought.");
    assert_eq!(data["comments"][1]["email"], "ada@example.org");
    assert_eq!(data["comments"].as_array().unwrap().len(), 2);
    let unsure = press(&ada, &own, "Erase all 2 of my comments").await;
    assert_eq!(unsure.status, 422, "only on purpose");
    let mut form = unsure.form_with_button("Erase all 2 of my comments");
    form.fill("I know that nothing brings it back", "");
    let page = ada.press(&form, "Erase all 2 of my comments").await;
    assert!(page.says("Erased. Nothing of it is kept."));
    let left = blog
        .number("select count(*) from comments where source like '%thought%' or email <> '' or name = 'Ada'")
        .await;
    assert_eq!(left, 1, "the comment of the other browser");
    let found = blog
        .number("select count(*) from search_comments where search_comments match 'thought'")
        .await;
    assert_eq!(found, 0);
}

#[tokio::test]
async fn the_own_page_is_for_its_writer_alone() {
    let (blog, _, own) = commented().await;
    let page = blog.reader().open(&own.address).await;
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    assert_eq!(page.header("x-robots-tag"), Some("noindex"));
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    let before = blog.number("select count(*) from acts").await;
    for act in ["save", "delete", "undo", "erase", "erase-all"] {
        for key in ["", "?key=", "?key=wrong"] {
            let answer = blog
                .reader()
                .post(
                    &format!("/comments/1{key}"),
                    &[("act", act), ("body", "x"), ("sure", "yes")],
                )
                .await;
            assert_eq!(answer.status, 404, "{act} {key}");
        }
    }
    assert_eq!(
        blog.reader().get("/comments/1/download?key=x").await.status,
        404
    );
    let odd = blog
        .reader()
        .post(&own.address, &[("act", "approve")])
        .await;
    assert_eq!(odd.status, 400);
    let more = [("act", "save"), ("body", "x"), ("state", "approved")];
    assert_eq!(blog.reader().post(&own.address, &more).await.status, 422);
    assert_eq!(blog.number("select count(*) from acts").await, before);
    assert_eq!(
        blog.number("select count(*) from comments where state = 'waiting'")
            .await,
        1
    );
}

#[tokio::test]
async fn the_own_page_tells_nothing_of_a_post_that_became_a_draft() {
    let (blog, path, own) = commented().await;
    let nora = blog.author().await;
    nora.revise("Ebb", "Back to draft", &[]).await;
    nora.revise("Ebb", "Save", &[("Title", "A secret plan")])
        .await;
    let page = blog.reader().open(&own.address).await;
    assert_eq!(page.status, 200, "the comment is still its writer's");
    assert!(page.says("The tide was late."));
    let download = page.link("Download what is kept of it");
    for source in [page.source(), blog.reader().open(&download).await.source()] {
        assert!(!source.contains("secret plan") && !source.contains(&path));
    }
    press(&blog.reader(), &own.address, "Delete").await;
    assert_eq!(
        blog.number("select count(*) from comments where state = 'deleted'")
            .await,
        1
    );
}
