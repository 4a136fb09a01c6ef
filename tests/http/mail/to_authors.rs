//! Mail to authors: notices of comments, and the links in them.

use super::{
    ADA, BO, EVERYTHING, ada_listens, blog_with_post, comment, comment_asking, commits, follow,
    link, states,
};
use crate::blog::{AUTHOR, OPERATOR};
use axum::http::Method;
use daybook::blog::comment::Policy;

#[tokio::test]
async fn each_author_gets_a_notice_of_what_waits() {
    let (blog, _, path) = blog_with_post().await;
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    let mail = blog.mail().await;
    let to: Vec<&str> = mail
        .iter()
        .map(|arrived| arrived.mail.to.as_str())
        .collect();
    assert_eq!(to, [OPERATOR, AUTHOR]);
    assert!(
        mail.iter()
            .all(|arrived| arrived.mail.subject
                == "A comment by Ada on “Ebb” is waiting for approval")
    );
    assert!(mail[0].raw.contains("Auto-Submitted: auto-generated\r\n"));
    assert_ne!(link(&mail[0], "Approve:"), link(&mail[1], "Approve:"));
    assert_eq!(blog.mail().await.len(), 0, "once");
}

#[tokio::test]
async fn spam_and_a_persons_own_comment_make_no_notice() {
    let (blog, nora, path) = blog_with_post().await;
    let mut form = nora.comment_form(&path, "Nora's own.").await;
    form.fill("Name", "Nora");
    nora.press(&form, "Post comment").await;
    let to: Vec<String> = blog
        .mail()
        .await
        .into_iter()
        .map(|arrived| arrived.mail.to)
        .collect();
    assert_eq!(to, [OPERATOR], "the other one gets the email");
    comment(&blog, &path, ("Eve", "eve@example.org"), "Cheap pills.").await;
    nora.moderate("Cheap pills.", "Spam").await;
    assert_eq!(
        blog.mail().await.len(),
        0,
        "marked before the notice went out"
    );
}

#[tokio::test]
async fn what_the_filter_takes_for_spam_reaches_nobody() {
    let (blog, nora, path) = blog_with_post().await;
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    assert_eq!(blog.mail().await.len(), 2);
    let mut form = nora.open("/admin/comments/bans").await.form("New ban");
    form.choose("Email")
        .fill("Name or address", "eve@example.org");
    nora.press(&form, "Ban").await;
    let words = "Cheap pills.";
    comment_asking(&blog, &path, ("Eve", "eve@example.org"), words, EVERYTHING).await;
    assert_eq!(states(&blog).await, ["waiting", "spam"]);
    assert_eq!(blog.mail().await.len(), 0);
}

#[tokio::test]
async fn a_comment_that_is_shown_at_once_has_a_notice_without_approval() {
    let (blog, _, path) = blog_with_post().await;
    let mut settings = blog.app.store.settings().load().await.unwrap();
    settings.comments = Policy::Open;
    let now = blog.app.now();
    blog.app
        .store
        .settings()
        .save(&settings, now)
        .await
        .unwrap();
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    assert_eq!(notice.mail.subject, "A comment by Ada on “Ebb” is live");
    assert!(
        !notice.mail.text.contains("Approve:"),
        "{}",
        notice.mail.text
    );
    follow(&blog, &link(&notice, "Spam:"), "Spam").await;
    assert_eq!(states(&blog).await, ["spam"]);
}

#[tokio::test]
async fn authors_choose_which_comments_they_hear_of() {
    let (blog, _, path) = blog_with_post().await;
    for (choice, heard) in [("all", 2), ("waiting", 2), ("none", 0)] {
        let mut settings = blog.app.store.settings().load().await.unwrap();
        settings.notices = daybook::blog::settings::Notices::of(choice).unwrap();
        blog.app
            .store
            .settings()
            .save(&settings, blog.app.now())
            .await
            .unwrap();
        comment(&blog, &path, (choice, ADA), &format!("With {choice}.")).await;
        assert_eq!(blog.mail().await.len(), heard, "{choice}, and it waits");
    }
}

#[tokio::test]
async fn each_link_of_a_notice_does_its_own_act_without_a_sign_in() {
    for (word, button, state) in [
        ("Approve", "Approve", "approved"),
        ("Spam", "Spam", "spam"),
        ("Delete", "Delete", "deleted"),
    ] {
        let (blog, _, path) = blog_with_post().await;
        comment(&blog, &path, ("Ada", ADA), "A thought.").await;
        let notice = blog.mail_to(AUTHOR).await.remove(0);
        let page = blog
            .reader()
            .open(&link(&notice, &format!("{word}:")))
            .await;
        assert!(page.says("A thought."), "{word}");
        assert_eq!(page.number_of("main button"), 1, "{word}");
        assert_eq!(
            page.header("referrer-policy"),
            Some("same-origin"),
            "{word}"
        );
        assert_eq!(page.header("x-robots-tag"), Some("noindex"), "{word}");
        let page = follow(&blog, &link(&notice, &format!("{word}:")), button).await;
        assert_eq!(page.number_of("main button"), 0, "{word}: {}", page.main());
        assert_eq!(states(&blog).await, [state], "{word}");
        assert_eq!(
            blog.reader().open(&path).await.says("A thought."),
            state == "approved"
        );
    }
}

