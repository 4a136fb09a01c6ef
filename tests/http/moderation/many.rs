//! Decisions about many comments at once.

use super::{blog_with_people, in_list, picked, tabs};

#[tokio::test]
async fn several_comments_are_decided_upon_at_once_and_taken_back_at_once() {
    let (blog, nora, path) = blog_with_people(&["Ada", "Bo", "Cy"]).await;
    let page = nora.open("/admin/comments/").await;
    let page = nora
        .press(&picked(&page, &["Ada", "Cy"]), "Approve selected")
        .await;
    assert!(page.status_line().contains("2 comments are approved."));
    assert_eq!(in_list(&page), ["Words of Bo."]);
    assert_eq!(blog.reader().open(&path).await.comments().len(), 2);
    assert_eq!(
        blog.number("select count(distinct version) from content")
            .await,
        1
    );
    let page = nora
        .press(&page.form_near("2 comments are approved.", "Undo"), "Undo")
        .await;
    assert!(page.status_line().contains("Undone: 2 decisions."));
    assert_eq!(tabs(&page)[..2], ["Waiting 3", "Approved 0"]);
    assert!(blog.reader().open(&path).await.comments().is_empty());
}

#[tokio::test]
async fn all_on_a_page_are_selected_without_script() {
    let (_blog, nora, _) = blog_with_people(&["Ada", "Bo", "Cy"]).await;
    let page = nora.open("/admin/comments/?q=words").await;
    let page = nora.open(&page.link("Select all on this page")).await;
    let page = nora
        .press(&page.form("Selected comments"), "Spam selected")
        .await;
    assert!(
        page.status_line()
            .contains("3 comments are marked as spam.")
    );
    assert_eq!(
        page.attribute("#q", "value").as_deref(),
        Some("words"),
        "the search is kept"
    );
}

#[tokio::test]
async fn of_several_only_those_that_somebody_decided_upon_are_left_alone() {
    let (blog, nora, _) = blog_with_people(&["Ada", "Bo"]).await;
    let form = picked(&nora.open("/admin/comments/").await, &["Ada", "Bo"]);
    blog.operator()
        .await
        .moderate("Words of Ada.", "Delete")
        .await;
    let page = nora.press(&form, "Approve selected").await;
    assert!(page.status_line().contains("The comment is approved."));
    assert!(page.alert().unwrap().contains("Already deleted by Otto"));
    assert_eq!(
        tabs(&page),
        ["Waiting 0", "Approved 1", "Spam 0", "Deleted 1"]
    );
}

#[tokio::test]
async fn nothing_selected_is_said_and_changes_nothing() {
    let (blog, nora, _) = blog_with_people(&["Ada"]).await;
    let page = nora.open("/admin/comments/").await;
    let page = nora.press(&picked(&page, &[]), "Delete selected").await;
    assert!(page.status_line().contains("No comments were selected."));
    assert_eq!(blog.number("select count(*) from acts").await, 0);
}
