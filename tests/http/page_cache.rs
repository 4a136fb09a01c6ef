//! The page cache: what stays in it, what leaves it, and that nobody ever gets an old page.
//!
//! The tests change the database behind the program's back, which leaves the content version as it is: only a page that is
//! rendered again shows such a change.

use crate::blog::TestBlog;
use axum::http::Method;
use sqlx::query;

/// A blog with two posts where every comment is shown at once, and both permalinks.
async fn blog_with_two_posts() -> (TestBlog, [String; 2]) {
    let blog = TestBlog::new().await;
    let author = blog.author().await;
    author
        .change_settings(&[("Publish every comment immediately", "")])
        .await;
    let ebb = author.publish("Ebb", "Words.").await;
    let flood = author.publish("Flood", "Words.").await;
    (blog, [ebb, flood])
}

/// Gives a post another text in the database, so that only a page that is rendered again shows it.
pub async fn change_stored_html(blog: &TestBlog, path: &str, words: &str) {
    query("update posts set html = $2 where path = $1")
        .bind(path)
        .bind(format!("<p>{words}</p>"))
        .execute(&mut blog.database().await)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_comment_costs_its_own_post_a_rendering_and_no_other() {
    let (blog, [ebb, flood]) = blog_with_two_posts().await;
    let reader = blog.reader();
    for path in [&ebb, &flood] {
        assert!(reader.open(path).await.says("Words."));
        change_stored_html(&blog, path, "Changed.").await;
    }
    blog.commenter("Ada").comment(&ebb, "At six.").await;
    let commented = reader.open(&ebb).await;
    assert!(commented.says("At six.") && commented.says("Changed."));
    assert!(reader.open(&flood).await.says("Words."), "it is cached");
    assert!(
        reader.open("/").await.says("1 comment"),
        "lists are rendered again"
    );
}

#[tokio::test]
async fn a_comment_costs_no_list_a_rendering_that_does_not_count_it() {
    let (blog, [ebb, flood]) = blog_with_two_posts().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Posts per page", "1")]).await;
    let reader = blog.reader();
    let home = reader.open("/").await;
    assert!(home.says("Flood") && !home.says("Ebb"));
    let older = home.link("Older posts");
    assert!(reader.open(&older).await.says("No comments"));
    assert!(reader.open("/search?q=words").await.says("Ebb"));
    for path in [&ebb, &flood] {
        change_stored_html(&blog, path, "Changed.").await;
    }
    let ready = async |path: &str| !reader.open(path).await.says("Changed.");
    blog.commenter("Ada").comment(&ebb, "At six.").await;
    assert!(ready("/").await, "Ebb is not on it");
    assert!(reader.open(&older).await.says("1 comment"));
    blog.commenter("Ada").comment(&ebb, "At seven.").await;
    let all = reader.open("/search?q=seven").await;
    assert!(all.says("At seven."), "{}", all.text());
    blog.commenter("Ben").comment(&flood, "At noon.").await;
    assert!(!ready("/").await);
    assert!(reader.open("/").await.says("1 comment"));
    assert!(reader.open(&older).await.says("2 comments"));
}

#[tokio::test]
async fn a_comment_costs_no_feed_of_posts_a_rendering() {
    let (blog, [ebb, _]) = blog_with_two_posts().await;
    let reader = blog.reader();
    let feed = reader.open("/feed.atom").await.source();
    assert!(feed.contains("Words."));
    change_stored_html(&blog, &ebb, "Changed.").await;
    blog.commenter("Ada").comment(&ebb, "At six.").await;
    let feed = reader.open("/feed.atom").await.source();
    assert!(!feed.contains("Changed."), "it is cached: {feed}");
    blog.author().await.publish("Slack", "Words.").await;
    let feed = reader.open("/feed.atom").await.source();
    assert!(feed.contains("Changed.") && feed.contains("Slack"));
}

#[tokio::test]
async fn a_decision_about_a_comment_costs_its_own_post_a_rendering_and_no_other() {
    let (blog, [ebb, flood]) = blog_with_two_posts().await;
    blog.commenter("Ada").comment(&ebb, "At six.").await;
    let reader = blog.reader();
    for path in [&ebb, &flood] {
        reader.open(path).await;
        change_stored_html(&blog, path, "Changed.").await;
    }
    let nora = blog.author().await;
    let approved = nora.open("/admin/comments/?state=approved").await;
    nora.press(&approved.form_near("At six.", "Spam"), "Spam")
        .await;
    let commented = reader.open(&ebb).await;
    assert!(!commented.says("At six.") && commented.says("Changed."));
    assert!(reader.open(&flood).await.says("Words."), "it is cached");
}

#[tokio::test]
async fn a_change_by_another_process_renders_all_pages_again() {
    let (blog, [ebb, flood]) = blog_with_two_posts().await;
    let reader = blog.reader();
    reader.open(&flood).await;
    change_stored_html(&blog, &flood, "Changed.").await;
    query("update content set version = version + 1")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    // Nobody has looked yet; a comment on another post comes first.
    blog.commenter("Ada").comment(&ebb, "At six.").await;
    assert!(reader.open(&flood).await.says("Changed."));
    change_stored_html(&blog, &flood, "Changed again.").await;
    query("update content set version = version + 1")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    daybook::jobs::run_due(&blog.app).await.unwrap();
    assert!(reader.open(&flood).await.says("Changed again."));
}

#[tokio::test]
async fn a_cached_page_is_answered_like_one_that_was_rendered() {
    let (blog, [ebb, _]) = blog_with_two_posts().await;
    let reader = blog.reader();
    for path in [&ebb, "/", "/feed.atom", "/archive/"] {
        for method in [Method::GET, Method::HEAD] {
            let rendered = reader.ask(method.clone(), path, &[]).await;
            let ready = reader.ask(method.clone(), path, &[]).await;
            assert_eq!(ready.status, 200, "{path}");
            assert_eq!(ready.headers, rendered.headers, "{path}");
            assert_eq!(ready.body, rendered.body, "{path}");
        }
    }
}