#[tokio::test]
async fn an_author_answers_from_the_mail_and_approves_with_it() {
    let (blog, _, path) = blog_with_post().await;
    comment(&blog, &path, ("Bo", BO), "A question.").await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    let nobody = blog.reader();
    let page = nobody.open(&link(&notice, "Reply:")).await;
    let page = nobody
        .press(&page.form("Reply and approve"), "Reply and approve")
        .await;
    assert_eq!(page.status, 422, "an empty answer");
    assert!(page.problem_of("Reply").is_some(), "{}", page.main());
    let mut form = page.form("Reply and approve");
    form.fill("Reply", "An *answer*.");
    let page = nobody.press(&form, "Reply and approve").await;
    assert_eq!(page.headings_of(1), ["Reply posted"]);
    assert_eq!(page.link("View it on"), format!("{path}#comment-1"));
    let thread = blog.reader().open(&path).await;
    assert_eq!(
        thread.comments(),
        [
            ("Bo".to_owned(), "A question.".to_owned()),
            ("Nora".to_owned(), "An answer.".to_owned())
        ]
    );
    assert!(
        thread.says("Author"),
        "the answer is marked as the author's"
    );
    let again = nobody.press(&form, "Reply and approve").await;
    assert_eq!(again.status, 409, "not twice");
    assert_eq!(blog.comments().await, 2);
}

#[tokio::test]
async fn a_link_works_once_and_for_seven_days() {
    let (blog, nora, path) = blog_with_post().await;
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    let approve = link(&notice, "Approve:");
    let form = blog.reader().open(&approve).await.form("Approve");
    assert_eq!(blog.reader().press(&form, "Approve").await.status, 200);
    let approved = nora.open("/admin/comments/?state=approved").await;
    nora.press(&approved.form_near("A thought.", "Delete"), "Delete")
        .await;
    let page = blog.reader().press(&form, "Approve").await;
    assert_eq!(page.status, 409);
    assert_eq!(page.headings_of(1), ["Approved"]);
    let said = page.status_line();
    assert!(said.contains("Approved by Nora, 5 June 2016, "), "{said}");
    assert!(said.contains("The comment was deleted by Nora"), "{said}");
    assert_eq!(states(&blog).await, ["deleted"]);

    let spam = link(&notice, "Spam:");
    let form = blog.reader().open(&spam).await.form("Spam");
    blog.clock.advance(7 * 24 * 3600);
    assert_eq!(blog.reader().open(&spam).await.status, 410);
    let page = blog.reader().press(&form, "Spam").await;
    assert_eq!(page.status, 410);
    assert!(page.says("This link has expired"), "{}", page.main());
    assert_eq!(states(&blog).await, ["deleted"]);
}

#[tokio::test]
async fn a_link_serves_for_nothing_but_its_own_act() {
    let (blog, _, path) = blog_with_post().await;
    comment(&blog, &path, ("Ada", ADA), "One.").await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    comment(&blog, &path, ("Cy", "cy@example.org"), "Two.").await;
    let approve = link(&notice, "Approve:");
    let until = approve
        .split("until=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    for wrong in [
        approve.replace("act=approve", "act=spam"),
        approve.replace("act=approve", "act=publish"),
        approve.replace("c=1", "c=2"),
        approve.replace("by=2", "by=1"),
        approve.replace(until, "9999999999999"),
        approve.replace("key=", "key=A"),
        approve.split("&key=").next().unwrap().to_owned(),
    ] {
        assert_ne!(wrong, approve);
        assert_eq!(blog.reader().open(&wrong).await.status, 404, "{wrong}");
        assert_eq!(
            blog.reader()
                .post(&wrong, &[("seen", "waiting")])
                .await
                .status,
            404,
            "{wrong}"
        );
    }
    assert_eq!(states(&blog).await, ["waiting", "waiting"]);
    let extra = blog
        .reader()
        .post(&approve, &[("seen", "waiting"), ("act", "delete")])
        .await;
    assert_eq!(extra.status, 422, "a field that the form does not have");
}

