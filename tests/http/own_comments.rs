//! A commenter's own page: no account, no cookie, no script, and everything about one's own words.

use crate::blog::{Person, TestBlog};
use crate::page::Page;

/// A blog that shows comments at once, its post, and the own page of Ada's comment on it.
async fn commented() -> (TestBlog, String, Page) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    let own = blog
        .commenter("Ada")
        .comment(&path, "The tide was late.")
        .await;
    (blog, path, own)
}

async fn approve(blog: &TestBlog, words: &str) {
    blog.author().await.moderate(words, "Approve").await;
}

async fn show_at_once(blog: &TestBlog) {
    blog.author()
        .await
        .change_settings(&[("Publish every comment immediately", "")])
        .await;
}

#[tokio::test]
async fn who_comments_gets_the_key_to_it_whether_it_is_held_or_live() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    let ada = blog.commenter("Ada");
    let held = ada
        .press(&ada.comment_form(&path, "Held.").await, "Post comment")
        .await;
    assert!(held.status_line().contains("waiting for approval"));
    show_at_once(&blog).await;
    let of_the_author = {
        let mut form = nora.comment_form(&path, "By the author.").await;
        form.fill("Name", "Nora");
        nora.press(&form, "Post comment").await
    };
    let live = ada
        .press(&ada.comment_form(&path, "Live.").await, "Post comment")
        .await;
    for (page, words) in [(&live, "Live."), (&of_the_author, "By the author.")] {
        assert_eq!(page.status, 200);
        assert!(page.address.starts_with("/comments/") && page.address.contains("key="));
        assert!(
            page.status_line().contains("Your comment is live"),
            "{}",
            page.main()
        );
        let place = page.link("see it below");
        assert!(blog.reader().open(&place).await.says(words));
        assert!(
            page.has_button("Edit") && page.has_button("Delete"),
            "{words}"
        );
    }
    assert!(ada.cookies().is_empty());
    let page = press(&blog.reader(), &live.address, "Delete").await;
    assert!(page.says("You deleted this comment."));
    assert!(!blog.reader().open(&path).await.says("Live."));
}

#[tokio::test]
async fn the_feed_of_a_thread_is_linked_where_the_thread_is() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    show_at_once(&blog).await;
    let ada = blog.commenter("Ada");
    let own = ada
        .press(
            &ada.comment_form(&path, "A question.").await,
            "Post comment",
        )
        .await;
    let feed = own.link("Follow replies");
    assert!(feed.ends_with("/comments.atom?thread=1"), "{feed}");
    let page = blog.reader().open(&path).await;
    assert!(
        page.link_if_any("Feed of this thread").is_none(),
        "no thread yet"
    );
    blog.clock.advance(60);
    blog.commenter("Bo")
        .comment(&format!("{path}?reply=1"), "An answer.")
        .await;
    let page = blog.reader().open(&path).await;
    assert_eq!(page.link("Feed of this thread"), feed);
    let feed = blog.reader().open(&feed).await;
    assert_eq!(feed.status, 200);
    assert!(feed.source().contains("An answer."));
}

/// Opens the form to change the words, fills it and saves.
async fn edit(person: &Person, own: &str, words: &str) -> Page {
    let page = person.open(own).await;
    let page = person.press(&page.form_with_button("Edit"), "Edit").await;
    let mut form = page.form("Edit your comment");
    form.fill("Comment", words);
    person.press(&form, "Save").await
}

async fn press(person: &Person, own: &str, button: &str) -> Page {
    let page = person.open(own).await;
    person.press(&page.form_with_button(button), button).await
}

#[tokio::test]
async fn a_comment_can_be_changed_for_thirty_minutes_without_script_or_cookie() {
    let (blog, path, own) = commented().await;
    show_at_once(&blog).await;
    approve(&blog, "The tide").await;
    let ada = blog.reader();
    let saved = edit(&ada, &own.address, "The tide was *very* late.").await;
    assert!(saved.says("Saved."));
    let page = blog.reader().open(&path).await;
    assert!(page.says("The tide was very late."));
    assert!(!page.says("The tide was late."));
    let found = blog.reader().open("/search?q=very").await;
    assert_eq!(
        found.number_of("ol.hits > li"),
        1,
        "search knows the new words"
    );
    blog.clock.advance(30 * 60);
    let page = ada.open(&own.address).await;
    assert!(!page.has_button("Edit"), "the time is over");
    assert!(page.has_button("Delete"), "deleting is always possible");
    assert!(ada.cookies().is_empty());
}

