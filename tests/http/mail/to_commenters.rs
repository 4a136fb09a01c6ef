//! Mail to commenters: replies, confirmed addresses, one click to stop it.

use super::{
    ADA, ANSWERS, BO, EVERYTHING, ada_listens, answer, blog_with_post, comment, comment_asking,
    commits, follow, link, states,
};
use crate::blog::AUTHOR;
use axum::body::Body;
use axum::http::{Method, Request};
use daybook::blog::comment::Notify;

#[tokio::test]
async fn a_reply_is_mailed_to_a_confirmed_address_once_it_is_shown() {
    let (blog, nora, path) = blog_with_post().await;
    let ada = ada_listens(&blog, &path, ANSWERS).await;
    nora.moderate("A thought of Ada.", "Approve").await;
    answer(&blog, &path, ada, ("Bo", BO), "Bo answers.").await;
    assert_eq!(blog.mail_to(ADA).await.len(), 0, "the answer waits");
    nora.moderate("Bo answers.", "Approve").await;
    let notices = blog.mail_to(ADA).await;
    assert_eq!(notices.len(), 1);
    assert!(
        notices[0].mail.text.contains("> Bo answers."),
        "{}",
        notices[0].mail.text
    );
    let place = link(&notices[0], "Read it");
    assert!(blog.reader().open(&place).await.says("Bo answers."));
}

#[tokio::test]
async fn an_answer_on_a_post_that_got_a_password_is_announced_without_its_words() {
    let (blog, nora, path) = blog_with_post().await;
    let ada = ada_listens(&blog, &path, ANSWERS).await;
    nora.moderate("A thought of Ada.", "Approve").await;
    answer(&blog, &path, ada, ("Bo", BO), "Bo answers.").await;
    nora.revise("Ebb", "Update", &[("Password for readers", "grey heron")])
        .await;
    nora.moderate("Bo answers.", "Approve").await;
    let notices = blog.mail_to(ADA).await;
    assert_eq!(notices.len(), 1);
    let mail = &notices[0].mail;
    assert!(mail.text.contains("Bo replied to you"), "{}", mail.text);
    for words in ["Bo answers.", "A thought of Ada."] {
        assert!(!mail.text.contains(words), "{words}: {}", mail.text);
    }
    assert!(link(&notices[0], "Read it").starts_with(&path));
    assert_eq!(blog.reader().open(&path).await.status, 200);
}

#[tokio::test]
async fn an_address_that_nobody_confirmed_gets_the_question_only() {
    let (blog, nora, path) = blog_with_post().await;
    let ada = comment_asking(&blog, &path, ("Ada", ADA), "A thought of Ada.", EVERYTHING).await;
    nora.moderate("A thought of Ada.", "Approve").await;
    answer(&blog, &path, ada, ("Bo", BO), "Bo answers.").await;
    nora.moderate("Bo answers.", "Approve").await;
    let mail = blog.mail_to(ADA).await;
    assert_eq!(mail.len(), 1);
    assert!(mail[0].mail.text.contains("press Confirm"));
    assert!(
        !mail[0].raw.contains("thought"),
        "nothing that the commenter wrote goes to whom was named"
    );
}

