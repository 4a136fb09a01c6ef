//! Saving: no word is lost, whatever is sent twice, from two tabs or with a session that has ended.

use super::{autosave, editor, working_copy_of};
use crate::blog::TestBlog;
use daybook::jobs;

#[tokio::test]
async fn a_new_text_that_is_sent_twice_is_one_draft() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let form = nora.open("/admin/posts/new").await.form_with("Body");
    assert_eq!(
        blog.number("select count(*) from posts").await,
        0,
        "opening stores nothing"
    );
    let (empty, _) = autosave(&nora, &form, &[]).await;
    assert_eq!(empty.status, 422);
    let text = [("Title", "Ebb"), ("Body", "The quay at noon.")];
    let (_, first) = autosave(&nora, &form, &text).await;
    let (_, again) = autosave(&nora, &form, &text).await;
    assert_eq!(first["id"], again["id"]);
    assert!(first["saved_at"].as_str().unwrap().starts_with("14:30"));
    assert_eq!(blog.number("select count(*) from posts").await, 1);
    assert_eq!(working_copy_of(&nora, "Ebb").await, "The quay at noon.");
}

#[tokio::test]
async fn changes_of_a_published_post_wait_until_they_are_shown() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Old words.").await;
    let before = reader.open(&path).await;
    let form = editor(&nora, "Ebb").await;
    let (page, answer) =
        autosave(&nora, &form, &[("Title", "Flood"), ("Body", "New words.")]).await;
    assert_eq!(
        (page.status, answer["state"].as_str()),
        (200, Some("published"))
    );
    let after = reader.open(&path).await;
    assert!(after.says("Old words.") && !after.says("New words."));
    for header in ["etag", "last-modified"] {
        assert_eq!(after.header(header), before.header(header), "{header}");
    }
    let open = nora.editor("Ebb").await;
    assert!(open.says("unpublished changes"));
    assert_eq!(open.form_with("Body").value("Body"), "New words.");
    nora.press(&open.form_with("Body"), "Update").await;
    assert!(reader.open(&path).await.says("New words."));
}

#[tokio::test]
async fn two_tabs_that_change_different_paragraphs_are_put_together() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write(
        "Save",
        &[("Title", "Ebb"), ("Body", "One.\n\nTwo.\n\nThree.")],
    )
    .await;
    let (here, there) = (editor(&nora, "Ebb").await, editor(&nora, "Ebb").await);
    autosave(&nora, &here, &[("Body", "One, here.\n\nTwo.\n\nThree.")]).await;
    let (page, answer) =
        autosave(&nora, &there, &[("Body", "One.\n\nTwo.\n\nThree, there.")]).await;
    assert_eq!(page.status, 200);
    assert_eq!(
        answer["text"]["body"],
        "One, here.\n\nTwo.\n\nThree, there."
    );
    assert_eq!(
        working_copy_of(&nora, "Ebb").await,
        "One, here.\n\nTwo.\n\nThree, there."
    );
    // The first tab goes on from what it sent: nothing of the second one is lost.
    let mut here = here;
    here.tamper("base", &{
        let (_, sent) = autosave(&nora, &here, &[("Body", "One, here.\n\nTwo.\n\nThree.")]).await;
        sent["base"].to_string()
    });
    autosave(&nora, &here, &[("Body", "One, here!\n\nTwo.\n\nThree.")]).await;
    assert_eq!(
        working_copy_of(&nora, "Ebb").await,
        "One, here!\n\nTwo.\n\nThree, there."
    );
}

#[tokio::test]
async fn two_texts_of_one_paragraph_are_both_kept_for_their_author_to_choose() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "One.\n\nTwo.")])
        .await;
    let (here, there) = (editor(&nora, "Ebb").await, editor(&nora, "Ebb").await);
    autosave(&nora, &here, &[("Body", "One, here.\n\nTwo.")]).await;
    let (page, answer) = autosave(&nora, &there, &[("Body", "One, there.\n\nTwo.")]).await;
    assert_eq!(page.status, 409);
    assert_eq!(answer["chunks"][0]["mine"], "One, there.\n");
    assert_eq!(answer["chunks"][0]["theirs"], "One, here.\n");
    for words in ["One, here.", "One, there."] {
        let revisions = nora.open("/admin/posts/1/revisions").await;
        assert!(revisions.says("Other version of a conflict"));
        let mut found = false;
        for (_, address) in revisions.links() {
            if address.contains("/revisions/") {
                found |= nora.open(&address).await.says(words);
            }
        }
        assert!(found, "{words}");
    }
}

