//! The moderation log, and what is taken back in it.

use super::{blog_with_comments, blog_with_people, csrf, in_list, picked, tabs};
use daybook::blog::CommentId;
use daybook::blog::comment::{COMMENTER, State};

#[tokio::test]
async fn the_log_says_who_did_what_and_takes_it_back_for_thirty_days() {
    let (blog, nora, path) = blog_with_comments(&["A thought.", "A second."]).await;
    nora.moderate("A thought.", "Spam").await;
    blog.clock.advance(60);
    nora.moderate("A second.", "Approve").await;
    blog.clock.advance(29 * 24 * 3600);
    let otto = blog.operator().await;
    let log = otto.open("/admin/comments/log").await;
    assert_eq!(
        log.texts("tbody tr"),
        [
            "5 June 2016, 14:31 Nora approved Ada: A second. Undo",
            "5 June 2016, 14:30 Nora marked as spam Ada: A thought. Undo",
        ]
    );
    let log = otto
        .press(&log.form_near("marked as spam", "Undo"), "Undo")
        .await;
    assert!(
        log.status_line()
            .contains("Undone: the comment is waiting for approval again.")
    );
    assert_eq!(
        log.texts("tbody tr")[0],
        "just now Otto undid: waiting again Ada: A thought. Undo"
    );
    assert_eq!(
        log.texts("tbody tr")[2],
        "5 June 2016, 14:30 Nora marked as spam Ada: A thought.",
        "only the newest decision can be taken back"
    );
    blog.clock.advance(2 * 24 * 3600);
    let log = otto.open("/admin/comments/log").await;
    assert_eq!(
        log.texts("tbody tr")[1],
        "5 June 2016, 14:31 Nora approved Ada: A second."
    );
    assert!(blog.reader().open(&path).await.says("A second."));
}

#[tokio::test]
async fn what_was_done_at_once_is_taken_back_at_once_in_the_log_too() {
    let (_blog, nora, _) = blog_with_people(&["Ada", "Bo", "Cy"]).await;
    let page = nora.open("/admin/comments/").await;
    nora.press(&picked(&page, &["Ada", "Cy"]), "Delete selected")
        .await;
    nora.moderate("Words of Bo.", "Spam").await;
    let log = nora.open("/admin/comments/log").await;
    assert_eq!(
        log.texts("tbody .actions"),
        ["Undo", "Undo Undo all 2", "Undo"]
    );
    let log = nora
        .press(&log.form_near("Undo all 2", "Undo all 2"), "Undo all 2")
        .await;
    assert!(log.status_line().contains("Undone: 2 decisions."));
    let page = nora.open("/admin/comments/").await;
    assert_eq!(
        tabs(&page),
        ["Waiting 2", "Approved 0", "Spam 1", "Deleted 0"]
    );
}

#[tokio::test]
async fn an_undo_can_itself_be_taken_back() {
    let (blog, nora, path) = blog_with_comments(&["A thought."]).await;
    let page = nora.moderate("A thought.", "Approve").await;
    let page = nora
        .press(&page.form_near("The comment is", "Undo"), "Undo")
        .await;
    nora.press(&page.form_near("Undone", "Undo"), "Undo").await;
    assert!(blog.reader().open(&path).await.says("A thought."));
}

#[tokio::test]
async fn a_long_log_is_paged_without_loss() {
    let (blog, nora, _) = blog_with_comments(&["A thought."]).await;
    for number in 0..60 {
        let state = if number % 2 == 0 {
            State::Spam
        } else {
            State::Waiting
        };
        blog.app
            .store
            .moderation()
            .decide(CommentId(1), state, "Nora", blog.app.now())
            .await
            .unwrap();
    }
    let first = nora.open("/admin/comments/log").await;
    let second = nora.open(&first.link("Older")).await;
    assert_eq!(
        (first.number_of("tbody tr"), second.number_of("tbody tr")),
        (50, 10)
    );
    assert_eq!(
        nora.open(&second.link("Newer")).await.number_of("tbody tr"),
        50
    );
}

#[tokio::test]
async fn what_its_own_writer_deleted_no_moderator_brings_back() {
    let (blog, nora, _) = blog_with_comments(&["A thought.", "Another."]).await;
    nora.moderate("Another.", "Delete").await;
    let before = nora.open("/admin/comments/").await;
    blog.app
        .store
        .moderation()
        .decide(CommentId(1), State::Deleted, COMMENTER, blog.app.now())
        .await
        .unwrap();
    let deleted = nora.open("/admin/comments/?state=deleted").await;
    assert_eq!(in_list(&deleted).len(), 2);
    assert!(deleted.says("Deleted by the commenter, just now"));
    assert_eq!(
        deleted.texts("article button[type=submit]"),
        ["Approve", "Spam", "Restore", "Reply and approve"],
        "only the other one has buttons"
    );
    let page = nora
        .press(&before.form_near("A thought.", "Approve"), "Approve")
        .await;
    assert!(
        page.alert()
            .unwrap()
            .contains("Already deleted by the commenter")
    );
    let csrf = csrf(&deleted);
    let seen = format!("1:deleted:{}:", blog.app.now().0);
    for act in ["approve", "restore", "spam"] {
        let fields = [("csrf", csrf.as_str()), ("act", act), ("seen", &seen)];
        assert_eq!(nora.post("/admin/comments/1", &fields).await.status, 303);
    }
    let fields = [("csrf", csrf.as_str()), ("name", "X"), ("body", "Y")];
    assert_eq!(
        nora.post("/admin/comments/1/edit", &fields).await.status,
        404
    );
    let fields = [("csrf", csrf.as_str()), ("seen", &seen), ("body", "Y")];
    assert_eq!(
        nora.post("/admin/comments/1/reply", &fields).await.status,
        404
    );
    let log = nora.open("/admin/comments/log").await;
    assert!(log.texts("tbody tr")[0].ends_with("the commenter deleted Ada: A thought."));
    assert_eq!(
        blog.number("select count(*) from comments where id = 1 and state = 'deleted' and source = 'A thought.'")
            .await,
        1
    );
}
