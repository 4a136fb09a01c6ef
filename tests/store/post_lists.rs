//! The author's lists: posts by state, words, tag, author and month; pages in their menu; the calendar.

use crate::blog::{Blog, DAY_SECONDS, NOON, Publish, draft, imported, page, raw, tag_id, tagged};
use daybook::blog::author::Scope;
use daybook::blog::listing::{By, Order, PostFilter, Tab};
use daybook::blog::post::{Kind, State};
use daybook::blog::time::Millis;
use daybook::blog::{PostId, words};
use daybook::store::PageDirection;

#[tokio::test]
async fn the_authors_list_is_by_state_and_by_words() {
    let blog = Blog::new().await;
    assert!(!blog.store.posts().any_exist().await.unwrap());
    blog.publish("Harbour tides").await;
    blog.create(&draft("Garden plan"), Publish::Keep, NOON.plus_seconds(1))
        .await;
    let trashed = blog.publish("Harbour waste").await;
    blog.store.posts().trash(trashed.id, NOON).await.unwrap();
    blog.create(&page("Harbour page"), Publish::Now, NOON).await;
    assert!(blog.store.posts().any_exist().await.unwrap());

    let lines = async |state: Option<State>, typed: &str, side: PageDirection| -> Vec<String> {
        let filter = PostFilter {
            words: words::query(typed).unwrap_or_default(),
            ..PostFilter::default()
        };
        let tab = state.map_or(Tab::All, |state| Tab::of(state.word()).unwrap());
        let page = blog
            .store
            .admin_lists()
            .posts(Kind::Post, tab, &filter, Order::Newest, side, 10)
            .await;
        page.unwrap()
            .items
            .into_iter()
            .map(|line| line.title)
            .collect()
    };
    let first = PageDirection::Newer(Millis(i64::MIN), 0);
    for side in [PageDirection::Start, first] {
        assert_eq!(
            lines(None, "", side).await,
            ["Garden plan", "Harbour tides"]
        );
        assert_eq!(lines(None, "harbour", side).await, ["Harbour tides"]);
        assert_eq!(
            lines(Some(State::Trashed), "", side).await,
            ["Harbour waste"]
        );
        assert_eq!(
            lines(Some(State::Trashed), "harbour", side).await,
            ["Harbour waste"]
        );
        assert_eq!(
            lines(Some(State::Draft), "harbour", side).await,
            Vec::<String>::new()
        );
    }
    let pages = blog.store.posts().page_links().await.unwrap();
    assert_eq!(
        (pages.len(), pages[0].path.as_str()),
        (1, "/p/harbour-page.html")
    );
}

/// Looks for posts in the author's list; gives their titles in its order.
async fn listed(
    blog: &Blog,
    tab: Tab,
    filter: &PostFilter,
    order: Order,
    side: PageDirection,
) -> Vec<String> {
    let page = blog
        .store
        .admin_lists()
        .posts(Kind::Post, tab, filter, order, side, 3)
        .await
        .unwrap();
    page.items.into_iter().map(|line| line.title).collect()
}

