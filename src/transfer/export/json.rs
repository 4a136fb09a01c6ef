//! The export for programs: one JSON object with the settings that readers see, all posts and all comments, one to a line.
//! Never in it: networks, passes, passwords of people, secrets, and what was erased.

use super::{Comments, Exported, Outgoing, Posts, is_erased};
use crate::blog::comment::{self, Comment};
use crate::blog::post::{self, Kind, Markup, State};
use crate::blog::settings::Settings;
use crate::blog::time::Millis;
use crate::blog::{CommentId, MediaId, PostId, RevisionId};
use crate::store::{ExportedPost, Store};
use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;

/// Raised when a program that reads older exports would misread newer ones.
const VERSION: u64 = 1;

#[derive(Debug, Serialize)]
pub(super) struct BlogOut<'a> {
    /// All settings that an author edits, by the names of their rows.
    settings: BTreeMap<&'static str, String>,
    /// What names in feeds begin with, where that is settled.
    feed_host: Option<String>,
    title: &'a str,
    description: &'a str,
    address: &'a str,
    zone: &'a str,
    language: &'a str,
    comments: comment::Policy,
}

#[derive(Debug, Serialize)]
pub(super) struct PostOut<'a> {
    id: PostId,
    kind: Kind,
    state: State,
    title: &'a str,
    path: Option<&'a str>,
    author: &'a str,
    tags: Vec<String>,
    excerpt: &'a str,
    /// The feature picture and its alternative text, where there is one.
    #[serde(skip_serializing_if = "str::is_empty")]
    picture: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    picture_alt: &'a str,
    comments: post::Comments,
    created_at: String,
    updated_at: String,
    published_at: Option<String>,
    /// What readers have to type to read it.
    #[serde(skip_serializing_if = "str::is_empty")]
    password: &'a str,
    markup: Markup,
    source: &'a str,
    slug: &'a str,
    /// Its name in the system that it came from; `None` where it was written here.
    origin: Option<&'a str>,
    state_before_trash: &'a str,
    pinned: bool,
    menu_place: i64,
    /// Without what has a name of its own above.
    details: post::Details,
    due_at: Option<String>,
    pending: bool,
    revision: Option<RevisionId>,
    shown: Option<RevisionId>,
    shown_before: Option<RevisionId>,
    /// The addresses that it had before.
    old_paths: Vec<String>,
    /// The same of the system that it came from, with their queries.
    old_addresses: Vec<String>,
}

#[derive(Debug, Serialize)]
struct MediaOut<'a> {
    name: &'a str,
    digest: &'a str,
    width: i64,
    height: i64,
    bytes: i64,
    moving: bool,
    file_name: &'a str,
    alt: &'a str,
    caption: &'a str,
    created_at: String,
    sizes: Value,
}

#[derive(Debug, Serialize)]
pub(super) struct CommentOut<'a> {
    id: CommentId,
    post: PostId,
    parent: Option<CommentId>,
    state: comment::State,
    /// Nothing, where it was erased.
    #[serde(flatten)]
    said: Option<SaidOut<'a>>,
}

#[derive(Debug, Serialize)]
struct SaidOut<'a> {
    origin: Option<&'a str>,
    created_at: String,
    place: Option<i64>,
    /// Whether a person wrote it while signed in.
    by_author: bool,
    name: &'a str,
    email: &'a str,
    url: &'a str,
    edited_at: Option<String>,
    decided_at: Option<String>,
    confirmed: bool,
    markup: Markup,
    source: &'a str,
}

impl<'a> BlogOut<'a> {
    pub(super) async fn load(blog: Outgoing<'a>, settings: &'a Settings) -> Result<Self> {
        Ok(Self {
            settings: settings.rows().into_iter().collect(),
            feed_host: blog.store.export().feed_host().await?,
            title: &settings.title,
            description: &settings.description,
            address: blog.origin,
            zone: &settings.zone,
            language: &settings.language,
            comments: settings.comments,
        })
    }
}

