//! Comments: duplicates, counts, changes, moderation, trusted browsers, and many at once.

use crate::blog::{Blog, DAY_SECONDS, NOON, RENDERER, arriving, remark};
use daybook::blog::comment::{NewComment, State as CommentState};
use daybook::blog::moderation::CommentFilter;
use daybook::blog::post::Markup;
use daybook::blog::time::Millis;
use daybook::blog::{CommentId, PostId};
use daybook::store::{
    CommentEdit, Duplicate, HistoryQuery, NewCommentRow, PageDirection, RenderedComment,
};

#[tokio::test]
async fn a_comment_sent_twice_within_ten_minutes_is_one() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let words = remark(post, "Hello");
    let first = blog.comment(&words, CommentState::Waiting, NOON).await;
    let soon = NOON.plus_seconds(599);
    let again = blog
        .post_comment(&words, CommentState::Approved, soon)
        .await;
    assert_eq!(
        again,
        (first, CommentState::Waiting),
        "the first one is the answer"
    );
    let reply = NewComment {
        parent: Some(first),
        ..words.clone()
    };
    assert_ne!(
        blog.comment(&reply, CommentState::Approved, NOON).await,
        first
    );
    let other = NewComment {
        name: "Cleo".to_owned(),
        ..words.clone()
    };
    assert_ne!(
        blog.comment(&other, CommentState::Approved, NOON).await,
        first
    );
    let next_day = NOON.plus_seconds(DAY_SECONDS);
    assert_ne!(
        blog.comment(&words, CommentState::Approved, next_day).await,
        first
    );
    blog.assert_whole().await;
}

#[tokio::test]
async fn a_comment_deleted_may_be_written_again() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let first = blog
        .comment(&remark(post, "Hello"), CommentState::Approved, NOON)
        .await;
    blog.decide(first, CommentState::Deleted).await.unwrap();
    assert_ne!(
        blog.comment(&remark(post, "Hello"), CommentState::Approved, NOON)
            .await,
        first
    );
}

#[tokio::test]
async fn the_number_below_a_post_is_that_of_its_approved_comments() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let count = async || blog.approved_comments(post).await;
    let held = blog
        .comment(&remark(post, "held"), CommentState::Waiting, NOON)
        .await;
    assert_eq!(count().await, 0);
    let shown = blog
        .comment(&remark(post, "shown"), CommentState::Approved, NOON)
        .await;
    assert_eq!(count().await, 1);
    let decide = async |id, state| blog.decide(id, state).await.map(|changed| changed.after);
    assert_eq!(
        decide(held, CommentState::Approved).await,
        Some(CommentState::Approved)
    );
    assert_eq!(
        decide(held, CommentState::Approved).await,
        None,
        "it is in that state already"
    );
    assert_eq!(count().await, 2);
    decide(shown, CommentState::Spam).await;
    assert_eq!(count().await, 1);
    let undone = blog.undo(shown).await.unwrap();
    assert_eq!((undone.after, count().await), (CommentState::Approved, 2));
    assert_eq!(decide(CommentId(99), CommentState::Spam).await, None);
    assert!(blog.undo(CommentId(99)).await.is_none());
    let thread: Vec<CommentId> = blog
        .store
        .posts()
        .context(post, 1)
        .await
        .unwrap()
        .thread
        .comments
        .into_iter()
        .map(|comment| comment.id)
        .collect();
    assert_eq!(thread, [held, shown]);
}

