//! Redirects of the author, and the log of addresses that were not found.

use crate::blog::{Blog, NOON, redirect};

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

#[tokio::test]
async fn acts_upon_redirects_are_taken_back_whole() {
    let blog = Blog::new().await;
    blog.put_redirect("/a", "/b").await;
    blog.put_redirect("/z", "/b").await;
    assert_eq!(blog.put_redirect("/a", "/b").await, None, "nothing new");
    // What led to the old end leads to the new one, in the same act.
    let act = blog.put_redirect("/b", "/c").await.unwrap();
    let after = pairs(&[("/a", "/c"), ("/b", "/c"), ("/z", "/c")]);
    assert_eq!(blog.redirects().await, after);
    assert_eq!(blog.store.redirects().undo(act, NOON).await.unwrap(), 5);
    let before = pairs(&[("/a", "/b"), ("/z", "/b")]);
    assert_eq!(blog.redirects().await, before);
    assert_eq!(blog.store.redirects().undo(act, NOON).await.unwrap(), 0);
    // What is at the address by now stays.
    let lines = blog.store.redirects().list("", "", 100).await.unwrap();
    let removed = blog
        .store
        .redirects()
        .remove(lines[0].id, NOON)
        .await
        .unwrap();
    blog.put_redirect("/a", "/new").await;
    blog.store
        .redirects()
        .undo(removed.unwrap(), NOON)
        .await
        .unwrap();
    assert_eq!(blog.redirects().await[0], pairs(&[("/a", "/new")])[0]);
    let gone = blog.store.redirects().by_id(lines[0].id).await.unwrap();
    assert_eq!(gone, None);
}

#[tokio::test]
async fn removed_redirects_are_forgotten_after_a_while() {
    let blog = Blog::new().await;
    let act = blog.put_redirect("/a", "/b").await.unwrap();
    blog.store.redirects().undo(act, NOON).await.unwrap();
    blog.store.redirects().tidy(NOON).await.unwrap();
    assert_eq!(blog.rows("own_redirects").await, 1);
    blog.store
        .redirects()
        .tidy(NOON.plus_seconds(1))
        .await
        .unwrap();
    assert_eq!(blog.rows("own_redirects").await, 0);
}

#[tokio::test]
async fn redirects_are_listed_by_their_place_and_found_by_their_words() {
    let blog = Blog::new().await;
    for number in 0..5 {
        blog.put_redirect(&format!("/{number}"), &format!("/new-{number}"))
            .await;
    }
    let page = |words: &'static str, after: &'static str| {
        let store = blog.store.clone();
        async move {
            let lines = store.redirects().list(words, after, 2).await.unwrap();
            lines.into_iter().map(|line| line.path).collect::<Vec<_>>()
        }
    };
    assert_eq!(page("", "").await, ["/0", "/1"]);
    assert_eq!(page("", "/1").await, ["/2", "/3"]);
    assert_eq!(page("new-4", "").await, ["/4"]);
    assert!(page("%", "").await.is_empty());
    assert_eq!(blog.store.redirects().count().await.unwrap(), 5);
    let candidates = ["/none", "/3", "/4"].map(str::to_owned);
    let found = blog.store.redirects().find(&candidates).await.unwrap();
    assert_eq!(found, Some(redirect("/3", "/new-3")));
}

#[tokio::test]
async fn the_not_found_log_is_bounded_and_the_rarest_goes_first() {
    let blog = Blog::new().await;
    let times = |number: i64| (format!("/{number}"), 1 + number % 2);
    let many: Vec<(String, i64)> = (0..4000).map(times).collect();
    blog.store.not_found_log().add(&many, NOON).await.unwrap();
    let more: Vec<(String, i64)> = (3000..7000).map(times).collect();
    let later = NOON.plus_seconds(60);
    blog.store.not_found_log().add(&more, later).await.unwrap();
    assert_eq!(blog.rows("missing").await, 5000);
    let lines = blog.store.not_found_log().list(10_000).await.unwrap();
    assert!(
        lines
            .iter()
            .all(|line| line.times > 1 || line.last_at == later)
    );
    let twice = lines.iter().find(|line| line.path == "/3001").unwrap();
    assert_eq!(
        (twice.times, twice.first_at, twice.last_at),
        (4, NOON, later)
    );
    blog.store
        .not_found_log()
        .forget(Some("/3001"))
        .await
        .unwrap();
    assert_eq!(blog.rows("missing").await, 4999);
    blog.put_redirect("/3003", "/x").await;
    assert_eq!(blog.rows("missing").await, 4998);
    blog.store.not_found_log().forget(None).await.unwrap();
    assert_eq!(blog.rows("missing").await, 0);
}