#[tokio::test]
async fn a_program_that_opens_every_link_changes_nothing() {
    let (blog, _, path) = blog_with_post().await;
    ada_listens(&blog, &path, EVERYTHING).await;
    comment(&blog, &path, ("Bo", BO), "Another thought.").await;
    let mail = blog.mail().await;
    let mut database = blog.database().await;
    let before = commits(&mut database).await;
    let scanner = blog.reader();
    let mut opened = 0;
    for arrived in &mail {
        for address in arrived
            .mail
            .text
            .split_whitespace()
            .filter(|part| part.starts_with("http"))
        {
            let address = address.strip_prefix("http://blog.example").unwrap();
            for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                scanner
                    .ask(method, address, &[("sec-fetch-site", "")])
                    .await;
                opened += 1;
            }
        }
    }
    assert!(opened >= 24, "{opened}");
    assert_eq!(commits(&mut database).await, before);
}

#[tokio::test]
async fn the_second_moderator_sees_what_the_first_did() {
    let (blog, _, path) = blog_with_post().await;
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    let mail = blog.mail().await;
    let of = |address: &str| {
        mail.iter()
            .find(|arrived| arrived.mail.to == address)
            .unwrap()
    };
    let otto = blog.reader();
    let spam = otto.open(&link(of(OPERATOR), "Spam:")).await.form("Spam");
    follow(&blog, &link(of(AUTHOR), "Approve:"), "Approve").await;
    let page = otto.press(&spam, "Spam").await;
    assert_eq!(page.status, 409);
    assert!(
        page.status_line()
            .contains("The comment was approved by Nora, 5 June 2016"),
        "{}",
        page.main()
    );
    assert_eq!(
        states(&blog).await,
        ["approved"],
        "nothing is overturned unseen"
    );
    let page = otto.open(&link(of(OPERATOR), "Approve:")).await;
    assert!(
        page.status_line()
            .contains("The comment was approved by Nora, 5 June 2016"),
        "{}",
        page.main()
    );
    assert_eq!(page.number_of("main button"), 0);
    let again = otto.open(&link(of(OPERATOR), "Spam:")).await.form("Spam");
    otto.press(&again, "Spam").await;
    assert_eq!(
        states(&blog).await,
        ["spam"],
        "knowing it, Otto decides otherwise"
    );
}

#[tokio::test]
async fn the_links_of_somebody_who_was_removed_stop_working() {
    let (blog, _, path) = blog_with_post().await;
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    let approve = link(&notice, "Approve:");
    let form = blog.reader().open(&approve).await.form("Approve");
    comment(&blog, &path, ("Bo", BO), "Another thought.").await;
    let store = &blog.app.store;
    let nora = store.authors().by_email(AUTHOR).await.unwrap().unwrap();
    store
        .authors()
        .remove(nora.id, blog.app.now())
        .await
        .unwrap();
    assert_eq!(blog.reader().open(&approve).await.status, 410);
    assert_eq!(blog.reader().press(&form, "Approve").await.status, 410);
    assert_eq!(states(&blog).await, ["waiting", "waiting"]);
    assert_eq!(
        blog.mail_to(AUTHOR).await.len(),
        0,
        "and no new notice goes out"
    );
}

#[tokio::test]
async fn approving_by_mail_says_so_and_the_second_visit_says_who_and_when() {
    let (blog, _, path) = blog_with_post().await;
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    for (word, heading, words) in [
        ("Approve", "Approved", "The comment is live."),
        (
            "Spam",
            "Marked as spam",
            "Readers no longer see the comment.",
        ),
        ("Delete", "Deleted", "Readers no longer see the comment."),
    ] {
        blog.clock.advance(60);
        let address = link(&notice, &format!("\n{word}:"));
        let page = follow(&blog, &address, word).await;
        assert_eq!(
            (page.status, page.headings_of(1)),
            (200, vec![heading.to_owned()])
        );
        assert!(page.status_line().contains(words), "{}", page.main());
        assert!(!page.says("does nothing"), "{}", page.main());
        assert_eq!(
            page.link_if_any("View it on").is_some(),
            word == "Approve",
            "{word}"
        );
        let again = blog.reader().open(&address).await;
        assert_eq!(again.headings_of(1), [heading]);
        let said = again.status_line();
        assert!(
            said.contains(&format!("{heading} by Nora, 5 June 2016, ")),
            "{said}"
        );
        assert_eq!(again.number_of("main button"), 0);
    }
}

#[tokio::test]
async fn who_replies_by_mail_approves_only_what_is_not_live_yet() {
    let (blog, nora, path) = blog_with_post().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    let nobody = blog.reader();
    let page = nobody.open(&link(&notice, "Reply:")).await;
    let mut form = page.form("Reply");
    form.fill("Reply", "An answer.");
    let page = nobody.press(&form, "Reply").await;
    assert_eq!(page.headings_of(1), ["Reply posted"]);
    assert!(page.status_line().contains("Your reply is live."));
    let again = nobody.open(&link(&notice, "Reply:")).await;
    assert!(again.status_line().contains("Nora replied, 5 June 2016"));
}
