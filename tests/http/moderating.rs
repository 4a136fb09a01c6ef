//! Moderation: reading what came in, deciding, and taking a decision back.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use daybook::blog::CommentId;
use daybook::blog::comment::COMMENTER;
use daybook::blog::comment::State;

const SEARCH: &str = "Search text, name, email, network and post";

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

// Two moderators

#[tokio::test]
async fn the_second_moderator_is_told_what_the_first_did() {
    let (blog, nora, path) = blog_with_comments(&["A thought."]).await;
    let otto = blog.operator().await;
    let seen_by_otto = otto
        .open("/admin/comments/")
        .await
        .form_near("A thought.", "Spam");
    nora.moderate("A thought.", "Approve").await;
    let page = otto.press(&seen_by_otto, "Spam").await;
    assert_eq!(page.status, 200);
    let told = page.alert().unwrap();
    assert!(told.contains("Already approved by Nora, 14:30."), "{told}");
    assert!(told.contains("A thought."), "{told}");
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
        "decided anew, knowingly"
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
    let told = otto_now.alert().unwrap();
    assert!(
        told.contains("Already approved by Nora, 5 June 2016, 14:30."),
        "{told}"
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
    let told = page.alert().unwrap();
    assert!(told.contains("The comment was edited, 14:30."), "{told}");
    assert!(told.contains("Another thought."), "{told}");
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

// Many at once

/// The form of the selected comments, with the boxes of these ticked by the names of their writers.
fn picked(page: &Page, by: &[&str]) -> crate::page::Form {
    let mut form = page.form("Selected comments");
    for name in by {
        form.tick(&format!("Select the comment by {name}"));
    }
    form
}

async fn blog_with_people(names: &[&str]) -> (TestBlog, Person, String) {
    let (blog, nora, path) = blog_with_comments(&[]).await;
    for name in names {
        blog.clock.advance(1);
        blog.commenter(name)
            .comment(&path, &format!("Words of {name}."))
            .await;
    }
    (blog, nora, path)
}

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
    assert!(page.status_line().contains("No comment was selected."));
    assert_eq!(blog.number("select count(*) from acts").await, 0);
}

// Finding

#[tokio::test]
async fn one_field_finds_comments_by_words_name_email_network_and_post() {
    let (blog, nora, path) = blog_with_comments(&["The lighthouse."]).await;
    let quay = nora.publish("Quayside", "Words.").await;
    let bo = blog.commenter("Bo");
    let mut form = bo.comment_form(&quay, "The pier.").await;
    form.fill("Email", "Bo_1@Example.org");
    bo.press(&form, "Post comment").await;
    blog.commenter("Bob").comment(&path, "The crane.").await;
    blog.commenter("☕").comment(&path, "The café.").await;
    sqlx::query("update comments set network = 'Zk3vQ9aB-_x' where name = 'Bob'")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    for (typed, found) in [
        ("lighthouse", vec!["The lighthouse."]),
        ("bo", vec!["The crane.", "The pier."]),
        ("bo_1@example", vec!["The pier."]),
        ("example.org", vec!["The pier."]),
        ("quayside", vec!["The pier."]),
        ("Zk3vQ9aB", vec!["The crane."]),
        ("name:Bob", vec!["The crane."]),
        ("name:☕", vec!["The café."]),
        ("email:BO_1@example.org", vec!["The pier."]),
        ("email:example.org", vec![]),
        ("network:Zk3v", vec!["The crane."]),
        ("post:2", vec!["The pier."]),
        (
            "post:ebb",
            vec!["The café.", "The crane.", "The lighthouse."],
        ),
        ("post:ebb crane", vec!["The crane."]),
        ("name:Bob pier", vec![]),
        // A sign that means something to the engine means nothing here: these are words that begin with b.
        ("b%", vec!["The crane.", "The pier."]),
        ("\" or 1=1 --", vec![]),
    ] {
        let mut form = nora.open("/admin/comments/").await.form_with(SEARCH);
        form.fill(SEARCH, typed);
        let page = nora.press(&form, "Search").await;
        assert_eq!(in_list(&page), found, "{typed}");
    }
}

#[tokio::test]
async fn the_tabs_count_what_was_looked_for() {
    let (_blog, nora, _) = blog_with_comments(&["The quay.", "The pier.", "Old pier."]).await;
    nora.moderate("Old pier.", "Approve").await;
    let page = nora.open("/admin/comments/?q=pier").await;
    assert_eq!(
        tabs(&page),
        ["Waiting 1", "Approved 1", "Spam 0", "Deleted 0"]
    );
    let approved = nora.open(&page.link("Approved")).await;
    assert_eq!(in_list(&approved), ["Old pier."], "the search goes along");
}

#[tokio::test]
async fn one_link_leads_to_all_by_the_same_name_email_network_or_post() {
    let (blog, nora, path) = blog_with_comments(&[]).await;
    let other = nora.publish("Flood", "Words.").await;
    for (name, email, path, words) in [
        ("Ada \"A\" L", "ada@x.org", &path, "One."),
        ("Ada \"A\" L", "", &other, "Two."),
        ("Ada", "ada@x.org", &other, "Three."),
    ] {
        blog.clock.advance(1);
        let ada = blog.commenter(name);
        let mut form = ada.comment_form(path, words).await;
        form.fill("Email", email);
        ada.press(&form, "Post comment").await;
    }
    sqlx::query("update comments set network = 'samesame' where source <> 'Two.'")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let page = nora.open("/admin/comments/?q=one").await;
    assert_eq!(in_list(&page), ["One."]);
    for (link, found) in [
        ("name", ["Two.", "One."]),
        ("email", ["Three.", "One."]),
        ("network", ["Three.", "One."]),
    ] {
        assert_eq!(in_list(&nora.open(&page.link(link)).await), found, "{link}");
    }
    assert_eq!(
        in_list(&nora.open(&page.link("on this post")).await),
        ["One."]
    );
}

#[tokio::test]
async fn a_moderator_sees_why_a_comment_was_held_and_whose_address_is_proved() {
    let (blog, nora, _) = blog_with_comments(&["A thought."]).await;
    sqlx::query(
        "update comments set points = 3, email = 'ada@x.org', confirmed = 1, network = 'Zk3vQ9aBrest', reasons = \
         '[{\"rule\":\"links\",\"points\":4,\"words\":\"3 <links>\"},{\"rule\":\"learned\",\"points\":-1,\"words\":\"good words\"}]'",
    )
    .execute(&mut blog.database().await)
    .await
    .unwrap();
    let page = nora.open("/admin/comments/").await;
    assert_eq!(page.texts("details.why summary"), ["Why: 3 points"]);
    assert_eq!(
        page.texts("details.why li"),
        ["+4 3 <links>", "−1 good words"]
    );
    assert!(page.says("It’s your first comment here"));
    assert!(page.says("ada@x.org confirmed"));
    assert!(page.says("network Zk3vQ9aB"));
    assert!(!page.says("Zk3vQ9aBrest"), "the hash is shown in short");
}

#[tokio::test]
async fn an_act_comes_back_to_the_page_it_was_done_on() {
    let words: Vec<String> = (0..35).map(|number| format!("Pier {number}.")).collect();
    let (_blog, nora, _) =
        blog_with_comments(&words.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let first = nora.open("/admin/comments/?q=pier").await;
    let second = nora.open(&first.link("Older")).await;
    let page = nora
        .press(&second.form_near("Pier 2.", "Approve"), "Approve")
        .await;
    assert_eq!(in_list(&page), ["Pier 4.", "Pier 3.", "Pier 1.", "Pier 0."]);
    assert_eq!(page.form_with(SEARCH).value(SEARCH), "pier");
}

// The way back

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
        "14:31 Otto undid: waiting again Ada: A thought. Undo"
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
        log.texts("tbody .acts"),
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
            .decide_comment(CommentId(1), state, "Nora", blog.app.now())
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
        .decide_comment(CommentId(1), State::Deleted, COMMENTER, blog.app.now())
        .await
        .unwrap();
    let deleted = nora.open("/admin/comments/?state=deleted").await;
    assert_eq!(in_list(&deleted).len(), 2);
    assert!(deleted.says("Deleted by the commenter, 14:30"));
    assert_eq!(
        deleted.texts("article button"),
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

// Reply and approve

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

// Changing what a comment says

async fn edit(person: &Person, words: &str, fields: &[(&str, &str)]) -> Page {
    let list = person.open("/admin/comments/").await;
    let mut form = list.form_with(SEARCH);
    form.fill(SEARCH, words);
    let list = person.press(&form, "Search").await;
    let mut form = person.open(&list.link("Edit")).await.form("Edit");
    form.fill_all(fields);
    person.press(&form, "Save").await
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
    assert!(page.says("edited 14:31"));
    assert_eq!(page.texts(".versions .source"), ["A thouht."]);
    assert!(page.texts(".versions .about")[0].contains("Ada · until 14:31, changed by Nora"));
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
        form.fill("Website", bad).fill("Comment", "Kept words.");
        let page = nora.press(&form, "Save").await;
        assert_eq!(page.status, 422, "{bad}");
        assert!(page.problem_of("Website").is_some(), "{bad}");
        assert_eq!(page.form("Edit").value("Website"), bad);
        assert_eq!(page.form("Edit").value("Comment").trim(), "Kept words.");
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

// The switch

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
            "14:30 Nora opened comments again",
            "14:30 Nora closed comments on all posts"
        ]
    );
}

// What no form of ours sends

fn csrf(page: &Page) -> String {
    page.attribute("input[name=csrf]", "value").unwrap()
}

#[tokio::test]
async fn further_fields_are_refused_and_change_nothing() {
    let (blog, nora, _) = blog_with_comments(&["A thought."]).await;
    let page = nora.open("/admin/comments/").await;
    let (csrf, seen) = (csrf(&page), page.attribute("[name=seen]", "value").unwrap());
    for (address, fields) in [
        (
            "/admin/comments/1",
            vec![("act", "approve"), ("seen", seen.as_str())],
        ),
        (
            "/admin/comments/",
            vec![("act", "approve"), ("picked", &seen)],
        ),
        ("/admin/comments/1/edit", vec![("name", "X"), ("body", "Y")]),
        (
            "/admin/comments/1/reply",
            vec![("seen", &seen), ("body", "Y")],
        ),
        ("/admin/comments/undo", vec![("acts", "1-1")]),
        ("/admin/comments/stop", vec![("stop", "yes")]),
    ] {
        for (name, value) in [
            ("state", "approved"),
            ("by", "Otto"),
            ("author_id", "1"),
            ("created_at", "0"),
        ] {
            let mut fields = fields.clone();
            fields.extend([("csrf", csrf.as_str()), (name, value)]);
            assert_eq!(
                nora.post(address, &fields).await.status,
                422,
                "{address} {name}"
            );
        }
        let mut twice = fields.clone();
        twice.extend([("csrf", csrf.as_str()), ("csrf", csrf.as_str())]);
        assert_eq!(nora.post(address, &twice).await.status, 422, "{address}");
    }
    assert_eq!(blog.number("select count(*) from acts").await, 0);
    assert_eq!(
        blog.number(
            "select count(*) from comments where state = 'waiting' and source = 'A thought.'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn a_form_of_another_session_is_refused() {
    let (blog, nora, _) = blog_with_comments(&["A thought."]).await;
    let page = nora.open("/admin/comments/").await;
    let seen = page.attribute("[name=seen]", "value").unwrap();
    let others = csrf(&blog.operator().await.open("/admin/comments/").await);
    for (address, fields) in [
        (
            "/admin/comments/1",
            vec![("act", "approve"), ("seen", seen.as_str())],
        ),
        (
            "/admin/comments/",
            vec![("act", "approve"), ("picked", &seen)],
        ),
        ("/admin/comments/1/edit", vec![("name", "X"), ("body", "Y")]),
        (
            "/admin/comments/1/reply",
            vec![("seen", &seen), ("body", "Y")],
        ),
        ("/admin/comments/undo", vec![("acts", "1-1")]),
        ("/admin/comments/stop", vec![("stop", "yes")]),
    ] {
        let mut fields = fields.clone();
        fields.push(("csrf", &others));
        assert_eq!(nora.post(address, &fields).await.status, 403, "{address}");
    }
    assert_eq!(blog.number("select count(*) from acts").await, 0);
}

#[tokio::test]
async fn a_form_about_another_comment_than_its_address_is_refused() {
    let (blog, nora, _) = blog_with_comments(&["A thought.", "Another."]).await;
    let page = nora.open("/admin/comments/").await;
    let csrf = csrf(&page);
    for seen in [
        "2:waiting::",
        "1:waiting:",
        "1:none::",
        "",
        "1:waiting::' or 1=1",
    ] {
        let fields = [("csrf", csrf.as_str()), ("act", "approve"), ("seen", seen)];
        assert_eq!(
            nora.post("/admin/comments/1", &fields).await.status,
            400,
            "{seen}"
        );
    }
    assert_eq!(blog.number("select count(*) from acts").await, 0);
    assert_eq!(nora.get("/admin/comments/99").await.status, 404);
}
