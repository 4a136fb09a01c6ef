//! Posts: what is saved, published, rendered, paged and put into the archive.

use crate::blog::{
    Blog, DAY_SECONDS, NOON, Publish, RENDERER, SaveFailure, draft, imported, newest_path, page,
    raw, tagged,
};
use daybook::blog::listing::{Order, PostFilter, Tab};
use daybook::blog::post::{Kind, Markup, NewPost, Rendered};
use daybook::blog::settings::Settings;
use daybook::blog::{PostId, RevisionId};
use daybook::store::{
    ImportedPost, PageDirection, PostContext, PublishError, SaveError, StalePost,
};
use sqlx::Executor;

#[tokio::test]
async fn what_an_author_wrote_is_kept_byte_for_byte() {
    let blog = Blog::new().await;
    let odd = [
        String::new(),
        "before\0after".to_owned(),
        "👩‍👩‍👧‍👦 🏳️‍🌈".to_owned(),
        "\u{202b}שלום עולם\u{202c} مرحبا".to_owned(),
        "tab\tand\nlines\n\n  and spaces  ".to_owned(),
        "'; drop table posts; -- \" \\ %s {} $1".to_owned(),
        "長い".repeat(1024 * 1024 / 6),
    ];
    for text in odd {
        let new = NewPost {
            title: text.chars().take(300).collect(),
            source: text.clone(),
            excerpt: text.chars().take(500).collect(),
            ..draft("")
        };
        let saved = blog.create(&new, Publish::Now, NOON).await;
        let post = blog
            .store
            .posts()
            .published(saved.path.as_deref().unwrap())
            .await
            .unwrap()
            .unwrap();
        assert_eq!((&post.title, &post.excerpt), (&new.title, &new.excerpt));
        assert!(
            post.source == text,
            "{} bytes came back as {}",
            text.len(),
            post.source.len()
        );
        assert_eq!(post.author, "Ada");
    }
    blog.assert_whole().await;
}

