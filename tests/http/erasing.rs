//! Posts and pages that are deleted for ever from the trash: one, some, all of it, and by whom.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use daybook::blog::author::Role;

const TRASH: &str = "/admin/posts/?state=trashed";

/// A blog whose trash holds two of three posts, one of them with a comment, and the operator.
async fn with_a_full_trash() -> (TestBlog, Person) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let ebb = nora.publish("Ebb", "The lighthouse.").await;
    nora.publish("Flood", "The quay.").await;
    nora.publish("Fog", "The pier.").await;
    blog.commenter("Ada").comment(&ebb, "A thought.").await;
    nora.revise("Ebb", "Update", &[("Body", "The other lighthouse.")])
        .await;
    for title in ["Ebb", "Flood"] {
        nora.revise(title, "Move to trash", &[]).await;
    }
    (blog, nora)
}

fn lines(page: &Page) -> Vec<String> {
    page.texts("td.line-title")
}

#[tokio::test]
async fn a_post_is_deleted_for_ever_after_a_question() {
    let (blog, nora) = with_a_full_trash().await;
    let trash = nora.open(TRASH).await;
    let row = trash.form_with_button("Delete for ever Ebb");
    let question = nora.press(&row, "Delete for ever Ebb").await;
    assert_eq!(question.headings_of(1), ["Delete 1 post for ever?"]);
    assert!(question.says("Ebb") && !question.says("Flood"));
    assert_eq!(
        blog.number("select count(*) from posts").await,
        3,
        "a question deletes nothing"
    );
    let form = question.form_with_button("Delete for ever");
    let after = nora.press(&form, "Delete for ever").await;
    assert!(after.status_line().contains("Deleted for ever."));
    assert!(!after.has_button("Undo"), "nothing brings it back");
    assert_eq!(lines(&after), ["Flood"]);
    for left in [
        "select count(*) from posts where title = 'Ebb'",
        "select count(*) from revisions where title = 'Ebb'",
        "select count(*) from comments",
        "select count(*) from search_comments",
    ] {
        assert_eq!(blog.number(left).await, 0, "{left}");
    }
    assert!(blog.app.store.problems().await.unwrap().is_empty());
    assert_eq!(blog.reader().open("/2016/06/ebb.html").await.status, 404);
    let log = nora.open("/admin/audit/").await;
    assert!(log.says("permanently deleted Ebb"), "{}", log.main());
    // The same form once more finds nothing.
    let again = nora.press(&form, "Delete for ever").await;
    assert!(again.status_line().contains("Nothing was changed."));
}

#[tokio::test]
async fn what_is_not_in_the_trash_is_never_deleted() {
    let (blog, nora) = with_a_full_trash().await;
    let token = nora
        .open(TRASH)
        .await
        .attribute("input[name=csrf]", "value");
    let token = token.unwrap();
    let fields = [
        ("csrf", &*token),
        ("act", "erase"),
        ("sure", "yes"),
        ("picked", "3"),
    ];
    nora.post("/admin/posts/", &fields).await;
    let unsure = [("csrf", &*token), ("act", "erase"), ("picked", "1")];
    let asked = nora.post("/admin/posts/", &unsure).await;
    assert_eq!(asked.status, 303);
    assert!(asked.header("location").unwrap().contains("/erase?posts=1"));
    assert_eq!(blog.number("select count(*) from posts").await, 3);
    // A question about what is not there, or not in the trash, leads to the trash.
    for posts in ["3", "99", "x"] {
        let page = nora.get(&format!("/admin/posts/erase?posts={posts}")).await;
        assert_eq!(page.header("location"), Some(TRASH), "{posts}");
    }
}

#[tokio::test]
async fn several_are_deleted_at_once_and_the_trash_is_emptied() {
    let (blog, nora) = with_a_full_trash().await;
    let mut picked = nora.open(TRASH).await.form("Selected posts");
    picked.tick("Select Ebb").tick("Select Flood");
    let question = nora.press(&picked, "Delete selected for ever").await;
    assert_eq!(question.headings_of(1), ["Delete 2 posts for ever?"]);
    assert_eq!(question.link("Cancel"), TRASH);
    let trash = nora.open(TRASH).await;
    let question = nora.open(&trash.link("Empty trash")).await;
    assert_eq!(question.headings_of(1), ["Empty the trash?"]);
    // What comes into the trash after the question is not meant by the answer.
    blog.clock.advance(60);
    nora.revise("Fog", "Move to trash", &[]).await;
    let form = question.form_with_button("Empty trash");
    let after = nora.press(&form, "Empty trash").await;
    assert!(after.status_line().contains("The trash was emptied."));
    assert_eq!(lines(&nora.open(TRASH).await), ["Fog"]);
    let pages = nora.get("/admin/pages/erase?all=yes").await;
    assert_eq!(
        pages.header("location"),
        Some("/admin/pages/?state=trashed"),
        "there is nothing to ask about"
    );
}

#[tokio::test]
async fn everybody_deletes_only_what_they_may_act_on() {
    let (blog, _) = with_a_full_trash().await;
    let cora = blog.person("Cora", Role::Contributor).await;
    cora.write("Save", &[("Title", "Slack"), ("Body", "Words.")])
        .await;
    cora.revise("Slack", "Move to trash", &[]).await;
    let question = cora.open("/admin/posts/erase?all=yes").await;
    assert!(question.says("Slack") && !question.says("Ebb"));
    let token = question.attribute("input[name=csrf]", "value").unwrap();
    let fields = [
        ("csrf", &*token),
        ("act", "erase"),
        ("sure", "yes"),
        ("picked", "1"),
    ];
    cora.post("/admin/posts/", &fields).await;
    assert_eq!(blog.number("select count(*) from posts").await, 4);
    let form = question.form_with_button("Empty trash");
    cora.press(&form, "Empty trash").await;
    assert_eq!(blog.number("select count(*) from posts").await, 3);
    assert_eq!(
        blog.number("select count(*) from posts where title = 'Slack'")
            .await,
        0
    );
}
