//! The author's lists: finding posts, doing something with many of them, the calendar, the menu, the trash.

use crate::blog::{NOW, Person, TestBlog};
use crate::page::Page;
use daybook::blog::time::Millis;
use daybook::jobs;
use sqlx::Connection;

fn lines(page: &Page) -> Vec<String> {
    page.texts("td.line-title")
}

#[tokio::test]
async fn posts_are_listed_by_state_with_counts_and_search() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "The lighthouse.").await;
    nora.write("Save", &[("Title", "Flood"), ("Body", "The quay.")])
        .await;
    nora.publish("Fog", "The pier.").await;
    nora.revise("Fog", "Move to trash", &[]).await;
    daybook::jobs::rerender(&blog.app).await.unwrap();
    let all = nora.open("/admin/posts/").await;
    assert_eq!(
        all.texts("nav[aria-label=States] li"),
        [
            "All 2",
            "Drafts 1",
            "Scheduled 0",
            "Published 1",
            "Pending changes 0",
            "Trash 1"
        ]
    );
    for (tab, titles) in [
        ("All", vec!["Flood", "Ebb"]),
        ("Drafts", vec!["Flood"]),
        ("Published", vec!["Ebb"]),
        ("Trash", vec!["Fog"]),
    ] {
        let mut listed = lines(&nora.open(&all.link(tab)).await);
        listed.sort_by(|a, b| b.cmp(a));
        assert_eq!(listed, titles, "{tab}");
    }
    for (words, titles) in [
        ("quay", vec!["Flood"]),
        ("ebb", vec!["Ebb"]),
        ("zeppelin", vec![]),
    ] {
        let mut form = all.form_with("Search title and text");
        form.fill("Search title and text", words);
        assert_eq!(lines(&nora.press(&form, "Search").await), titles, "{words}");
    }
}

#[tokio::test]
async fn a_long_list_of_posts_is_paged_without_loss() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for number in 0..53 {
        nora.write(
            "Save",
            &[("Title", &format!("Post {number}")), ("Body", "Words.")],
        )
        .await;
    }
    let first = nora.open("/admin/posts/?state=draft").await;
    let second = nora.open(&first.link("Older")).await;
    let mut seen = [lines(&first), lines(&second)].concat();
    assert_eq!((lines(&first).len(), lines(&second).len()), (50, 3));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 53);
    assert_eq!(
        lines(&nora.open(&second.link("Newer")).await),
        lines(&first)
    );
}

const DAY_SECONDS: i64 = 24 * 3600;

/// A list with three published posts and a draft; `Gulls` is the newest.
async fn four_posts(blog: &TestBlog) -> Person {
    let nora = blog.author().await;
    nora.publish_with(&[
        ("Title", "Ebb"),
        ("Body", "The lighthouse."),
        ("Tags", "Sea"),
    ])
    .await;
    nora.publish_with(&[
        ("Title", "Flood"),
        ("Body", "The quay."),
        ("Tags", "Sea, Moon"),
    ])
    .await;
    nora.publish("Fog", "The pier.").await;
    nora.write("Save", &[("Title", "Gulls"), ("Body", "The quay.")])
        .await;
    jobs::rerender(&blog.app).await.unwrap();
    nora
}

/// Ticks posts of a list and presses a button for all of them.
async fn with_ticked(
    nora: &Person,
    titles: &[&str],
    fields: &[(&str, &str)],
    button: &str,
) -> Page {
    let list = nora.open("/admin/posts/").await;
    let mut form = list.form("Selected posts");
    for title in titles {
        form.tick(&format!("Select {title}"));
    }
    form.fill_all(fields);
    nora.press(&form, button).await
}

#[tokio::test]
async fn posts_are_found_by_tag_month_and_words_together() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    let find = async |fields: &[(&str, &str)]| {
        let mut form = nora
            .open("/admin/posts/")
            .await
            .form_with("Search title and text");
        form.fill_all(fields);
        lines(&nora.press(&form, "Search").await)
    };
    assert_eq!(find(&[("With tag", "sea")]).await, ["Flood", "Ebb"]);
    assert_eq!(find(&[("With tag", "nothing")]).await, Vec::<String>::new());
    assert_eq!(
        find(&[("Search title and text", "quay")]).await,
        ["Gulls", "Flood"]
    );
    assert_eq!(
        find(&[("Search title and text", "quay"), ("With tag", "Moon")]).await,
        ["Flood"]
    );
    assert_eq!(
        find(&[("Search title and text", "!!!")]).await,
        Vec::<String>::new(),
        "words that say nothing find nothing"
    );
    assert_eq!(find(&[("Month", "June 2016")]).await.len(), 4);
    let oldest = find(&[("Order", "Oldest first")]).await;
    assert_eq!(oldest, ["Ebb", "Flood", "Fog", "Gulls"]);
    let empty = nora.open("/admin/posts/?month=2009-01").await;
    assert!(empty.says("No posts match."));
    assert_eq!(
        empty.texts("nav[aria-label=States] li")[0],
        "All 0",
        "the tabs count what is looked for"
    );
}