#[tokio::test]
async fn an_author_sees_where_else_a_text_is_open() {
    let blog = TestBlog::new().await;
    let (nora, omar) = (blog.author().await, blog.operator().await);
    nora.write("Save", &[("Title", "Ebb"), ("Body", "Words.")])
        .await;
    let open = nora.editor("Ebb").await;
    assert!(
        !open.says("Also open"),
        "saving by hand leaves no page open"
    );
    let form = open.form_with("Body");
    autosave(&nora, &form, &[("Body", "More words.")]).await;
    let other = omar.editor("Ebb").await;
    assert!(other.says("Also open: Nora"), "{}", other.main());
    let (_, answer) = autosave(&omar, &other.form_with("Body"), &[("Body", "More words!")]).await;
    assert_eq!(answer["elsewhere"][0]["author"], "Nora");
    blog.clock.advance(10 * 60);
    assert!(
        !omar.editor("Ebb").await.says("Also open"),
        "a silent page is a closed one"
    );
}

#[tokio::test]
async fn a_text_that_goes_through_the_editor_unchanged_stays_the_same_to_the_byte() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "tides")])
        .await;
    let source = "\n\n<p>one\r\ntwo\rthree</p>\t \r\n\u{a0}&nbsp;\n";
    let mut database = blog.database().await;
    sqlx::query("update posts set source = $1, markup = 'html', revision_id = null, shown_id = null, title = 'Ebb  and flow', published_at = published_at - 1234")
        .bind(source)
        .execute(&mut database)
        .await
        .unwrap();
    sqlx::query("delete from revisions")
        .execute(&mut database)
        .await
        .unwrap();
    sqlx::query("update tags set name = 'tides, high', key = 'tides, high'")
        .execute(&mut database)
        .await
        .unwrap();
    let before: (String, String, i64) =
        sqlx::query_as("select source, title, published_at from posts")
            .fetch_one(&mut database)
            .await
            .unwrap();
    for button in ["Save", "Update"] {
        let list = nora.open("/admin/posts/").await;
        let form = nora
            .open(&list.link("Ebb and flow"))
            .await
            .form_with("Body");
        nora.press(&form, button).await;
        let after: (String, String, i64) =
            sqlx::query_as("select source, title, published_at from posts")
                .fetch_one(&mut database)
                .await
                .unwrap();
        assert_eq!(after, before, "{button}");
        assert_eq!(
            blog.number("select pending from posts").await,
            0,
            "{button}"
        );
        assert_eq!(
            blog.number("select count(*) from tags").await,
            1,
            "{button}"
        );
        assert_eq!(
            blog.number("select count(*) from revisions").await,
            1,
            "{button}"
        );
    }
}

#[tokio::test]
async fn what_is_typed_after_a_post_went_to_the_trash_is_shown_to_nobody_when_it_comes_back() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Old words.").await;
    let form = editor(&nora, "Ebb").await;
    nora.revise("Ebb", "Move to trash", &[]).await;
    let (page, _) = autosave(&nora, &form, &[("Body", "Half a sen")]).await;
    assert_eq!(page.status, 200);
    jobs::rerender(&blog.app).await.unwrap();
    let trashed = nora.open("/admin/posts/1").await.form_with("Body");
    let back = nora.press(&trashed, "Restore").await;
    assert!(reader.open(&path).await.says("Old words."));
    assert!(back.says("unpublished changes"));
    assert_eq!(back.form_with("Body").value("Body"), "Half a sen");
}

#[tokio::test]
async fn tags_of_changes_to_come_are_seen_when_they_come() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora
        .publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Sea")])
        .await;
    nora.revise(
        "Ebb",
        "Update",
        &[("Tags", "Secret"), ("Update on", "2016-06-05T16:00")],
    )
    .await;
    nora.publish("Flood", "Words.").await;
    assert!(!reader.open(&path).await.says("Secret"));
    assert_eq!(reader.open("/tags/secret/").await.status, 404);
    blog.clock.advance(2 * 3600);
    jobs::run_due(&blog.app).await.unwrap();
    assert!(reader.open(&path).await.says("Secret"));
}

