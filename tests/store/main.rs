//! The engine's contract: what the store keeps, in which order, and what it never half does.
//! Nothing checks its SQL at compile time, so every method is exercised here.

use daybook::blog::appearance::{Appearance, Theme};
use daybook::blog::author::{Role, Scope};
use daybook::blog::ban::{Kind as BanKind, NewBan};
use daybook::blog::comment::{NewComment, Policy, State as CommentState};
use daybook::blog::feed::{Of, Place};
use daybook::blog::listing::{By, Order, Sought, Tab};
use daybook::blog::moderation::Sought as SoughtComments;
use daybook::blog::post::{Comments, Details, Kind, Markup, NewPost, Rendered, State};
use daybook::blog::redirect::{Redirect, Redirects};
use daybook::blog::revision::Reason;
use daybook::blog::settings::{Permalinks, Settings};
use daybook::blog::spam::{Band, Facts, Lessons, Verdict};
use daybook::blog::time::Millis;
use daybook::blog::{AuthorId, CommentId, PostId, RevisionId, TagId, words};
use daybook::clock::Clock;
use daybook::config::{Config, LogFormat};
use daybook::store::file;
use daybook::store::{
    Arriving, Asking, Banned, Banning, Beside, Changed, Counted, Edit, Hit, ImportedComment,
    ImportedPost, KeepError, Keeping, Kept, Landed, LandedComment, Named, NewMedia, Outcome,
    PublishError, Publishing, RenderedComment, Side, SoughtText, Store, Twin,
};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

/// Sunday, 5 June 2016, 12:00 UTC.
const NOON: Millis = Millis(1_465_128_000_000);
const RENDERER: i64 = 7;
const DAY_SECONDS: i64 = 24 * 3600;

/// What becomes of a text that is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Publish {
    /// It stays at the desk.
    Keep,
    /// Readers see it.
    Now,
}

/// A post after it was saved.
#[derive(Debug, Clone)]
struct Saved {
    id: PostId,
    path: Option<String>,
    revision: RevisionId,
}

#[derive(Debug)]
enum SaveError {
    Kept(KeepError),
    Shown(PublishError),
}

/// A database of its own with one author.
struct Blog {
    directory: TempDir,
    store: Store,
    ada: AuthorId,
}

impl Blog {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory.path().join("daybook.db")).await;
        let ada = store
            .add_author("Ada", "ada@example.org", Role::Author, None, NOON)
            .await
            .unwrap()
            .unwrap();
        Self {
            directory,
            store,
            ada,
        }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("daybook.db")
    }

    async fn create(&self, new: &NewPost, publish: Publish, now: Millis) -> Saved {
        self.try_create(new, publish, now).await.unwrap()
    }

    async fn try_create(
        &self,
        new: &NewPost,
        publish: Publish,
        now: Millis,
    ) -> Result<Saved, SaveError> {
        let kept = self
            .store
            .create_post(keeping(new, self.ada, now))
            .await
            .unwrap();
        self.finish(kept, publish, now).await
    }

    async fn finish(&self, kept: Kept, publish: Publish, now: Millis) -> Result<Saved, SaveError> {
        let id = kept.id;
        if publish == Publish::Now {
            let rendered = rendered(&kept.text);
            let publishing = publishing(kept.revision, &rendered, now);
            let shown = self.store.publish_post(id, publishing).await.unwrap();
            shown.map_err(SaveError::Shown)?;
        }
        Ok(Saved {
            id,
            path: self.store.post(id).await.unwrap().unwrap().path,
            revision: kept.mine,
        })
    }

    /// Moves a comment to another state, as Ada; `None` where nothing changed.
    async fn decide(&self, id: CommentId, to: CommentState) -> Option<Changed> {
        match self
            .store
            .decide_comment(id, to, "Ada", NOON)
            .await
            .unwrap()
        {
            Outcome::Done(changed) => Some(changed),
            Outcome::WasSo { .. } | Outcome::Gone => None,
        }
    }

    /// Takes the newest act about a comment back; `None` where nothing changed.
    async fn undo(&self, id: CommentId) -> Option<Changed> {
        let acts = self.store.acts_of(id, NOON).await.unwrap();
        let act = acts.iter().find(|act| act.undoable)?.id;
        let undone = self.store.undo_acts(act, act, "Ada", NOON).await.unwrap();
        undone.first().copied()
    }

    async fn publish(&self, title: &str) -> Saved {
        self.create(&draft(title), Publish::Now, NOON).await
    }

    async fn save(
        &self,
        id: PostId,
        base: RevisionId,
        new: &NewPost,
        publish: Publish,
    ) -> Result<Saved, SaveError> {
        let keeping = keeping(new, self.ada, NOON);
        let kept = self
            .store
            .keep_post(id, Some(base), None, keeping)
            .await
            .unwrap();
        self.finish(kept.map_err(SaveError::Kept)?, publish, NOON)
            .await
    }

    async fn comment(&self, new: &NewComment, state: CommentState, now: Millis) -> CommentId {
        self.post_comment(new, state, now).await.0
    }

    async fn post_comment(
        &self,
        new: &NewComment,
        state: CommentState,
        now: Millis,
    ) -> (CommentId, CommentState) {
        let posted = self.store.post_comment(arriving(new, state, now)).await;
        let posted = posted.unwrap();
        (posted.id, posted.state)
    }

    async fn found(&self, typed: &str) -> Vec<String> {
        let hits = self.hits(typed, &[]).await;
        hits.into_iter().map(|hit| hit.title).collect()
    }

    async fn hits(&self, typed: &str, tags: &[TagId]) -> Vec<Hit> {
        let sought = SoughtText {
            words: words::query(typed).unwrap_or_default(),
            tags: tags.to_vec(),
            with_comments: true,
        };
        let places = self.store.search(&sought, 100).await.unwrap();
        self.store.hits(&places, 1000).await.unwrap()
    }

    async fn tag_count(&self, name: &str) -> i64 {
        let counts = self.store.tag_counts().await.unwrap();
        counts
            .iter()
            .find(|(tag, _)| tag.name == name)
            .map_or(0, |(_, count)| *count)
    }

    async fn approved_comments(&self, id: PostId) -> i64 {
        let page = self.store.published_posts(Side::Start, 100).await.unwrap();
        page.items
            .iter()
            .find(|post| post.id == id)
            .unwrap()
            .approved_comments
    }

    async fn state(&self, id: PostId) -> State {
        self.store.post(id).await.unwrap().unwrap().state
    }

    async fn assert_whole(&self) {
        assert_eq!(self.store.problems().await.unwrap(), Vec::<String>::new());
    }
}

async fn open(path: &std::path::Path) -> Store {
    Store::open(path, true).await.unwrap()
}

fn draft(title: &str) -> NewPost {
    NewPost {
        kind: Kind::Post,
        title: title.to_owned(),
        source: format!("Text of {title}"),
        markup: Markup::Markdown,
        tags: Vec::new(),
        permalink: String::new(),
        excerpt: String::new(),
        comments: Comments::Blog,
        published_at: None,
        pinned: false,
        details: Details::default(),
    }
}

fn tagged(title: &str, tags: &[&str]) -> NewPost {
    NewPost {
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        ..draft(title)
    }
}

fn page(title: &str) -> NewPost {
    NewPost {
        kind: Kind::Page,
        ..draft(title)
    }
}

fn rendered(new: &NewPost) -> Rendered {
    Rendered {
        html: format!("<p>{}</p>", new.source),
        words: new.source.clone(),
        excerpt: new.source.chars().take(300).collect(),
        word_count: 3,
        picture: "/media/tides.webp".to_owned(),
        ..Rendered::default()
    }
}

fn keeping(text: &NewPost, author: AuthorId, now: Millis) -> Keeping<'_> {
    Keeping {
        text,
        reason: Reason::Saved,
        author,
        device: "Lynx on Linux",
        now,
    }
}

fn publishing(revision: RevisionId, rendered: &Rendered, now: Millis) -> Publishing<'_> {
    const UTC: &TimeZone = &TimeZone::UTC;
    Publishing {
        revision,
        rendered,
        renderer: RENDERER,
        due_at: None,
        zone: UTC,
        now,
    }
}

fn arriving(new: &NewComment, state: CommentState, now: Millis) -> Arriving {
    Arriving {
        html: "<p>…</p>".to_owned(),
        words: new.source.clone(),
        renderer: RENDERER,
        state,
        reason: "",
        author: None,
        network: "here".to_owned(),
        pass: new.pass.clone(),
        digest: new.source.to_lowercase(),
        facts: Facts::default(),
        verdict: Verdict {
            points: 0,
            reasons: Vec::new(),
            band: Band::Show,
        },
        now,
        new: new.clone(),
    }
}

fn remark(post: PostId, source: &str) -> NewComment {
    NewComment {
        post,
        parent: None,
        name: "Ben".to_owned(),
        email: "Ben@Example.org".to_owned(),
        url: String::new(),
        source: source.to_owned(),
        notify: None,
        pass: String::new(),
    }
}

fn imported(origin: &str, path: &str) -> ImportedPost {
    ImportedPost {
        origin: origin.to_owned(),
        kind: Kind::Post,
        state: State::Published,
        state_before_trash: None,
        title: origin.to_owned(),
        path: Some(path.to_owned()),
        markup: Markup::Html,
        tags: vec!["Old".to_owned()],
        author: None,
        byline: "Clara".to_owned(),
        excerpt: String::new(),
        comments: Comments::Blog,
        published_at: Some(NOON),
        updated_at: NOON,
        source: "<p>Brought in</p>".to_owned(),
        rendered: Rendered {
            html: "<p>Brought in</p>".to_owned(),
            words: "Brought in".to_owned(),
            word_count: 2,
            ..Rendered::default()
        },
        renderer: RENDERER,
    }
}

fn imported_comment(origin: &str, post: PostId) -> ImportedComment {
    ImportedComment {
        origin: origin.to_owned(),
        post,
        parent: None,
        state: CommentState::Approved,
        name: "Dora".to_owned(),
        email: "Dora@Example.org".to_owned(),
        url: String::new(),
        created_at: NOON,
        markup: Markup::Html,
        source: "<b>lantern</b>".to_owned(),
        html: "<b>lantern</b>".to_owned(),
        words: "lantern".to_owned(),
        renderer: RENDERER,
    }
}

// Posts

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
    let tag = blog.store.tag("all").await.unwrap().unwrap();

    let (mut home, mut of_tag, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    let mut side = Side::Start;
    loop {
        let page = blog.store.published_posts(side, 4).await.unwrap();
        let tagged = blog.store.posts_tagged(tag.id, side, 4).await.unwrap();
        let listed = blog
            .store
            .post_lines(
                Kind::Post,
                Tab::All,
                &Sought::default(),
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
        side = Side::Older(last.published_at, last.id.0);
    }
    assert_eq!(home, wanted);
    assert_eq!(of_tag, wanted);
    assert_eq!(lines, wanted);

    // Back up again, from the oldest.
    let (at, id) = *ids.last().unwrap();
    let back = blog
        .store
        .published_posts(Side::Newer(at, id.0), 4)
        .await
        .unwrap();
    let up: Vec<PostId> = back.items.iter().map(|post| post.id).collect();
    assert_eq!(up, wanted[6..10]);
    assert!(back.has_newer && back.has_older && !back.is_top());
    let back = blog
        .store
        .posts_tagged(tag.id, Side::Newer(at, id.0), 100)
        .await
        .unwrap();
    assert_eq!(back.items.len(), 10);
    assert!(back.is_top());
}

/// The permalink of the newest published post.
async fn newest_path(store: &Store) -> String {
    let mut page = store.published_posts(Side::Start, 1).await.unwrap();
    page.items.remove(0).path
}

#[tokio::test]
async fn neighbours_of_the_same_moment_lead_through_all_posts() {
    let blog = Blog::new().await;
    for title in ["one", "two", "three"] {
        blog.publish(title).await;
    }
    blog.create(&page("A page"), Publish::Now, NOON).await;
    let path = newest_path(&blog.store).await;
    let newest = blog.store.published(&path).await.unwrap().unwrap();
    assert_eq!(newest.title, "three");
    let Beside { older, newer, .. } = blog.store.beside(newest.id, 1).await.unwrap();
    assert!(newer.is_none());
    let two = blog
        .store
        .published(&older.unwrap().path)
        .await
        .unwrap()
        .unwrap();
    let Beside { older, newer, .. } = blog.store.beside(two.id, 1).await.unwrap();
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
        matches!(refused, Err(SaveError::Shown(PublishError::Taken(link))) if link.title == "Tides")
    );
    let counts = blog
        .store
        .post_counts(Kind::Post, &Sought::default())
        .await
        .unwrap();
    assert_eq!((counts.drafts, counts.published, counts.trashed), (1, 1, 0));
    assert_eq!(blog.found("Other").await, Vec::<String>::new());
    assert_eq!(blog.store.content_version(), version);
    blog.assert_whole().await;
}

#[tokio::test]
async fn a_title_that_is_taken_gets_a_number_and_a_typed_permalink_is_refused() {
    let blog = Blog::new().await;
    let first = blog.publish("Tides").await;
    let second = blog.publish("Tides").await;
    assert_eq!(first.path.as_deref(), Some("/2016/06/tides.html"));
    assert_ne!(first.path, second.path);
    assert!(
        second
            .path
            .as_deref()
            .unwrap()
            .starts_with("/2016/06/tides")
    );
    let typed = NewPost {
        permalink: "tides".to_owned(),
        ..draft("Tides")
    };
    let refused = blog
        .save(second.id, second.revision, &typed, Publish::Now)
        .await;
    assert!(matches!(
        refused,
        Err(SaveError::Shown(PublishError::Taken(_)))
    ));
    let kept = blog.store.post(second.id).await.unwrap().unwrap();
    assert_eq!(kept.path, second.path);
    assert!(kept.pending, "the text stays at the desk");
}