/// How an export begins: what it is, and when it was written. Its object stays open.
pub(super) fn head(blog: Outgoing<'_>, out: &mut impl Write) -> Result<()> {
    write!(
        out,
        "{{\"format\":\"daybook\",\"version\":{VERSION},\"exported_at\":\"{}\"",
        blog.now.rfc3339()
    )?;
    Ok(())
}

impl<'a> PostOut<'a> {
    /// With what other tables say about it.
    pub(super) async fn load(store: &Store, post: &'a ExportedPost) -> Result<Self> {
        let tags = store.tags().of_post(post.id).await?;
        let tags = tags.into_iter().map(|tag| tag.name).collect();
        let old_paths = store.export().old_paths(post.id).await?;
        let old_addresses = store.export().old_addresses_of(post.id).await?;
        Ok(Self::of(post, tags, old_paths, old_addresses))
    }

    fn of(
        post: &'a ExportedPost,
        tags: Vec<String>,
        old_paths: Vec<String>,
        old_addresses: Vec<String>,
    ) -> Self {
        Self {
            slug: &post.slug,
            origin: post.origin.as_deref(),
            state_before_trash: &post.state_before_trash,
            pinned: post.pinned,
            menu_place: post.menu_place,
            details: post::Details {
                picture: String::new(),
                picture_alt: String::new(),
                password: String::new(),
                ..post.details.clone()
            },
            due_at: post.due_at.map(Millis::rfc3339_exact),
            pending: post.pending,
            revision: post.revision_id,
            shown: post.shown_id,
            shown_before: post.shown_before_id,
            old_paths,
            old_addresses,
            id: post.id,
            kind: post.kind,
            state: post.state,
            title: &post.title,
            path: post.path.as_deref(),
            author: &post.author,
            tags,
            excerpt: &post.excerpt,
            picture: &post.details.picture,
            picture_alt: &post.details.picture_alt,
            comments: post.comments,
            created_at: post.created_at.rfc3339_exact(),
            updated_at: post.updated_at.rfc3339_exact(),
            published_at: post.published_at.map(Millis::rfc3339_exact),
            password: &post.details.password,
            markup: post.markup,
            source: &post.source,
        }
    }
}

impl<'a> CommentOut<'a> {
    pub(super) fn of(comment: &'a Comment) -> Self {
        Self {
            id: comment.id,
            post: comment.post_id,
            parent: comment.parent_id,
            state: comment.state,
            said: (!is_erased(comment)).then(|| SaidOut {
                origin: comment.origin.as_deref(),
                created_at: comment.created_at.rfc3339_exact(),
                place: comment.place,
                by_author: comment.author_id.is_some(),
                name: &comment.name,
                email: &comment.email,
                url: &comment.url,
                edited_at: comment.edited_at.map(Millis::rfc3339_exact),
                decided_at: comment.decided_at.map(Millis::rfc3339_exact),
                confirmed: comment.confirmed,
                markup: comment.markup,
                source: &comment.source,
            }),
        }
    }
}

pub async fn write(
    blog: Outgoing<'_>,
    settings: &Settings,
    out: &mut impl Write,
) -> Result<Exported> {
    let mut exported = Exported::default();
    head(blog, out)?;
    out.write_all(b",\n\"blog\":")?;
    serde_json::to_writer(&mut *out, &BlogOut::load(blog, settings).await?)?;
    media(blog.store, out).await?;
    redirects(blog.store, out).await?;
    fetches(blog.store, out).await?;
    out.write_all(b",\n\"posts\":[")?;
    let mut posts = Posts::of(blog.store);
    let mut list = List::default();
    while let Some(post) = posts.next().await? {
        list.add(out, &PostOut::load(blog.store, &post).await?)?;
        exported.count_post(&post);
    }

    out.write_all(b"\n]")?;
    revisions(blog.store, out).await?;

    out.write_all(b",\n\"comments\":[")?;
    let mut comments = Comments::of(blog.store, PostId(0), posts.last);
    let mut list = List::default();
    while let Some(comment) = comments.next().await? {
        list.add(out, &CommentOut::of(&comment))?;
        exported.comments += 1;
    }
    out.write_all(b"\n]")?;
    pings(blog.store, out).await?;
    out.write_all(b"}\n")?;
    Ok(exported)
}