#[tokio::test]
async fn posts_are_found_by_author_and_by_byline() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    let otto = blog.operator().await;
    assert!(
        nora.open("/admin/posts/")
            .await
            .texts("select#by")
            .is_empty(),
        "with one author there is nothing to choose"
    );
    otto.publish("Harbour dues", "Words.").await;
    let mut raw = blog.database().await;
    sqlx::query("update posts set byline = 'Nora and Otto' where title = 'Fog'")
        .execute(&mut raw)
        .await
        .unwrap();
    raw.close().await.unwrap();
    for (who, titles) in [
        ("Otto", vec!["Harbour dues"]),
        ("Nora and Otto", vec!["Fog"]),
        ("Nora", vec!["Gulls", "Fog", "Flood", "Ebb"]),
    ] {
        let mut form = nora.open("/admin/posts/").await.form_with("Author");
        form.fill("Author", who);
        let page = nora.press(&form, "Search").await;
        assert_eq!(lines(&page), titles, "{who}");
    }
    let list = nora.open("/admin/posts/").await;
    assert!(list.texts("td.by").contains(&"Nora and Otto".to_owned()));
}

#[tokio::test]
async fn a_tag_is_given_to_many_posts_and_taken_back() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    let page = with_ticked(&nora, &["Ebb", "Fog"], &[("Tag", "Sea")], "Add tag").await;
    assert_eq!(
        page.status_line().trim(),
        "1 post tagged “Sea”. 1 was left unchanged."
    );
    assert_eq!(blog.reader().open("/tags/sea/").await.listed().len(), 3);
    let page = nora
        .press(&page.form_near("tagged “Sea”", "Undo"), "Undo")
        .await;
    assert!(page.status_line().contains("Tag “Sea” removed"));
    assert_eq!(
        blog.reader().open("/tags/sea/").await.listed(),
        ["Flood", "Ebb"],
        "Ebb had it before"
    );
    with_ticked(
        &nora,
        &["Ebb", "Flood", "Gulls"],
        &[("Tag", "sea")],
        "Remove tag",
    )
    .await;
    assert_eq!(blog.reader().open("/tags/sea/").await.status, 404);
    let form = nora.editor("Flood").await.form_with("Body");
    assert_eq!(form.value("Tags"), "Moon");
    // The words of tags are in the search of readers once more.
    with_ticked(&nora, &["Fog"], &[("Tag", "Zeppelins")], "Add tag").await;
    jobs::rerender(&blog.app).await.unwrap();
    assert!(blog.reader().open("/search?q=zeppelins").await.says("Fog"));
}

#[tokio::test]
async fn a_wrong_tag_keeps_what_was_ticked_and_typed() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    let page = with_ticked(&nora, &["Ebb", "Fog"], &[("Tag", "a, b")], "Add tag").await;
    assert_eq!(page.status, 422);
    assert_eq!(
        page.alert().as_deref(),
        Some("Please enter one tag at a time, without a comma.")
    );
    let form = page.form("Selected posts");
    assert_eq!(form.value("Tag"), "a, b");
    assert!(
        form.is_chosen("Select Ebb")
            && form.is_chosen("Select Fog")
            && !form.is_chosen("Select Gulls")
    );
    let page = with_ticked(&nora, &[], &[], "Move to trash").await;
    assert!(page.status_line().contains("Nothing was selected"));
    let page = with_ticked(&nora, &["Ebb"], &[], "Change comments").await;
    assert_eq!(page.status, 422);
}

#[tokio::test]
async fn many_posts_go_to_the_trash_and_come_back_as_they_were() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    let reader = blog.reader();
    let page = with_ticked(&nora, &["Ebb", "Gulls"], &[], "Move to trash").await;
    assert_eq!(lines(&page), ["Fog", "Flood"]);
    assert!(page.status_line().contains("2 moved to trash."));
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 404);
    nora.press(&page.form_near("moved to trash", "Undo"), "Undo")
        .await;
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 200);
    assert_eq!(
        lines(&nora.open("/admin/posts/?state=draft").await),
        ["Gulls"],
        "a draft comes back as a draft"
    );
}

