//! Moderation: reading what came in, deciding, and taking a decision back.

use crate::blog::{Person, TestBlog};
use crate::page::Page;

const SEARCH: &str = "Search in text, name, email, network and post";

async fn blog_with_comments(words: &[&str]) -> (TestBlog, Person, String) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    for words in words {
        blog.clock.advance(1);
        blog.commenter("Ada").comment(&path, words).await;
    }
    (blog, nora, path)
}

fn tabs(page: &Page) -> Vec<String> {
    page.texts("nav[aria-label=States] li")
}

fn in_list(page: &Page) -> Vec<String> {
    page.texts("ol.moderated .text")
}

#[tokio::test]
async fn what_waits_is_counted_and_listed_newest_first() {
    let (_blog, nora, _) = blog_with_comments(&["One.", "Two."]).await;
    let page = nora.open("/admin/comments/").await;
    assert_eq!(
        tabs(&page),
        ["Waiting 2", "Approved 0", "Spam 0", "Deleted 0"]
    );
    assert_eq!(
        page.attribute("nav[aria-label=States] [aria-current=page]", "href")
            .as_deref(),
        Some("/admin/comments/?state=waiting")
    );
    assert_eq!(in_list(&page), ["Two.", "One."]);
    assert!(
        nora.open("/admin/posts/")
            .await
            .link_if_any("Comments 2 waiting")
            .is_some(),
        "the menu counts too"
    );
}

#[tokio::test]
async fn each_decision_moves_a_comment_to_its_tab() {
    let (blog, nora, path) = blog_with_comments(&["Good.", "Bad.", "Sad."]).await;
    nora.moderate("Good.", "Approve").await;
    nora.moderate("Bad.", "Spam").await;
    nora.moderate("Sad.", "Delete").await;
    for (state, words) in [("approved", "Good."), ("spam", "Bad."), ("deleted", "Sad.")] {
        let page = nora.open(&format!("/admin/comments/?state={state}")).await;
        assert_eq!(in_list(&page), [words], "{state}");
        assert_eq!(
            tabs(&page),
            ["Waiting 0", "Approved 1", "Spam 1", "Deleted 1"]
        );
    }
    let shown: Vec<String> = blog
        .reader()
        .open(&path)
        .await
        .comments()
        .into_iter()
        .map(|(_, words)| words)
        .collect();
    assert_eq!(shown, ["Good."]);
}

#[tokio::test]
async fn every_decision_can_be_undone_at_once() {
    let (blog, nora, path) = blog_with_comments(&["A thought."]).await;
    for button in ["Approve", "Spam", "Delete"] {
        let page = nora.moderate("A thought.", button).await;
        assert!(
            page.status_line().contains("The comment is"),
            "{button}: {}",
            page.status_line()
        );
        let page = nora
            .press(&page.form_near("The comment is", "Undo"), "Undo")
            .await;
        assert_eq!(in_list(&page), ["A thought."], "{button}");
        assert_eq!(tabs(&page)[0], "Waiting 1", "{button}");
        assert!(
            !blog.reader().open(&path).await.says("A thought."),
            "{button}"
        );
    }
}

#[tokio::test]
async fn undoing_the_removal_of_a_shown_comment_shows_it_again() {
    let (blog, nora, path) = blog_with_comments(&["A thought."]).await;
    nora.moderate("A thought.", "Approve").await;
    let approved = nora.open("/admin/comments/?state=approved").await;
    let gone = nora
        .press(&approved.form_near("A thought.", "Delete"), "Delete")
        .await;
    assert!(!blog.reader().open(&path).await.says("A thought."));
    assert!(blog.reader().open("/").await.says("No comments"));
    nora.press(&gone.form_near("The comment is", "Undo"), "Undo")
        .await;
    assert!(blog.reader().open(&path).await.says("A thought."));
    assert!(blog.reader().open("/").await.says("1 comment"));
}