#[tokio::test]
async fn an_address_that_changed_leads_to_the_new_one_until_somebody_else_lives_there() {
    let blog = Blog::new().await;
    let saved = blog.publish("Tides").await;
    let moved = NewPost {
        permalink: "ebb".to_owned(),
        ..draft("Tides")
    };
    let saved = blog
        .save(saved.id, saved.revision, &moved, Publish::Now)
        .await
        .unwrap();
    assert_eq!(saved.path.as_deref(), Some("/2016/06/ebb.html"));
    let leads = async |path: &str| blog.store.moved_to(path).await.unwrap();
    assert_eq!(
        leads("/2016/06/tides.html").await.as_deref(),
        Some("/2016/06/ebb.html")
    );
    assert!(
        blog.store
            .published("/2016/06/tides.html")
            .await
            .unwrap()
            .is_none()
    );

    let back = NewPost {
        permalink: "tides".to_owned(),
        ..draft("Tides")
    };
    blog.save(saved.id, saved.revision, &back, Publish::Now)
        .await
        .unwrap();
    assert_eq!(leads("/2016/06/tides.html").await, None);
    assert_eq!(
        leads("/2016/06/ebb.html").await.as_deref(),
        Some("/2016/06/tides.html")
    );

    blog.publish("Ebb").await;
    assert_eq!(leads("/2016/06/ebb.html").await, None);
}

#[tokio::test]
async fn an_address_once_given_outlives_a_new_title_and_a_new_date() {
    let blog = Blog::new().await;
    let saved = blog.publish("Tides").await;
    let renamed = NewPost {
        published_at: Some(NOON.plus_seconds(-400 * DAY_SECONDS)),
        ..draft("Quite another title")
    };
    let again = blog
        .save(saved.id, saved.revision, &renamed, Publish::Now)
        .await
        .unwrap();
    assert_eq!(again.path, saved.path);
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
    assert!(matches!(late, Err(SaveError::Kept(KeepError::Clash(_)))));
    assert_eq!(
        blog.store.post(saved.id).await.unwrap().unwrap().title,
        "Mine"
    );
    let gone = blog
        .save(PostId(999), RevisionId(1), &draft("x"), Publish::Keep)
        .await;
    assert!(matches!(gone, Err(SaveError::Kept(KeepError::Gone))));
    let other_kind = blog
        .save(saved.id, mine.revision, &page("x"), Publish::Keep)
        .await;
    assert!(matches!(other_kind, Err(SaveError::Kept(KeepError::Gone))));
}

#[tokio::test]
async fn a_post_comes_back_from_the_trash_as_it_was() {
    let blog = Blog::new().await;
    let published = blog.publish("Tides").await;
    let hidden = blog.create(&draft("Plan"), Publish::Keep, NOON).await;
    for saved in [&published, &hidden] {
        assert!(blog.store.trash_post(saved.id, NOON).await.unwrap());
        assert!(
            !blog.store.trash_post(saved.id, NOON).await.unwrap(),
            "it lies there already"
        );
        assert_eq!(blog.state(saved.id).await, State::Trashed);
    }
    let in_trash = blog
        .store
        .post_counts(Kind::Post, &Sought::default())
        .await
        .unwrap();
    assert_eq!(
        (in_trash.drafts, in_trash.published, in_trash.trashed),
        (0, 0, 2)
    );
    for saved in [&published, &hidden] {
        assert!(blog.store.restore_post(saved.id, NOON).await.unwrap());
        assert!(
            !blog.store.restore_post(saved.id, NOON).await.unwrap(),
            "it is back already"
        );
    }
    assert_eq!(blog.state(published.id).await, State::Published);
    assert_eq!(blog.state(hidden.id).await, State::Draft);
    assert!(
        blog.store
            .published_by_id(published.id)
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        blog.store
            .published_by_id(hidden.id)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_post_whose_address_was_given_away_comes_back_as_a_draft() {
    let blog = Blog::new().await;
    let first = blog.publish("Tides").await;
    blog.store.trash_post(first.id, NOON).await.unwrap();
    let second = blog.publish("Tides").await;
    assert_eq!(second.path, first.path);
    assert!(blog.store.restore_post(first.id, NOON).await.unwrap());
    assert_eq!(blog.state(first.id).await, State::Draft);
    let base = blog
        .store
        .post(first.id)
        .await
        .unwrap()
        .unwrap()
        .revision_id
        .unwrap();
    let again = blog
        .save(first.id, base, &draft("Tides"), Publish::Now)
        .await
        .unwrap();
    assert_ne!(again.path, second.path);
    let holder = blog
        .store
        .published(second.path.as_deref().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(holder.id, second.id);
}

#[tokio::test]
async fn a_post_taken_back_keeps_its_address_for_later() {
    let blog = Blog::new().await;
    let saved = blog.publish("Tides").await;
    assert!(blog.store.unpublish_post(saved.id, NOON).await.unwrap());
    assert!(!blog.store.unpublish_post(saved.id, NOON).await.unwrap());
    assert!(
        blog.store
            .published(saved.path.as_deref().unwrap())
            .await
            .unwrap()
            .is_none()
    );
    let base = blog
        .store
        .post(saved.id)
        .await
        .unwrap()
        .unwrap()
        .revision_id
        .unwrap();
    let again = blog
        .save(saved.id, base, &draft("New title"), Publish::Now)
        .await
        .unwrap();
    assert_eq!(again.path, saved.path);
    blog.store.unpublish_post(saved.id, NOON).await.unwrap();
    let back = blog
        .save(saved.id, again.revision, &draft("x"), Publish::Keep)
        .await;
    assert_eq!(back.unwrap().path, saved.path);
    assert_eq!(blog.state(saved.id).await, State::Draft);
}

#[tokio::test]
async fn the_authors_list_is_by_state_and_by_words() {
    let blog = Blog::new().await;
    assert!(!blog.store.has_posts().await.unwrap());
    blog.publish("Harbour tides").await;
    blog.create(&draft("Garden plan"), Publish::Keep, NOON.plus_seconds(1))
        .await;
    let trashed = blog.publish("Harbour waste").await;
    blog.store.trash_post(trashed.id, NOON).await.unwrap();
    blog.create(&page("Harbour page"), Publish::Now, NOON).await;
    assert!(blog.store.has_posts().await.unwrap());

    let lines = async |state: Option<State>, typed: &str, side: Side| -> Vec<String> {
        let sought = Sought {
            words: words::query(typed).unwrap_or_default(),
            ..Sought::default()
        };
        let tab = state.map_or(Tab::All, |state| Tab::of(state.word()).unwrap());
        let page = blog
            .store
            .post_lines(Kind::Post, tab, &sought, Order::Newest, side, 10)
            .await;
        page.unwrap()
            .items
            .into_iter()
            .map(|line| line.title)
            .collect()
    };
    let first = Side::Newer(Millis(i64::MIN), 0);
    for side in [Side::Start, first] {
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
    let pages = blog.store.page_links().await.unwrap();
    assert_eq!(
        (pages.len(), pages[0].path.as_str()),
        (1, "/p/harbour-page.html")
    );
}

#[tokio::test]
async fn a_rendering_is_replaced_only_while_its_source_stands() {
    let blog = Blog::new().await;
    let saved = blog.publish("Tides").await;
    let newer = RENDERER + 1;
    assert!(blog.store.has_stale(newer).await.unwrap());
    assert!(!blog.store.has_stale(newer - 1).await.unwrap());
    let stale = blog
        .store
        .stale_posts(newer, PostId(0), NOON, 10)
        .await
        .unwrap();
    assert_eq!(
        stale,
        [(saved.id, "Text of Tides".to_owned(), Markup::Markdown)]
    );
    assert!(
        blog.store
            .stale_posts(newer, saved.id, NOON, 10)
            .await
            .unwrap()
            .is_empty()
    );
    let shown = blog.store.post(saved.id).await.unwrap().unwrap();
    assert_eq!((shown.words, &*shown.picture), (3, "/media/tides.webp"));
    let rendering = Rendered {
        html: "<p>anew</p>".to_owned(),
        word_count: 1_200,
        picture: "/media/a.webp".to_owned(),
        contents: "<ol><li>anew</li></ol>".to_owned(),
        ..Rendered::default()
    };
    let rerender = async |source: &str| {
        blog.store
            .rerender_posts(
                &[(saved.id, source.to_owned(), rendering.clone())],
                newer,
                NOON,
            )
            .await
            .unwrap();
        blog.store.post(saved.id).await.unwrap().unwrap().html
    };
    assert_eq!(rerender("an older text").await, "<p>Text of Tides</p>");
    assert_eq!(rerender("Text of Tides").await, "<p>anew</p>");
    let anew = blog.store.post(saved.id).await.unwrap().unwrap();
    assert_eq!(
        (anew.words, &*anew.picture, &*anew.contents),
        (1_200, "/media/a.webp", "<ol><li>anew</li></ol>")
    );
    assert!(
        blog.store
            .stale_posts(newer, PostId(0), NOON, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_file_that_gets_a_row_knows_all_its_posts_those_saved_meanwhile_too() {
    const FILE: &str = "0123456789abcdef0123456789abcdef.png";
    let blog = Blog::new().await;
    let showing = |title: &str| NewPost {
        source: format!("![A boat](/media/{FILE})"),
        ..draft(title)
    };
    let before = blog.create(&showing("Before"), Publish::Now, NOON).await;
    let without = blog.publish("Without").await;
    let files = BTreeSet::from([FILE.to_owned(), "nobody.png".to_owned()]);
    let mentions = blog.store.mentions(&files).await.unwrap();
    assert!(mentions.has(FILE) && !mentions.has("nobody.png"));
    let changed = blog
        .save(
            without.id,
            without.revision,
            &showing("Changed"),
            Publish::Now,
        )
        .await
        .unwrap();
    let after = blog.create(&showing("After"), Publish::Keep, NOON).await;
    let new = NewMedia {
        name: FILE.to_owned(),
        digest: "00".to_owned(),
        width: 10,
        height: 10,
        bytes: 100,
        moving: false,
        file_name: "boat.png".to_owned(),
        author: None,
        sizes: Vec::new(),
    };
    blog.store.adopt_media(&new, &mentions, NOON).await.unwrap();
    let line = blog.store.media_named(FILE).await.unwrap().unwrap();
    let mut used: Vec<PostId> = blog
        .store
        .uses(Scope::Everything, line.id)
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.id)
        .collect();
    used.sort_unstable();
    assert_eq!(used, [before.id, changed.id, after.id]);
}

// Tags

#[tokio::test]
async fn tags_that_differ_in_case_alone_are_one() {
    let blog = Blog::new().await;
    let one = blog
        .create(&tagged("a", &["Gardens", "ЗИМА"]), Publish::Now, NOON)
        .await;
    let two = blog
        .create(
            &tagged("b", &["зима", "gardens", "C++"]),
            Publish::Now,
            NOON,
        )
        .await;
    let three = blog
        .create(&tagged("c", &["c--"]), Publish::Now, NOON)
        .await;
    let names = async |id: PostId| -> Vec<String> {
        let tags = blog.store.tags_of(id).await.unwrap();
        tags.into_iter().map(|tag| tag.name).collect()
    };
    assert_eq!(names(one.id).await, ["Gardens", "ЗИМА"]);
    assert_eq!(
        names(two.id).await,
        ["ЗИМА", "Gardens", "C++"],
        "the author's order, the first spelling"
    );
    assert_eq!(
        names(three.id).await,
        ["c--"],
        "another name of the same slug is another tag"
    );
    assert_eq!(
        blog.store.tag_keys().await.unwrap(),
        ["c++", "c--", "gardens", "зима"]
    );
    let by_name = blog.store.tag_named("GARDENS").await.unwrap().unwrap();
    let by_slug = blog.store.tag(&by_name.slug).await.unwrap().unwrap();
    assert_eq!(by_name, by_slug);
    assert_eq!(blog.tag_count("Gardens").await, 2);
}

#[tokio::test]
async fn a_tag_shows_just_the_posts_that_are_published() {
    let blog = Blog::new().await;
    let new = tagged("Tides", &["sea"]);
    let saved = blog.create(&new, Publish::Keep, NOON).await;
    assert_eq!(blog.tag_count("sea").await, 0);
    let saved = blog
        .save(saved.id, saved.revision, &new, Publish::Now)
        .await
        .unwrap();
    assert_eq!(blog.tag_count("sea").await, 1);
    blog.store.unpublish_post(saved.id, NOON).await.unwrap();
    assert_eq!(blog.tag_count("sea").await, 0);
    let base = blog
        .store
        .post(saved.id)
        .await
        .unwrap()
        .unwrap()
        .revision_id
        .unwrap();
    blog.save(saved.id, base, &new, Publish::Now).await.unwrap();
    assert_eq!(blog.tag_count("sea").await, 1);
    blog.store.trash_post(saved.id, NOON).await.unwrap();
    assert_eq!(blog.tag_count("sea").await, 0);
    blog.store.restore_post(saved.id, NOON).await.unwrap();
    assert_eq!(blog.tag_count("sea").await, 1);
    let base = blog
        .store
        .post(saved.id)
        .await
        .unwrap()
        .unwrap()
        .revision_id
        .unwrap();
    blog.save(saved.id, base, &draft("Tides"), Publish::Now)
        .await
        .unwrap();
    assert_eq!(blog.tag_count("sea").await, 0, "the tag was taken off");
    let page = NewPost {
        kind: Kind::Page,
        ..new
    };
    blog.create(&page, Publish::Now, NOON).await;
    assert_eq!(blog.tag_count("sea").await, 0, "pages stand in no list");
}

// Comments

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
        .beside(post, 1)
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
    let edit = Edit {
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
    assert!(blog.store.edit_comment(edit).await.unwrap());
    assert!(blog.store.content_version() > before);
    assert_eq!(blog.found("lantern").await, Vec::<String>::new());
    assert_eq!(blog.found("lamp").await, ["Tides"]);
    assert!(blog.store.edit_comment(edit).await.unwrap());
    let versions = blog.store.versions_of(id).await.unwrap();
    assert_eq!(versions.len(), 1, "the same words again are no change");
    assert_eq!(
        (
            versions[0].source.as_str(),
            versions[0].replaced_by.as_str()
        ),
        ("lantern", "Ada")
    );
    let kept = blog.store.comment(id).await.unwrap().unwrap();
    assert_eq!(kept.edited_at, Some(edit.now));
    let gone = Edit {
        id: CommentId(99),
        ..edit
    };
    assert!(!blog.store.edit_comment(gone).await.unwrap());
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
            .moderated(state, &SoughtComments::parse(typed), side, limit)
            .await
            .unwrap()
    };
    let ids = |page: &daybook::store::Page<daybook::store::Moderated>| -> Vec<CommentId> {
        page.items
            .iter()
            .map(|moderated| moderated.comment.id)
            .collect()
    };
    let first = list(CommentState::Waiting, "", Side::Start, 2).await;
    assert_eq!(ids(&first), waiting[..2]);
    assert_eq!(first.items[0].post_title, "Tides");
    assert!(first.has_older);
    let rest = list(
        CommentState::Waiting,
        "",
        Side::Older(NOON, waiting[1].0),
        10,
    )
    .await;
    assert_eq!(ids(&rest), waiting[2..]);
    let up = list(
        CommentState::Waiting,
        "",
        Side::Newer(NOON, waiting[4].0),
        10,
    )
    .await;
    assert_eq!(ids(&up), waiting[..4]);
    let found = list(CommentState::Waiting, "number3", Side::Start, 10).await;
    assert_eq!(ids(&found), [waiting[1]]);
    assert_eq!(
        ids(&list(CommentState::Spam, "", Side::Start, 10).await),
        [spam]
    );
    let counts = blog
        .store
        .comment_counts(&SoughtComments::default())
        .await
        .unwrap();
    assert_eq!((counts.waiting, counts.spam, counts.approved), (5, 1, 0));
    assert_eq!((counts.deleted, counts.hidden), (0, 0));
    assert_eq!(blog.store.waiting_comments().await.unwrap(), 5);
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
        let asking = Asking {
            pass,
            networks: &networks,
            digest,
            now,
        };
        blog.store.known(asking).await.unwrap()
    };
    assert!(!known("this browser", "", NOON).await.trusted);
    blog.decide(id, CommentState::Approved).await.unwrap();
    assert!(known("this browser", "", NOON).await.trusted);
    assert!(!known("another browser", "", NOON).await.trusted);
    assert!(!known("", "", NOON).await.trusted);
    let now = known("", "hello", NOON).await;
    assert_eq!((now.twins, now.recent), (1, 1));
    let later = known("", "hello", NOON.plus_seconds(600)).await;
    assert_eq!((later.twins, later.recent), (1, 0));
    let much_later = known("", "hello", NOON.plus_seconds(31 * 24 * 3600)).await;
    assert_eq!(much_later.twins, 0);
    let kept = blog.store.comment(id).await.unwrap().unwrap();
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
                    .post_comment(arriving(&new, CommentState::Approved, NOON))
                    .await
            })
        })
        .collect();
    let mut posted = Vec::new();
    for one in writing {
        posted.push(one.await.unwrap().unwrap());
    }
    let new = posted.iter().filter(|posted| posted.twin == Twin::None);
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
        blog.store.post_comment(nowhere),
        blog.store.post_comment(here)
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
    let id = blog.store.post_comment(first.clone()).await.unwrap().id;
    let hour_later = NOON.plus_seconds(3600);
    let from = async |network: &str, now: Millis| {
        let again = Arriving {
            network: network.to_owned(),
            now,
            ..first.clone()
        };
        let posted = blog.store.post_comment(again).await.unwrap();
        (posted.id, posted.twin)
    };
    assert_eq!(from("here", NOON).await, (id, Twin::Sent));
    assert_eq!(from("elsewhere", NOON).await, (id, Twin::Said));
    assert_eq!(from("here", hour_later).await, (id, Twin::Said));
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
        .stale_comments(newer, CommentId(0), 10)
        .await
        .unwrap();
    assert_eq!(stale, [(id, "Hello".to_owned(), Markup::Markdown)]);
    blog.store
        .rerender_comments(
            &[RenderedComment {
                id,
                source: "Hello".to_owned(),
                html: "<p>anew</p>".to_owned(),
                words: "anew".to_owned(),
            }],
            newer,
            NOON,
        )
        .await
        .unwrap();
    assert_eq!(
        blog.store.comment(id).await.unwrap().unwrap().html,
        "<p>anew</p>"
    );
    assert!(
        blog.store
            .stale_comments(newer, CommentId(0), 10)
            .await
            .unwrap()
            .is_empty()
    );
}

