//! Revisions: compared, restored, thinned out.

use super::{autosave, editor, working_copy_of};
use crate::blog::TestBlog;

#[tokio::test]
async fn discarded_changes_are_among_the_revisions() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Old words.").await;
    let form = editor(&nora, "Ebb").await;
    autosave(&nora, &form, &[("Body", "New words.")]).await;
    let open = nora.editor("Ebb").await;
    let page = nora.press(&open.form_with("Body"), "Discard changes").await;
    assert_eq!(page.form_with("Body").value("Body"), "Old words.");
    assert!(!page.says("unpublished changes"));
    assert_eq!(
        blog.number("select count(*) from revisions where source = 'New words.'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_text_that_was_taken_out_comes_back_with_one_press() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let long = "harbour ".repeat(2000);
    nora.write("Save", &[("Title", "Ebb"), ("Body", &long)])
        .await;
    let form = editor(&nora, "Ebb").await;
    let (_, answer) = autosave(&nora, &form, &[("Body", "")]).await;
    assert_eq!(answer["cut"][1], 2000);
    assert_eq!(working_copy_of(&nora, "Ebb").await, "");
    blog.clock.advance(3 * 24 * 3600);
    blog.app
        .store
        .revisions()
        .thin(blog.app.now())
        .await
        .unwrap();
    let page = nora.editor("Ebb").await;
    assert!(page.says("Before that it had 2000 words."));
    let back = nora
        .press(&page.form_with_button("Bring them back"), "Bring them back")
        .await;
    assert_eq!(back.form_with("Body").value("Body"), long);
    assert!(!back.says("was taken out"));
}

#[tokio::test]
async fn two_revisions_are_compared_and_an_older_one_comes_back_as_a_new_one() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "The low tide.")])
        .await;
    nora.revise("Ebb", "Save", &[("Body", "The high tide, at last.")])
        .await;
    let list = nora.open("/admin/posts/1/revisions").await;
    assert_eq!(list.number_of("table.revisions tbody tr"), 2);
    assert!(list.says("+3") && list.says("−2"), "{}", list.main());
    let compared = nora
        .press(&list.form_with_button("Compare"), "Compare selected")
        .await;
    assert_eq!(compared.texts(".compared del").join(""), "lowtide.");
    assert!(compared.texts(".compared ins").join("").contains("high"));
    assert_eq!(
        compared.texts(".side-by-side .text"),
        ["The low tide.", "The high tide, at last."]
    );
    let older = compared.form_with_button("Restore older revision");
    let back = nora.press(&older, "Restore older revision").await;
    assert_eq!(back.form_with("Body").value("Body"), "The low tide.");
    assert_eq!(blog.number("select count(*) from revisions").await, 3);
}

#[tokio::test]
async fn what_was_saved_by_itself_grows_thin_and_what_has_a_name_stays() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "0")]).await;
    let mut form = editor(&nora, "Ebb").await;
    for number in 1..=60 {
        let (_, answer) = autosave(&nora, &form, &[("Body", &number.to_string())]).await;
        form.tamper("base", &answer["base"].to_string());
        blog.clock.advance(3);
    }
    let named = blog
        .number("select id from revisions where source = '30'")
        .await;
    let mut page = nora
        .open(&format!("/admin/posts/1/revisions/{named}"))
        .await
        .form_with("Name it to keep it permanently");
    page.fill("Name it to keep it permanently", "The good one");
    nora.press(&page, "Save name").await;
    let store = &blog.app.store;
    store.revisions().thin(blog.app.now()).await.unwrap();
    assert_eq!(
        blog.number("select count(*) from revisions").await,
        61,
        "all stay for ten minutes"
    );
    blog.clock.advance(3600);
    store.revisions().thin(blog.app.now()).await.unwrap();
    let left = blog.number("select count(*) from revisions").await;
    assert!((4..=8).contains(&left), "one a minute: {left}");
    blog.clock.advance(400 * 24 * 3600);
    store.revisions().thin(blog.app.now()).await.unwrap();
    let nora = blog.author().await;
    let sources = nora.open("/admin/posts/1/revisions").await.main();
    assert!(sources.contains("The good one"));
    assert_eq!(working_copy_of(&nora, "Ebb").await, "60");
}

#[tokio::test]
async fn a_text_whose_base_was_thinned_away_replaces_nothing() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.write("Save", &[("Title", "Ebb"), ("Body", "One.")])
        .await;
    let mut form = editor(&nora, "Ebb").await;
    let (_, first) = autosave(&nora, &form, &[("Body", "One. Two.")]).await;
    form.tamper("base", &first["base"].to_string());
    let old = form.clone();
    autosave(&nora, &form, &[("Body", "One. Two. Three.")]).await;
    sqlx::query("delete from revisions where source = 'One. Two.'")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let (page, _) = autosave(&nora, &old, &[("Body", "One. Two. Four.")]).await;
    assert_eq!(page.status, 409, "both changed the same place");
    assert_eq!(working_copy_of(&nora, "Ebb").await, "One. Two. Three.");
}

#[tokio::test]
async fn a_discarded_text_outlives_its_thinning() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Old words.").await;
    let form = editor(&nora, "Ebb").await;
    autosave(&nora, &form, &[("Body", "New words.")]).await;
    let open = nora.editor("Ebb").await;
    nora.press(&open.form_with("Body"), "Discard changes").await;
    let form = editor(&nora, "Ebb").await;
    autosave(&nora, &form, &[("Body", "Other words.")]).await;
    blog.clock.advance(3 * 24 * 3600);
    blog.app
        .store
        .revisions()
        .thin(blog.app.now())
        .await
        .unwrap();
    assert_eq!(
        blog.number("select count(*) from revisions where source = 'New words.'")
            .await,
        1
    );
}
