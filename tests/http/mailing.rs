//! Mail: who is told what and when, the links that mails carry, and the outbox that loses nothing.

use crate::blog::{AUTHOR, OPERATOR, Person, TestBlog};
use crate::page::Page;
use axum::body::Body;
use axum::http::{Method, Request};
use daybook::blog::CommentId;
use daybook::blog::comment::{Notify, Policy};
use daybook::mail::{Arrived, Failure};
use sqlx::SqliteConnection;

const ADA: &str = "ada@example.org";
const BO: &str = "bo@example.org";

/// A blog with a post, its author, and the post's permalink.
async fn blog_with_post() -> (TestBlog, Person, String) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    (blog, nora, path)
}

type Who<'a> = (&'a str, &'a str);

/// Leaves a comment with an address; gives its number.
async fn comment(blog: &TestBlog, path: &str, who: Who<'_>, words: &str) -> CommentId {
    comment_asking(blog, path, who, words, "Never").await
}

/// The same as an answer to another comment.
async fn answer(
    blog: &TestBlog,
    path: &str,
    to: CommentId,
    who: Who<'_>,
    words: &str,
) -> CommentId {
    comment(blog, &format!("{path}?reply={to}"), who, words).await
}

/// The same with a choice of mail, in the words of the form.
async fn comment_asking(
    blog: &TestBlog,
    path: &str,
    (name, email): Who<'_>,
    words: &str,
    mail: &str,
) -> CommentId {
    blog.clock.advance(1);
    let person = blog.commenter(name);
    let mut form = person.comment_form(path, words).await;
    form.fill("Email", email).fill("Email me", mail);
    let page = person.press(&form, "Post comment").await;
    assert_eq!(page.status, 200, "{}", page.text());
    CommentId(blog.number("select max(id) from comments").await)
}

const ANSWERS: &str = "About replies to my comment";
const EVERYTHING: &str = "About all new comments";

/// The address that stands behind a word in a mail, as a path of the blog.
fn link(arrived: &Arrived, word: &str) -> String {
    let text = &arrived.mail.text;
    let at = text
        .find(word)
        .unwrap_or_else(|| panic!("no “{word}” in: {text}"));
    let address = text[at..]
        .split_whitespace()
        .find(|part| part.starts_with("http"));
    let address = address.unwrap_or_else(|| panic!("no address behind “{word}” in: {text}"));
    address
        .strip_prefix("http://blog.example")
        .unwrap()
        .to_owned()
}

/// Opens a link of a mail and presses its one button.
async fn follow(blog: &TestBlog, address: &str, button: &str) -> Page {
    let person = blog.reader();
    let page = person.open(address).await;
    assert_eq!(page.status, 200, "{}", page.text());
    person.press(&page.form(form_name(button)), button).await
}

fn form_name(button: &str) -> &str {
    match button {
        "Confirm" => "Is this your email address?",
        "Unsubscribe" => "Unsubscribe?",
        other => other,
    }
}

/// Ada asks for mail about answers and confirms her address; all mail so far is read.
async fn ada_listens(blog: &TestBlog, path: &str, mail: &str) -> CommentId {
    let id = comment_asking(blog, path, ("Ada", ADA), "A thought of Ada.", mail).await;
    let question = blog.mail_to(ADA).await.remove(0);
    follow(blog, &link(&question, "Confirm:"), "Confirm").await;
    id
}

async fn states(blog: &TestBlog) -> Vec<String> {
    let rows: Vec<(String,)> = sqlx::query_as("select state from comments order by id")
        .fetch_all(&mut blog.database().await)
        .await
        .unwrap();
    rows.into_iter().map(|(state,)| state).collect()
}

async fn commits(database: &mut SqliteConnection) -> i64 {
    let (number,): (i64,) = sqlx::query_as("pragma data_version")
        .fetch_one(database)
        .await
        .unwrap();
    number
}

