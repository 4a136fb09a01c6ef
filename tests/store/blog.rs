//! A blog for one test: a database of its own with one author, and what is written into it.

use daybook::blog::author::Role;
use daybook::blog::comment::{NewComment, State as CommentState};
use daybook::blog::post::{Comments, Details, Kind, Markup, NewPost, Rendered, State};
use daybook::blog::redirect::{Redirect, Redirects};
use daybook::blog::revision::Reason;
use daybook::blog::spam::{Band, Facts, Verdict};
use daybook::blog::time::Millis;
use daybook::blog::{AuthorId, CommentId, PostId, RevisionId, TagId, words};
use daybook::store::{
    DecisionOutcome, ImportedComment, ImportedExtras, ImportedPost, IndexQuery, NewCommentRow,
    NewRevision, PageDirection, Publication, PublishError, SaveError, SavedPost, SearchHit,
    StateChange, Store,
};
use jiff::tz::TimeZone;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use std::path::PathBuf;
use tempfile::TempDir;

/// Sunday, 5 June 2016, 12:00 UTC.
pub const NOON: Millis = Millis(1_465_128_000_000);

pub const RENDERER: i64 = 7;

pub const DAY_SECONDS: i64 = 24 * 3600;

/// What happens to a text that is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publish {
    /// It stays a working copy.
    Keep,
    /// Readers see it.
    Now,
}

/// A post after it was saved.
#[derive(Debug, Clone)]
pub struct Saved {
    pub id: PostId,
    pub path: Option<String>,
    pub revision: RevisionId,
}

#[derive(Debug)]
pub enum SaveFailure {
    Saving(SaveError),
    Publishing(PublishError),
}

/// A database of its own with one author.
pub struct Blog {
    pub directory: TempDir,
    pub store: Store,
    pub ada: AuthorId,
}

impl Blog {
    pub async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory.path().join("daybook.db")).await;
        let ada = store
            .authors()
            .add("Ada", "ada@example.org", Role::Author, None, NOON)
            .await
            .unwrap()
            .unwrap();
        Self {
            directory,
            store,
            ada,
        }
    }

    pub fn path(&self) -> PathBuf {
        self.directory.path().join("daybook.db")
    }

    pub async fn create(&self, new: &NewPost, publish: Publish, now: Millis) -> Saved {
        self.try_create(new, publish, now).await.unwrap()
    }

    pub async fn try_create(
        &self,
        new: &NewPost,
        publish: Publish,
        now: Millis,
    ) -> Result<Saved, SaveFailure> {
        let kept = self
            .store
            .revisions()
            .create_post(keeping(new, self.ada, now))
            .await
            .unwrap();
        self.finish(kept, publish, now).await
    }

    pub async fn finish(
        &self,
        kept: SavedPost,
        publish: Publish,
        now: Millis,
    ) -> Result<Saved, SaveFailure> {
        let id = kept.id;
        if publish == Publish::Now {
            let rendered = rendered(&kept.text);
            let publishing = publishing(kept.revision, &rendered, now);
            let shown = self.store.posts().publish(id, publishing).await.unwrap();
            shown.map_err(SaveFailure::Publishing)?;
        }
        Ok(Saved {
            id,
            path: self.store.posts().by_id(id).await.unwrap().unwrap().path,
            revision: kept.mine,
        })
    }

    /// Moves a comment to another state, as Ada; `None` where nothing changed.
    pub async fn decide(&self, id: CommentId, to: CommentState) -> Option<StateChange> {
        match self
            .store
            .moderation()
            .decide(id, to, "Ada", NOON)
            .await
            .unwrap()
        {
            DecisionOutcome::Done(changed) => Some(changed),
            DecisionOutcome::WasSo { .. } | DecisionOutcome::Gone => None,
        }
    }

    /// Takes the newest act about a comment back; `None` where nothing changed.
    pub async fn undo(&self, id: CommentId) -> Option<StateChange> {
        let acts = self.store.moderation().acts_of(id, NOON).await.unwrap();
        let act = acts.iter().find(|act| act.undoable)?.id;
        let undone = self
            .store
            .moderation()
            .undo(act, act, "Ada", NOON)
            .await
            .unwrap();
        undone.first().copied()
    }

    pub async fn publish(&self, title: &str) -> Saved {
        self.create(&draft(title), Publish::Now, NOON).await
    }

    pub async fn save(
        &self,
        id: PostId,
        base: RevisionId,
        new: &NewPost,
        publish: Publish,
    ) -> Result<Saved, SaveFailure> {
        let keeping = keeping(new, self.ada, NOON);
        let kept = self
            .store
            .revisions()
            .save(id, Some(base), None, keeping)
            .await
            .unwrap();
        self.finish(kept.map_err(SaveFailure::Saving)?, publish, NOON)
            .await
    }

    pub async fn comment(&self, new: &NewComment, state: CommentState, now: Millis) -> CommentId {
        self.post_comment(new, state, now).await.0
    }

    pub async fn post_comment(
        &self,
        new: &NewComment,
        state: CommentState,
        now: Millis,
    ) -> (CommentId, CommentState) {
        let posted = self.store.comments().post(arriving(new, state, now)).await;
        let posted = posted.unwrap();
        (posted.id, posted.state)
    }

    pub async fn found(&self, typed: &str) -> Vec<String> {
        let hits = self.hits(typed, &[]).await;
        hits.into_iter().map(|hit| hit.title).collect()
    }

    pub async fn hits(&self, typed: &str, tags: &[TagId]) -> Vec<SearchHit> {
        let query = IndexQuery {
            words: words::query(typed).unwrap_or_default(),
            tags: tags.to_vec(),
            with_comments: true,
        };
        let places = self.store.search().find(&query, 100).await.unwrap();
        self.store.search().hits(&places, 1000).await.unwrap()
    }

    pub async fn tag_count(&self, name: &str) -> i64 {
        let counts = self.store.tags().counts().await.unwrap();
        counts
            .iter()
            .find(|(tag, _)| tag.name == name)
            .map_or(0, |(_, count)| *count)
    }

    pub async fn approved_comments(&self, id: PostId) -> i64 {
        let page = self
            .store
            .posts()
            .list(PageDirection::Start, 100)
            .await
            .unwrap();
        page.items
            .iter()
            .find(|post| post.id == id)
            .unwrap()
            .approved_comments
    }

    pub async fn state(&self, id: PostId) -> State {
        self.store.posts().by_id(id).await.unwrap().unwrap().state
    }

    pub async fn assert_whole(&self) {
        assert_eq!(self.store.problems().await.unwrap(), Vec::<String>::new());
    }
}