#[tokio::test]
async fn many_drafts_are_published_and_many_posts_taken_back() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    let reader = blog.reader();
    let page = with_ticked(&nora, &["Ebb", "Gulls"], &[], "Publish selected").await;
    assert!(
        page.status_line()
            .contains("Published. 1 was left unchanged.")
    );
    assert!(reader.open("/2016/06/gulls.html").await.says("The quay."));
    let page = with_ticked(&nora, &["Ebb", "Fog"], &[], "Back to draft").await;
    assert!(page.status_line().contains("2 moved back to drafts."));
    assert_eq!(reader.open("/").await.listed(), ["Gulls", "Flood"]);
    nora.press(&page.form_near("moved back to drafts", "Undo"), "Undo")
        .await;
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 200);
}

#[tokio::test]
async fn comments_are_closed_on_many_posts_at_once() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    let page = with_ticked(
        &nora,
        &["Ebb", "Fog"],
        &[("Comments", "Closed: keep existing comments")],
        "Change comments",
    )
    .await;
    assert!(
        page.status_line()
            .contains("Comment setting changed for 2.")
    );
    let reader = blog.reader();
    assert!(
        !reader
            .open("/2016/06/ebb.html")
            .await
            .has_form("Post a comment")
    );
    assert!(
        reader
            .open("/2016/06/flood.html")
            .await
            .has_form("Post a comment")
    );
}

#[tokio::test]
async fn a_copy_is_a_draft_of_its_own() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    let list = nora.open("/admin/posts/").await;
    let editor = nora.press(&list.form_near("Flood", "Copy"), "Copy").await;
    let form = editor.form_with("Body");
    assert_eq!(form.value("Title"), "Copy of Flood");
    assert_eq!(form.value("Body"), "The quay.");
    assert_eq!(form.value("Tags"), "Sea, Moon");
    assert_eq!(form.value("Permalink"), "");
    assert_eq!(blog.reader().open("/").await.listed().len(), 3);
    let path = nora.press(&form, "Publish").await.link("View post");
    assert_eq!(path, "/2016/06/copy-of-flood.html");
}

#[tokio::test]
async fn what_lies_in_the_trash_for_ninety_days_is_erased_drafts_too() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    with_ticked(&nora, &["Ebb", "Gulls"], &[], "Move to trash").await;
    blog.clock.advance(89 * DAY_SECONDS);
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(blog.number("select count(*) from posts").await, 4);
    blog.clock.advance(DAY_SECONDS);
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(blog.number("select count(*) from posts").await, 2);
    assert_eq!(blog.reader().open("/2016/06/ebb.html").await.status, 404);
}

#[tokio::test]
async fn what_is_looked_for_may_be_a_part_of_a_word() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    for (typed, found) in [
        ("qua", 2),
        ("the+lightho", 1),
        ("lightho+the", 1),
        ("ightho", 1),
        ("zeppelin+lightho", 0),
        ("flo", 1),
        ("%22qua%22", 0),
    ] {
        let list = nora.open(&format!("/admin/posts/?q={typed}")).await;
        assert_eq!(lines(&list).len(), found, "{typed}");
    }
    // Those who moderate type the same way.
    let reader = blog.commenter("Ada");
    reader
        .comment("/2016/06/ebb.html", "About the lighthouse.")
        .await;
    let list = nora.open("/admin/comments/?q=about+lightho").await;
    assert!(list.says("About the lighthouse."));
}

#[tokio::test]
async fn every_box_of_a_page_is_ticked_by_a_link() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    let list = nora.open("/admin/posts/?q=quay").await;
    let all = nora.open(&list.link("Select all on this page")).await;
    let form = all.form("Selected posts");
    assert!(form.is_chosen("Select Gulls") && form.is_chosen("Select Flood"));
    let page = nora.press(&form, "Move to trash").await;
    assert!(page.address.starts_with("/admin/posts/?state=all&q=quay&"));
    assert!(lines(&page).is_empty());
}

