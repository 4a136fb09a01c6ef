//! Bans of names, addresses, networks and browsers.

use crate::blog::{Blog, DAY_SECONDS, NOON, remark};
use daybook::blog::ban::{Kind as BanKind, NewBan};
use daybook::blog::comment::{NewComment, State as CommentState};
use daybook::store::{AddedBan, BanContext};

fn ban(kind: BanKind, value: &str, days: i64) -> NewBan {
    NewBan {
        kind,
        value: value.to_owned(),
        label: value.to_owned(),
        note: String::new(),
        ends_at: NOON.plus_seconds(days * DAY_SECONDS),
    }
}

const BY_ADA: BanContext<'_> = BanContext {
    by: "Ada",
    comment: None,
    now: NOON,
};

#[tokio::test]
async fn a_ban_applies_by_name_address_network_or_browser_until_it_ends() {
    let blog = Blog::new().await;
    let store = &blog.store;
    for (kind, value) in [
        (BanKind::Name, "benfold"),
        (BanKind::Email, "ben@example.org"),
        (BanKind::Network, "n6"),
        (BanKind::Pass, "p1"),
    ] {
        store
            .bans()
            .add(&ban(kind, value, 2), BY_ADA)
            .await
            .unwrap();
    }
    let networks: Vec<String> = (1..=9).map(|n| format!("n{n}")).collect();
    let at = async |name: &str, email: &str, networks: &[String], pass: &str, days: i64| {
        store
            .bans()
            .applies(
                name,
                email,
                networks,
                pass,
                NOON.plus_seconds(days * DAY_SECONDS),
            )
            .await
            .unwrap()
    };
    assert!(at("benfold", "", &[], "", 1).await);
    assert!(at("", "Ben@Example.org", &[], "", 1).await);
    assert!(at("", "", &networks, "", 1).await);
    assert!(at("", "", &[], "p1", 1).await);
    assert!(!at("ben", "ada@example.org", &networks[..5], "p2", 1).await);
    assert!(!at("", "", &[String::new()], "", 1).await);
    assert!(
        !at("p1", "benfold", &[], "ben@example.org", 1).await,
        "each value is of one kind"
    );
    assert!(
        !at("benfold", "ben@example.org", &networks, "p1", 2).await,
        "they have ended"
    );
    store
        .bans()
        .tidy(NOON.plus_seconds(DAY_SECONDS))
        .await
        .unwrap();
    assert_eq!(store.bans().list(NOON).await.unwrap().len(), 4);
    store
        .bans()
        .tidy(NOON.plus_seconds(2 * DAY_SECONDS))
        .await
        .unwrap();
    assert_eq!(store.bans().list(NOON).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_ban_that_was_made_while_the_clock_was_ahead_bans_nobody_for_years() {
    let blog = Blog::new().await;
    let ahead = BanContext {
        now: NOON.plus_seconds(4000 * DAY_SECONDS),
        ..BY_ADA
    };
    blog.store
        .bans()
        .add(&ban(BanKind::Name, "ben", 4010), ahead)
        .await
        .unwrap();
    let applies = async |now| {
        let bans = blog.store.bans();
        bans.applies("ben", "", &[], "", now).await.unwrap()
    };
    assert!(applies(ahead.now).await);
    assert!(!applies(NOON).await);
    assert!(
        applies(ahead.now.plus_seconds(-60)).await,
        "a clock that is a little ahead ends no ban"
    );
}

#[tokio::test]
async fn banning_again_moves_the_end_and_ending_is_at_once() {
    let blog = Blog::new().await;
    let store = &blog.store;
    let id = store
        .bans()
        .add(&ban(BanKind::Name, "ben", 1), BY_ADA)
        .await
        .unwrap()
        .id;
    let again = NewBan {
        note: "still rude".to_owned(),
        ..ban(BanKind::Name, "ben", 9)
    };
    let banned = store.bans().add(&again, BY_ADA).await.unwrap();
    assert_eq!(banned, AddedBan { id, again: true });
    let bans = store
        .bans()
        .list(NOON.plus_seconds(5 * DAY_SECONDS))
        .await
        .unwrap();
    assert_eq!(bans.len(), 1);
    assert_eq!(
        (bans[0].note.as_str(), bans[0].by.as_str()),
        ("still rude", "Ada")
    );
    let ended = store.bans().end(id, "Ada", NOON).await.unwrap().unwrap();
    assert_eq!(ended.value, "ben");
    assert!(
        !store
            .bans()
            .applies("ben", "", &[], "", NOON)
            .await
            .unwrap()
    );
    assert!(store.bans().end(id, "Ada", NOON).await.unwrap().is_none());
}

#[tokio::test]
async fn a_ban_tried_catches_what_looks_alike_and_is_not_too_old() {
    let blog = Blog::new().await;
    let store = &blog.store;
    let post = blog.publish("Tides").await.id;
    let days = |days: i64| NOON.plus_seconds(days * DAY_SECONDS);
    for (name, source, day) in [("Ben", "old", 0), ("BEN", "new", 20), ("Bert", "other", 21)] {
        let new = NewComment {
            name: name.to_owned(),
            ..remark(post, source)
        };
        blog.comment(&new, CommentState::Spam, days(day)).await;
    }
    let caught = async |kind: BanKind, value: &str, since: i64| -> (usize, Vec<String>) {
        let (number, caught) = store
            .bans()
            .would_catch(kind, value, days(since), 1)
            .await
            .unwrap();
        (number, caught.into_iter().map(|one| one.source).collect())
    };
    assert_eq!(
        caught(BanKind::Name, "ben", 10).await,
        (1, vec!["new".to_owned()])
    );
    assert_eq!(
        caught(BanKind::Name, "ben", 0).await,
        (2, vec!["new".to_owned()])
    );
    assert_eq!(caught(BanKind::Email, "ben@example.org", 10).await.0, 2);
    assert_eq!(caught(BanKind::Network, "n1", 0).await.0, 0);
    assert_eq!(caught(BanKind::Pass, "", 0).await.0, 0);
}