/// The pictures of the library and what is said about them.
pub(super) async fn media(store: &Store, out: &mut impl Write) -> Result<()> {
    out.write_all(b",\n\"media\":[")?;
    let mut list = List::default();
    let mut after = MediaId(0);
    loop {
        let some = store.export().media(after, ROWS).await?;
        let Some(end) = some.last() else {
            break;
        };
        after = end.id;
        for one in &some {
            let shown = MediaOut {
                name: &one.name,
                digest: &one.digest,
                width: one.width,
                height: one.height,
                bytes: one.bytes,
                moving: one.moving,
                file_name: &one.file_name,
                alt: &one.alt,
                caption: &one.caption,
                created_at: one.created_at.rfc3339_exact(),
                sizes: serde_json::from_str(&one.sizes).unwrap_or_default(),
            };
            list.add(out, &shown)?;
        }
    }
    Ok(out.write_all(b"\n]")?)
}

/// Redirects that an operator made, and old addresses of an earlier system that are no post's.
pub(super) async fn redirects(store: &Store, out: &mut impl Write) -> Result<()> {
    out.write_all(b",\n\"redirects\":[")?;
    let mut list = List::default();
    let mut after = String::new();
    loop {
        let some = store.redirects().list("", &after, ROWS).await?;
        let Some(end) = some.last() else {
            break;
        };
        after.clone_from(&end.path);
        for one in &some {
            list.add(
                out,
                &json!({"path": one.path, "target": one.target, "permanent": one.permanent}),
            )?;
        }
    }
    out.write_all(b"\n],\n\"addresses\":[")?;
    let mut list = List::default();
    let mut after = String::new();
    loop {
        let some = store.export().old_addresses(&after, ROWS).await?;
        let Some((end, _)) = some.last() else {
            break;
        };
        after.clone_from(end);
        for (path, target) in &some {
            list.add(out, &json!({"path": path, "target": target}))?;
        }
    }
    Ok(out.write_all(b"\n]")?)
}

/// Pictures of other servers that are stored here: which file is shown for which address.
pub(super) async fn fetches(store: &Store, out: &mut impl Write) -> Result<()> {
    out.write_all(b",\n\"fetches\":[")?;
    let mut list = List::default();
    let mut after = 0;
    loop {
        let some = store.export().fetches(after, ROWS).await?;
        let Some(end) = some.last() else {
            break;
        };
        after = end.id;
        for one in &some {
            list.add(out, one)?;
        }
    }
    Ok(out.write_all(b"\n]")?)
}

/// Pages elsewhere that said they link to a post.
pub(super) async fn pings(store: &Store, out: &mut impl Write) -> Result<()> {
    out.write_all(b",\n\"pings\":[")?;
    let mut list = List::default();
    let mut after = 0;
    loop {
        let some = store.export().pings(after, ROWS).await?;
        let Some(end) = some.last() else {
            break;
        };
        after = end.id;
        for one in &some {
            list.add(out, one)?;
        }
    }
    Ok(out.write_all(b"\n]")?)
}

/// All saved texts of posts.
async fn revisions(store: &Store, out: &mut impl Write) -> Result<()> {
    out.write_all(b",\n\"revisions\":[")?;
    let mut list = List::default();
    let mut after = RevisionId(0);
    loop {
        let some = store.export().revisions(after, REVISIONS).await?;
        let Some(end) = some.last() else {
            break;
        };
        after = end.id;
        for one in &some {
            list.add(out, one)?;
        }
    }
    Ok(out.write_all(b"\n]")?)
}

/// Short rows that are held in memory at once.
const ROWS: i64 = 500;
/// Texts that are held in memory at once: one may be some megabytes long.
const REVISIONS: i64 = 20;

/// The values of a JSON array as they come, one to a line.
#[derive(Debug, Default)]
struct List {
    begun: bool,
}

impl List {
    fn add(&mut self, out: &mut impl Write, value: &impl Serialize) -> Result<()> {
        out.write_all(if self.begun { b",\n" } else { b"\n" })?;
        self.begun = true;
        Ok(serde_json::to_writer(out, value)?)
    }
}