#[tokio::test]
async fn a_merge_brings_every_field_that_changed_elsewhere() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "One.\n\nTwo.")])
        .await;
    let (here, mut there) = (editor(&nora, "Ebb").await, editor(&nora, "Ebb").await);
    there.tick("Hide from search engines");
    autosave(
        &nora,
        &there,
        &[("Permalink", "other"), ("Location", "Lisbon")],
    )
    .await;
    let (_, answer) = autosave(&nora, &here, &[("Body", "One.\n\nTwo. Three.")]).await;
    let text = &answer["text"];
    assert_eq!(
        [&text["permalink"], &text["location"], &text["noindex"]],
        ["other", "Lisbon", "yes"]
    );
}

#[tokio::test]
async fn a_form_that_is_refused_for_its_session_comes_back_with_its_words() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let long = "The mud shines & smells.\n".repeat(2000);
    let words = long.trim().replace('\n', " ");
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill("Title", "Ebb").fill("Body", &long);
    form.tamper("csrf", "of another session");
    let refused = nora.press_once(&form, "Save").await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.texts("textarea[aria-label=title]"), ["Ebb"]);
    assert_eq!(refused.texts("textarea[aria-label=body]"), [words.as_str()]);
    // Signed out, it is anybody who sends words: as many as a long letter has.
    nora.set_cookies(std::collections::BTreeMap::new());
    let refused = nora.press_once(&form, "Save").await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.texts("textarea[aria-label=body]"), [words.as_str()]);
    assert!(!refused.source().contains("of another session"));
}

#[tokio::test]
async fn a_form_that_is_too_large_comes_back_with_its_words() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let long = "word ".repeat(20_000);
    let words = long.trim();
    let mut form = nora.open("/admin/settings").await.form_with("Blog title");
    form.fill("Description", &long);
    let refused = nora.press_once(&form, "Save settings").await;
    assert_eq!(refused.status, 413);
    assert_eq!(refused.texts("textarea[aria-label=description]"), [words]);
}

#[tokio::test]
async fn a_password_is_never_on_the_page_that_refuses_it() {
    let blog = TestBlog::new().await;
    let reader = blog.reader();
    let mut form = reader.open("/admin/sign-in").await.form_with("Email");
    form.fill("Email", "nora@example.org")
        .fill("Password", "a word like no other ");
    form.tamper("next", &"x".repeat(100_000));
    let refused = reader.press_once(&form, "Sign in").await;
    assert_eq!(refused.status, 413);
    assert!(refused.source().contains("nora@example.org"));
    assert!(!refused.source().contains("a word like no other"));
}

#[tokio::test]
async fn buttons_that_take_a_text_away_keep_the_words_that_came_with_them() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Old words.").await;
    nora.revise("Ebb", "Move to trash", &[("Body", "Newer words.")])
        .await;
    assert_eq!(
        nora.open("/admin/posts/1")
            .await
            .form_with("Body")
            .value("Body"),
        "Newer words."
    );
    let form = nora.open("/admin/posts/1").await.form_with("Body");
    nora.press(&form, "Restore").await;
    nora.revise("Ebb", "Discard changes", &[("Body", "Newest words.")])
        .await;
    assert_eq!(working_copy_of(&nora, "Ebb").await, "Old words.");
    let mut found = false;
    for (_, address) in nora.open("/admin/posts/1/revisions").await.links() {
        if address.contains("/revisions/") {
            found |= nora.open(&address).await.says("Newest words.");
        }
    }
    assert!(found, "what was discarded is among the revisions");
}

#[tokio::test]
async fn what_is_saved_by_itself_says_at_once_that_readers_do_not_see_it() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Old words.").await;
    let form = editor(&nora, "Ebb").await;
    let (_, answer) = autosave(&nora, &form, &[]).await;
    assert_eq!(answer["state_in_words"], "Published");
    assert_eq!(answer["pending"], false);
    let (_, answer) = autosave(&nora, &form, &[("Body", "New words.")]).await;
    assert_eq!(answer["state_in_words"], "Published · unpublished changes");
    assert_eq!(answer["pending"], true);
}