// People

#[tokio::test]
async fn an_idle_session_ends_after_a_week_and_any_after_thirty_days() {
    let blog = Blog::new().await;
    let signed_in =
        async |token: &[u8], now| blog.store.signed_in(token, now).await.unwrap().is_some();
    blog.store
        .add_session(b"idle", blog.ada, "", NOON)
        .await
        .unwrap();
    assert!(signed_in(b"idle", NOON.plus_seconds(60)).await);
    assert!(!signed_in(b"idle", NOON.plus_seconds(7 * DAY_SECONDS)).await);

    blog.store
        .add_session(b"busy", blog.ada, "", NOON)
        .await
        .unwrap();
    for day in 1..30 {
        assert!(
            signed_in(b"busy", NOON.plus_seconds(day * DAY_SECONDS)).await,
            "day {day}"
        );
    }
    assert!(!signed_in(b"busy", NOON.plus_seconds(30 * DAY_SECONDS)).await);
    assert!(!signed_in(b"nobody's", NOON).await);

    blog.store
        .tidy_sessions(NOON.plus_seconds(8 * DAY_SECONDS))
        .await
        .unwrap();
    let last_used = NOON.plus_seconds(29 * DAY_SECONDS);
    assert!(!signed_in(b"idle", NOON).await, "it was forgotten");
    assert!(signed_in(b"busy", last_used).await);
    blog.store.end_session(b"busy").await.unwrap();
    assert!(!signed_in(b"busy", last_used).await);
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let blog = Blog::new().await;
    for token in [b"here", b"away"] {
        blog.store
            .add_session(token, blog.ada, "", NOON)
            .await
            .unwrap();
    }
    blog.store
        .add_link(b"link", Some(blog.ada), NOON.plus_seconds(60))
        .await
        .unwrap();
    assert!(
        blog.store
            .password_hash("ada@example.org")
            .await
            .unwrap()
            .is_none()
    );
    blog.store
        .set_password(blog.ada, "$argon2id$…", b"here")
        .await
        .unwrap();
    let hash = blog.store.password_hash("Ada@Example.org").await.unwrap();
    assert_eq!(hash, Some((blog.ada, "$argon2id$…".to_owned())));
    assert!(blog.store.signed_in(b"here", NOON).await.unwrap().is_some());
    assert!(blog.store.signed_in(b"away", NOON).await.unwrap().is_none());
    assert!(blog.store.let_in_by(b"link", NOON).await.unwrap().is_none());
}

#[tokio::test]
async fn a_one_time_address_lets_in_once_and_not_too_late() {
    let blog = Blog::new().await;
    let until = NOON.plus_seconds(60);
    blog.store
        .add_link(b"one", Some(blog.ada), until)
        .await
        .unwrap();
    assert!(blog.store.let_in_by(b"one", NOON).await.unwrap().is_some());
    assert!(!blog.store.is_set_up_link(b"one", NOON).await.unwrap());
    assert_eq!(
        blog.store.use_sign_in_link(b"one", NOON).await.unwrap(),
        Some(blog.ada)
    );
    assert_eq!(
        blog.store.use_sign_in_link(b"one", NOON).await.unwrap(),
        None
    );

    blog.store
        .add_link(b"late", Some(blog.ada), until)
        .await
        .unwrap();
    assert!(
        blog.store
            .let_in_by(b"late", until)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(
        blog.store.use_sign_in_link(b"late", until).await.unwrap(),
        None
    );

    blog.store
        .add_link(b"old", Some(blog.ada), until)
        .await
        .unwrap();
    blog.store
        .add_link(b"new", Some(blog.ada), until)
        .await
        .unwrap();
    assert!(
        blog.store.let_in_by(b"old", NOON).await.unwrap().is_none(),
        "only the newest works"
    );
    assert!(blog.store.let_in_by(b"new", NOON).await.unwrap().is_some());

    blog.store.tidy_sessions(until).await.unwrap();
    assert!(
        blog.store.let_in_by(b"new", NOON).await.unwrap().is_none(),
        "it was forgotten"
    );
}

#[tokio::test]
async fn a_blog_is_set_up_once() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("daybook.db")).await;
    assert!(!store.has_authors().await.unwrap());
    store
        .add_link(b"key", None, NOON.plus_seconds(60))
        .await
        .unwrap();
    assert!(store.is_set_up_link(b"key", NOON).await.unwrap());
    assert!(
        !store
            .is_set_up_link(b"key", NOON.plus_seconds(60))
            .await
            .unwrap()
    );
    let title = [("title", "Tides".to_owned())];
    let first = store
        .set_up("Ada", "ada@example.org", "hash", &title, NOON)
        .await
        .unwrap();
    assert!(first.is_some());
    assert!(!store.is_set_up_link(b"key", NOON).await.unwrap());
    let other = [("title", "Mine".to_owned())];
    let second = store
        .set_up("Eve", "eve@example.org", "hash", &other, NOON)
        .await
        .unwrap();
    assert_eq!(second, None);
    assert_eq!(store.settings().await.unwrap().title, "Tides");
    let people = store.authors().await.unwrap();
    assert_eq!((people.len(), people[0].role), (1, Role::Operator));
}

#[tokio::test]
async fn a_removed_person_is_shut_out_but_stays_the_author_of_what_they_wrote() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await;
    blog.store
        .rename_author(blog.ada, "Ada L.", NOON)
        .await
        .unwrap();
    let again = blog
        .store
        .add_author("Eve", "ada@example.org", Role::Author, None, NOON)
        .await;
    assert_eq!(
        again.unwrap(),
        None,
        "the address belongs to somebody who is here"
    );
    blog.store
        .add_session(b"session", blog.ada, "", NOON)
        .await
        .unwrap();
    blog.store.remove_author(blog.ada, NOON).await.unwrap();
    assert!(
        blog.store
            .signed_in(b"session", NOON)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        blog.store
            .author_by_email("ada@example.org")
            .await
            .unwrap()
            .is_none()
    );
    assert!(!blog.store.has_authors().await.unwrap());
    assert_eq!(
        blog.store.post(post.id).await.unwrap().unwrap().author,
        "Ada L."
    );
    let back = blog
        .store
        .add_author("Ada", "ada@example.org", Role::Operator, None, NOON)
        .await;
    assert_eq!(back.unwrap(), Some(blog.ada));
    assert_eq!(
        blog.store
            .author_by_email("ADA@example.org")
            .await
            .unwrap()
            .unwrap()
            .role,
        Role::Operator
    );
}

// How the blog looks

#[tokio::test]
async fn a_look_comes_back_and_so_does_the_one_before_it() {
    let blog = Blog::new().await;
    let look = |theme| Appearance {
        theme,
        css: "p { color: red }\r\n".to_owned(),
        ..Appearance::default()
    };
    assert_eq!(blog.store.earlier_appearance().await.unwrap(), None);
    blog.store.undo_appearance(NOON).await.unwrap();
    let before = blog.store.content_version();
    for theme in [Theme::Sepia, Theme::Plain] {
        let later = NOON.plus_seconds(60);
        blog.store
            .save_appearance(&look(theme), later)
            .await
            .unwrap();
    }
    assert!(blog.store.content_version() > before);
    let now = async || blog.store.settings().await.unwrap().appearance;
    assert_eq!(now().await, look(Theme::Plain));
    let earlier = blog.store.earlier_appearance().await.unwrap();
    assert_eq!(earlier, Some(look(Theme::Sepia)));
    blog.store.undo_appearance(NOON).await.unwrap();
    assert_eq!(now().await, look(Theme::Sepia));
    blog.store.undo_appearance(NOON).await.unwrap();
    assert_eq!(now().await, look(Theme::Plain));
}

// Settings