#[tokio::test]
async fn opening_the_question_confirms_nothing_and_its_button_does() {
    let (blog, _, path) = blog_with_post().await;
    comment_asking(&blog, &path, ("Ada", ADA), "A thought.", ANSWERS).await;
    let question = blog.mail_to(ADA).await.remove(0);
    let address = link(&question, "Confirm:");
    let mut database = blog.database().await;
    let before = commits(&mut database).await;
    let page = blog.reader().open(&address).await;
    assert!(page.main().contains(ADA), "{}", page.main());
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    assert_eq!(page.header("x-robots-tag"), Some("noindex"));
    assert_eq!(commits(&mut database).await, before);
    let page = follow(&blog, &address, "Confirm").await;
    assert!(page.status_line().contains("confirmed"), "{}", page.main());
    assert_eq!(blog.number("select confirmed from comments").await, 1);
    for wrong in [
        address.replace("key=", "key=x"),
        address.replace("c=1", "c=2"),
    ] {
        assert_eq!(blog.reader().open(&wrong).await.status, 404, "{wrong}");
        assert_eq!(blog.reader().post(&wrong, &[]).await.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn a_confirmed_address_that_was_approved_before_shows_its_next_comment_once_its_writer_says_so()
 {
    let (blog, nora, path) = blog_with_post().await;
    ada_listens(&blog, &path, ANSWERS).await;
    nora.moderate("A thought of Ada.", "Approve").await;
    blog.clock.advance(2 * 24 * 3600);
    comment_asking(&blog, &path, ("Ada", ADA), "Another thought.", ANSWERS).await;
    comment_asking(&blog, &path, ("Eve", ADA), "Not by Ada.", ANSWERS).await;
    assert_eq!(
        states(&blog).await,
        ["approved", "waiting", "waiting"],
        "a typed address proves nothing"
    );
    let mail = blog.mail_to(ADA).await;
    assert_eq!(mail.len(), 1, "one question a day");
    follow(&blog, &link(&mail[0], "Confirm:"), "Confirm").await;
    assert_eq!(states(&blog).await, ["approved", "approved", "waiting"]);
    assert!(blog.reader().open(&path).await.says("Another thought."));
}

#[tokio::test]
async fn what_the_filter_holds_no_confirmed_address_shows() {
    let (blog, nora, path) = blog_with_post().await;
    ada_listens(&blog, &path, ANSWERS).await;
    nora.moderate("A thought of Ada.", "Approve").await;
    blog.clock.advance(2 * 24 * 3600);
    let links = "See https://a.example https://b.example https://c.example https://d.example";
    comment_asking(&blog, &path, ("Ada", ADA), links, ANSWERS).await;
    for question in blog.mail_to(ADA).await {
        follow(&blog, &link(&question, "Confirm:"), "Confirm").await;
    }
    assert_eq!(states(&blog).await, ["approved", "waiting"]);
}

#[tokio::test]
async fn a_commenter_turns_mail_on_and_off_on_their_own_page() {
    let (blog, nora, path) = blog_with_post().await;
    let ada = ada_listens(&blog, &path, ANSWERS).await;
    nora.moderate("A thought of Ada.", "Approve").await;
    let made_at = blog
        .app
        .store
        .comments()
        .by_id(ada)
        .await
        .unwrap()
        .unwrap()
        .created_at;
    let own = blog.app.own_comment_address(ada, made_at).unwrap();
    let choose = async |choice: &str| {
        let person = blog.reader();
        let mut form = person.open(&own).await.form("Email");
        form.fill("Email me", choice);
        person.press(&form, "Save email choice").await
    };
    let form = blog.reader().open(&own).await.form("Email");
    assert_eq!(form.value("Email me"), "replies");
    assert!(
        choose("Never")
            .await
            .says("Your email choice has been saved.")
    );
    answer(&blog, &path, ada, ("Bo", BO), "Unheard.").await;
    nora.moderate("Unheard.", "Approve").await;
    assert_eq!(blog.mail_to(ADA).await.len(), 0);
    choose("About all new comments").await;
    comment(&blog, &path, ("Cleo", "cleo@example.org"), "Heard.").await;
    nora.moderate("Heard.", "Approve").await;
    assert_eq!(blog.mail_to(ADA).await.len(), 1);
}

#[tokio::test]
async fn nobody_can_be_buried_under_questions() {
    let (blog, _, path) = blog_with_post().await;
    for number in 0..5 {
        let words = format!("Number {number}.");
        let id = comment_asking(
            &blog,
            &path,
            ("Eve", "victim@example.org"),
            &words,
            EVERYTHING,
        )
        .await;
        let store = &blog.app.store;
        let now = blog.app.now();
        store
            .subscriptions()
            .change(id, Some(Notify::Replies), now)
            .await
            .unwrap();
    }
    assert_eq!(blog.mail_to("victim@example.org").await.len(), 1);
    blog.clock.advance(24 * 3600);
    comment_asking(
        &blog,
        &path,
        ("Eve", "victim@example.org"),
        "Next day.",
        EVERYTHING,
    )
    .await;
    assert_eq!(blog.mail_to("victim@example.org").await.len(), 1);
}

#[tokio::test]
async fn who_asked_for_all_comments_of_a_post_gets_each_once_and_never_their_own() {
    let (blog, nora, path) = blog_with_post().await;
    let first = ada_listens(&blog, &path, EVERYTHING).await;
    let second = comment_asking(&blog, &path, ("Ada", ADA), "Ada again.", ANSWERS).await;
    nora.moderate("A thought of Ada.", "Approve").await;
    nora.moderate("Ada again.", "Approve").await;
    assert_eq!(blog.mail_to(ADA).await.len(), 0, "her own comments");
    answer(&blog, &path, first, ("Bo", BO), "Bo answers.").await;
    answer(&blog, &path, second, ("Bo", BO), "Bo answers again.").await;
    nora.moderate("Bo answers.", "Approve").await;
    nora.moderate("Bo answers again.", "Approve").await;
    assert_eq!(
        blog.mail_to(ADA).await.len(),
        2,
        "once each, though asked for twice"
    );
    let other = nora.publish("Flood", "Words.").await;
    comment(&blog, &other, ("Bo", BO), "Elsewhere.").await;
    assert_eq!(blog.mail_to(ADA).await.len(), 0, "another post");
}

#[tokio::test]
async fn who_asked_for_answers_hears_of_answers_to_answers_but_not_of_others() {
    let (blog, nora, path) = blog_with_post().await;
    let ada = ada_listens(&blog, &path, ANSWERS).await;
    nora.moderate("A thought of Ada.", "Approve").await;
    comment(&blog, &path, ("Bo", BO), "Next to it.").await;
    nora.moderate("Next to it.", "Approve").await;
    let below = answer(&blog, &path, ada, ("Bo", BO), "Below it.").await;
    nora.moderate("Below it.", "Approve").await;
    answer(&blog, &path, below, ("Bo", BO), "Further below.").await;
    nora.moderate("Further below.", "Approve").await;
    let notices = blog.mail_to(ADA).await;
    let words: Vec<bool> = ["Next to it.", "Below it.", "Further below."]
        .map(|words| {
            notices
                .iter()
                .any(|arrived| arrived.mail.text.contains(words))
        })
        .to_vec();
    assert_eq!(words, [false, true, true]);
}

#[tokio::test]
async fn a_comment_approved_again_is_not_mailed_again() {
    let (blog, nora, path) = blog_with_post().await;
    let ada = ada_listens(&blog, &path, ANSWERS).await;
    nora.moderate("A thought of Ada.", "Approve").await;
    answer(&blog, &path, ada, ("Bo", BO), "Bo answers.").await;
    nora.moderate("Bo answers.", "Approve").await;
    assert_eq!(blog.mail_to(ADA).await.len(), 1);
    let approved = nora.open("/admin/comments/?state=approved").await;
    nora.press(&approved.form_near("Bo answers.", "Spam"), "Spam")
        .await;
    let spam = nora.open("/admin/comments/?state=spam").await;
    nora.press(&spam.form_near("Bo answers.", "Approve"), "Approve")
        .await;
    assert_eq!(blog.mail_to(ADA).await.len(), 0);
}

#[tokio::test]
async fn what_is_no_longer_true_is_not_mailed() {
    let (blog, nora, path) = blog_with_post().await;
    let ada = ada_listens(&blog, &path, EVERYTHING).await;
    comment(&blog, &path, ("Bo", BO), "Undone.").await;
    nora.moderate("Undone.", "Approve").await;
    let approved = nora.open("/admin/comments/?state=approved").await;
    nora.press(&approved.form_near("Undone.", "Delete"), "Delete")
        .await;
    comment(&blog, &path, ("Cy", "cy@example.org"), "Mailed to nobody.").await;
    nora.moderate("Mailed to nobody.", "Approve").await;
    blog.app
        .store
        .subscriptions()
        .change(ada, None, blog.app.now())
        .await
        .unwrap();
    assert_eq!(
        blog.mail().await.len(),
        0,
        "no notice either: all is decided"
    );
    let outbox = nora.open("/admin/outbox/?pile=unneeded").await;
    assert!(
        outbox.says("New comment by Bo on “Ebb”"),
        "{}",
        outbox.main()
    );
}

#[tokio::test]
async fn one_click_stops_the_mail_from_wherever_it_is_clicked() {
    let (blog, nora, path) = blog_with_post().await;
    let ada = ada_listens(&blog, &path, ANSWERS).await;
    nora.moderate("A thought of Ada.", "Approve").await;
    answer(&blog, &path, ada, ("Bo", BO), "Bo answers.").await;
    nora.moderate("Bo answers.", "Approve").await;
    let notice = blog.mail_to(ADA).await.remove(0);
    let unsubscribe = notice.mail.unsubscribe.clone().unwrap();
    assert!(
        notice
            .raw
            .contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    );
    let address = link(&notice, "Unsubscribe:");
    assert_eq!(unsubscribe, format!("http://blog.example{address}"));

    assert!(blog.reader().open(&address).await.has_form("Unsubscribe?"));
    assert_eq!(
        blog.number("select count(*) from subscriptions where ended_at is null")
            .await,
        1,
        "opening stops nothing"
    );
    let provider = |key: &str, body: &'static str, kind: &str| {
        Request::post(address.replace("key=", key))
            .header("host", "blog.example")
            .header("content-type", kind)
            .body(Body::from(body))
            .unwrap()
    };
    let form = "application/x-www-form-urlencoded";
    let refused = blog
        .reader()
        .send(provider("key=x", "List-Unsubscribe=One-Click", form))
        .await;
    assert_eq!(refused.status, 404);
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    for (body, kind) in [
        ("List-Unsubscribe=One-Click", form),
        (multipart, "multipart/form-data; boundary=b"),
    ] {
        let page = blog.reader().send(provider("key=", body, kind)).await;
        assert_eq!(page.status, 200, "answered without a redirect");
        assert!(page.status_line().contains("unsubscribed"));
    }
    answer(&blog, &path, ada, ("Bo", BO), "Bo again.").await;
    assert_eq!(blog.mail_to(ADA).await.len(), 0);
}

#[tokio::test]
async fn no_other_address_takes_a_change_from_elsewhere() {
    let (blog, _, path) = blog_with_post().await;
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    for address in [
        link(&notice, "Approve:"),
        "/mail/confirm?c=1&key=x".to_owned(),
        "/mail/stop/".to_owned(),
    ] {
        let request = Request::builder()
            .method(Method::POST)
            .uri(&address)
            .header("host", "blog.example")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::empty())
            .unwrap();
        assert_eq!(blog.reader().send(request).await.status, 403, "{address}");
    }
    assert_eq!(states(&blog).await, ["waiting"]);
}

#[tokio::test]
async fn every_mail_to_a_commenter_leads_to_their_own_page() {
    let (blog, nora, path) = blog_with_post().await;
    let ada = comment_asking(&blog, &path, ("Ada", ADA), "A thought of Ada.", ANSWERS).await;
    let question = blog.mail_to(ADA).await.remove(0);
    let own = link(&question, "edit or delete");
    let page = blog.reader().open(&own).await;
    assert!(page.has_button("Edit") && page.says("A thought of Ada."));
    follow(&blog, &link(&question, "Confirm:"), "Confirm").await;
    nora.moderate("A thought of Ada.", "Approve").await;
    answer(&blog, &path, ada, ("Bo", BO), "Bo answers.").await;
    nora.moderate("Bo answers.", "Approve").await;
    let notice = blog.mail_to(ADA).await.remove(0);
    assert_eq!(link(&notice, "Edit or delete your comment:"), own);
}

#[tokio::test]
async fn a_mailed_key_shows_nothing_of_another_address() {
    let (blog, _, path) = blog_with_post().await;
    let pass = "0123456789abcdef0123456789abcdef";
    let mut owns = Vec::new();
    for (email, words) in [
        ("me@example.org", "Mine."),
        ("stranger@example.org", "Mistyped."),
    ] {
        blog.clock.advance(60);
        let person = blog.commenter("Ada");
        let mut form = person.comment_form(&path, words).await;
        form.fill("Email", email)
            .tamper("notify", "replies")
            .tamper("pass", pass);
        owns.push(person.press(&form, "Post comment").await.address);
    }
    let page = blog.reader().open(&owns[1]).await;
    assert!(
        page.says("Mistyped.") && !page.says("Mine."),
        "{}",
        page.main()
    );
}