#[tokio::test]
async fn posts_of_the_same_moment_are_paged_without_a_gap_or_a_repeat() {
    let blog = Blog::new().await;
    let mut ids = Vec::new();
    for number in 0..11 {
        // Three moments only, so that most posts share theirs.
        let at = NOON.plus_seconds(-(number % 3));
        let saved = blog
            .create(&tagged(&format!("n{number}"), &["all"]), Publish::Now, at)
            .await;
        ids.push((at, saved.id));
    }
    ids.sort();
    ids.reverse();
    let wanted: Vec<PostId> = ids.iter().map(|(_, id)| *id).collect();
    let tag = blog.store.tags().by_slug("all").await.unwrap().unwrap();

    let (mut home, mut of_tag, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    let mut side = PageDirection::Start;
    loop {
        let page = blog.store.posts().list(side, 4).await.unwrap();
        let tagged = blog.store.tags().posts(tag.id, side, 4).await.unwrap();
        let listed = blog
            .store
            .admin_lists()
            .posts(
                Kind::Post,
                Tab::All,
                &PostFilter::default(),
                Order::Newest,
                side,
                4,
            )
            .await
            .unwrap();
        assert_eq!(
            (page.has_newer, page.has_older),
            (tagged.has_newer, tagged.has_older)
        );
        home.extend(page.items.iter().map(|post| post.id));
        of_tag.extend(tagged.items.iter().map(|post| post.id));
        lines.extend(listed.items.iter().map(|line| line.id));
        let last = page.items.last().unwrap();
        if !page.has_older {
            break;
        }
        side = PageDirection::Older(last.published_at, last.id.0);
    }
    assert_eq!(home, wanted);
    assert_eq!(of_tag, wanted);
    assert_eq!(lines, wanted);

    // Back up again, from the oldest.
    let (at, id) = *ids.last().unwrap();
    let back = blog
        .store
        .posts()
        .list(PageDirection::Newer(at, id.0), 4)
        .await
        .unwrap();
    let up: Vec<PostId> = back.items.iter().map(|post| post.id).collect();
    assert_eq!(up, wanted[6..10]);
    assert!(back.has_newer && back.has_older && !back.is_top());
    let back = blog
        .store
        .tags()
        .posts(tag.id, PageDirection::Newer(at, id.0), 100)
        .await
        .unwrap();
    assert_eq!(back.items.len(), 10);
    assert!(back.is_top());
}

#[tokio::test]
async fn neighbours_of_the_same_moment_lead_through_all_posts() {
    let blog = Blog::new().await;
    for title in ["one", "two", "three"] {
        blog.publish(title).await;
    }
    blog.create(&page("A page"), Publish::Now, NOON).await;
    let path = newest_path(&blog.store).await;
    let newest = blog.store.posts().published(&path).await.unwrap().unwrap();
    assert_eq!(newest.title, "three");
    let PostContext { older, newer, .. } = blog.store.posts().context(newest.id, 1).await.unwrap();
    assert!(newer.is_none());
    let two = blog
        .store
        .posts()
        .published(&older.unwrap().path)
        .await
        .unwrap()
        .unwrap();
    let PostContext { older, newer, .. } = blog.store.posts().context(two.id, 1).await.unwrap();
    assert_eq!(
        (older.unwrap().title.as_str(), newer.unwrap().title.as_str()),
        ("one", "three")
    );
}

#[tokio::test]
async fn a_post_that_could_not_be_shown_stays_a_draft() {
    let blog = Blog::new().await;
    blog.publish("Tides").await;
    let typed = NewPost {
        permalink: "tides".to_owned(),
        tags: vec!["lost".to_owned()],
        ..draft("Other")
    };
    let version = blog.store.content_version();
    let refused = blog.try_create(&typed, Publish::Now, NOON).await;
    assert!(
        matches!(refused, Err(SaveFailure::Publishing(PublishError::Taken(link))) if link.title == "Tides")
    );
    let counts = blog
        .store
        .admin_lists()
        .post_counts(Kind::Post, &PostFilter::default())
        .await
        .unwrap();
    assert_eq!((counts.drafts, counts.published, counts.trashed), (1, 1, 0));
    assert_eq!(blog.found("Other").await, Vec::<String>::new());
    assert_eq!(blog.store.content_version(), version);
    blog.assert_whole().await;
}

#[tokio::test]
async fn a_newer_text_is_never_overwritten_and_a_lost_post_is_gone() {
    let blog = Blog::new().await;
    let saved = blog.publish("Tides").await;
    let mine = blog
        .save(saved.id, saved.revision, &draft("Mine"), Publish::Now)
        .await
        .unwrap();
    assert_ne!(mine.revision, saved.revision);
    let late = blog
        .save(saved.id, saved.revision, &draft("Late"), Publish::Now)
        .await;
    assert!(matches!(
        late,
        Err(SaveFailure::Saving(SaveError::Conflict(_)))
    ));
    assert_eq!(
        blog.store
            .posts()
            .by_id(saved.id)
            .await
            .unwrap()
            .unwrap()
            .title,
        "Mine"
    );
    let gone = blog
        .save(PostId(999), RevisionId(1), &draft("x"), Publish::Keep)
        .await;
    assert!(matches!(gone, Err(SaveFailure::Saving(SaveError::Gone))));
    let other_kind = blog
        .save(saved.id, mine.revision, &page("x"), Publish::Keep)
        .await;
    assert!(matches!(
        other_kind,
        Err(SaveFailure::Saving(SaveError::Gone))
    ));
}

#[tokio::test]
async fn a_rendering_is_replaced_only_if_its_source_is_the_same() {
    let blog = Blog::new().await;
    let saved = blog.publish("Tides").await;
    let newer = RENDERER + 1;
    assert!(blog.store.posts().has_stale(newer).await.unwrap());
    assert!(!blog.store.posts().has_stale(newer - 1).await.unwrap());
    let stale = blog
        .store
        .posts()
        .stale(newer, PostId(0), NOON, 10)
        .await
        .unwrap();
    let [found] = &stale[..] else {
        panic!("{stale:?}")
    };
    assert_eq!(
        (found.id, &*found.source, found.markup),
        (saved.id, "Text of Tides", Markup::Markdown)
    );
    assert!(
        blog.store
            .posts()
            .stale(newer, saved.id, NOON, 10)
            .await
            .unwrap()
            .is_empty()
    );
    let shown = blog.store.posts().by_id(saved.id).await.unwrap().unwrap();
    assert_eq!((shown.words, &*shown.picture), (3, "/media/tides.webp"));
    let rendering = Rendered {
        html: "<p>rendered again</p>".to_owned(),
        word_count: 1_200,
        picture: "/media/a.webp".to_owned(),
        contents: "<ol><li>rendered again</li></ol>".to_owned(),
        ..Rendered::default()
    };
    let rerender = async |source: &str, details: &str| {
        let post = StalePost {
            source: source.to_owned(),
            details: details.to_owned(),
            ..found.clone()
        };
        blog.store
            .posts()
            .rerender(&[(post, rendering.clone())], newer, NOON)
            .await
            .unwrap();
        blog.store
            .posts()
            .by_id(saved.id)
            .await
            .unwrap()
            .unwrap()
            .html
    };
    let details = &*found.details;
    for (source, details) in [
        ("an older text", details),
        ("Text of Tides", r#"{"picture":"/media/b.webp"}"#),
    ] {
        assert_eq!(rerender(source, details).await, "<p>Text of Tides</p>");
    }
    assert_eq!(
        rerender("Text of Tides", details).await,
        "<p>rendered again</p>"
    );
    let rerendered = blog.store.posts().by_id(saved.id).await.unwrap().unwrap();
    assert_eq!(
        (
            rerendered.words,
            &*rerendered.picture,
            &*rerendered.contents
        ),
        (1_200, "/media/a.webp", "<ol><li>rendered again</li></ol>")
    );
    assert!(
        blog.store
            .posts()
            .stale(newer, PostId(0), NOON, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn each_change_of_a_post_moves_it_in_the_archive() {
    let blog = Blog::new().await;
    let saved = blog.publish("Tides").await;
    blog.publish("Ebb").await;
    let days = async || blog.store.archive().days("2016-06").await.unwrap();
    let one_day = |posts| vec![("2016-06-05".to_owned(), posts)];
    assert_eq!(days().await, one_day(2));
    blog.store.posts().trash(saved.id, NOON).await.unwrap();
    assert_eq!(days().await, one_day(1));
    blog.store.posts().restore(saved.id, NOON).await.unwrap();
    assert_eq!(days().await, one_day(2));
    let earlier = NewPost {
        published_at: Some(NOON.plus_seconds(-40 * DAY_SECONDS)),
        ..draft("Tides")
    };
    let saved = blog
        .save(saved.id, saved.revision, &earlier, Publish::Now)
        .await
        .unwrap();
    let months = [("2016-06".to_owned(), 1), ("2016-04".to_owned(), 1)];
    assert_eq!(blog.store.archive().months().await.unwrap(), months);
    assert_eq!(
        blog.store
            .archive()
            .adjacent_months("2016-05")
            .await
            .unwrap(),
        (Some("2016-04".to_owned()), Some("2016-06".to_owned()))
    );
    blog.store.posts().unpublish(saved.id, NOON).await.unwrap();
    assert_eq!(blog.store.archive().months().await.unwrap(), months[..1]);
    blog.create(&page("About"), Publish::Now, NOON).await;
    assert_eq!(days().await, one_day(1), "a page is under no day");
    blog.assert_whole().await;
}

#[tokio::test]
async fn another_zone_moves_posts_to_its_days() {
    let blog = Blog::new().await;
    blog.publish("Tides").await;
    let settings = Settings {
        zone: "Pacific/Kiritimati".to_owned(),
        ..Settings::default()
    };
    blog.store.settings().save(&settings, NOON).await.unwrap();
    assert_eq!(
        blog.store.archive().days("2016-06").await.unwrap(),
        [("2016-06-06".to_owned(), 1)]
    );
    blog.assert_whole().await;
}

#[tokio::test]
async fn the_slug_of_a_writer_stays_whatever_they_are_called() {
    let blog = Blog::new().await;
    let posts = ["Ada", "Clara"].map(|byline| ImportedPost {
        byline: byline.to_owned(),
        ..imported(byline, &format!("/{byline}"))
    });
    blog.store.imports().posts(&posts, NOON).await.unwrap();
    blog.publish("Tides").await;
    let writers = async || {
        let writers = blog.store.archive().writers().await.unwrap();
        writers
            .into_iter()
            .map(|writer| (writer.slug, writer.name, writer.posts))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        writers().await,
        [
            ("ada".to_owned(), "Ada".to_owned(), 2),
            ("clara".to_owned(), "Clara".to_owned(), 1)
        ],
        "a by-line and an account of one name are one person"
    );
    raw(&blog)
        .await
        .execute("update authors set name = 'Ada King'")
        .await
        .unwrap();
    assert_eq!(
        writers().await[0],
        ("ada".to_owned(), "Ada King".to_owned(), 2)
    );
    blog.assert_whole().await;
}

#[tokio::test]
async fn related_posts_wait_to_be_found_whenever_words_change() {
    let blog = Blog::new().await;
    let (one, other) = (blog.publish("One").await, blog.publish("Other").await);
    blog.create(&draft("Draft"), Publish::Keep, NOON).await;
    let due = async || blog.store.related().due(10).await.unwrap();
    assert_eq!(due().await, [one.id, other.id]);
    let version = blog.store.content_version();
    let found = [(one.id, vec![other.id, PostId(99)]), (other.id, Vec::new())];
    blog.store.related().set(&found, &[], NOON).await.unwrap();
    assert!(due().await.is_empty());
    assert!(blog.store.content_version() > version);
    let related = async || {
        let related = blog.store.posts().context(one.id, 1).await.unwrap().related;
        related.into_iter().map(|one| one.title).collect::<Vec<_>>()
    };
    assert_eq!(related().await, ["Other"]);
    let rendering = Rendered {
        words: "other words".to_owned(),
        ..Rendered::default()
    };
    let stale = blog
        .store
        .posts()
        .stale(RENDERER + 1, PostId(0), NOON, 10)
        .await
        .unwrap();
    let found = stale.into_iter().find(|post| post.id == one.id).unwrap();
    blog.store
        .posts()
        .rerender(&[(found, rendering)], RENDERER, NOON)
        .await
        .unwrap();
    assert_eq!(due().await, [one.id]);
    blog.store.posts().trash(other.id, NOON).await.unwrap();
    assert!(related().await.is_empty());
    blog.store
        .posts()
        .erase_trashed(NOON.plus_seconds(1))
        .await
        .unwrap();
    assert_eq!(blog.rows("related").await, 0);
}