#[tokio::test]
async fn an_answer_is_told_to_a_confirmed_address_once_it_is_shown() {
    let (blog, nora, path) = blog_with_post().await;
    let ada = ada_listens(&blog, &path, ANSWERS).await;
    nora.moderate("A thought of Ada.", "Approve").await;
    answer(&blog, &path, ada, ("Bo", BO), "Bo answers.").await;
    assert_eq!(blog.mail_to(ADA).await.len(), 0, "the answer waits");
    nora.moderate("Bo answers.", "Approve").await;
    let told = blog.mail_to(ADA).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].mail.text.contains("> Bo answers."),
        "{}",
        told[0].mail.text
    );
    let place = link(&told[0], "Read it");
    assert!(blog.reader().open(&place).await.says("Bo answers."));
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
        .comment(ada)
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
            .change_subscription(id, Some(Notify::Replies), now)
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
    comment(&blog, &path, ("Bo", BO), "Beside it.").await;
    nora.moderate("Beside it.", "Approve").await;
    let below = answer(&blog, &path, ada, ("Bo", BO), "Below it.").await;
    nora.moderate("Below it.", "Approve").await;
    answer(&blog, &path, below, ("Bo", BO), "Further below.").await;
    nora.moderate("Further below.", "Approve").await;
    let told = blog.mail_to(ADA).await;
    let words: Vec<bool> = ["Beside it.", "Below it.", "Further below."]
        .map(|words| told.iter().any(|arrived| arrived.mail.text.contains(words)))
        .to_vec();
    assert_eq!(words, [false, true, true]);
}

#[tokio::test]
async fn a_comment_approved_again_is_not_told_again() {
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
async fn what_is_no_longer_so_is_not_told() {
    let (blog, nora, path) = blog_with_post().await;
    let ada = ada_listens(&blog, &path, EVERYTHING).await;
    comment(&blog, &path, ("Bo", BO), "Undone.").await;
    nora.moderate("Undone.", "Approve").await;
    let approved = nora.open("/admin/comments/?state=approved").await;
    nora.press(&approved.form_near("Undone.", "Delete"), "Delete")
        .await;
    comment(&blog, &path, ("Cy", "cy@example.org"), "Told to nobody.").await;
    nora.moderate("Told to nobody.", "Approve").await;
    blog.app
        .store
        .change_subscription(ada, None, blog.app.now())
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
    let told = blog.mail_to(ADA).await.remove(0);
    let unsubscribe = told.mail.unsubscribe.clone().unwrap();
    assert!(
        told.raw
            .contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    );
    let address = link(&told, "Unsubscribe:");
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
        assert!(page.status_line().contains("stopped"));
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
    assert_eq!(to, [OPERATOR], "the other one is told");
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
    let mut settings = blog.app.store.settings().await.unwrap();
    settings.comments = Policy::Open;
    let now = blog.app.now();
    blog.app.store.save_settings(&settings, now).await.unwrap();
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
        let mut settings = blog.app.store.settings().await.unwrap();
        settings.notices = daybook::blog::settings::Notices::of(choice).unwrap();
        blog.app
            .store
            .save_settings(&settings, blog.app.now())
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
async fn the_second_moderator_is_told_what_the_first_did() {
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
    let nora = store.author_by_email(AUTHOR).await.unwrap().unwrap();
    store.remove_author(nora.id, blog.app.now()).await.unwrap();
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
async fn a_name_that_could_break_a_header_is_refused_and_mail_goes_on() {
    let (blog, _, path) = blog_with_post().await;
    for hostile in ["Eve\r\nBcc: victim@x.org", "a\0b"] {
        let eve = blog.reader();
        let (action, fields) = eve
            .comment_form(&path, "Words.")
            .await
            .pressed("Post comment");
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str(),
                    if name == "name" {
                        hostile
                    } else {
                        value.as_str()
                    },
                )
            })
            .collect();
        assert_eq!(eve.post(&action, &fields).await.status, 422, "{hostile:?}");
    }
    assert_eq!(blog.comments().await, 0);
    let path = blog
        .author()
        .await
        .publish("A “title”: <b>, 东京 & more", "Words.")
        .await;
    comment(&blog, &path, ("\"Eve\" <eve@x.org>, Bob", ADA), "Fine.").await;
    assert_eq!(blog.mail().await.len(), 2);
}