pub async fn open(path: &std::path::Path) -> Store {
    Store::open(path, true).await.unwrap()
}

pub fn draft(title: &str) -> NewPost {
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

pub fn tagged(title: &str, tags: &[&str]) -> NewPost {
    NewPost {
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        ..draft(title)
    }
}

pub fn page(title: &str) -> NewPost {
    NewPost {
        kind: Kind::Page,
        ..draft(title)
    }
}

pub fn rendered(new: &NewPost) -> Rendered {
    Rendered {
        html: format!("<p>{}</p>", new.source),
        words: new.source.clone(),
        excerpt: new.source.chars().take(300).collect(),
        word_count: 3,
        picture: "/media/tides.webp".to_owned(),
        ..Rendered::default()
    }
}

pub fn keeping(text: &NewPost, author: AuthorId, now: Millis) -> NewRevision<'_> {
    NewRevision {
        text,
        reason: Reason::Saved,
        author,
        device: "Lynx on Linux",
        now,
    }
}

pub fn publishing(revision: RevisionId, rendered: &Rendered, now: Millis) -> Publication<'_> {
    const UTC: &TimeZone = &TimeZone::UTC;
    Publication {
        revision,
        rendered,
        renderer: RENDERER,
        due_at: None,
        zone: UTC,
        now,
    }
}

pub fn arriving(new: &NewComment, state: CommentState, now: Millis) -> NewCommentRow {
    NewCommentRow {
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

pub fn remark(post: PostId, source: &str) -> NewComment {
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

pub fn imported(origin: &str, path: &str) -> ImportedPost {
    ImportedPost {
        origin: origin.to_owned(),
        extras: ImportedExtras::default(),
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

pub fn imported_comment(origin: &str, post: PostId) -> ImportedComment {
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
        other_origins: Vec::new(),
    }
}

/// The permalink of the newest published post.
pub async fn newest_path(store: &Store) -> String {
    let mut page = store.posts().list(PageDirection::Start, 1).await.unwrap();
    page.items.remove(0).path
}

pub async fn raw(blog: &Blog) -> sqlx::SqliteConnection {
    SqliteConnectOptions::new()
        .filename(blog.path())
        .foreign_keys(true)
        .connect()
        .await
        .unwrap()
}

/// Gives a post a working copy with these tags.
pub async fn put_working_copy(blog: &Blog, post: PostId, tags: &str) {
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

pub async fn tag_id(blog: &Blog, name: &str) -> TagId {
    blog.store.tags().by_name(name).await.unwrap().unwrap().id
}

pub fn redirect(path: &str, target: &str) -> Redirect {
    Redirect {
        path: path.to_owned(),
        target: target.to_owned(),
        permanent: true,
    }
}

impl Blog {
    pub async fn put_redirect(&self, path: &str, target: &str) -> Option<i64> {
        let new = redirect(path, target);
        let change = move |all: &mut Redirects| all.put(new);
        let changed = self.store.redirects().change(None, change, NOON).await;
        changed.unwrap().1
    }

    pub async fn rows(&self, table: &'static str) -> i64 {
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

    pub async fn redirects(&self) -> Vec<(String, String)> {
        let lines = self.store.redirects().list("", "", 100).await.unwrap();
        lines
            .into_iter()
            .map(|line| (line.path, line.target))
            .collect()
    }
}
