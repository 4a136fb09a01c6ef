//! The export for programs: one JSON object with the settings that readers see, all posts and all comments, one to a line.
//! Never in it: networks, passes, passwords of people, secrets, and what was erased.

use super::{Comments, Exported, Outgoing, Posts, is_erased};
use crate::blog::comment::{self, Comment};
use crate::blog::post::{self, Kind, Markup, State};
use crate::blog::settings::Settings;
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId};
use crate::store::ExportedPost;
use anyhow::Result;
use serde::Serialize;
use std::io::Write;

/// Raised when a program that reads older exports would misread newer ones.
const VERSION: u64 = 1;

#[derive(Debug, Serialize)]
struct BlogOut<'a> {
    title: &'a str,
    description: &'a str,
    address: &'a str,
    zone: &'a str,
    language: &'a str,
    comments: comment::Policy,
}

#[derive(Debug, Serialize)]
struct PostOut<'a> {
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
}

#[derive(Debug, Serialize)]
struct CommentOut<'a> {
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
    name: &'a str,
    email: &'a str,
    url: &'a str,
    created_at: String,
    edited_at: Option<String>,
    decided_at: Option<String>,
    confirmed: bool,
    markup: Markup,
    source: &'a str,
}

impl<'a> PostOut<'a> {
    fn of(post: &'a ExportedPost, tags: Vec<String>) -> Self {
        Self {
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
    fn of(comment: &'a Comment) -> Self {
        Self {
            id: comment.id,
            post: comment.post_id,
            parent: comment.parent_id,
            state: comment.state,
            said: (!is_erased(comment)).then(|| SaidOut {
                name: &comment.name,
                email: &comment.email,
                url: &comment.url,
                created_at: comment.created_at.rfc3339_exact(),
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
    let shown = BlogOut {
        title: &settings.title,
        description: &settings.description,
        address: blog.origin,
        zone: &settings.zone,
        language: &settings.language,
        comments: settings.comments,
    };
    write!(
        out,
        "{{\"format\":\"daybook\",\"version\":{VERSION},\"exported_at\":\"{}\",\n\"blog\":",
        blog.now.rfc3339()
    )?;
    serde_json::to_writer(&mut *out, &shown)?;

    out.write_all(b",\n\"posts\":[")?;
    let mut posts = Posts::of(blog.store);
    let mut list = List::default();
    while let Some(post) = posts.next().await? {
        let tags = blog.store.tags().of_post(post.id).await?;
        let tags = tags.into_iter().map(|tag| tag.name).collect();
        list.add(out, &PostOut::of(&post, tags))?;
        exported.count_post(&post);
    }

    out.write_all(b"\n],\n\"comments\":[")?;
    let mut comments = Comments::of(blog.store, PostId(0), posts.last);
    let mut list = List::default();
    while let Some(comment) = comments.next().await? {
        list.add(out, &CommentOut::of(&comment))?;
        exported.comments += 1;
    }
    out.write_all(b"\n]}\n")?;
    Ok(exported)
}

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
