//! Replies of moderators, and their edits of what a comment says.

use super::{blog_with_comments, edit, tabs};
use crate::blog::Person;
use crate::page::Page;

async fn reply(person: &Person, words: &str, button: &str, reply: &str) -> Page {
    let page = person.open("/admin/comments/").await;
    let mut form = page.form_near(words, button);
    form.fill("Your reply", reply);
    person.press(&form, button).await
}

#[tokio::test]
async fn a_reply_approves_what_it_answers_in_one_act() {
    let (blog, nora, path) = blog_with_comments(&["A question?"]).await;
    let page = reply(&nora, "A question?", "Reply and approve", "An *answer*.").await;
    assert!(
        page.status_line()
            .contains("Your reply is live, and the comment is approved.")
    );
    let post = blog.reader().open(&path).await;
    assert_eq!(
        post.comments(),
        [
            ("Ada".to_owned(), "A question?".to_owned()),
            ("Nora".to_owned(), "An answer.".to_owned())
        ]
    );
    assert_eq!(post.number_of("li.depth-1 em"), 1);
    assert_eq!(post.number_of(".mark"), 1, "the author's comment is marked");
    assert!(blog.reader().open("/").await.says("2 comments"));
    let page = nora
        .press(&page.form_near("Your reply is live", "Undo"), "Undo")
        .await;
    assert_eq!(
        tabs(&page),
        ["Waiting 1", "Approved 0", "Spam 0", "Deleted 1"]
    );
    assert!(blog.reader().open(&path).await.comments().is_empty());
}

#[tokio::test]
async fn a_shown_comment_is_answered_without_being_approved_again() {
    let (blog, nora, path) = blog_with_comments(&["A question?"]).await;
    nora.moderate("A question?", "Approve").await;
    let approved = nora.open("/admin/comments/?state=approved").await;
    let mut form = approved.form_near("A question?", "Reply");
    form.fill("Your reply", "An answer.");
    let page = nora.press(&form, "Reply").await;
    assert!(page.status_line().contains("Your reply is live."));
    nora.press(&form, "Reply").await;
    assert_eq!(
        blog.reader().open(&path).await.comments().len(),
        2,
        "sent twice is one reply"
    );
}

#[tokio::test]
async fn a_reply_that_cannot_be_stored_keeps_every_word() {
    let (blog, nora, _) = blog_with_comments(&["A question?"]).await;
    for words in [
        "> ".repeat(60) + "deep",
        "x".repeat(9000),
        "a\u{1}b".to_owned(),
    ] {
        let page = reply(&nora, "A question?", "Reply and approve", &words).await;
        assert_eq!(page.status, 422);
        assert!(page.problem_of("Your reply").is_some());
        assert_eq!(
            page.form("Reply")
                .value("Your reply")
                .trim_start_matches('\n'),
            words
        );
    }
    assert_eq!(blog.comments().await, 1);
    assert_eq!(blog.number("select count(*) from acts").await, 0);
}

#[tokio::test]
async fn a_reply_to_what_somebody_put_away_meanwhile_is_kept_and_not_shown() {
    let (blog, nora, _) = blog_with_comments(&["A question?"]).await;
    let mut form = nora
        .open("/admin/comments/")
        .await
        .form_near("A question?", "Reply and approve");
    form.fill("Your reply", "An answer.");
    blog.operator().await.moderate("A question?", "Spam").await;
    let page = nora.press(&form, "Reply and approve").await;
    assert_eq!(page.status, 409);
    assert!(
        page.problem_of("Your reply")
            .unwrap()
            .contains("has changed since you opened it")
    );
    assert_eq!(blog.comments().await, 1);
    let page = nora.press(&page.form("Reply"), "Reply and approve").await;
    assert!(
        page.status_line().contains("Your reply is live"),
        "sent again, knowingly"
    );
}

