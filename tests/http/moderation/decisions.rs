//! Decisions about single comments, and two moderators at once.

use super::{blog_with_comments, edit, in_list, tabs};

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

#[tokio::test]
async fn the_second_moderator_sees_what_the_first_did() {
    let (blog, nora, path) = blog_with_comments(&["A thought."]).await;
    let otto = blog.operator().await;
    let seen_by_otto = otto
        .open("/admin/comments/")
        .await
        .form_near("A thought.", "Spam");
    nora.moderate("A thought.", "Approve").await;
    let page = otto.press(&seen_by_otto, "Spam").await;
    assert_eq!(page.status, 200);
    let alert = page.alert().unwrap();
    assert!(
        alert.contains("Already approved by Nora, just now."),
        "{alert}"
    );
    assert!(alert.contains("A thought."), "{alert}");
    assert!(
        blog.reader().open(&path).await.says("A thought."),
        "nothing was overwritten"
    );
    let page = otto
        .press(&page.form_near("Already approved", "Spam"), "Spam")
        .await;
    assert!(
        page.status_line()
            .contains("The comment is marked as spam.")
    );
    assert!(
        !blog.reader().open(&path).await.says("A thought."),
        "decided again, knowingly"
    );
}

#[tokio::test]
async fn two_who_decide_alike_are_not_set_against_each_other() {
    let (blog, nora, path) = blog_with_comments(&["A thought."]).await;
    let otto = blog.operator().await;
    let seen_by_otto = otto
        .open("/admin/comments/")
        .await
        .form_near("A thought.", "Approve");
    nora.moderate("A thought.", "Approve").await;
    blog.clock.advance(24 * 3600);
    let otto_now = otto.press(&seen_by_otto, "Approve").await;
    let alert = otto_now.alert().unwrap();
    assert!(
        alert.contains("Already approved by Nora, yesterday 14:30."),
        "{alert}"
    );
    assert!(blog.reader().open(&path).await.says("A thought."));
    assert_eq!(blog.number("select count(*) from acts").await, 1);
}

#[tokio::test]
async fn words_that_changed_meanwhile_are_not_decided_upon_unread() {
    let (blog, nora, path) = blog_with_comments(&["A thought."]).await;
    let seen_before = nora
        .open("/admin/comments/")
        .await
        .form_near("A thought.", "Approve");
    let otto = blog.operator().await;
    edit(&otto, "A thought.", &[("Comment", "Another thought.")]).await;
    let page = nora.press(&seen_before, "Approve").await;
    let alert = page.alert().unwrap();
    assert!(
        alert.contains("The comment was edited, just now."),
        "{alert}"
    );
    assert!(alert.contains("Another thought."), "{alert}");
    assert!(!blog.reader().open(&path).await.says("thought."));
}

#[tokio::test]
async fn an_undo_that_came_too_late_takes_nothing_back() {
    let (blog, nora, path) = blog_with_comments(&["A thought."]).await;
    let undo = nora
        .moderate("A thought.", "Spam")
        .await
        .form_near("The comment is", "Undo");
    let otto = blog.operator().await;
    let spam = otto.open("/admin/comments/?state=spam").await;
    otto.press(&spam.form_near("A thought.", "Approve"), "Approve")
        .await;
    let page = nora.press(&undo, "Undo").await;
    assert!(page.status_line().contains("Nothing was undone"));
    assert!(blog.reader().open(&path).await.says("A thought."));
}

#[tokio::test]
async fn one_switch_stops_all_new_comments_and_takes_them_again() {
    let (blog, nora, path) = blog_with_comments(&["A thought."]).await;
    let form = blog.commenter("Bo").comment_form(&path, "Too late.").await;
    let page = nora.open("/admin/comments/").await;
    let page = nora
        .press(
            &page.form_near("Close comments", "Close comments on all posts"),
            "Close comments on all posts",
        )
        .await;
    assert!(page.says("Comments are closed on all posts."));
    assert!(!blog.reader().open(&path).await.has_form("Post a comment"));
    assert_eq!(
        blog.reader().press_once(&form, "Post comment").await.status,
        403
    );
    nora.press(
        &page.form_near("Open comments", "Open comments again"),
        "Open comments again",
    )
    .await;
    blog.commenter("Bo").comment(&path, "In time.").await;
    assert_eq!(blog.comments().await, 2);
    let log = nora.open("/admin/comments/log").await;
    assert_eq!(
        log.texts("tbody tr"),
        [
            "just now Nora opened comments again",
            "just now Nora closed comments on all posts"
        ]
    );
}
