//! Counted views of posts, and which posts are popular.

use crate::blog::{Blog, NOON, Saved};

#[tokio::test]
async fn views_add_up_by_day_and_old_days_become_months() {
    let blog = Blog::new().await;
    let tides = blog.publish("Tides").await;
    let page = |path: &str, number: i64| (path.to_owned(), number);
    let tides_path = tides.path.clone().unwrap();
    for (day, number) in [("2014-03-05", 1), ("2014-03-09", 2), ("2016-06-04", 4)] {
        let views = [
            page(&tides_path, number),
            page("/", 10),
            page("/nowhere", 5),
        ];
        blog.store.views().add(&views, day).await.unwrap();
        blog.store.views().add(&views[..1], day).await.unwrap();
    }
    let since = async |post, day| blog.store.views().since(post, day).await.unwrap();
    let day = |day: &str, number: i64| (day.to_owned(), number);
    assert_eq!(
        since(Some(tides.id), "2016-01-01").await,
        [day("2016-06-04", 8)]
    );
    assert_eq!(since(None, "2016-01-01").await, [day("2016-06-04", 18)]);
    for _ in 0..2 {
        blog.store.views().merge_old("2016-06-01").await.unwrap();
    }
    let merged = [day("2014-03-01", 6), day("2016-06-04", 8)];
    assert_eq!(since(Some(tides.id), "").await, merged);
    assert_eq!(since(None, "").await[0], day("2014-03-01", 26));
    let most = blog
        .store
        .views()
        .most_viewed("2016-01-01", 5)
        .await
        .unwrap();
    assert_eq!((most.len(), most[0].views), (1, 8));
    let among = blog.store.views().among(&[tides.id], "2014-01-01").await;
    assert_eq!(among.unwrap(), [(tides.id, 14)]);
}

#[tokio::test]
async fn popular_posts_change_for_readers_only_when_they_are_others() {
    let blog = Blog::new().await;
    let (tides, fog) = (blog.publish("Tides").await, blog.publish("Fog").await);
    let read = async |saved: &Saved, number| {
        let views = [(saved.path.clone().unwrap(), number)];
        blog.store.views().add(&views, "2016-06-05").await.unwrap();
        let before = blog.store.content_version();
        blog.store
            .views()
            .refresh_popular("2016-06-01", 5, NOON)
            .await
            .unwrap();
        blog.store.content_version() > before
    };
    assert!(read(&tides, 2).await);
    assert!(!read(&tides, 2).await);
    assert!(read(&fog, 1).await);
    assert!(!read(&fog, 1).await);
    assert!(read(&fog, 9).await);
    let popular = blog.store.views().popular(1).await.unwrap();
    assert_eq!(popular[0].title, "Fog");
}