#[tokio::test]
async fn words_that_come_too_late_are_returned() {
    let (blog, _, own) = commented().await;
    let ada = blog.reader();
    let page = ada.open(&own.address).await;
    let page = ada.press(&page.form_with_button("Edit"), "Edit").await;
    let mut form = page.form("Edit your comment");
    form.fill("Comment", "A long second thought.");
    blog.clock.advance(31 * 60);
    let page = ada.press(&form, "Save").await;
    assert_eq!(page.status, 403);
    assert!(page.source().contains("A long second thought."));
    for (words, status) in [("", 422), (&"x".repeat(9000), 422)] {
        blog.clock.advance(-31 * 60);
        let mut form = page.form("Edit your comment");
        form.fill("Comment", words);
        let page = ada.press(&form, "Save").await;
        assert_eq!(page.status, status);
        assert_eq!(page.form("Edit your comment").value("Comment"), words);
        blog.clock.advance(31 * 60);
    }
}

#[tokio::test]
async fn an_edit_is_marked_and_the_old_words_are_kept_for_the_moderator() {
    let (blog, path, own) = commented().await;
    show_at_once(&blog).await;
    approve(&blog, "The tide").await;
    blog.clock.advance(60);
    edit(&blog.reader(), &own.address, "The ebb was late.").await;
    let own = blog.reader().open(&own.address).await;
    assert!(own.source().contains("edited"));
    let versions = blog
        .number("select count(*) from comment_versions where source = 'The tide was late.'")
        .await;
    assert_eq!(versions, 1);
    assert!(blog.reader().open(&path).await.says("The ebb was late."));
}

/// A blog on which the author reads first comments, with an approved one, and the commenter's own page.
async fn approved() -> (TestBlog, Person, String, String) {
    let (blog, path, own) = commented().await;
    let nora = blog.author().await;
    nora.moderate("The tide", "Approve").await;
    blog.clock.advance(60);
    (blog, nora, path, own.address)
}

#[tokio::test]
async fn a_change_of_a_live_comment_waits_and_readers_keep_the_earlier_words() {
    let (blog, nora, path, own) = approved().await;
    let ada = blog.reader();
    let page = edit(&ada, &own, "The tide was *very* early.").await;
    assert!(
        page.says("Your change has been saved and is waiting for approval."),
        "{}",
        page.main()
    );
    assert!(page.says("The tide was very early.") && page.says("The tide was late."));
    let form = ada
        .press(&page.form_with_button("Edit"), "Edit")
        .await
        .form("Edit your comment");
    assert_eq!(
        form.value("Comment"),
        "The tide was *very* early.",
        "what was written last"
    );

    let seen = async |words: &str| {
        let mut seen = Vec::new();
        for address in [path.as_str(), "/comments.atom", "/search?q=tide"] {
            seen.push(blog.reader().open(address).await.source().contains(words));
        }
        seen
    };
    assert_eq!(seen("was late.").await, [true, true, true]);
    assert_eq!(seen("early").await, [false; 3]);
    assert!(blog.reader().open("/").await.says("1 comment"));
    assert_eq!(
        blog.reader()
            .open("/search?q=early")
            .await
            .number_of("ol.hits > li"),
        0
    );

    let list = nora.open("/admin/comments/").await;
    assert_eq!(list.texts("nav[aria-label=States] li")[0], "Waiting 1");
    assert_eq!(list.texts("section.change del"), ["late."]);
    assert!(list.texts("section.change ins").concat().contains("early"));
    assert!(nora.open("/admin/posts/").await.says("1 waiting"));
    let answer = nora
        .press(&list.form_near("The tide was late.", "Approve"), "Approve")
        .await;
    assert!(
        answer.status_line().contains("The comment is approved."),
        "{}",
        answer.main()
    );
    assert_eq!(answer.texts("nav[aria-label=States] li")[0], "Waiting 0");

    assert_eq!(seen("early.").await[..2], [true, true]);
    assert_eq!(seen("was late.").await, [false; 3]);
    assert_eq!(
        blog.reader()
            .open("/search?q=early")
            .await
            .number_of("ol.hits > li"),
        1
    );
    assert!(blog.reader().open(&path).await.says("edited"));
    assert!(!ada.open(&own).await.says("waiting for approval"));
    let kept = "select count(*) from comment_versions where source = 'The tide was late.' and replaced_by = 'commenter'";
    assert_eq!(blog.number(kept).await, 1);
}