#[tokio::test]
async fn a_deleted_comment_can_be_restored_later() {
    let (_blog, nora, _) = blog_with_comments(&["A thought."]).await;
    nora.moderate("A thought.", "Delete").await;
    let deleted = nora.open("/admin/comments/?state=deleted").await;
    nora.press(&deleted.form_near("A thought.", "Restore"), "Restore")
        .await;
    assert_eq!(
        in_list(&nora.open("/admin/comments/").await),
        ["A thought."]
    );
}

#[tokio::test]
async fn deciding_twice_is_deciding_once() {
    let (blog, nora, path) = blog_with_comments(&["A thought."]).await;
    let form = nora
        .open("/admin/comments/")
        .await
        .form_near("A thought.", "Approve");
    nora.press(&form, "Approve").await;
    let page = nora.press(&form, "Approve").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        tabs(&page),
        ["Waiting 0", "Approved 1", "Spam 0", "Deleted 0"]
    );
    nora.press(&page.form_near("The comment is", "Undo"), "Undo")
        .await;
    assert!(
        !blog.reader().open(&path).await.says("A thought."),
        "undo goes back to waiting"
    );
}

#[tokio::test]
async fn a_removed_parent_leaves_its_replies_in_place() {
    let (blog, nora, path) = blog_with_comments(&["The parent."]).await;
    nora.moderate("The parent.", "Approve").await;
    let bo = blog.commenter("Bo");
    let mut form = bo
        .open(&format!("{path}?reply=1"))
        .await
        .form("Post a comment");
    form.fill("Name", "Bo").fill("Comment", "The reply.");
    bo.press(&form, "Post comment").await;
    nora.moderate("The reply.", "Approve").await;
    let approved = nora.open("/admin/comments/?state=approved").await;
    nora.press(&approved.form_near("The parent.", "Delete"), "Delete")
        .await;
    let page = blog.reader().open(&path).await;
    assert_eq!(
        page.comments(),
        [("Bo".to_owned(), "The reply.".to_owned())]
    );
    assert!(page.headings_of(2)[0].starts_with("1 comment"));
}

#[tokio::test]
async fn comments_are_found_by_name_and_words_within_a_tab() {
    let (blog, nora, path) = blog_with_comments(&["The lighthouse.", "The quay."]).await;
    blog.commenter("Zoë").comment(&path, "The pier.").await;
    for (typed, found) in [
        ("lighthouse", vec!["The lighthouse."]),
        ("zoe", vec!["The pier."]),
        ("zeppelin", vec![]),
    ] {
        let mut form = nora.open("/admin/comments/").await.form_with(SEARCH);
        form.fill(SEARCH, typed);
        let page = nora.press(&form, "Search").await;
        assert_eq!(in_list(&page), found, "{typed}");
    }
    assert!(
        in_list(
            &nora
                .open("/admin/comments/?state=approved&q=lighthouse")
                .await
        )
        .is_empty()
    );
}

#[tokio::test]
async fn many_comments_are_paged_without_loss() {
    let words: Vec<String> = (0..35)
        .map(|number| format!("Comment number {number}."))
        .collect();
    let (_blog, nora, _) =
        blog_with_comments(&words.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let first = nora.open("/admin/comments/").await;
    let second = nora.open(&first.link("Older")).await;
    let mut seen = [in_list(&first), in_list(&second)].concat();
    assert_eq!(in_list(&first).len(), 30);
    seen.reverse();
    assert_eq!(seen, words);
    assert_eq!(second.link_if_any("Older"), None);
    assert_eq!(
        in_list(&nora.open(&second.link("Newer")).await),
        in_list(&first)
    );
}

#[tokio::test]
async fn an_act_that_does_not_exist_changes_nothing() {
    let (blog, nora, _) = blog_with_comments(&["A thought."]).await;
    let page = nora.open("/admin/comments/").await;
    let (action, fields) = page.form_near("A thought.", "Approve").pressed("Approve");
    let csrf = fields
        .iter()
        .find(|(name, _)| name == "csrf")
        .map(|(_, value)| value.as_str())
        .unwrap();
    let answer = nora
        .post(
            &action,
            &[("csrf", csrf), ("act", "publish"), ("back", "waiting")],
        )
        .await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        blog.number("select count(*) from comments where state = 'waiting'")
            .await,
        1
    );
}