#[tokio::test]
async fn the_oldest_first_are_paged_without_loss() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for number in 0..53 {
        blog.clock.advance(1);
        nora.write(
            "Save",
            &[("Title", &format!("Post {number}")), ("Body", "Words.")],
        )
        .await;
    }
    let first = nora.open("/admin/posts/?order=oldest").await;
    assert_eq!(lines(&first).len(), 50);
    assert_eq!(lines(&first)[0], "Post 0");
    assert_eq!(first.link_if_any("Older"), None);
    let second = nora.open(&first.link("Newer")).await;
    assert_eq!(lines(&second), ["Post 50", "Post 51", "Post 52"]);
    assert_eq!(
        lines(&nora.open(&second.link("Older")).await),
        lines(&first)
    );
}

#[tokio::test]
async fn pages_have_the_same_list_and_an_order_in_the_menu() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for title in ["About", "Books"] {
        nora.publish_page(title, "Words.").await;
    }
    let menu = async || {
        let mut items = blog
            .reader()
            .open("/")
            .await
            .texts("nav[aria-label=Blog] li");
        items.retain(|item| ["About", "Books"].contains(&item.as_str()));
        items
    };
    assert_eq!(menu().await, ["About", "Books"]);
    let list = nora.open("/admin/pages/").await;
    assert_eq!(list.texts(".menu-order li .name"), ["About", "Books"]);
    let list = nora.press(&list.form_near("Up Books", "Up"), "Up").await;
    assert_eq!(menu().await, ["Books", "About"]);
    nora.press(&list.form_near("Down Books", "Down"), "Down")
        .await;
    assert_eq!(menu().await, ["About", "Books"]);
    let mut form = list.form("Selected pages");
    form.tick("Select Books");
    let page = nora.press(&form, "Move to trash").await;
    assert!(page.status_line().contains("Moved to trash."));
    assert_eq!(menu().await, ["About"]);
}

#[tokio::test]
async fn the_calendar_shows_what_is_due_in_the_zone_of_the_blog() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    // 30 June, 20:30 in UTC: the first of July in Tokyo.
    let due = Millis(NOW.0 + (25 * DAY_SECONDS + 6 * 3600) * 1000);
    let mut raw = blog.database().await;
    sqlx::query("update posts set state = 'scheduled', due_at = $1 where title = 'Gulls'")
        .bind(due.0)
        .execute(&mut raw)
        .await
        .unwrap();
    raw.close().await.unwrap();
    let list = nora.open("/admin/posts/").await;
    assert_eq!(list.texts("td.date")[0], "due 30 June 2016, 20:30");
    let june = nora.open(&list.link("Calendar")).await;
    assert_eq!(june.headings_of(1), ["June 2016"]);
    assert_eq!(
        june.texts("caption"),
        ["1 due and 3 published in June 2016. Time zone: UTC"]
    );
    assert_eq!(june.texts("td .due"), ["20:30 Gulls due"]);
    assert_eq!(june.texts("td.today .shown").len(), 3);
    assert_eq!(june.texts("th")[0], "Mon");
    nora.change_settings(&[("Time zone", "Asia/Tokyo"), ("Language", "ja")])
        .await;
    let june = nora.open("/admin/posts/calendar?month=2016-06").await;
    assert!(june.texts("td .due").is_empty());
    assert_eq!(june.texts("th")[0], "Sun");
    let july = nora.open(&june.link("Next month")).await;
    assert_eq!(july.texts("td .due"), ["5:30 Gulls due"]);
    assert_eq!(
        nora.open(&july.link("Gulls"))
            .await
            .form_with("Body")
            .value("Title"),
        "Gulls"
    );
    assert_eq!(
        nora.open(&july.link("Previous month")).await.headings_of(1),
        ["June 2016"]
    );
    let nonsense = nora.open("/admin/posts/calendar?month=2016-13").await;
    assert_eq!(
        (nonsense.status, nonsense.headings_of(1)),
        (200, vec!["June 2016".to_owned()])
    );
}

#[tokio::test]
async fn posts_are_found_by_the_parts_of_their_words() {
    let blog = TestBlog::new().await;
    let nora = four_posts(&blog).await;
    for (typed, found) in [
        ("ligh", vec!["Ebb"]),
        ("qu", vec!["Gulls", "Flood"]),
        ("ua", vec!["Gulls", "Flood"]),
        ("ghthou", vec!["Ebb"]),
        ("ULL uay", vec!["Gulls"]),
        ("og", vec!["Fog"]),
        ("ghthou ull", vec![]),
        ("the pie", vec!["Fog"]),
        ("\"the qua\"", vec![]),
        ("“the quay” gul", vec!["Gulls"]),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let page = nora.open(&format!("/admin/posts/?q={query}")).await;
        assert_eq!(lines(&page), found, "{typed}");
    }
}