#[tokio::test]
async fn a_moderators_edit_leaves_a_mark_and_the_old_words() {
    let (blog, nora, path) = blog_with_comments(&["A thouht."]).await;
    blog.clock.advance(60);
    let page = edit(
        &nora,
        "thouht",
        &[("Name", "Ada L"), ("Comment", "A *thought*.")],
    )
    .await;
    assert!(page.status_line().contains("The comment has been updated."));
    assert!(page.says("edited just now"));
    assert_eq!(page.texts(".versions .source"), ["A thouht."]);
    assert!(page.texts(".versions .about")[0].contains("Ada · until just now, changed by Nora"));
    assert!(page.texts("tbody tr")[0].contains("Nora edited"));
    nora.moderate("A thought.", "Approve").await;
    assert_eq!(
        blog.reader().open(&path).await.comments(),
        [("Ada L".to_owned(), "A thought.".to_owned())]
    );
    assert!(blog.reader().open("/search?q=thought").await.says("Ebb"));
    assert!(!blog.reader().open("/search?q=thouht").await.says("Ebb"));
}

#[tokio::test]
async fn an_edit_of_a_shown_comment_is_seen_at_once_and_can_be_put_back() {
    let (blog, nora, path) = blog_with_comments(&["First words."]).await;
    nora.moderate("First words.", "Approve").await;
    assert!(blog.reader().open(&path).await.says("First words."));
    let list = nora.open("/admin/comments/?state=approved").await;
    let mut form = nora.open(&list.link("Edit")).await.form("Edit");
    form.fill("Comment", "Second words.");
    let page = nora.press(&form, "Save").await;
    assert!(blog.reader().open(&path).await.says("Second words."));
    nora.press(&page.form_near("First words.", "Restore"), "Restore")
        .await;
    assert!(blog.reader().open(&path).await.says("First words."));
    assert_eq!(
        blog.number("select count(*) from comment_versions").await,
        2
    );
}

/// Names and addresses that would run as code if they were not shown as text (S01, S02, S03).
#[tokio::test]
async fn a_moderators_edit_lets_nothing_hostile_in() {
    let (blog, nora, path) = blog_with_comments(&["A thought."]).await;
    nora.moderate("A thought.", "Approve").await;
    let list = nora.open("/admin/comments/?state=approved").await;
    let address = list.link("Edit");
    for bad in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
    ] {
        let mut form = nora.open(&address).await.form("Edit");
        form.fill("Website", bad).fill("Comment", "Typed words.");
        let page = nora.press(&form, "Save").await;
        assert_eq!(page.status, 422, "{bad}");
        assert!(page.problem_of("Website").is_some(), "{bad}");
        assert_eq!(page.form("Edit").value("Website"), bad);
        assert_eq!(page.form("Edit").value("Comment").trim(), "Typed words.");
    }
    let mut form = nora.open(&address).await.form("Edit");
    form.fill("Name", "<script>alert(1)</script>")
        .fill(
            "Website",
            "http://x.com/?'onmouseover='alert(document.domain)'x='\"y=\"",
        )
        .fill(
            "Comment",
            "<img src=x onerror=alert(1)> [a](javascript:alert(1))",
        );
    let page = nora.press(&form, "Save").await;
    assert_eq!(page.status, 200);
    for page in [
        page,
        nora.open("/admin/comments/?state=approved").await,
        nora.open("/admin/comments/log").await,
        blog.reader().open(&path).await,
    ] {
        assert_eq!(
            page.number_of("script:not([src]):not([type='application/ld+json'])"),
            0,
            "{}",
            page.address
        );
        assert_eq!(
            page.number_of("img, [onmouseover], [onerror]"),
            0,
            "{}",
            page.address
        );
        assert!(
            !page.source().to_lowercase().contains("href=\"javascript"),
            "{}",
            page.address
        );
        assert!(page.says("<script>alert(1)</script>"), "{}", page.address);
    }
    let mut form = nora.open(&address).await.form("Edit");
    form.fill("Name", "\u{200b} ").fill("Comment", " ");
    let page = nora.press(&form, "Save").await;
    assert!(page.problem_of("Name").is_some() && page.problem_of("Comment").is_some());
}
