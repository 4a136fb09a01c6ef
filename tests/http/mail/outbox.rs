//! The outbox: mail waits, is tried again, and is forgotten when it is over.

use super::{ADA, BO, blog_with_post, comment};
use crate::blog::{AUTHOR, OPERATOR, TestBlog};
use crate::page::Page;
use daybook::mail::Failure;

#[tokio::test]
async fn mail_waits_visibly_as_long_as_the_server_is_away() {
    let (blog, nora, path) = blog_with_post().await;
    blog.app
        .mailer
        .fail(Some(Failure::Server("nobody answers".to_owned())));
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    assert_eq!(blog.mail().await.len(), 0);
    let outbox = nora.open("/admin/outbox/").await;
    assert_eq!(
        outbox.texts("nav[aria-label=Mail] li"),
        ["Waiting 2", "Sent 0", "Failed 0", "Cancelled 0"]
    );
    assert!(outbox.says("nobody answers"), "{}", outbox.main());
    assert!(outbox.says(AUTHOR));
    // For three days it is tried again and again, ever more rarely.
    for _ in 0..60 {
        blog.clock.advance(3600);
        blog.mail().await;
    }
    blog.app.mailer.fail(None);
    blog.clock.advance(6 * 3600);
    assert_eq!(blog.mail().await.len(), 2);
    let outbox = nora.open("/admin/outbox/?pile=sent").await;
    assert_eq!(outbox.texts("nav[aria-label=Mail] li")[1], "Sent 2");
    assert_eq!(outbox.number_of("table.lines tbody tr"), 2);
}

#[tokio::test]
async fn what_was_put_off_while_the_clock_was_ahead_is_sent_when_it_is_right() {
    const YEAR: i64 = 365 * 24 * 3600;
    let (blog, _, path) = blog_with_post().await;
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    blog.app
        .mailer
        .fail(Some(Failure::Server("nobody answers".to_owned())));
    blog.clock.advance(10 * YEAR);
    assert_eq!(blog.mail().await.len(), 0);
    blog.clock.advance(-10 * YEAR);
    blog.app.mailer.fail(None);
    assert_eq!(blog.mail().await.len(), 2);
}

#[tokio::test]
async fn a_server_that_is_back_gets_everything_at_once() {
    let (blog, _, path) = blog_with_post().await;
    let away = Failure::Server("nobody answers".to_owned());
    blog.app.mailer.fail(Some(away));
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    for _ in 0..5 {
        blog.clock.advance(5);
        blog.mail().await;
    }
    blog.clock.advance(3600);
    blog.mail().await;
    blog.app.mailer.fail(None);
    assert_eq!(
        blog.mail().await.len(),
        0,
        "the old notices wait for minutes now"
    );
    comment(&blog, &path, ("Bo", BO), "Another thought.").await;
    assert_eq!(
        blog.mail().await.len(),
        4,
        "the new ones bring the old ones with them"
    );
}

#[tokio::test]
async fn what_is_refused_for_good_is_given_up_at_once_and_can_be_tried_again() {
    let (blog, nora, path) = blog_with_post().await;
    blog.app.mailer.fail(Some(Failure::Never(
        "permanent error (550): nobody here".to_owned(),
    )));
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    blog.mail().await;
    blog.app.mailer.fail(None);
    blog.clock.advance(3600);
    assert_eq!(blog.mail().await.len(), 0);
    let page = nora.open("/admin/outbox/?pile=failed").await;
    assert!(page.says("nobody here"), "{}", page.main());
    nora.press(&page.form_near(AUTHOR, "Retry"), "Retry").await;
    let page = nora.open("/admin/outbox/?pile=failed").await;
    let page = nora
        .press(&page.form_near(OPERATOR, "Delete"), "Delete")
        .await;
    assert!(page.says("No emails have failed."));
    let to: Vec<String> = blog
        .mail()
        .await
        .into_iter()
        .map(|arrived| arrived.mail.to)
        .collect();
    assert_eq!(to, [AUTHOR]);
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_ever_more_rarely_for_three_days() {
    let (blog, nora, path) = blog_with_post().await;
    blog.app.mailer.fail(Some(Failure::Later(
        "transient error (451): later".to_owned(),
    )));
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    blog.mail().await;
    let tries = "select max(tries) from outbox";
    for (wait, tried) in [(59, 1), (1, 2), (119, 2), (1, 3)] {
        blog.clock.advance(wait);
        blog.mail().await;
        assert_eq!(blog.number(tries).await, tried, "after {wait} more seconds");
    }
    for _ in 0..80 {
        blog.clock.advance(3600);
        blog.mail().await;
    }
    assert!(blog.number(tries).await < 24);
    let page = nora.open("/admin/outbox/?pile=failed").await;
    assert!(page.says("(451): later"), "{}", page.main());
    assert_eq!(
        blog.number("select count(*) from outbox where failed_at is null")
            .await,
        0
    );
}

#[tokio::test]
async fn without_a_server_mail_waits_and_nothing_fails() {
    let blog = TestBlog::without_mail().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    daybook::jobs::send_mail(&blog.app).await.unwrap();
    let page = nora
        .open(&nora.open("/admin/posts/").await.link("Mail"))
        .await;
    assert!(page.says("No mail server is configured"), "{}", page.main());
    assert!(
        page.says("Notification of a comment by Ada on “Ebb”"),
        "{}",
        page.main()
    );
    assert_eq!(page.texts("nav[aria-label=Mail] li")[0], "Waiting 2");
}

#[tokio::test]
async fn a_long_outbox_is_paged_without_loss() {
    let blog = TestBlog::without_mail().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    for number in 0..40 {
        comment(
            &blog,
            &path,
            (&format!("N{number}"), ""),
            &format!("Number {number}."),
        )
        .await;
    }
    let first = nora.open("/admin/outbox/").await;
    let second = nora.open(&first.link("Older")).await;
    let lines = |page: &Page| page.texts("table.lines tbody tr");
    assert_eq!((lines(&first).len(), lines(&second).len()), (50, 30));
    assert_eq!(second.link_if_any("Older"), None);
    assert_eq!(
        lines(&nora.open(&second.link("Newer")).await),
        lines(&first)
    );
    let mut all = [lines(&first), lines(&second)].concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 80);
}

#[tokio::test]
async fn the_outbox_forgets_what_is_over_after_a_month() {
    let (blog, _, path) = blog_with_post().await;
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    blog.mail().await;
    blog.clock.advance(29 * 24 * 3600);
    daybook::jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(blog.number("select count(*) from outbox").await, 2);
    blog.clock.advance(2 * 24 * 3600);
    daybook::jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(blog.number("select count(*) from outbox").await, 0);
}