#[tokio::test]
async fn a_changed_comment_keeps_what_it_said_and_is_found_by_its_new_words() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let id = blog
        .comment(&remark(post, "lantern"), CommentState::Approved, NOON)
        .await;
    let edit = CommentEdit {
        id,
        name: "Ben",
        url: "",
        source: "lamp",
        html: "<p>lamp</p>",
        words: "lamp",
        renderer: RENDERER,
        by: "Ada",
        now: NOON.plus_seconds(60),
    };
    let before = blog.store.content_version();
    assert!(blog.store.comments().edit(edit).await.unwrap());
    assert!(blog.store.content_version() > before);
    assert_eq!(blog.found("lantern").await, Vec::<String>::new());
    assert_eq!(blog.found("lamp").await, ["Tides"]);
    assert!(blog.store.comments().edit(edit).await.unwrap());
    let versions = blog.store.comments().versions(id).await.unwrap();
    assert_eq!(versions.len(), 1, "the same words again are no change");
    assert_eq!(
        (
            versions[0].source.as_str(),
            versions[0].replaced_by.as_str()
        ),
        ("lantern", "Ada")
    );
    let kept = blog.store.comments().by_id(id).await.unwrap().unwrap();
    assert_eq!(kept.edited_at, Some(edit.now));
    let gone = CommentEdit {
        id: CommentId(99),
        ..edit
    };
    assert!(!blog.store.comments().edit(gone).await.unwrap());
    blog.assert_whole().await;
}

#[tokio::test]
async fn the_moderator_sees_each_state_by_itself_and_finds_words_in_it() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let mut waiting = Vec::new();
    for number in 0..5 {
        // All at one moment.
        let new = remark(post, &format!("remark number{number}"));
        waiting.push(blog.comment(&new, CommentState::Waiting, NOON).await);
    }
    let spam = blog
        .comment(&remark(post, "Cheap"), CommentState::Spam, NOON)
        .await;
    waiting.reverse();
    let list = async |state, typed: &str, side, limit| {
        blog.store
            .moderation()
            .list(state, &CommentFilter::parse(typed), side, limit)
            .await
            .unwrap()
    };
    let ids = |page: &daybook::store::Page<daybook::store::ModeratedComment>| -> Vec<CommentId> {
        page.items
            .iter()
            .map(|moderated| moderated.comment.id)
            .collect()
    };
    let first = list(CommentState::Waiting, "", PageDirection::Start, 2).await;
    assert_eq!(ids(&first), waiting[..2]);
    assert_eq!(first.items[0].post_title, "Tides");
    assert!(first.has_older);
    let rest = list(
        CommentState::Waiting,
        "",
        PageDirection::Older(NOON, waiting[1].0),
        10,
    )
    .await;
    assert_eq!(ids(&rest), waiting[2..]);
    let up = list(
        CommentState::Waiting,
        "",
        PageDirection::Newer(NOON, waiting[4].0),
        10,
    )
    .await;
    assert_eq!(ids(&up), waiting[..4]);
    let found = list(CommentState::Waiting, "number3", PageDirection::Start, 10).await;
    assert_eq!(ids(&found), [waiting[1]]);
    assert_eq!(
        ids(&list(CommentState::Spam, "", PageDirection::Start, 10).await),
        [spam]
    );
    let counts = blog
        .store
        .moderation()
        .counts(&CommentFilter::default())
        .await
        .unwrap();
    assert_eq!((counts.waiting, counts.spam, counts.approved), (5, 1, 0));
    assert_eq!((counts.deleted, counts.hidden), (0, 0));
    assert_eq!(blog.store.moderation().waiting().await.unwrap(), 5);
}

#[tokio::test]
async fn a_browser_is_trusted_once_a_comment_from_it_was_approved() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let words = NewComment {
        pass: "this browser".to_owned(),
        ..remark(post, "Hello")
    };
    let id = blog.comment(&words, CommentState::Waiting, NOON).await;
    let networks = ["here".to_owned(), String::new(), String::new()];
    let known = async |pass: &str, digest: &str, now: Millis| {
        let asking = HistoryQuery {
            pass,
            networks: &networks,
            digest,
            now,
        };
        blog.store.comments().history(asking).await.unwrap()
    };
    assert!(!known("this browser", "", NOON).await.trusted);
    blog.decide(id, CommentState::Approved).await.unwrap();
    assert!(known("this browser", "", NOON).await.trusted);
    assert!(!known("another browser", "", NOON).await.trusted);
    assert!(!known("", "", NOON).await.trusted);
    let now = known("", "hello", NOON).await;
    assert_eq!((now.duplicates, now.recent), (1, 1));
    let later = known("", "hello", NOON.plus_seconds(600)).await;
    assert_eq!((later.duplicates, later.recent), (1, 0));
    let much_later = known("", "hello", NOON.plus_seconds(31 * 24 * 3600)).await;
    assert_eq!(much_later.duplicates, 0);
    let kept = blog.store.comments().by_id(id).await.unwrap().unwrap();
    assert_eq!(
        (kept.email.as_str(), kept.source.as_str()),
        ("ben@example.org", "Hello")
    );
}