#[tokio::test]
async fn a_moderator_keeps_the_earlier_words_and_loses_none() {
    let (blog, nora, path, own) = approved().await;
    let ada = blog.reader();
    edit(&ada, &own, "The ebb was early.").await;
    let list = nora.open("/admin/comments/").await;
    let refuse = list.form_near("The tide was late.", "Keep earlier version");
    let answer = nora.press(&refuse, "Keep earlier version").await;
    assert!(
        answer
            .status_line()
            .contains("Readers still see the earlier version."),
        "{}",
        answer.main()
    );
    assert_eq!(answer.texts("nav[aria-label=States] li")[0], "Waiting 0");
    assert!(blog.reader().open(&path).await.says("The tide was late."));
    let page = ada.open(&own).await;
    assert!(page.says("Your change wasn’t approved.") && page.says("The ebb was early."));
    // The writer tries again, and then takes it back.
    edit(&ada, &own, "The ebb was late.").await;
    assert_eq!(
        nora.open("/admin/comments/")
            .await
            .number_of("section.change"),
        1
    );
    edit(&ada, &own, "The tide was late.").await;
    assert_eq!(
        nora.open("/admin/comments/")
            .await
            .number_of("section.change"),
        0
    );
    assert_eq!(blog.number("select count(*) from comment_changes").await, 0);
}

#[tokio::test]
async fn nobody_approves_a_change_that_they_have_not_seen() {
    let (blog, nora, path, own) = approved().await;
    let ada = blog.reader();
    edit(&ada, &own, "The tide was early.").await;
    let form = nora
        .open("/admin/comments/")
        .await
        .form_near("The tide was late.", "Approve");
    blog.clock.advance(1);
    edit(&ada, &own, "The tide was never.").await;
    let answer = nora.press(&form, "Approve").await;
    assert!(blog.reader().open(&path).await.says("The tide was late."));
    assert_eq!(answer.number_of("section.change"), 1, "it waits to be read");
}

#[tokio::test]
async fn a_comment_with_a_change_can_be_taken_down_as_a_whole_and_brought_back() {
    for (button, state) in [("Spam", "spam"), ("Delete", "deleted")] {
        let (blog, nora, path, own) = approved().await;
        edit(&blog.reader(), &own, "The tide was early.").await;
        let list = nora.open("/admin/comments/").await;
        let answer = nora
            .press(&list.form_near("The tide was late.", button), button)
            .await;
        assert!(!blog.reader().open(&path).await.says("The tide"), "{state}");
        assert_eq!(answer.texts("nav[aria-label=States] li")[0], "Waiting 0");
        nora.press(&answer.form_with_button("Undo"), "Undo").await;
        assert!(blog.reader().open(&path).await.says("The tide was late."));
        assert_eq!(
            nora.open("/admin/comments/")
                .await
                .number_of("section.change"),
            1
        );
    }
}

#[tokio::test]
async fn nothing_gets_past_the_author_by_an_edit() {
    let (blog, path, own) = commented().await;
    approve(&blog, "The tide").await;
    assert!(blog.reader().open(&path).await.says("The tide was late."));
    let casino = "Buy casino slots: viagra cialis";
    let page = edit(&blog.reader(), &own.address, casino).await;
    assert!(
        page.says("is waiting for approval"),
        "spam gets the same answer"
    );
    let page = blog.reader().open(&path).await;
    assert!(!page.source().contains("casino"));
    assert!(page.says("The tide was late."), "what was approved stays");
    let nora = blog.author().await;
    assert!(
        nora.open("/admin/comments/")
            .await
            .texts("section.change ins")
            .concat()
            .contains("casino")
    );
    assert_eq!(
        blog.number("select count(*) from comments where source like '%casino%'")
            .await,
        0
    );
}