#[tokio::test]
async fn the_authors_list_is_narrowed_by_tag_author_and_month_and_turned_round() {
    let blog = Blog::new().await;
    let day = |days: i64| NOON.plus_seconds(days * DAY_SECONDS);
    blog.create(&tagged("Ebb", &["Sea"]), Publish::Now, day(-40))
        .await;
    blog.create(&tagged("Flood", &["Sea", "Moon"]), Publish::Now, NOON)
        .await;
    blog.create(&tagged("Slack", &["moon"]), Publish::Keep, day(1))
        .await;
    blog.store
        .imports()
        .posts(&[imported("Lantern", "/2009/01/lantern.html")], NOON)
        .await
        .unwrap();
    let all = async |filter: &PostFilter| {
        listed(&blog, Tab::All, filter, Order::Newest, PageDirection::Start).await
    };
    let filter = PostFilter {
        tag: Some(tag_id(&blog, "moon").await),
        ..PostFilter::default()
    };
    assert_eq!(all(&filter).await, ["Slack", "Flood"]);
    let counts = blog
        .store
        .admin_lists()
        .post_counts(Kind::Post, &filter)
        .await
        .unwrap();
    assert_eq!((counts.drafts, counts.published), (1, 1));
    let filter = PostFilter {
        by: Some(By::Byline("Clara".to_owned())),
        ..PostFilter::default()
    };
    assert_eq!(all(&filter).await, ["Lantern"]);
    let filter = PostFilter {
        by: Some(By::Author(blog.ada)),
        from: day(-50),
        until: day(-30),
        ..PostFilter::default()
    };
    assert_eq!(all(&filter).await, ["Ebb"]);
    let writers = blog.store.admin_lists().writers(Kind::Post).await.unwrap();
    let names: Vec<&str> = writers.iter().map(|writer| writer.name.as_str()).collect();
    assert_eq!(names, ["Ada", "Clara"]);

    let any = PostFilter::default();
    let oldest = listed(&blog, Tab::All, &any, Order::Oldest, PageDirection::Start).await;
    assert_eq!(
        oldest,
        ["Lantern", "Flood", "Ebb"],
        "newest first on the page"
    );
    let page = blog
        .store
        .admin_lists()
        .posts(
            Kind::Post,
            Tab::All,
            &any,
            Order::Oldest,
            PageDirection::Start,
            3,
        )
        .await
        .unwrap();
    assert_eq!((page.has_newer, page.has_older), (true, false));
    let (oldest, newest) = blog
        .store
        .admin_lists()
        .post_dates(Kind::Post)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((oldest, newest.days_since(oldest)), (day(-40), 41));
    assert_eq!(
        blog.store
            .admin_lists()
            .post_dates(Kind::Page)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn pending_changes_are_a_tab_of_published_posts_alone() {
    let blog = Blog::new().await;
    let shown = blog.publish("Ebb").await;
    let binned = blog.publish("Flood").await;
    sqlx::query("update posts set pending = 1")
        .execute(&mut raw(&blog).await)
        .await
        .unwrap();
    blog.store.posts().trash(binned.id, NOON).await.unwrap();
    let any = PostFilter::default();
    assert_eq!(
        listed(
            &blog,
            Tab::Pending,
            &any,
            Order::Newest,
            PageDirection::Start
        )
        .await,
        ["Ebb"]
    );
    let counts = blog
        .store
        .admin_lists()
        .post_counts(Kind::Post, &any)
        .await
        .unwrap();
    assert_eq!(
        (counts.pending, counts.published, counts.trashed),
        (1, 1, 1)
    );
    blog.store.posts().unpublish(shown.id, NOON).await.unwrap();
    assert!(
        listed(
            &blog,
            Tab::Pending,
            &any,
            Order::Newest,
            PageDirection::Start
        )
        .await
        .is_empty()
    );
}

#[tokio::test]
async fn pages_are_in_the_menu_where_they_were_moved() {
    let blog = Blog::new().await;
    let mut ids = Vec::new();
    for title in ["About", "Books", "Contact"] {
        ids.push(blog.create(&page(title), Publish::Now, NOON).await.id);
    }
    let menu = async || {
        let links = blog.store.posts().page_links().await.unwrap();
        let titles: Vec<String> = links.into_iter().map(|link| link.title).collect();
        let pages = blog.store.posts().menu().await.unwrap();
        assert!(pages.iter().map(|page| &page.title).eq(titles.iter()));
        titles.join(" ")
    };
    assert_eq!(menu().await, "About Books Contact");
    assert!(
        blog.store
            .posts()
            .move_in_menu(ids[2], true, NOON)
            .await
            .unwrap()
    );
    assert_eq!(menu().await, "About Contact Books");
    assert!(
        !blog
            .store
            .posts()
            .move_in_menu(ids[0], true, NOON)
            .await
            .unwrap()
    );
    assert!(
        !blog
            .store
            .posts()
            .move_in_menu(ids[1], false, NOON)
            .await
            .unwrap()
    );
    assert!(
        !blog
            .store
            .posts()
            .move_in_menu(PostId(99), true, NOON)
            .await
            .unwrap()
    );
    // A new page comes last, wherever its title would be in alphabetical order.
    blog.create(&page("Aardvarks"), Publish::Now, NOON).await;
    assert_eq!(menu().await, "About Contact Books Aardvarks");
    assert!(
        blog.store
            .posts()
            .move_in_menu(ids[0], false, NOON)
            .await
            .unwrap()
    );
    assert_eq!(menu().await, "Contact About Books Aardvarks");
}

#[tokio::test]
async fn the_calendar_holds_what_is_due_and_what_was_published() {
    let blog = Blog::new().await;
    blog.publish("Ebb").await;
    let later = blog.create(&draft("Flood"), Publish::Keep, NOON).await.id;
    let changed = blog.publish("Slack").await.id;
    blog.create(&page("About"), Publish::Now, NOON).await;
    let due = NOON.plus_seconds(DAY_SECONDS);
    let mut raw = raw(&blog).await;
    for (id, sql) in [
        (
            later,
            "update posts set state = 'scheduled', due_at = $2 where id = $1",
        ),
        (
            changed,
            "update posts set pending = 1, due_at = $2 where id = $1",
        ),
    ] {
        sqlx::query(sql)
            .bind(id)
            .bind(due)
            .execute(&mut raw)
            .await
            .unwrap();
    }
    let posts = blog
        .store
        .admin_lists()
        .calendar(
            Scope::Everything,
            NOON,
            NOON.plus_seconds(2 * DAY_SECONDS),
            10,
        )
        .await
        .unwrap();
    let listed: Vec<(&str, bool, bool)> = posts
        .iter()
        .map(|post| (post.label(), post.due, post.pending))
        .collect();
    assert_eq!(
        listed,
        [
            ("Ebb", false, false),
            ("Slack", false, false),
            ("Flood", true, false),
            ("Slack", true, true)
        ]
    );
    assert_eq!(
        blog.store
            .admin_lists()
            .calendar(Scope::Everything, NOON, due, 10)
            .await
            .unwrap()
            .len(),
        2
    );
}