#[tokio::test]
async fn comments_that_come_at_once_are_all_kept_and_each_gets_its_own_place() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let writing: Vec<_> = (0..60)
        .map(|number| {
            let new = remark(post, &format!("remark {}", number % 50));
            let store = blog.store.clone();
            tokio::spawn(async move {
                store
                    .comments()
                    .post(arriving(&new, CommentState::Approved, NOON))
                    .await
            })
        })
        .collect();
    let mut posted = Vec::new();
    for one in writing {
        posted.push(one.await.unwrap().unwrap());
    }
    let new = posted
        .iter()
        .filter(|posted| posted.duplicate == Duplicate::None);
    assert_eq!(new.count(), 50, "ten were sent twice");
    let twice: Vec<CommentId> = posted[50..].iter().map(|posted| posted.id).collect();
    let first: Vec<CommentId> = posted[..10].iter().map(|posted| posted.id).collect();
    assert_eq!(twice, first);
    let mut places: Vec<i64> = posted[..50]
        .iter()
        .filter_map(|posted| posted.place)
        .collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), 50);
    assert_eq!(blog.approved_comments(post).await, 50);
}

#[tokio::test]
async fn a_comment_that_cannot_be_stored_takes_no_other_along() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let nowhere = arriving(&remark(PostId(999), "Lost"), CommentState::Waiting, NOON);
    let here = arriving(&remark(post, "Kept"), CommentState::Waiting, NOON);
    let (lost, kept) = tokio::join!(
        blog.store.comments().post(nowhere),
        blog.store.comments().post(here)
    );
    assert!(lost.is_err());
    assert_eq!(kept.unwrap().state, CommentState::Waiting);
}

#[tokio::test]
async fn the_same_words_of_the_same_name_from_elsewhere_are_said_before() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let new = remark(post, "Hello");
    let first = arriving(&new, CommentState::Approved, NOON);
    let id = blog.store.comments().post(first.clone()).await.unwrap().id;
    let hour_later = NOON.plus_seconds(3600);
    let from = async |network: &str, now: Millis| {
        let again = NewCommentRow {
            network: network.to_owned(),
            now,
            ..first.clone()
        };
        let posted = blog.store.comments().post(again).await.unwrap();
        (posted.id, posted.duplicate)
    };
    assert_eq!(from("here", NOON).await, (id, Duplicate::SentTwice));
    assert_eq!(from("elsewhere", NOON).await, (id, Duplicate::SaidBefore));
    assert_eq!(from("here", hour_later).await, (id, Duplicate::SaidBefore));
}

#[tokio::test]
async fn a_comments_rendering_is_replaced() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let id = blog
        .comment(&remark(post, "Hello"), CommentState::Approved, NOON)
        .await;
    let newer = RENDERER + 1;
    let stale = blog
        .store
        .comments()
        .stale(newer, CommentId(0), 10)
        .await
        .unwrap();
    assert_eq!(stale, [(id, "Hello".to_owned(), Markup::Markdown)]);
    blog.store
        .comments()
        .rerender(
            &[RenderedComment {
                id,
                source: "Hello".to_owned(),
                html: "<p>rendered again</p>".to_owned(),
                words: "rendered again".to_owned(),
            }],
            newer,
            NOON,
        )
        .await
        .unwrap();
    assert_eq!(
        blog.store.comments().by_id(id).await.unwrap().unwrap().html,
        "<p>rendered again</p>"
    );
    assert!(
        blog.store
            .comments()
            .stale(newer, CommentId(0), 10)
            .await
            .unwrap()
            .is_empty()
    );
}