#[tokio::test]
async fn settings_come_back_as_they_were_saved_and_never_touch_the_secret() {
    let blog = Blog::new().await;
    assert_eq!(blog.store.settings().await.unwrap(), Settings::default());
    assert_eq!(blog.store.secret("first").await.unwrap(), "first");
    assert_eq!(blog.store.secret("second").await.unwrap(), "first");
    let settings = Settings {
        title: "Ebb & flow «潮»".to_owned(),
        comments: Policy::All,
        posts_per_page: 7,
        ..Settings::default()
    };
    blog.store.save_settings(&settings, NOON).await.unwrap();
    assert_eq!(blog.store.settings().await.unwrap(), settings);
    assert_eq!(blog.store.secret("third").await.unwrap(), "first");
    assert!(
        !blog.store.name_blog("Other", "", NOON).await.unwrap(),
        "it has a title of its own"
    );
    let hosts = ["pictures.example.org"];
    assert!(blog.store.allow_picture_hosts(hosts, NOON).await.unwrap());
    assert!(!blog.store.allow_picture_hosts(hosts, NOON).await.unwrap());
    assert_eq!(blog.store.settings().await.unwrap().picture_hosts, hosts);
}

#[tokio::test]
async fn a_blog_without_a_title_takes_the_one_that_is_offered() {
    let blog = Blog::new().await;
    assert!(
        blog.store
            .name_blog("Old name", "What it was", NOON)
            .await
            .unwrap()
    );
    let settings = blog.store.settings().await.unwrap();
    assert_eq!(
        (settings.title.as_str(), settings.description.as_str()),
        ("Old name", "What it was")
    );
}

// Imports

#[tokio::test]
async fn a_reply_finds_what_it_answers_beside_it_or_says_that_it_is_alone() {
    let blog = Blog::new().await;
    let posts = [imported("post-1", "/2016/06/one.html")];
    let landed = blog.store.import_posts(&posts, NOON).await.unwrap();
    let [Landed::New(post)] = landed[..] else {
        panic!("{landed:?}")
    };
    let reply = |origin: &str, parent: &str| ImportedComment {
        parent: Some(parent.to_owned()),
        ..imported_comment(origin, post)
    };
    let comments = [
        imported_comment("c-1", post),
        reply("c-2", "c-1"),
        reply("c-3", "c-4"),
        imported_comment("c-4", post),
        reply("c-5", "c-5"),
    ];
    let landed = blog.store.import_comments(&comments, NOON).await.unwrap();
    let [
        LandedComment::New(first),
        LandedComment::New(second),
        LandedComment::Alone(_),
        LandedComment::New(_),
        LandedComment::Alone(_),
    ] = landed[..]
    else {
        panic!("{landed:?}")
    };
    let second = blog.store.comment(second).await.unwrap().unwrap();
    assert_eq!(second.parent_id, Some(first));
    blog.assert_whole().await;
}

#[tokio::test]
async fn a_comment_that_was_brought_in_keeps_every_byte() {
    let blog = Blog::new().await;
    let posts = [imported("post-1", "/2016/06/one.html")];
    let landed = blog.store.import_posts(&posts, NOON).await.unwrap();
    let [Landed::New(post)] = landed[..] else {
        panic!("{landed:?}")
    };
    let source = "one\0two \u{1f980} \"three\" \\ four".to_owned();
    let comments = [ImportedComment {
        source: source.clone(),
        ..imported_comment("c-1", post)
    }];
    let landed = blog.store.import_comments(&comments, NOON).await.unwrap();
    let [LandedComment::New(id)] = landed[..] else {
        panic!("{landed:?}")
    };
    let stored = blog.store.comment(id).await.unwrap().unwrap();
    assert_eq!(stored.source, source);
}

#[tokio::test]
async fn what_was_brought_in_once_is_known_the_second_time() {
    let blog = Blog::new().await;
    let posts = [
        imported("post-1", "/2016/06/one.html"),
        imported("post-2", "/2016/06/two.html"),
    ];
    let landed = blog.store.import_posts(&posts, NOON).await.unwrap();
    let [Landed::New(one), Landed::New(_)] = landed[..] else {
        panic!("{landed:?}")
    };
    assert_eq!(blog.store.post(one).await.unwrap().unwrap().words, 2);
    let comments = [imported_comment("c-1", one), imported_comment("c-2", one)];
    let new = blog.store.import_comments(&comments, NOON).await.unwrap();
    let [LandedComment::New(first), LandedComment::New(second)] = new[..] else {
        panic!("{new:?}")
    };
    blog.store
        .set_parents(&[(second, first)], NOON)
        .await
        .unwrap();
    assert_eq!(blog.approved_comments(one).await, 2);
    assert_eq!(
        blog.store.comment(second).await.unwrap().unwrap().parent_id,
        Some(first)
    );
    assert_eq!(
        blog.store.post_of_origin("post-1").await.unwrap(),
        Some(one)
    );
    assert_eq!(
        blog.store.comment_of_origin("c-2").await.unwrap(),
        Some(second)
    );
    assert_eq!(blog.store.post_of_origin("post-9").await.unwrap(), None);

    let version = blog.store.content_version();
    let again = blog.store.import_posts(&posts, NOON).await.unwrap();
    assert!(
        again
            .iter()
            .all(|landed| matches!(landed, Landed::Known(_)))
    );
    let again = blog.store.import_comments(&comments, NOON).await.unwrap();
    assert_eq!(
        again,
        [LandedComment::Known(first), LandedComment::Known(second)]
    );
    blog.store.set_parents(&[], NOON).await.unwrap();
    assert_eq!(
        blog.store.content_version(),
        version,
        "nothing changed for readers"
    );
    assert_eq!(blog.tag_count("Old").await, 2);
    assert_eq!(blog.found("lantern").await, ["post-1"]);
    blog.assert_whole().await;
}

#[tokio::test]
async fn an_import_whose_address_is_taken_comes_in_as_a_draft() {
    let blog = Blog::new().await;
    let here = blog.publish("Tides").await;
    let path = here.path.unwrap();
    let landed = blog
        .store
        .import_posts(&[imported("post-1", &path)], NOON)
        .await
        .unwrap();
    let [Landed::AddressTaken(id, ref taken)] = landed[..] else {
        panic!("{landed:?}")
    };
    assert_eq!(*taken, path);
    assert_eq!(blog.state(id).await, State::Draft);
    assert_eq!(
        blog.store.published(&path).await.unwrap().unwrap().id,
        here.id
    );
}

// Search

#[tokio::test]
async fn words_are_found_in_titles_texts_and_comments_whatever_their_accents() {
    let blog = Blog::new().await;
    let text = NewPost {
        source: "The harbour of Łódź".to_owned(),
        ..draft("Straße")
    };
    blog.create(&text, Publish::Now, NOON).await;
    let tokyo = blog.publish("東京都の夏").await;
    blog.comment(
        &remark(tokyo.id, "A paper lantern"),
        CommentState::Approved,
        NOON,
    )
    .await;
    blog.comment(
        &remark(tokyo.id, "A held balloon"),
        CommentState::Waiting,
        NOON,
    )
    .await;
    assert_eq!(blog.found("lodz").await, ["Straße"]);
    assert_eq!(blog.found("STRASSE").await, ["Straße"]);
    assert_eq!(blog.found("京都").await, ["東京都の夏"]);
    assert_eq!(blog.found("夏").await, ["東京都の夏"]);
    assert_eq!(blog.found("\"paper lantern\"").await, ["東京都の夏"]);
    assert_eq!(blog.found("\"lantern paper\"").await, Vec::<String>::new());
    assert_eq!(blog.found("balloon").await, Vec::<String>::new());
    let hits = blog.hits("lantern", &[]).await;
    assert_eq!(hits[0].comment_name, "Ben");
    assert_eq!(blog.hits("summer", &[]).await.len(), 0);
}

/// Posts of one word, a minute apart, of which every tenth carries a tag, and one has the word in its title.
async fn with_a_common_word(blog: &Blog, number: i64) {
    let posts: Vec<ImportedPost> = (0..number)
        .map(|number| ImportedPost {
            title: if number == 7 { "Lantern" } else { "Post" }.to_owned(),
            published_at: Some(NOON.plus_seconds(60 * number)),
            tags: vec![if number % 10 == 0 { "Tenth" } else { "Other" }.to_owned()],
            source: format!("number {number}"),
            rendered: Rendered {
                html: format!("<p>lantern {number}</p>"),
                words: format!("lantern {number}"),
                ..Rendered::default()
            },
            ..imported(&format!("post-{number}"), &format!("/{number}"))
        })
        .collect();
    blog.store.import_posts(&posts, NOON).await.unwrap();
}

#[tokio::test]
async fn of_a_word_that_stands_everywhere_titles_come_first_and_then_the_newest() {
    let blog = Blog::new().await;
    with_a_common_word(&blog, 2050).await;
    let page = NewPost {
        source: "lantern".to_owned(),
        ..page("About")
    };
    blog.create(&page, Publish::Now, NOON).await;
    let paths = async |typed: &str, tags: &[TagId]| {
        let hits = blog.hits(typed, tags).await;
        hits.into_iter()
            .map(|hit| hit.path)
            .take(3)
            .collect::<Vec<_>>()
    };
    assert_eq!(paths("lantern", &[]).await, ["/7", "/2049", "/2048"]);
    let tenth = tag_id(&blog, "Tenth").await;
    assert_eq!(
        paths("lantern", &[tenth]).await,
        ["/2040", "/2030", "/2020"]
    );
    assert_eq!(paths("", &[tenth]).await, ["/2040", "/2030", "/2020"]);
    assert_eq!(paths("1033 lantern", &[]).await, ["/1033"]);
}

