//! Forms that no page of ours sends.

use super::{blog_with_comments, csrf};

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