#[tokio::test]
async fn a_comment_can_be_deleted_at_any_time_and_brought_back_for_thirty_days() {
    let (blog, path, own) = commented().await;
    approve(&blog, "The tide").await;
    let ada = blog.reader();
    blog.clock.advance(3 * 24 * 3600);
    let page = press(&ada, &own.address, "Delete").await;
    assert!(page.says("You deleted this comment."));
    assert!(
        !blog
            .reader()
            .open(&path)
            .await
            .source()
            .contains("The tide was late.")
    );
    let page = press(&ada, &own.address, "Undo").await;
    assert!(page.says("Your comment is back."));
    assert!(blog.reader().open(&path).await.says("The tide was late."));
    press(&ada, &own.address, "Delete").await;
    blog.clock.advance(31 * 24 * 3600);
    daybook::jobs::tidy(&blog.app).await.unwrap();
    let page = ada.open(&own.address).await;
    assert!(page.says("This comment has been permanently deleted."));
    assert!(!page.has_button("Undo"));
    let kept = blog
        .number("select count(*) from comments where source <> '' or name <> '' or html <> ''")
        .await;
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_moderator_cannot_bring_back_what_its_writer_deleted() {
    let (blog, path, own) = commented().await;
    press(&blog.reader(), &own.address, "Delete").await;
    let nora = blog.author().await;
    nora.post(
        "/admin/comments/1",
        &[("csrf", "x"), ("act", "approve"), ("back", "deleted")],
    )
    .await;
    let outcome = blog
        .app
        .store
        .moderation()
        .decide(
            daybook::blog::CommentId(1),
            daybook::blog::comment::State::Approved,
            "Nora",
            blog.app.now(),
        )
        .await
        .unwrap();
    assert_eq!(outcome, daybook::store::DecisionOutcome::Gone);
    assert!(!blog.reader().open(&path).await.says("The tide was late."));
}

#[tokio::test]
async fn all_comments_of_one_browser_are_listed_taken_along_and_erased_together() {
    let (blog, path, _) = commented().await;
    let pass = "0123456789abcdef0123456789abcdef";
    let mut own = String::new();
    for words in ["One thought.", "Another thought."] {
        let ada = blog.commenter("Ada");
        let mut form = ada.comment_form(&path, words).await;
        form.fill("Email", "ada@example.org").tamper("pass", pass);
        own = ada.press(&form, "Post comment").await.address;
    }
    let ada = blog.reader();
    let page = ada.open(&own).await;
    assert_eq!(
        page.number_of("ul.mine > li"),
        2,
        "not the one of another browser"
    );
    assert!(page.says("One thought."));
    let download = ada.open(&page.link("Download my comments")).await;
    let data: serde_json::Value = serde_json::from_str(&download.source()).unwrap();
    assert_eq!(data["comments"][0]["text"], "Another thought.");
    assert_eq!(data["comments"][1]["email"], "ada@example.org");
    assert_eq!(data["comments"].as_array().unwrap().len(), 2);
    let unsure = press(&ada, &own, "Permanently delete all 2 of my comments").await;
    assert_eq!(unsure.status, 422, "only on purpose");
    let mut form = unsure.form_with_button("Permanently delete all 2 of my comments");
    form.fill("I understand that this can’t be undone", "");
    let page = ada
        .press(&form, "Permanently delete all 2 of my comments")
        .await;
    assert!(page.says("Permanently deleted. Nothing has been kept."));
    let left = blog
        .number("select count(*) from comments where source like '%thought%' or email <> '' or name = 'Ada'")
        .await;
    assert_eq!(left, 1, "the comment of the other browser");
    let found = blog
        .number("select count(*) from search_comments where search_comments match 'thought'")
        .await;
    assert_eq!(found, 0);
}

#[tokio::test]
async fn the_own_page_is_for_its_writer_alone() {
    let (blog, _, own) = commented().await;
    let page = blog.reader().open(&own.address).await;
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    assert_eq!(page.header("x-robots-tag"), Some("noindex"));
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    let before = blog.number("select count(*) from acts").await;
    for act in ["save", "delete", "undo", "erase", "erase-all"] {
        for key in ["", "?key=", "?key=wrong"] {
            let answer = blog
                .reader()
                .post(
                    &format!("/comments/1{key}"),
                    &[("act", act), ("body", "x"), ("sure", "yes")],
                )
                .await;
            assert_eq!(answer.status, 404, "{act} {key}");
        }
    }
    assert_eq!(
        blog.reader().get("/comments/1/download?key=x").await.status,
        404
    );
    let odd = blog
        .reader()
        .post(&own.address, &[("act", "approve")])
        .await;
    assert_eq!(odd.status, 400);
    let more = [("act", "save"), ("body", "x"), ("state", "approved")];
    assert_eq!(blog.reader().post(&own.address, &more).await.status, 422);
    assert_eq!(blog.number("select count(*) from acts").await, before);
    assert_eq!(
        blog.number("select count(*) from comments where state = 'waiting'")
            .await,
        1
    );
}

#[tokio::test]
async fn the_own_page_shows_nothing_of_a_post_that_became_a_draft() {
    let (blog, path, own) = commented().await;
    let nora = blog.author().await;
    nora.revise("Ebb", "Back to draft", &[]).await;
    nora.revise("Ebb", "Save", &[("Title", "A secret plan")])
        .await;
    let page = blog.reader().open(&own.address).await;
    assert_eq!(page.status, 200, "the comment is still its writer's");
    assert!(page.says("The tide was late."));
    let download = page.link("Download my data");
    for source in [page.source(), blog.reader().open(&download).await.source()] {
        assert!(!source.contains("secret plan") && !source.contains(&path));
    }
    press(&blog.reader(), &own.address, "Delete").await;
    assert_eq!(
        blog.number("select count(*) from comments where state = 'deleted'")
            .await,
        1
    );
}