#[tokio::test]
async fn each_change_of_a_post_moves_it_in_the_archive() {
    let blog = Blog::new().await;
    let saved = blog.publish("Tides").await;
    blog.publish("Ebb").await;
    let days = async || blog.store.days_of("2016-06").await.unwrap();
    let one_day = |posts| vec![("2016-06-05".to_owned(), posts)];
    assert_eq!(days().await, one_day(2));
    blog.store.trash_post(saved.id, NOON).await.unwrap();
    assert_eq!(days().await, one_day(1));
    blog.store.restore_post(saved.id, NOON).await.unwrap();
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
    assert_eq!(blog.store.months().await.unwrap(), months);
    assert_eq!(
        blog.store.months_beside("2016-05").await.unwrap(),
        (Some("2016-04".to_owned()), Some("2016-06".to_owned()))
    );
    blog.store.unpublish_post(saved.id, NOON).await.unwrap();
    assert_eq!(blog.store.months().await.unwrap(), months[..1]);
    blog.create(&page("About"), Publish::Now, NOON).await;
    assert_eq!(days().await, one_day(1), "a page stands under no day");
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
    blog.store.save_settings(&settings, NOON).await.unwrap();
    assert_eq!(
        blog.store.days_of("2016-06").await.unwrap(),
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
    blog.store.import_posts(&posts, NOON).await.unwrap();
    blog.publish("Tides").await;
    let writers = async || {
        let writers = blog.store.post_writers().await.unwrap();
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
async fn the_index_follows_every_change_of_a_post() {
    let blog = Blog::new().await;
    let saved = blog.publish("Kettle").await;
    assert_eq!(blog.found("kettle").await, ["Kettle"]);
    let changed = tagged("Teapot", &["Kitchen"]);
    let saved = blog
        .save(saved.id, saved.revision, &changed, Publish::Now)
        .await
        .unwrap();
    assert_eq!(blog.found("kettle").await, Vec::<String>::new());
    assert_eq!(blog.found("kitchen").await, ["Teapot"]);
    blog.store.trash_post(saved.id, NOON).await.unwrap();
    assert_eq!(blog.found("teapot").await, Vec::<String>::new());
    blog.store.restore_post(saved.id, NOON).await.unwrap();
    assert_eq!(blog.found("teapot").await, ["Teapot"]);
    let said = blog
        .comment(&remark(saved.id, "lantern"), CommentState::Approved, NOON)
        .await;
    assert_eq!(blog.found("lantern").await, ["Teapot"]);
    blog.decide(said, CommentState::Deleted).await.unwrap();
    assert_eq!(blog.found("lantern").await, Vec::<String>::new());
    blog.assert_whole().await;
}

// The learned filter and bans

async fn counts(store: &Store, words: &[&str]) -> Vec<Option<(u32, u32)>> {
    let features = words.iter().map(|word| format!("word:{word}")).collect();
    let counts = store.feature_counts(&features).await.unwrap();
    words
        .iter()
        .map(|word| counts.get(&format!("word:{word}")).copied())
        .collect()
}

#[tokio::test]
async fn the_filter_learns_each_comment_once_and_the_last_decision_counts() {
    let blog = Blog::new().await;
    let store = &blog.store;
    let post = blog.publish("Tides").await.id;
    let said = blog
        .comment(&remark(post, "cheap lantern"), CommentState::Waiting, NOON)
        .await;
    let other = blog
        .comment(&remark(post, "kind lantern"), CommentState::Waiting, NOON)
        .await;
    let words = ["cheap", "kind", "lantern"];
    for _ in 0..2 {
        blog.decide(said, CommentState::Spam).await;
        blog.decide(other, CommentState::Approved).await;
    }
    assert_eq!(store.lessons().await.unwrap(), Lessons { spam: 1, good: 1 });
    assert_eq!(
        counts(store, &words).await,
        [Some((1, 0)), Some((0, 1)), Some((1, 1))]
    );
    blog.decide(said, CommentState::Approved).await;
    assert_eq!(store.lessons().await.unwrap(), Lessons { spam: 0, good: 2 });
    assert_eq!(
        counts(store, &words).await,
        [Some((0, 1)), Some((0, 1)), Some((0, 2))]
    );
    blog.undo(said).await;
    assert_eq!(store.lessons().await.unwrap(), Lessons { spam: 1, good: 1 });
    for id in [said, other, said, CommentId(999)] {
        blog.decide(id, CommentState::Deleted).await;
    }
    assert_eq!(store.lessons().await.unwrap(), Lessons::default());
    assert_eq!(counts(store, &words).await, [None, None, None]);
    assert_eq!(store.features_after("", 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_long_comment_is_learned_whole_and_unlearned_whole() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let words: Vec<String> = (0..120).map(|n| format!("word{n}x")).collect();
    let said = blog
        .comment(&remark(post, &words.join(" ")), CommentState::Waiting, NOON)
        .await;
    blog.decide(said, CommentState::Spam).await;
    let learned = blog.store.features_after("", 1_000).await.unwrap();
    assert!(learned.len() > 230, "{}", learned.len());
    assert!(learned.iter().all(|one| (one.spam, one.good) == (1, 0)));
    let half = &learned[learned.len() / 2];
    let rest = blog
        .store
        .features_after(&half.feature, 1_000)
        .await
        .unwrap();
    assert_eq!(rest, learned[learned.len() / 2 + 1..]);
    blog.decide(said, CommentState::Deleted).await;
    assert_eq!(blog.store.features_after("", 10).await.unwrap(), []);
}

#[tokio::test]
async fn what_an_author_writes_teaches_the_filter_nothing() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    let new = remark(post, "lantern");
    let posted = blog
        .store
        .post_comment(Arriving {
            author: Some(blog.ada),
            ..arriving(&new, CommentState::Approved, NOON)
        })
        .await
        .unwrap();
    for state in [CommentState::Spam, CommentState::Approved] {
        blog.decide(posted.id, state).await.expect("a decision");
        assert_eq!(blog.store.lessons().await.unwrap(), Lessons::default());
    }
}

#[tokio::test]
async fn the_most_telling_words_come_first() {
    let blog = Blog::new().await;
    let post = blog.publish("Tides").await.id;
    for (minute, (words, spam)) in [
        ("cheap lantern pills", true),
        ("cheap pills", true),
        ("kind lantern", false),
    ]
    .into_iter()
    .enumerate()
    {
        let at = NOON.plus_seconds(60 * i64::try_from(minute).unwrap());
        let said = blog
            .comment(&remark(post, words), CommentState::Waiting, at)
            .await;
        let state = if spam {
            CommentState::Spam
        } else {
            CommentState::Approved
        };
        blog.decide(said, state).await;
    }
    let lessons = blog.store.lessons().await.unwrap();
    let words = |rows: Vec<Counted>| -> Vec<String> {
        let words = rows
            .iter()
            .filter_map(|row| row.feature.strip_prefix("word:"));
        words.map(str::to_owned).collect()
    };
    let spam = blog
        .store
        .telling_features(true, lessons, 100)
        .await
        .unwrap();
    assert_eq!(words(spam), ["cheap", "pills"]);
    let good = blog
        .store
        .telling_features(false, lessons, 100)
        .await
        .unwrap();
    assert_eq!(words(good), ["kind", "lantern"]);
}

fn ban(kind: BanKind, value: &str, days: i64) -> NewBan {
    NewBan {
        kind,
        value: value.to_owned(),
        label: value.to_owned(),
        note: String::new(),
        ends_at: NOON.plus_seconds(days * DAY_SECONDS),
    }
}

const BY_ADA: Banning<'_> = Banning {
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
        store.ban(&ban(kind, value, 2), BY_ADA).await.unwrap();
    }
    let networks: Vec<String> = (1..=9).map(|n| format!("n{n}")).collect();
    let at = async |name: &str, email: &str, networks: &[String], pass: &str, days: i64| {
        store
            .is_banned(
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
        .tidy_bans(NOON.plus_seconds(DAY_SECONDS))
        .await
        .unwrap();
    assert_eq!(store.bans(NOON).await.unwrap().len(), 4);
    store
        .tidy_bans(NOON.plus_seconds(2 * DAY_SECONDS))
        .await
        .unwrap();
    assert_eq!(store.bans(NOON).await.unwrap().len(), 0);
}

#[tokio::test]
async fn banning_again_moves_the_end_and_ending_is_at_once() {
    let blog = Blog::new().await;
    let store = &blog.store;
    let id = store
        .ban(&ban(BanKind::Name, "ben", 1), BY_ADA)
        .await
        .unwrap()
        .id;
    let again = NewBan {
        note: "still rude".to_owned(),
        ..ban(BanKind::Name, "ben", 9)
    };
    let banned = store.ban(&again, BY_ADA).await.unwrap();
    assert_eq!(banned, Banned { id, again: true });
    let bans = store
        .bans(NOON.plus_seconds(5 * DAY_SECONDS))
        .await
        .unwrap();
    assert_eq!(bans.len(), 1);
    assert_eq!(
        (bans[0].note.as_str(), bans[0].by.as_str()),
        ("still rude", "Ada")
    );
    let ended = store.end_ban(id, "Ada", NOON).await.unwrap().unwrap();
    assert_eq!(ended.value, "ben");
    assert!(!store.is_banned("ben", "", &[], "", NOON).await.unwrap());
    assert!(store.end_ban(id, "Ada", NOON).await.unwrap().is_none());
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

// The version that page caches go by

#[tokio::test]
async fn the_version_rises_with_what_readers_see_and_with_nothing_else() {
    let blog = Blog::new().await;
    let store = &blog.store;
    let mut before = store.content_version();
    let mut rose = |what: &str, wanted: bool| {
        let now = store.content_version();
        assert_eq!(now > before, wanted, "{what}");
        before = now;
    };
    let hidden = blog.create(&draft("Plan"), Publish::Keep, NOON).await;
    rose("a new draft", false);
    blog.save(hidden.id, hidden.revision, &draft("Plan B"), Publish::Keep)
        .await
        .unwrap();
    rose("a changed draft", false);
    let saved = blog.publish("Tides").await;
    rose("a published post", true);
    let saved = blog
        .save(saved.id, saved.revision, &draft("Ebb"), Publish::Now)
        .await
        .unwrap();
    rose("a changed post", true);
    let held = blog
        .comment(&remark(saved.id, "held"), CommentState::Waiting, NOON)
        .await;
    rose("a held comment", false);
    blog.comment(&remark(saved.id, "shown"), CommentState::Approved, NOON)
        .await;
    rose("a comment", true);
    blog.decide(held, CommentState::Approved).await.unwrap();
    rose("an approved comment", true);
    blog.undo(held).await.unwrap();
    rose("an undone decision", true);
    store
        .save_settings(&Settings::default(), NOON)
        .await
        .unwrap();
    rose("settings", true);
    store.rename_author(blog.ada, "Ada L.", NOON).await.unwrap();
    rose("another name", true);
    store
        .add_session(b"token", blog.ada, "", NOON)
        .await
        .unwrap();
    store
        .signed_in(b"token", NOON.plus_seconds(DAY_SECONDS))
        .await
        .unwrap();
    rose("a session", false);
    store.add_link(b"link", None, NOON).await.unwrap();
    rose("a one-time address", false);
    store.unpublish_post(saved.id, NOON).await.unwrap();
    rose("a post taken back", true);
    store.trash_post(saved.id, NOON).await.unwrap();
    store.restore_post(saved.id, NOON).await.unwrap();
    store.tidy_sessions(NOON).await.unwrap();
    store.checkpoint().await.unwrap();
    store.optimize().await.unwrap();
}

#[tokio::test]
async fn two_programs_on_one_file_see_each_others_changes() {
    let blog = Blog::new().await;
    let other = Store::open(&blog.path(), false).await.unwrap();
    let before = other.content_version();
    blog.create(&draft("Tides"), Publish::Now, NOON.plus_seconds(5))
        .await;
    assert_eq!(other.content_version(), before, "it has not looked yet");
    other.refresh_version().await.unwrap();
    assert_eq!(other.changed_at(), NOON.plus_seconds(5));
    assert_eq!(other.content_version(), blog.store.content_version());
    assert!(other.content_version() > before);
    assert!(newest_path(&other).await.ends_with("/tides.html"));
    other.name_blog("Named elsewhere", "", NOON).await.unwrap();
    blog.store.refresh_version().await.unwrap();
    assert_eq!(blog.store.content_version(), other.content_version());
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_cut_off_in_the_middle_of_a_change_leaves_the_writer_free() {
    let blog = Blog::new().await;
    let wide = NewPost {
        source: "harbour ".repeat(20_000),
        tags: (0..30).map(|number| format!("tag{number}")).collect(),
        ..draft("Wide")
    };
    for attempt in 0..10_u64 {
        // From before the first statement to well into the transaction.
        let patience = Duration::from_micros(50 + attempt * attempt * 150);
        let work = blog.create(&wide, Publish::Now, NOON);
        let finished = tokio::time::timeout(patience, work).await.is_ok();
        let next = tokio::time::timeout(Duration::from_secs(10), blog.publish("Next")).await;
        assert!(
            next.is_ok(),
            "the writer is stuck after attempt {attempt}, finished: {finished}"
        );
    }
    for _ in 0..10 {
        let store = blog.store.clone();
        let (wide, ada) = (wide.clone(), blog.ada);
        let task = tokio::spawn(async move { store.create_post(keeping(&wide, ada, NOON)).await });
        tokio::task::yield_now().await;
        task.abort();
        let _ = task.await;
        blog.publish("Next").await;
    }
    let published = blog
        .store
        .post_counts(Kind::Post, &Sought::default())
        .await
        .unwrap()
        .published;
    let listed = blog
        .store
        .published_posts(Side::Start, 100)
        .await
        .unwrap()
        .items
        .len();
    assert_eq!(usize::try_from(published).unwrap(), listed);
    assert!((20..=40).contains(&listed), "{listed} posts");
    blog.assert_whole().await;
}

// Whatever happens in whatever order

#[derive(Debug, Clone)]
enum Act {
    Create { publish: bool, tag: u8 },
    Save { which: usize, publish: u8, tag: u8 },
    Trash(usize),
    Restore(usize),
    Unpublish(usize),
    Comment { which: usize, approved: bool },
    Decide { which: usize, state: u8 },
    Undo(usize),
    Import(u8),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => (any::<bool>(), 0..4_u8).prop_map(|(publish, tag)| Act::Create { publish, tag }),
        3 => (0..6_usize, 0..3_u8, 0..4_u8)
            .prop_map(|(which, publish, tag)| Act::Save { which, publish, tag }),
        1 => (0..6_usize).prop_map(Act::Trash),
        1 => (0..6_usize).prop_map(Act::Restore),
        1 => (0..6_usize).prop_map(Act::Unpublish),
        2 => (0..6_usize, any::<bool>()).prop_map(|(which, approved)| Act::Comment { which, approved }),
        2 => (0..6_usize, 0..5_u8).prop_map(|(which, state)| Act::Decide { which, state }),
        1 => (0..6_usize).prop_map(Act::Undo),
        1 => (0..3_u8).prop_map(Act::Import),
    ];
    proptest::collection::vec(act, 1..25)
}

async fn perform(blog: &Blog, act: &Act, posts: &mut Vec<PostId>, said: &mut Vec<CommentId>) {
    let post = |which: usize| posts.get(which % posts.len().max(1)).copied();
    let comment = |which: usize| said.get(which % said.len().max(1)).copied();
    let title = |tag: u8| tagged("Tides", &[["sea", "Sea", "map", "зима"][usize::from(tag)]]);
    match *act {
        Act::Create { publish, tag } => {
            let publish = if publish { Publish::Now } else { Publish::Keep };
            let saved = blog.create(&title(tag), publish, NOON).await;
            posts.push(saved.id);
        }
        Act::Save {
            which,
            publish,
            tag,
        } => {
            let Some(id) = post(which) else { return };
            if blog.state(id).await == State::Trashed {
                return;
            }
            let base = blog.store.desk_revision(id).await.unwrap().unwrap();
            let (how, back) = (publish == 1, publish == 2);
            let how = if how { Publish::Now } else { Publish::Keep };
            blog.save(id, base, &title(tag), how).await.unwrap();
            if back {
                blog.store.unpublish_post(id, NOON).await.unwrap();
            }
        }
        Act::Trash(which) => {
            let Some(id) = post(which) else { return };
            blog.store.trash_post(id, NOON).await.unwrap();
        }
        Act::Restore(which) => {
            let Some(id) = post(which) else { return };
            blog.store.restore_post(id, NOON).await.unwrap();
        }
        Act::Unpublish(which) => {
            let Some(id) = post(which) else { return };
            blog.store.unpublish_post(id, NOON).await.unwrap();
        }
        Act::Comment { which, approved } => {
            let Some(id) = post(which) else { return };
            let state = if approved {
                CommentState::Approved
            } else {
                CommentState::Waiting
            };
            let id = blog
                .comment(&remark(id, &format!("remark {}", said.len())), state, NOON)
                .await;
            said.push(id);
        }
        Act::Decide { which, state } => {
            let Some(id) = comment(which) else { return };
            let state = CommentState::ALL[usize::from(state)];
            blog.decide(id, state).await;
        }
        Act::Undo(which) => {
            let Some(id) = comment(which) else { return };
            blog.undo(id).await;
        }
        Act::Import(number) => {
            let import = imported(&format!("post-{number}"), "/2016/06/tides.html");
            blog.store.import_posts(&[import], NOON).await.unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_blog_is_whole_after_anything_that_people_do(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let blog = Blog::new().await;
            let (mut posts, mut said) = (Vec::new(), Vec::new());
            for act in &acts {
                perform(&blog, act, &mut posts, &mut said).await;
            }
            blog.assert_whole().await;
            let listed = blog.store.published_posts(Side::Start, 1000).await.unwrap().items;
            let mut paths: Vec<&str> = listed.iter().map(|post| post.path.as_str()).collect();
            paths.sort_unstable();
            paths.dedup();
            assert_eq!(paths.len(), listed.len(), "one post at one address");
            for post in &listed {
                let thread = blog.store.beside(post.id, 1).await.unwrap().thread.comments;
                assert_eq!(usize::try_from(post.approved_comments).unwrap(), thread.len());
            }
            let mut with_tags = 0;
            for post in &listed {
                with_tags += i64::try_from(blog.store.tags_of(post.id).await.unwrap().len()).unwrap();
            }
            let counted: i64 = blog.store.tag_counts().await.unwrap().iter().map(|(_, count)| count).sum();
            assert_eq!(counted, with_tags);
        });
    }
}

// Older schemas

/// A database as the program with schema 1 left it: a post of each kind, and a thread.
async fn database_of_schema_1(path: &std::path::Path) {
    let all = sqlx::migrate!("migrations/sqlite");
    let first = all.iter().take(1).cloned().collect();
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    sqlx::migrate::Migrator::with_migrations(first)
        .run(&mut connection)
        .await
        .unwrap();
    connection
        .execute(
            "insert into posts (id, kind, state, title, path, markup, comments, created_at, updated_at, published_at, \
             listed_at, approved_comments, renderer, cut, html, source) values \
             (1, 'post', 'published', 'Tides', '/1', 'markdown', 'open', 1, 1, 1, 1, 2, 7, 0, '<p>x</p>', 'x'), \
             (2, 'post', 'published', 'Ebb', '/2', 'markdown', 'closed', 1, 1, 1, 1, 0, 7, 0, '<p>y</p>', 'y'), \
             (3, 'page', 'draft', 'About', null, 'html', 'hidden', 1, 1, null, 1, 0, 7, 0, '<p>z</p>', 'z'); \
             insert into redirects values ('/old', 1); \
             insert into comments (id, post_id, parent_id, state, name, email, created_at, renderer, markup, html, source) \
             values (1, 1, null, 'approved', 'Ada', 'ada@example.org', 20, 7, 'markdown', '<p>a</p>', 'lantern'), \
             (2, 1, 1, 'approved', 'Bo', '', 10, 7, 'markdown', '<p>b</p>', 'b'), \
             (3, 1, null, 'waiting', 'Cleo', '', 30, 7, 'markdown', '<p>c</p>', 'c'); \
             insert into search_posts (rowid, title, tags, body) values (1, 'tides', '', 'x'), (2, 'ebb', '', 'y'), \
             (3, 'about', '', 'z'); \
             insert into search_comments (rowid, body) values (1, 'ada lantern'), (2, 'bo b'), (3, 'cleo c');",
        )
        .await
        .unwrap();
    connection.close().await.unwrap();
}

async fn upgrade(data: &std::path::Path, database: &std::path::Path) {
    let config = Config {
        data: data.to_owned(),
        listen: "127.0.0.1:8080".parse().unwrap(),
        url: "http://blog.example".parse().unwrap(),
        database: database.to_owned(),
        trusted_proxies: Vec::new(),
        smtp: None,
        metrics: None,
        log: LogFormat::Text,
        page_cache_bytes: 0,
        backups: data.join("backups"),
        leave_checkpoints: false,
        fetch_private: false,
        assumed: daybook::config::Assumed::default(),
    };
    let clock = Clock::frozen(NOON);
    daybook::cli::upgrade::upgrade(&config, &file::MIGRATIONS, &clock, &mut |_| {})
        .await
        .unwrap();
}

#[tokio::test]
async fn a_blog_of_the_first_schema_comes_along_whole_and_a_copy_of_it_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("daybook.db");
    database_of_schema_1(&path).await;
    upgrade(directory.path(), &path).await;
    let store = open(&path).await;
    while store.place_posts(1, NOON).await.unwrap() {}
    assert_eq!(store.problems().await.unwrap(), Vec::<String>::new());
    assert_eq!(
        store.months().await.unwrap(),
        [("1970-01".to_owned(), 2)],
        "its posts stand in the archive"
    );
    let comments = async |id| store.post(PostId(id)).await.unwrap().unwrap().comments;
    assert_eq!(comments(1).await, Comments::Blog);
    assert_eq!(comments(2).await, Comments::Closed);
    assert_eq!(comments(3).await, Comments::Hidden);
    let place = async |id| {
        let comment = store.comment(CommentId(id)).await.unwrap().unwrap();
        (comment.place, comment.source)
    };
    assert_eq!(place(1).await, (Some(2), "lantern".to_owned()));
    assert_eq!(place(2).await, (Some(1), "b".to_owned()));
    assert_eq!(place(3).await, (None, "c".to_owned()));
    assert_eq!(
        store
            .comment(CommentId(2))
            .await
            .unwrap()
            .unwrap()
            .parent_id,
        Some(CommentId(1))
    );
    assert_eq!(store.moved_to("/old").await.unwrap().as_deref(), Some("/1"));
    let sought = SoughtText {
        words: words::query("lantern").unwrap(),
        with_comments: true,
        ..SoughtText::default()
    };
    assert_eq!(store.search(&sought, 10).await.unwrap().len(), 1);
    store.close().await;
    let kept = std::fs::read_dir(directory.path())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.starts_with("daybook-before-1-"))
        .count();
    assert_eq!(kept, 1, "the old state is kept");
    let again = open(&path).await;
    assert_eq!(again.problems().await.unwrap(), Vec::<String>::new());
}

/// Adds people with these roles to a database of schema 1; the last one is removed.
async fn add_people(path: &std::path::Path, roles: &[&str]) {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    for (number, role) in roles.iter().enumerate() {
        sqlx::query(
            "insert into authors (name, email, role, created_at, removed_at) values ($1, $1, $2, 1, $3)",
        )
        .bind(format!("{number}@example.org"))
        .bind(role)
        .bind((number + 1 == roles.len()).then_some(2))
        .execute(&mut connection)
        .await
        .unwrap();
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn authors_of_before_become_operators_where_nobody_else_is_one() {
    for (before, after, news) in [
        (
            ["author", "author", "operator"],
            [Role::Operator, Role::Operator],
            0,
        ),
        (
            ["author", "operator", "operator"],
            [Role::Author, Role::Operator],
            1,
        ),
        (
            ["operator", "operator", "author"],
            [Role::Operator, Role::Operator],
            0,
        ),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("daybook.db");
        database_of_schema_1(&path).await;
        add_people(&path, &before).await;
        upgrade(directory.path(), &path).await;
        let store = open(&path).await;
        let people = store.authors().await.unwrap();
        let roles: Vec<Role> = people.iter().map(|person| person.role).collect();
        assert_eq!(roles, after, "{before:?}");
        for asked in [news, 0] {
            let mut shown = 0;
            for person in &people {
                shown += i64::from(store.take_roles_news(person.id).await.unwrap());
            }
            assert_eq!(shown, asked, "{before:?}");
        }
    }
}

// Numbers

#[tokio::test]
async fn every_table_with_a_number_gives_it_once() {
    let blog = Blog::new().await;
    let path = blog.directory.path().join("daybook.db");
    let mut database = SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    let tables: Vec<(String,)> = sqlx::query_as(
        "select m.name from sqlite_schema m where m.type = 'table' and m.name not like 'search_%' and exists \
         (select 1 from pragma_table_info(m.name) c where c.name = 'id' and c.pk = 1 and c.type = 'INTEGER') \
         order by m.name",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    assert!(tables.len() > 15, "{tables:?}");
    sqlx::raw_sql("pragma foreign_keys = off; pragma ignore_check_constraints = on")
        .execute(&mut database)
        .await
        .unwrap();
    for (table,) in tables.iter().filter(|(table,)| table != "content") {
        let columns: Vec<(String, String)> =
            sqlx::query_as("select name, type from pragma_table_info($1) where \"notnull\" and dflt_value is null and pk = 0")
                .bind(table)
                .fetch_all(&mut database)
                .await
                .unwrap();
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let values = vec!["hex(randomblob(8))"; names.len()];
        let insert = format!(
            "insert into {table} (id, {}) values (1000, {})",
            names.join(", "),
            values.join(", ")
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "{insert}; delete from {table} where id = 1000"
        )))
        .execute(&mut database)
        .await
        .unwrap_or_else(|error| panic!("{table}: {error}"));
        let last: Option<(i64,)> = sqlx::query_as("select last from numbers where name = $1")
            .bind(table)
            .fetch_optional(&mut database)
            .await
            .unwrap();
        assert_eq!(last, Some((1000,)), "{table} notes what it has given");
    }
}

// Lists and tags

/// Looks for posts in the author's list; gives their titles in its order.
async fn listed(blog: &Blog, tab: Tab, sought: &Sought, order: Order, side: Side) -> Vec<String> {
    let page = blog
        .store
        .post_lines(Kind::Post, tab, sought, order, side, 3)
        .await
        .unwrap();
    page.items.into_iter().map(|line| line.title).collect()
}

async fn raw(blog: &Blog) -> sqlx::SqliteConnection {
    SqliteConnectOptions::new()
        .filename(blog.path())
        .foreign_keys(true)
        .connect()
        .await
        .unwrap()
}

/// Gives a post a text at the desk with these tags.
async fn put_at_desk(blog: &Blog, post: PostId, tags: &str) {
    let mut raw = raw(blog).await;
    let (id,): (i64,) = sqlx::query_as(
        "insert into revisions (post_id, made_at, reason, words, added, removed, title, markup, tags, permalink, \
         excerpt, comments, pinned, details, source) \
         values ($1, 0, 'saved', 1, 0, 0, '', 'markdown', $2, '', '', 'blog', 0, '{}', 'x') returning id",
    )
    .bind(post)
    .bind(tags)
    .fetch_one(&mut raw)
    .await
    .unwrap();
    sqlx::query("update posts set revision_id = $2 where id = $1")
        .bind(post)
        .bind(id)
        .execute(&mut raw)
        .await
        .unwrap();
}

async fn tags_at_desk(blog: &Blog, post: PostId) -> String {
    let (tags,): (String,) = sqlx::query_as(
        "select r.tags from revisions r join posts p on p.revision_id = r.id where p.id = $1",
    )
    .bind(post)
    .fetch_one(&mut raw(blog).await)
    .await
    .unwrap();
    tags
}

async fn tag_id(blog: &Blog, name: &str) -> TagId {
    blog.store.tag_named(name).await.unwrap().unwrap().id
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
        .import_posts(&[imported("Lantern", "/2009/01/lantern.html")], NOON)
        .await
        .unwrap();
    let all =
        async |sought: &Sought| listed(&blog, Tab::All, sought, Order::Newest, Side::Start).await;
    let sought = Sought {
        tag: Some(tag_id(&blog, "moon").await),
        ..Sought::default()
    };
    assert_eq!(all(&sought).await, ["Slack", "Flood"]);
    let counts = blog.store.post_counts(Kind::Post, &sought).await.unwrap();
    assert_eq!((counts.drafts, counts.published), (1, 1));
    let sought = Sought {
        by: Some(By::Byline("Clara".to_owned())),
        ..Sought::default()
    };
    assert_eq!(all(&sought).await, ["Lantern"]);
    let sought = Sought {
        by: Some(By::Author(blog.ada)),
        from: day(-50),
        until: day(-30),
        ..Sought::default()
    };
    assert_eq!(all(&sought).await, ["Ebb"]);
    let writers = blog.store.writers(Kind::Post).await.unwrap();
    let names: Vec<&str> = writers.iter().map(|writer| writer.name.as_str()).collect();
    assert_eq!(names, ["Ada", "Clara"]);

    let any = Sought::default();
    let oldest = listed(&blog, Tab::All, &any, Order::Oldest, Side::Start).await;
    assert_eq!(
        oldest,
        ["Lantern", "Flood", "Ebb"],
        "newest first on the page"
    );
    let page = blog
        .store
        .post_lines(Kind::Post, Tab::All, &any, Order::Oldest, Side::Start, 3)
        .await
        .unwrap();
    assert_eq!((page.has_newer, page.has_older), (true, false));
    let (oldest, newest) = blog.store.post_dates(Kind::Post).await.unwrap().unwrap();
    assert_eq!((oldest, newest.days_since(oldest)), (day(-40), 41));
    assert_eq!(blog.store.post_dates(Kind::Page).await.unwrap(), None);
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
    blog.store.trash_post(binned.id, NOON).await.unwrap();
    let any = Sought::default();
    assert_eq!(
        listed(&blog, Tab::Pending, &any, Order::Newest, Side::Start).await,
        ["Ebb"]
    );
    let counts = blog.store.post_counts(Kind::Post, &any).await.unwrap();
    assert_eq!(
        (counts.pending, counts.published, counts.trashed),
        (1, 1, 1)
    );
    blog.store.unpublish_post(shown.id, NOON).await.unwrap();
    assert!(
        listed(&blog, Tab::Pending, &any, Order::Newest, Side::Start)
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_tag_given_to_many_posts_reaches_the_text_at_the_desk_too() {
    let blog = Blog::new().await;
    let ebb = blog
        .create(&tagged("Ebb", &["sea"]), Publish::Now, NOON)
        .await
        .id;
    let flood = blog.create(&draft("Flood"), Publish::Keep, NOON).await.id;
    put_at_desk(&blog, flood, "Moon").await;
    let ids = [ebb, flood, PostId(99)];
    let changed = blog.store.add_tag(&ids, "Sea", NOON).await.unwrap();
    assert_eq!(
        changed,
        [flood],
        "one had it in another case, one is not there"
    );
    assert_eq!(tags_at_desk(&blog, flood).await, "Moon\nSea");
    assert!(
        blog.store.has_stale(1).await.unwrap(),
        "its words are indexed anew"
    );
    let changed = blog.store.remove_tag(&ids, "SEA", NOON).await.unwrap();
    assert_eq!(changed, [ebb, flood]);
    assert_eq!(tags_at_desk(&blog, flood).await, "Moon");
    assert_eq!(blog.tag_count("sea").await, 0);
    let many: Vec<String> = (0..30).map(|number| format!("t{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let full = blog
        .create(&tagged("Full", &many), Publish::Now, NOON)
        .await
        .id;
    let changed = blog.store.add_tag(&[full], "One more", NOON).await.unwrap();
    assert!(changed.is_empty(), "a post has thirty tags at most");
    let changed = blog
        .store
        .choose_comments(&ids, Comments::Closed, NOON)
        .await
        .unwrap();
    assert_eq!(changed, [ebb, flood]);
    let again = blog
        .store
        .choose_comments(&ids, Comments::Closed, NOON)
        .await
        .unwrap();
    assert!(again.is_empty());
    blog.assert_whole().await;
}

#[tokio::test]
async fn a_renamed_tag_keeps_its_posts_and_its_old_address() {
    let blog = Blog::new().await;
    let post = blog
        .create(&tagged("Ebb", &["Sea side", "Moon"]), Publish::Now, NOON)
        .await
        .id;
    put_at_desk(&blog, post, "sea SIDE\nMoon").await;
    let id = tag_id(&blog, "sea side").await;
    let store = &blog.store;
    assert_eq!(
        store.rename_tag(id, "Coast", NOON).await.unwrap(),
        Named::Done
    );
    assert_eq!(tags_at_desk(&blog, post).await, "Coast\nMoon");
    assert_eq!(store.tag("coast").await.unwrap().unwrap().name, "Coast");
    assert_eq!(
        store.tag_moved_to("sea-side").await.unwrap(),
        Some(Some("coast".to_owned()))
    );
    assert_eq!(blog.tag_count("Coast").await, 1);
    // Back again: the address is its own once more, and the other one leads here.
    store.rename_tag(id, "Sea side", NOON).await.unwrap();
    assert_eq!(store.tag_moved_to("sea-side").await.unwrap(), None);
    assert_eq!(
        store.tag_moved_to("coast").await.unwrap(),
        Some(Some("sea-side".to_owned()))
    );
    // Case alone: the same address.
    assert_eq!(
        store.rename_tag(id, "SEA SIDE", NOON).await.unwrap(),
        Named::Done
    );
    assert_eq!(
        store.tag("sea-side").await.unwrap().unwrap().name,
        "SEA SIDE"
    );
    let taken = store.rename_tag(id, "moon", NOON).await.unwrap();
    assert!(matches!(taken, Named::Taken(tag) if tag.name == "Moon"));
    assert_eq!(
        store.rename_tag(TagId(99), "x", NOON).await.unwrap(),
        Named::Gone
    );
    // A name whose address another tag has: a number makes it its own.
    assert_eq!(
        store.rename_tag(id, "Moon!", NOON).await.unwrap(),
        Named::Done
    );
    assert_eq!(store.tag("moon-2").await.unwrap().unwrap().name, "Moon!");
    blog.assert_whole().await;
}

#[tokio::test]
async fn merged_and_deleted_tags_leave_their_addresses_behind() {
    let blog = Blog::new().await;
    let both = blog
        .create(&tagged("Ebb", &["Seaside", "Sea-side"]), Publish::Now, NOON)
        .await
        .id;
    let one = blog
        .create(&tagged("Flood", &["Sea-side"]), Publish::Now, NOON)
        .await
        .id;
    put_at_desk(&blog, both, "Seaside\nMaps\nSea-side").await;
    put_at_desk(&blog, one, "Sea-side").await;
    let (from, into) = (
        tag_id(&blog, "sea-side").await,
        tag_id(&blog, "seaside").await,
    );
    let store = &blog.store;
    store.rename_tag(from, "Shore", NOON).await.unwrap();
    assert!(!store.merge_tags(from, from, NOON).await.unwrap());
    assert!(!store.merge_tags(from, TagId(99), NOON).await.unwrap());
    assert!(store.merge_tags(from, into, NOON).await.unwrap());
    assert_eq!(blog.tag_count("Seaside").await, 2);
    assert_eq!(tags_at_desk(&blog, both).await, "Seaside\nMaps");
    assert_eq!(tags_at_desk(&blog, one).await, "Seaside");
    for old in ["sea-side", "shore"] {
        let now = store.tag_moved_to(old).await.unwrap();
        assert_eq!(now, Some(Some("seaside".to_owned())), "{old}");
    }
    assert!(store.delete_tag(into, NOON).await.unwrap());
    assert!(!store.delete_tag(into, NOON).await.unwrap());
    assert_eq!(tags_at_desk(&blog, both).await, "Maps");
    for old in ["sea-side", "shore", "seaside"] {
        assert_eq!(store.tag_moved_to(old).await.unwrap(), Some(None), "{old}");
    }
    let lines = store.tag_lines().await.unwrap();
    assert!(lines.is_empty(), "{lines:?}");
    blog.assert_whole().await;
}

#[tokio::test]
async fn the_trash_is_emptied_of_what_lay_in_it_for_ninety_days() {
    let blog = Blog::new().await;
    let store = &blog.store;
    let old = blog
        .create(&tagged("Ebb", &["Sea"]), Publish::Now, NOON)
        .await
        .id;
    let fresh = blog.create(&draft("Flood"), Publish::Keep, NOON).await.id;
    let kept = blog.publish("Slack").await.id;
    put_at_desk(&blog, old, "Sea").await;
    for source in ["lantern one", "lantern two"] {
        let id = blog
            .comment(&remark(old, source), CommentState::Waiting, NOON)
            .await;
        blog.decide(id, CommentState::Spam).await;
    }
    blog.comment(&remark(kept, "stays"), CommentState::Approved, NOON)
        .await;
    store.trash_post(old, NOON).await.unwrap();
    store
        .trash_post(fresh, NOON.plus_seconds(DAY_SECONDS))
        .await
        .unwrap();
    assert_eq!(store.erase_trashed(NOON.plus_seconds(-1)).await.unwrap(), 0);
    assert_eq!(store.erase_trashed(NOON).await.unwrap(), 1);
    assert!(store.post(old).await.unwrap().is_none());
    assert_eq!(
        blog.state(fresh).await,
        State::Trashed,
        "a draft has its days too"
    );
    let mut raw = raw(&blog).await;
    for (what, sql) in [
        ("comments", "select count(*) from comments"),
        (
            "texts at the desk",
            "select count(*) from revisions where post_id not in (select id from posts)",
        ),
        ("tags", "select count(*) from post_tags"),
        ("lessons", "select count(*) from spam_lessons"),
        ("features", "select count(*) from spam_features"),
    ] {
        let (number,): (i64,) = sqlx::query_as(sql).fetch_one(&mut raw).await.unwrap();
        assert_eq!(number, i64::from(what == "comments"), "{what}");
    }
    blog.assert_whole().await;
    // What is brought back in time stays.
    store.restore_post(fresh, NOON).await.unwrap();
    assert_eq!(
        store
            .erase_trashed(NOON.plus_seconds(200 * DAY_SECONDS))
            .await
            .unwrap(),
        0
    );
    assert_eq!(blog.state(fresh).await, State::Draft);
}

#[tokio::test]
async fn what_came_in_as_trash_has_its_ninety_days_from_then() {
    let blog = Blog::new().await;
    let trashed = ImportedPost {
        state: State::Trashed,
        updated_at: NOON.plus_seconds(-4000 * DAY_SECONDS),
        ..imported("Old", "/2005/01/old.html")
    };
    blog.store.import_posts(&[trashed], NOON).await.unwrap();
    let just_before = NOON.plus_seconds(-1);
    assert_eq!(blog.store.erase_trashed(just_before).await.unwrap(), 0);
    assert_eq!(blog.store.erase_trashed(NOON).await.unwrap(), 1);
}

#[tokio::test]
async fn pages_stand_in_the_menu_where_they_were_moved() {
    let blog = Blog::new().await;
    let mut ids = Vec::new();
    for title in ["About", "Books", "Contact"] {
        ids.push(blog.create(&page(title), Publish::Now, NOON).await.id);
    }
    let menu = async || {
        let links = blog.store.page_links().await.unwrap();
        let titles: Vec<String> = links.into_iter().map(|link| link.title).collect();
        let pages = blog.store.menu().await.unwrap();
        assert!(pages.iter().map(|page| &page.title).eq(titles.iter()));
        titles.join(" ")
    };
    assert_eq!(menu().await, "About Books Contact");
    assert!(blog.store.move_in_menu(ids[2], true, NOON).await.unwrap());
    assert_eq!(menu().await, "About Contact Books");
    assert!(!blog.store.move_in_menu(ids[0], true, NOON).await.unwrap());
    assert!(!blog.store.move_in_menu(ids[1], false, NOON).await.unwrap());
    assert!(
        !blog
            .store
            .move_in_menu(PostId(99), true, NOON)
            .await
            .unwrap()
    );
    // A new page comes last, wherever its title would stand.
    blog.create(&page("Aardvarks"), Publish::Now, NOON).await;
    assert_eq!(menu().await, "About Contact Books Aardvarks");
    assert!(blog.store.move_in_menu(ids[0], false, NOON).await.unwrap());
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
        .calendar(
            Scope::Everything,
            NOON,
            NOON.plus_seconds(2 * DAY_SECONDS),
            10,
        )
        .await
        .unwrap();
    let told: Vec<(&str, bool, bool)> = posts
        .iter()
        .map(|post| (post.label(), post.due, post.pending))
        .collect();
    assert_eq!(
        told,
        [
            ("Ebb", false, false),
            ("Slack", false, false),
            ("Flood", true, false),
            ("Slack", true, true)
        ]
    );
    assert_eq!(
        blog.store
            .calendar(Scope::Everything, NOON, due, 10)
            .await
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn new_addresses_follow_the_pattern_and_never_one_of_the_blogs_own() {
    let blog = Blog::new().await;
    let first = blog.publish("Tides").await;
    let settings = Settings {
        permalinks: Permalinks::Title,
        ..Settings::default()
    };
    blog.store.save_settings(&settings, NOON).await.unwrap();
    assert_eq!(blog.publish("Spring").await.path.unwrap(), "/spring/");
    assert_eq!(blog.publish("Tags").await.path.unwrap(), "/tags-2/");
    assert_eq!(blog.publish("2016").await.path.unwrap(), "/2016-2/");
    let typed = NewPost {
        permalink: "search".to_owned(),
        ..draft("Other")
    };
    let refused = blog.try_create(&typed, Publish::Now, NOON).await;
    assert!(
        matches!(refused, Err(SaveError::Shown(PublishError::Taken(link))) if link.path == "/search/")
    );
    let base = first.revision;
    let kept = blog
        .save(first.id, base, &draft("Tides again"), Publish::Now)
        .await;
    assert_eq!(
        kept.unwrap().path,
        first.path,
        "an address once given is kept"
    );
}

// Old addresses, views, what is related

fn redirect(path: &str, target: &str) -> Redirect {
    Redirect {
        path: path.to_owned(),
        target: target.to_owned(),
        permanent: true,
    }
}

impl Blog {
    async fn put_redirect(&self, path: &str, target: &str) -> Option<i64> {
        let new = redirect(path, target);
        let change = move |all: &mut Redirects| all.put(new);
        let changed = self.store.change_redirects(None, change, NOON).await;
        changed.unwrap().1
    }

    async fn rows(&self, table: &'static str) -> i64 {
        let mut database = SqliteConnectOptions::new()
            .filename(self.path())
            .connect()
            .await
            .unwrap();
        let sql = match table {
            "missing" => "select count(*) from missing",
            "related" => "select count(*) from related",
            "own_redirects" => "select count(*) from own_redirects",
            other => panic!("{other}"),
        };
        let (number,): (i64,) = sqlx::query_as(sql).fetch_one(&mut database).await.unwrap();
        number
    }

    async fn redirects(&self) -> Vec<(String, String)> {
        let lines = self.store.own_redirects("", "", 100).await.unwrap();
        lines
            .into_iter()
            .map(|line| (line.path, line.target))
            .collect()
    }
}

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
    assert_eq!(blog.store.undo_redirects(act, NOON).await.unwrap(), 5);
    let before = pairs(&[("/a", "/b"), ("/z", "/b")]);
    assert_eq!(blog.redirects().await, before);
    assert_eq!(blog.store.undo_redirects(act, NOON).await.unwrap(), 0);
    // What stands at the address by now stays.
    let lines = blog.store.own_redirects("", "", 100).await.unwrap();
    let removed = blog.store.remove_redirect(lines[0].id, NOON).await.unwrap();
    blog.put_redirect("/a", "/new").await;
    blog.store
        .undo_redirects(removed.unwrap(), NOON)
        .await
        .unwrap();
    assert_eq!(blog.redirects().await[0], pairs(&[("/a", "/new")])[0]);
    let gone = blog.store.own_redirect(lines[0].id).await.unwrap();
    assert_eq!(gone, None);
}

#[tokio::test]
async fn removed_redirects_are_forgotten_after_a_while() {
    let blog = Blog::new().await;
    let act = blog.put_redirect("/a", "/b").await.unwrap();
    blog.store.undo_redirects(act, NOON).await.unwrap();
    blog.store.tidy_redirects(NOON).await.unwrap();
    assert_eq!(blog.rows("own_redirects").await, 1);
    blog.store
        .tidy_redirects(NOON.plus_seconds(1))
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
            let lines = store.own_redirects(words, after, 2).await.unwrap();
            lines.into_iter().map(|line| line.path).collect::<Vec<_>>()
        }
    };
    assert_eq!(page("", "").await, ["/0", "/1"]);
    assert_eq!(page("", "/1").await, ["/2", "/3"]);
    assert_eq!(page("new-4", "").await, ["/4"]);
    assert!(page("%", "").await.is_empty());
    assert_eq!(blog.store.count_redirects().await.unwrap(), 5);
    let candidates = ["/none", "/3", "/4"].map(str::to_owned);
    let found = blog.store.redirect_for(&candidates).await.unwrap();
    assert_eq!(found, Some(redirect("/3", "/new-3")));
}

#[tokio::test]
async fn what_was_asked_for_in_vain_is_bounded_and_the_rarest_goes_first() {
    let blog = Blog::new().await;
    let times = |number: i64| (format!("/{number}"), 1 + number % 2);
    let many: Vec<(String, i64)> = (0..4000).map(times).collect();
    blog.store.add_missing(&many, NOON).await.unwrap();
    let more: Vec<(String, i64)> = (3000..7000).map(times).collect();
    let later = NOON.plus_seconds(60);
    blog.store.add_missing(&more, later).await.unwrap();
    assert_eq!(blog.rows("missing").await, 5000);
    let lines = blog.store.missing(10_000).await.unwrap();
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
    blog.store.forget_missing(Some("/3001")).await.unwrap();
    assert_eq!(blog.rows("missing").await, 4999);
    blog.put_redirect("/3003", "/x").await;
    assert_eq!(blog.rows("missing").await, 4998);
    blog.store.forget_missing(None).await.unwrap();
    assert_eq!(blog.rows("missing").await, 0);
}

#[tokio::test]
async fn posts_are_found_by_the_last_part_of_their_address() {
    let blog = Blog::new().await;
    blog.publish("Tides").await;
    blog.create(&draft("Secret"), Publish::Keep, NOON).await;
    let ending = async |part: &str| {
        let links = blog.store.posts_ending(part, 5).await.unwrap();
        links.into_iter().map(|link| link.path).collect::<Vec<_>>()
    };
    for part in ["tides", "tides.html"] {
        assert_eq!(ending(part).await, ["/2016/06/tides.html"]);
    }
    for part in ["", "tide", "2016", "secret", "%"] {
        assert!(ending(part).await.is_empty(), "{part}");
    }
}

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
        blog.store.add_views(&views, day).await.unwrap();
        blog.store.add_views(&views[..1], day).await.unwrap();
    }
    let since = async |post, day| blog.store.views_since(post, day).await.unwrap();
    let day = |day: &str, number: i64| (day.to_owned(), number);
    assert_eq!(
        since(Some(tides.id), "2016-01-01").await,
        [day("2016-06-04", 8)]
    );
    assert_eq!(since(None, "2016-01-01").await, [day("2016-06-04", 18)]);
    for _ in 0..2 {
        blog.store.merge_views("2016-06-01").await.unwrap();
    }
    let merged = [day("2014-03-01", 6), day("2016-06-04", 8)];
    assert_eq!(since(Some(tides.id), "").await, merged);
    assert_eq!(since(None, "").await[0], day("2014-03-01", 26));
    let most = blog.store.most_viewed("2016-01-01", 5).await.unwrap();
    assert_eq!((most.len(), most[0].views), (1, 8));
    let among = blog.store.views_among(&[tides.id], "2014-01-01").await;
    assert_eq!(among.unwrap(), [(tides.id, 14)]);
}

#[tokio::test]
async fn popular_posts_change_for_readers_only_when_they_are_others() {
    let blog = Blog::new().await;
    let (tides, fog) = (blog.publish("Tides").await, blog.publish("Fog").await);
    let read = async |saved: &Saved, number| {
        let views = [(saved.path.clone().unwrap(), number)];
        blog.store.add_views(&views, "2016-06-05").await.unwrap();
        let before = blog.store.content_version();
        blog.store
            .find_popular("2016-06-01", 5, NOON)
            .await
            .unwrap();
        blog.store.content_version() > before
    };
    assert!(read(&tides, 2).await);
    assert!(!read(&tides, 2).await);
    assert!(read(&fog, 1).await);
    assert!(!read(&fog, 1).await);
    assert!(read(&fog, 9).await);
    let popular = blog.store.popular_posts(1).await.unwrap();
    assert_eq!(popular[0].title, "Fog");
}

#[tokio::test]
async fn related_posts_wait_to_be_found_whenever_words_change() {
    let blog = Blog::new().await;
    let (one, other) = (blog.publish("One").await, blog.publish("Other").await);
    blog.create(&draft("Draft"), Publish::Keep, NOON).await;
    let due = async || blog.store.related_due(10).await.unwrap();
    assert_eq!(due().await, [one.id, other.id]);
    let version = blog.store.content_version();
    let found = [(one.id, vec![other.id, PostId(99)]), (other.id, Vec::new())];
    blog.store.set_related(&found, &[], NOON).await.unwrap();
    assert!(due().await.is_empty());
    assert!(blog.store.content_version() > version);
    let related = async || {
        let related = blog.store.beside(one.id, 1).await.unwrap().related;
        related.into_iter().map(|one| one.title).collect::<Vec<_>>()
    };
    assert_eq!(related().await, ["Other"]);
    let rendering = Rendered {
        words: "other words".to_owned(),
        ..Rendered::default()
    };
    let source = blog.store.post(one.id).await.unwrap().unwrap().source;
    blog.store
        .rerender_posts(&[(one.id, source, rendering)], RENDERER, NOON)
        .await
        .unwrap();
    assert_eq!(due().await, [one.id]);
    blog.store.trash_post(other.id, NOON).await.unwrap();
    assert!(related().await.is_empty());
    blog.store
        .erase_trashed(NOON.plus_seconds(1))
        .await
        .unwrap();
    assert_eq!(blog.rows("related").await, 0);
}

#[tokio::test]
async fn a_common_word_is_counted_no_further_than_it_matters() {
    let blog = Blog::new().await;
    for number in 0..3 {
        blog.publish(&format!("Tides {number}")).await;
    }
    let counts = blog.store.posts_with(&["tides", "1", "none"]).await;
    assert_eq!(counts.unwrap(), [3, 1, 0]);
    let fitting = blog.store.fitting("\"tides\" OR \"1\"").await.unwrap();
    assert_eq!(fitting.len(), 3);
    assert!(fitting[0].1 >= fitting[2].1);
}

// Feeds and what machines find

#[tokio::test]
async fn a_feed_is_read_from_one_place_to_another() {
    let blog = Blog::new().await;
    let mut ids = Vec::new();
    for title in ["one", "two", "three", "four"] {
        let new = NewPost {
            tags: vec!["Sea".to_owned(), "A b".to_owned()],
            ..draft(title)
        };
        ids.push(blog.create(&new, Publish::Now, NOON).await.id);
    }
    blog.create(&draft("draft"), Publish::Keep, NOON).await;
    blog.create(&page("page"), Publish::Now, NOON).await;
    let tag = blog.store.tag_named("sea").await.unwrap().unwrap();
    for of in [Of::Posts, Of::Tag(tag.id)] {
        let all = blog.store.feed_places(of, Side::Start, 9).await.unwrap();
        let found: Vec<i64> = all.iter().map(|place| place.id).collect();
        assert_eq!(found, [ids[3].0, ids[2].0, ids[1].0, ids[0].0], "{of:?}");
        let Place { at, id } = all[2];
        let newer = blog.store.feed_places(of, Side::Newer(at, id), 1).await;
        assert_eq!(newer.unwrap(), [all[1]], "oldest first");
        let older = blog.store.feed_places(of, Side::Older(at, id), 9).await;
        assert_eq!(older.unwrap(), [all[3]]);
        let counted = blog.store.feed_places_after(of, 1, 2).await.unwrap();
        assert_eq!(counted, all[1..3]);
        assert_eq!(blog.store.feed_total(of).await.unwrap(), 4);
        let posts = blog.store.feed_posts(of, &all[1..3]).await.unwrap();
        let titles: Vec<&str> = posts.iter().map(|post| post.title.as_str()).collect();
        assert_eq!(titles, ["three", "two"]);
        assert_eq!(posts[0].tags, "Sea\nA b");
        assert_eq!(posts[0].excerpt, "Text of three");
        assert_eq!(posts[0].picture, "/media/tides.webp");
        assert!(blog.store.feed_posts(of, &[]).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_feed_of_comments_holds_those_of_its_post_or_thread_that_are_shown() {
    let blog = Blog::new().await;
    let (ebb, flood) = (blog.publish("Ebb").await.id, blog.publish("Flood").await.id);
    let say = async |post, parent, words: &str, state, minute: i64| {
        let new = NewComment {
            parent,
            ..remark(post, words)
        };
        blog.comment(&new, state, NOON.plus_seconds(minute * 60))
            .await
    };
    let top = say(ebb, None, "top", CommentState::Approved, 0).await;
    let other = say(flood, None, "other", CommentState::Approved, 1).await;
    let reply = say(ebb, Some(top), "reply", CommentState::Approved, 2).await;
    let beside = say(ebb, None, "beside", CommentState::Approved, 3).await;
    say(ebb, Some(top), "held", CommentState::Waiting, 4).await;
    for (of, wanted) in [
        (Of::Comments, vec![beside, reply, other, top]),
        (Of::CommentsOn(ebb), vec![beside, reply, top]),
        (Of::Thread(ebb, top), vec![reply, top]),
        (Of::Thread(flood, top), vec![]),
    ] {
        let places = blog.store.feed_places(of, Side::Start, 9).await.unwrap();
        let told = blog.store.feed_comments(of, &places).await.unwrap();
        let ids: Vec<CommentId> = told.iter().map(|comment| comment.id).collect();
        assert_eq!(ids, wanted, "{of:?}");
        let total = blog.store.feed_total(of).await.unwrap();
        assert_eq!(total, i64::try_from(wanted.len()).unwrap());
        if let Some(comment) = told.iter().find(|comment| comment.id == reply) {
            assert_eq!(
                (comment.parent_id, comment.parent_place),
                (Some(top), Some(1))
            );
        }
    }
    blog.store.unpublish_post(ebb, NOON).await.unwrap();
    let places = blog.store.feed_places(Of::Comments, Side::Start, 9).await;
    assert_eq!(places.unwrap().len(), 1, "a draft has no readers");
}

#[tokio::test]
async fn the_first_host_that_lasts_names_a_blog_for_good() {
    let blog = Blog::new().await;
    let host = async |host: &str, lasts| blog.store.feed_host(host, lasts).await.unwrap();
    assert_eq!(host("127.0.0.1", false).await, "127.0.0.1");
    assert_eq!(host("blog.example", true).await, "blog.example");
    assert_eq!(host("other.example", true).await, "blog.example");
    assert_eq!(host("localhost", false).await, "blog.example");
    let settings = blog.store.settings().await.unwrap();
    blog.store.save_settings(&settings, NOON).await.unwrap();
    assert_eq!(host("other.example", true).await, "blog.example");
}

#[tokio::test]
async fn the_map_is_read_by_ranges_of_ids() {
    let blog = Blog::new().await;
    assert_eq!(blog.store.last_published().await.unwrap(), PostId(0));
    assert!(blog.store.tags_in_use(9).await.unwrap().is_empty());
    let tagged = NewPost {
        tags: vec!["Sea".to_owned()],
        ..draft("Ebb")
    };
    let ebb = blog.create(&tagged, Publish::Now, NOON).await.id;
    let about = blog.create(&page("About"), Publish::Now, NOON).await.id;
    let unseen = NewPost {
        tags: vec!["Unseen".to_owned()],
        ..draft("Draft")
    };
    blog.create(&unseen, Publish::Keep, NOON).await;
    assert_eq!(blog.store.last_published().await.unwrap(), about);
    let map = blog
        .store
        .mapped_posts(PostId(0), PostId(99))
        .await
        .unwrap()
        .read()
        .unwrap();
    let paths: Vec<&str> = map.iter().map(|post| post.path.as_str()).collect();
    assert_eq!(paths, ["/2016/06/ebb.html", "/p/about.html"]);
    let rest = blog.store.mapped_posts(ebb, about).await.unwrap();
    let rest = rest.read().unwrap();
    assert_eq!(rest.len(), 1, "after the first, and with the last");
    let tags = blog.store.tags_in_use(9).await.unwrap();
    assert_eq!(tags.len(), 1);
    assert_eq!(tags[0].name, "Sea");
}
