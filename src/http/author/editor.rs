//! Writing: the form of a post or page, its preview, and what its buttons do.

use super::desk::Desk;
use super::posts::base;
use crate::app::{App, render_post};
use crate::blog::post::{
    Comments, Kind, Link, Markup, NewPost, Post, PostForm, State as PostState, slug_of_path,
};
use crate::blog::{PostId, Problems};
use crate::error::Error;
use crate::http::form::DeskForm;
use crate::http::post_page::PostPage;
use crate::http::render::{self, Result};
use crate::store::{Publish, SaveError, Saved, Saving, Tag};
use crate::{blog::TagId, text};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

#[derive(Template)]
#[template(path = "author/editor.html")]
struct EditorPage {
    desk: Desk,
    kind: Kind,
    form: PostForm,
    problems: Problems,
    /// The post as it is stored; `None` for one that is not stored yet.
    stored: Option<Post>,
    /// What just happened, for the status line.
    status: String,
    /// The text that somebody saved meanwhile, to be compared.
    other_text: Option<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    did: String,
}

impl EditorPage {
    fn new(
        desk: Desk,
        kind: Kind,
        form: PostForm,
        problems: Problems,
        stored: Option<Post>,
    ) -> Self {
        Self {
            desk,
            kind,
            form,
            problems,
            stored,
            status: String::new(),
            other_text: None,
        }
    }

    fn is_post(&self) -> bool {
        self.kind == Kind::Post
    }

    fn base(&self) -> &'static str {
        base(self.kind)
    }

    fn action(&self) -> String {
        match &self.stored {
            Some(post) => format!("{}{}", self.base(), post.id),
            None => format!("{}new", self.base()),
        }
    }

    fn heading(&self) -> &'static str {
        match (self.stored.is_some(), self.kind) {
            (true, Kind::Post) => "Edit post",
            (false, Kind::Post) => "New post",
            (true, Kind::Page) => "Edit page",
            (false, Kind::Page) => "New page",
        }
    }

    fn state(&self) -> &'static str {
        match self.stored.as_ref().map(|post| post.state) {
            Some(PostState::Published) => "Published",
            Some(PostState::Scheduled) => "Scheduled",
            Some(PostState::Trashed) => "In the trash",
            Some(PostState::Draft) => "Draft",
            None => "Not saved yet",
        }
    }

    fn is_published(&self) -> bool {
        self.stored
            .as_ref()
            .is_some_and(|post| post.state == PostState::Published)
    }

    fn is_trashed(&self) -> bool {
        self.stored
            .as_ref()
            .is_some_and(|post| post.state == PostState::Trashed)
    }

    /// The permalink of a published post.
    fn live_path(&self) -> Option<&str> {
        self.stored
            .as_ref()
            .filter(|_| self.is_published())?
            .path
            .as_deref()
    }
}