#[tokio::test]
async fn an_address_that_is_more_than_one_address_is_refused() {
    let (blog, _, path) = blog_with_post().await;
    for bad in [
        "\"-oQ/tmp -X\"@x.com",
        "a@b.com, c@d.com",
        "a@b.com\r\nBcc: c@d",
    ] {
        let eve = blog.commenter("Eve");
        let mut form = eve.comment_form(&path, "Words.").await;
        form.fill("Email", bad);
        let page = eve.press(&form, "Post comment").await;
        assert_eq!(page.status, 422, "{bad:?}");
    }
    assert_eq!(blog.mail().await.len(), 0);
}

#[tokio::test]
async fn a_comment_is_plain_words_in_a_mail() {
    let (blog, _, path) = blog_with_post().await;
    let words = "[verify your account](https://evil.example) ![](https://evil.example/p.gif) <b>x</b>\n\n.\n\nRCPT TO:<z>\n\nApprove: https://evil.example/a";
    comment(&blog, &path, ("Eve", "eve@example.org"), words).await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    let text = &notice.mail.text;
    assert!(
        !notice.raw.contains("<a") && !notice.raw.contains("<img"),
        "{text}"
    );
    assert!(
        notice
            .raw
            .contains("Content-Type: text/plain; charset=utf-8\r\n")
    );
    assert!(
        text.contains("> [verify your account](https://evil.example)"),
        "{text}"
    );
    assert!(text.contains("https://evil.example/p.gif"), "{text}");
    assert!(
        !text
            .lines()
            .any(|line| line.starts_with("Approve: https://evil")),
        "every line of hers is marked: {text}"
    );
    assert!(link(&notice, "\nApprove:").starts_with("/mail/act?"));
}

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
        .open(&nora.open("/admin/posts/").await.link("Outbox"))
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

#[tokio::test]
async fn a_mail_has_the_words_as_they_were_written() {
    let (blog, _, path) = blog_with_post().await;
    let long = "word ".repeat(40);
    let words =
        format!("> Whoever said this.\n>\n> > And this.\n\nMine:\n\n- one\n- two\n\n{long}");
    comment(&blog, &path, ("Ada", ADA), &words).await;
    let text = blog.mail_to(AUTHOR).await.remove(0).mail.text;
    let quoted =
        "> > Whoever said this.\n> >\n> > > And this.\n>\n> Mine:\n>\n> - one\n> - two\n>\n> word";
    assert!(text.contains(quoted), "{text}");
    assert!(
        text.lines()
            .filter(|line| line.starts_with('>'))
            .all(|line| line.len() <= 76)
    );
}

/// The value of a header of a message, unfolded.
fn header(arrived: &Arrived, name: &str) -> String {
    let raw = arrived.raw.replace("\r\n ", " ");
    let line = raw.split("\r\n").find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then(|| value.to_owned())
    });
    line.unwrap_or_else(|| panic!("no {name} in {raw}"))
}

