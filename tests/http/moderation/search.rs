//! Finding comments: words, names, networks, posts.

use super::{SEARCH, blog_with_comments, in_list, tabs};

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
    assert_eq!(
        page.texts("details.spam-reasons summary"),
        ["Why: 3 points"]
    );
    assert_eq!(
        page.texts("details.spam-reasons li"),
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