/// The form of a post as it is stored.
fn form_of(post: &Post, tags: &[Tag], desk: &Desk) -> PostForm {
    PostForm {
        base: post.updated_at.0.to_string(),
        title: post.title.clone(),
        body: post.source.clone(),
        markup: post.markup.word().to_owned(),
        tags: tags
            .iter()
            .map(|tag| tag.name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        permalink: post
            .path
            .as_deref()
            .map_or(post.slug.as_str(), slug_of_path)
            .to_owned(),
        excerpt: post.excerpt.clone(),
        comments: post.comments.word().to_owned(),
        published_at: post
            .published_at
            .map(|at| desk.shell.dates().field(&at))
            .unwrap_or_default(),
        ..PostForm::default()
    }
}

fn empty_form(kind: Kind) -> PostForm {
    let comments = match kind {
        Kind::Post => Comments::Blog,
        Kind::Page => Comments::Hidden,
    };
    PostForm {
        markup: Markup::Markdown.word().to_owned(),
        comments: comments.word().to_owned(),
        ..PostForm::default()
    }
}

pub async fn new_post(desk: Desk) -> Result {
    render::page(&EditorPage::new(
        desk,
        Kind::Post,
        empty_form(Kind::Post),
        Problems::default(),
        None,
    ))
}

pub async fn new_page(desk: Desk) -> Result {
    render::page(&EditorPage::new(
        desk,
        Kind::Page,
        empty_form(Kind::Page),
        Problems::default(),
        None,
    ))
}

pub async fn show(
    desk: Desk,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result {
    let post = app.store.post(PostId(id)).await?.ok_or(Error::NotFound)?;
    let tags = app.store.tags_of(post.id).await?;
    let form = form_of(&post, &tags, &desk);
    let at = desk.shell.dates().clock(&post.updated_at);
    let status = match asked.did.as_str() {
        "publish" => format!("Published at {at}"),
        "update" => format!("Updated at {at}"),
        "unpublish" => format!("Taken back to draft at {at}"),
        "restore" => format!("Brought back from the trash at {at}"),
        "save" => format!("Saved at {at}"),
        _ => format!("Last saved {}", desk.shell.dates().moment(&post.updated_at)),
    };
    let mut page = EditorPage::new(desk, post.kind, form, Problems::default(), Some(post));
    page.status = status;
    render::page(&page)
}

pub async fn create_post(desk: Desk, state: State<App>, form: DeskForm<PostForm>) -> Result {
    create(Kind::Post, desk, state, form).await
}

pub async fn create_page(desk: Desk, state: State<App>, form: DeskForm<PostForm>) -> Result {
    create(Kind::Page, desk, state, form).await
}

async fn create(
    kind: Kind,
    desk: Desk,
    State(app): State<App>,
    DeskForm(form): DeskForm<PostForm>,
) -> Result {
    let new = match NewPost::parse(kind, &form, &desk.shell.site.zone, app.now()) {
        Ok(new) => new,
        Err(problems) => {
            return render::problem_page(&EditorPage::new(desk, kind, form, problems, None));
        }
    };
    let rendered = render_post(&app, new.source.clone(), new.markup).await?;
    let saving = Saving {
        new: &new,
        rendered: &rendered,
        renderer: text::RENDERER,
        publish: if form.act == "publish" {
            Publish::Now
        } else {
            Publish::Keep
        },
        zone: &desk.shell.site.zone,
        now: app.now(),
    };
    match app
        .store
        .create_post(saving, desk.signed_in.author.id)
        .await?
    {
        Ok(saved) => saved_as(kind, &saved, &form.act),
        Err(error) => refused(desk, kind, form, None, error),
    }
}

pub async fn save(
    desk: Desk,
    State(app): State<App>,
    Path(id): Path<i64>,
    DeskForm(form): DeskForm<PostForm>,
) -> Result {
    let id = PostId(id);
    let post = app.store.post(id).await?.ok_or(Error::NotFound)?;
    let kind = post.kind;
    match form.act.as_str() {
        "trash" => {
            app.store.trash_post(id, app.now()).await?;
            return render::see_other(&format!("{}?trashed={id}", base(kind)));
        }
        "restore" => {
            app.store.restore_post(id, app.now()).await?;
            return render::see_other(&format!("{}{id}?did=restore", base(kind)));
        }
        _ => {}
    }
    let new = match NewPost::parse(kind, &form, &desk.shell.site.zone, app.now()) {
        Ok(new) => new,
        Err(problems) => {
            return render::problem_page(&EditorPage::new(desk, kind, form, problems, Some(post)));
        }
    };
    let rendered = render_post(&app, new.source.clone(), new.markup).await?;
    let publish = match form.act.as_str() {
        "publish" => Publish::Now,
        "unpublish" => Publish::BackToDraft,
        _ => Publish::Keep,
    };
    let saving = Saving {
        new: &new,
        rendered: &rendered,
        renderer: text::RENDERER,
        publish,
        zone: &desk.shell.site.zone,
        now: app.now(),
    };
    let base = crate::blog::time::Millis(form.base.parse().unwrap_or(-1));
    match app.store.save_post(id, base, saving).await? {
        Ok(saved) => saved_as(kind, &saved, &form.act),
        Err(error) => {
            let newest = app.store.post(id).await?;
            refused(desk, kind, form, newest, error)
        }
    }
}

fn saved_as(kind: Kind, saved: &Saved, act: &str) -> Result {
    let did = if matches!(act, "publish" | "update" | "unpublish") {
        act
    } else {
        "save"
    };
    render::see_other(&format!("{}{}?did={did}", base(kind), saved.id))
}

/// The form again, with every word that was typed and the reason why it was not saved.
fn refused(
    desk: Desk,
    kind: Kind,
    mut form: PostForm,
    newest: Option<Post>,
    error: SaveError,
) -> Result {
    match error {
        SaveError::Gone => Err(Error::NotFound),
        SaveError::Taken(Link { title, path }) => {
            let problems =
                Problems::one("permalink", format!("{path} belongs to “{title}” already."));
            render::problem_page(&EditorPage::new(desk, kind, form, problems, newest))
        }
        SaveError::Changed => {
            let other = newest.as_ref().map(|post| post.source.clone());
            if let Some(post) = &newest {
                // Saving once more is then a choice made with both texts in sight.
                form.base = post.updated_at.0.to_string();
            }
            let problems = Problems::one(
                "body",
                "This was saved elsewhere after you opened it. Your text is here, the other one below: \
                 take from it what you need and save again.",
            );
            let mut page = EditorPage::new(desk, kind, form, problems, newest);
            page.other_text = other;
            Ok((StatusCode::CONFLICT, render::page(&page)?).into_response())
        }
    }
}

pub async fn preview_post(desk: Desk, state: State<App>, form: DeskForm<PostForm>) -> Result {
    preview(Kind::Post, desk, state, form).await
}

pub async fn preview_page(desk: Desk, state: State<App>, form: DeskForm<PostForm>) -> Result {
    preview(Kind::Page, desk, state, form).await
}

/// The real page of a text that is not saved.
async fn preview(
    kind: Kind,
    desk: Desk,
    State(app): State<App>,
    DeskForm(form): DeskForm<PostForm>,
) -> Result {
    let new = match NewPost::parse(kind, &form, &desk.shell.site.zone, app.now()) {
        Ok(new) => new,
        Err(problems) => {
            return render::problem_page(&EditorPage::new(desk, kind, form, problems, None));
        }
    };
    let rendered = render_post(&app, new.source.clone(), new.markup).await?;
    let tags = new.tags.iter().map(|name| Tag {
        id: TagId(0),
        name: name.clone(),
        slug: crate::blog::slug::of(name),
    });
    let post = Post {
        id: PostId(0),
        kind,
        state: PostState::Draft,
        title: new.title.clone(),
        path: None,
        slug: String::new(),
        markup: new.markup,
        comments: new.comments,
        excerpt: new.excerpt.clone(),
        auto_excerpt: rendered.excerpt.clone(),
        author_id: Some(desk.signed_in.author.id),
        author: desk.signed_in.author.name.clone(),
        published_at: Some(new.published_at.unwrap_or_else(|| app.now())),
        updated_at: app.now(),
        approved_comments: 0,
        source: new.source.clone(),
        html: rendered.html,
    };
    let mut page = PostPage::new(desk.shell, post, app.now());
    page.tags = tags.collect();
    page.is_preview = true;
    render::page(&page)
}