#[tokio::test]
async fn a_reply_mail_says_that_it_is_one_and_to_what_and_stays_in_its_thread() {
    let (blog, nora, path) = blog_with_post().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let ada = ada_listens(&blog, &path, EVERYTHING).await;
    blog.mail().await;
    let bo = answer(&blog, &path, ada, ("Bo", BO), "Bo answers.").await;
    answer(
        &blog,
        &path,
        bo,
        ("Cleo", "cleo@example.org"),
        "Cleo answers.",
    )
    .await;
    comment(&blog, &path, ("Dan", "dan@example.org"), "Another one.").await;
    let mail = blog.mail().await;
    let to = |address: &str| -> Vec<&Arrived> {
        mail.iter()
            .filter(|arrived| arrived.mail.to == address)
            .collect()
    };
    let told = to(ADA);
    assert_eq!(told[0].mail.subject, "Bo replied to your comment on “Ebb”");
    let text = &told[0].mail.text;
    assert!(
        text.contains("> Bo answers.\n\nYou wrote:\n\n> A thought of Ada.\n"),
        "{text}"
    );
    assert_eq!(told[1].mail.subject, "Cleo replied to Bo on “Ebb”");
    let text = &told[1].mail.text;
    assert!(
        text.contains("> Cleo answers.\n\nBo wrote:\n\n> Bo answers.\n"),
        "{text}"
    );
    assert_eq!(told[2].mail.subject, "New comment by Dan on “Ebb”");
    let first = header(told[0], "Message-ID");
    assert_eq!(header(told[1], "In-Reply-To"), first);
    assert!(header(told[1], "References").ends_with(&first));
    let post = header(told[2], "In-Reply-To");
    for one in &told {
        assert!(
            header(one, "References").starts_with(&post),
            "one thread for the post"
        );
    }

    let notices = to(AUTHOR);
    assert_eq!(
        notices[0].mail.subject,
        "A reply by Bo to Ada on “Ebb” is live"
    );
    assert!(
        notices[0]
            .mail
            .text
            .contains("Ada wrote:\n\n> A thought of Ada.\n")
    );
    assert_eq!(
        header(notices[1], "In-Reply-To"),
        header(notices[0], "Message-ID")
    );
    let mut names: Vec<String> = mail.iter().map(|one| header(one, "Message-ID")).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), mail.len(), "no two messages have one name");
}

#[tokio::test]
async fn a_notice_links_to_the_comment_whatever_the_post_is_called() {
    let (blog, nora, _) = blog_with_post().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    nora.write("Publish", &[("Title", ""), ("Body", "No title here.")])
        .await;
    let path = blog
        .app
        .store
        .post(daybook::blog::PostId(2))
        .await
        .unwrap()
        .unwrap()
        .path
        .unwrap();
    comment(&blog, &path, ("Ada", ADA), "A thought.").await;
    let notice = blog.mail_to(AUTHOR).await.remove(0);
    let place = link(&notice, "On the blog:");
    assert!(
        blog.reader().open(&place).await.says("A thought."),
        "{place}"
    );
    assert!(notice.mail.subject.contains("“Untitled”"));
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
    let told = blog.mail_to(ADA).await.remove(0);
    assert_eq!(link(&told, "Edit or delete your comment:"), own);
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

/// A mail as a person reads it, without the codes of its links.
fn as_read(arrived: &Arrived) -> String {
    let mail = &arrived.mail;
    let mut text = format!("To: {}\nSubject: {}\n\n", mail.to, mail.subject);
    for line in mail.text.lines() {
        text.push_str(line.split("key=").next().unwrap());
        text.push('\n');
    }
    text
}

#[tokio::test]
async fn the_three_mails() {
    let (blog, nora, path) = blog_with_post().await;
    let words = "A *thought*.\n\nAnd [more](https://example.org/).";
    let id = comment_asking(&blog, &path, ("Ada", ADA), words, ANSWERS).await;
    let mail = blog.mail().await;
    let of = |address: &str| {
        mail.iter()
            .find(|arrived| arrived.mail.to == address)
            .unwrap()
    };
    insta::assert_snapshot!("notice", as_read(of(AUTHOR)));
    insta::assert_snapshot!("confirm", as_read(of(ADA)));
    follow(&blog, &link(of(ADA), "Confirm:"), "Confirm").await;
    nora.moderate("thought", "Approve").await;
    answer(&blog, &path, id, ("Bo", BO), "Bo answers.").await;
    nora.moderate("Bo answers.", "Approve").await;
    insta::assert_snapshot!("shown", as_read(&blog.mail_to(ADA).await[0]));
}
