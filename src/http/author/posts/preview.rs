//! Previews: the real page of a text that is not shown, at the width of a desktop or of a phone, or as a feed has it; and the
//! links by which others may read it.

use super::editor_page::{Editing, EditorPage};
use super::list::editor_of;
use crate::app::App;
use crate::app::publishing::render_post;
use crate::blog::post::{Kind, NewPost, Post, PostForm};
use crate::blog::time::Millis;
use crate::blog::{PostId, PreviewId, Problems};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{ButtonForm, CsrfForm, HasCsrf};
use crate::http::layers::security_headers::in_own_frame;
use crate::http::page::post_page::{self, Unpublished};
use crate::http::page::render::{self, Result};
use crate::store::PreviewLink;
use askama::Template;
use axum::extract::{Path, Query, State};
use jiff::civil::Date;
use jiff::tz::TimeZone;

const NAME_MAX_CHARS: usize = 80;

const UNSAVED: &str = "This is a preview. Nothing has been saved or published.";
const SAVED: &str = "This is a preview of your working copy.";

pub async fn preview_post(
    admin: AdminLayout,
    state: State<App>,
    form: CsrfForm<PostForm>,
) -> Result {
    unsaved(Kind::Post, admin, state, form).await
}

pub async fn preview_page(
    admin: AdminLayout,
    state: State<App>,
    form: CsrfForm<PostForm>,
) -> Result {
    unsaved(Kind::Page, admin, state, form).await
}

/// The real page of a text that is not saved.
async fn unsaved(
    kind: Kind,
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<PostForm>,
) -> Result {
    let text = match NewPost::parse(kind, &form, &admin.layout.site.zone) {
        Ok(text) => text,
        Err(problems) => {
            let editing = Editing {
                kind,
                form,
                stored: None,
            };
            let page = EditorPage::new(&app, admin, editing, problems).await?;
            return render::problem_page(&page);
        }
    };
    let author = admin.signed_in.author.name.clone();
    let unpublished = Unpublished {
        text,
        author,
        note: UNSAVED,
    };
    let page = post_page::preview(&app, admin.layout, unpublished).await?;
    render::large_page(&app, page).await
}

/// The frame around a preview: which width, which form.
#[derive(Template)]
#[template(path = "author/preview.html")]
struct PreviewFrame {
    admin: AdminLayout,
    post: Post,
    params: PreviewParams,
}

impl PreviewFrame {
    fn editor(&self) -> String {
        editor_of(&self.post)
    }

    fn is_as(&self, way: &str) -> bool {
        self.params.r#as == way
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct PreviewParams {
    /// `phone`, `feed`; anything else is the desktop.
    r#as: String,
}

pub async fn frame(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(params): Query<PreviewParams>,
) -> Result {
    let post = app
        .store
        .posts()
        .by_id(PostId(id))
        .await?
        .ok_or(Error::NotFound)?;
    let way = match params.r#as.as_str() {
        "phone" | "feed" => params.r#as,
        _ => "desktop".to_owned(),
    };
    let page = render::page(&PreviewFrame {
        admin,
        post,
        params: PreviewParams { r#as: way },
    })?;
    Ok(in_own_frame(page))
}

/// How a feed reader shows a post: its title and its text, without our style.
#[derive(Template)]
#[template(path = "author/preview_feed.html")]
struct FeedEntry {
    language: String,
    title: String,
    html: String,
}

/// What is in the frame: the working copy.
pub async fn framed(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(params): Query<PreviewParams>,
) -> Result {
    let post = app
        .store
        .posts()
        .by_id(PostId(id))
        .await?
        .ok_or(Error::NotFound)?;
    let (text, _) = app
        .store
        .revisions()
        .working_copy(post.id)
        .await?
        .ok_or(Error::NotFound)?;
    let page = if params.r#as == "feed" {
        let rendered = render_post(&app, text.source.clone(), text.markup).await?;
        render::page(&FeedEntry {
            language: admin.layout.language().to_owned(),
            title: text.title,
            html: rendered.html,
        })?
    } else {
        let unpublished = Unpublished {
            text,
            author: post.author,
            note: SAVED,
        };
        let page = post_page::preview(&app, admin.layout, unpublished).await?;
        render::large_page(&app, page).await?
    };
    Ok(in_own_frame(page))
}

#[derive(Template)]
#[template(path = "author/links.html")]
struct LinksPage {
    admin: AdminLayout,
    post: Post,
    links: Vec<(PreviewLink, String)>,
    form: LinkForm,
    problems: Problems,
}

impl LinksPage {
    fn editor(&self) -> String {
        editor_of(&self.post)
    }
}

impl LinksPage {
    async fn new(
        app: &App,
        admin: AdminLayout,
        id: PostId,
        form: LinkForm,
        problems: Problems,
    ) -> Result<Self> {
        let post = app.store.posts().by_id(id).await?.ok_or(Error::NotFound)?;
        let mut links = Vec::new();
        for link in app.store.preview_links().list(id).await? {
            let path = app.preview_address(link.id, link.created_at)?;
            links.push((link, format!("{}{path}", admin.layout.origin)));
        }
        Ok(Self {
            admin,
            post,
            links,
            form,
            problems,
        })
    }
}

pub async fn links(admin: AdminLayout, State(app): State<App>, Path(id): Path<i64>) -> Result {
    let (form, problems) = (LinkForm::default(), Problems::default());
    render::page(&LinksPage::new(&app, admin, PostId(id), form, problems).await?)
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkForm {
    csrf: String,
    name: String,
    /// The last day on which the link works, in the blog's zone; empty: until it is withdrawn.
    until: String,
}

impl HasCsrf for LinkForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

impl LinkForm {
    /// For whom the link is, and the end of the day that was named.
    fn parse(
        &self,
        zone: &TimeZone,
        now: Millis,
    ) -> std::result::Result<(&str, Option<Millis>), Problems> {
        let mut problems = Problems::default();
        let name = self.name.trim();
        if name.chars().count() > NAME_MAX_CHARS {
            problems.add(
                "name",
                format!("Please keep this under {NAME_MAX_CHARS} characters."),
            );
        }
        let mut ends_at = None;
        if !self.until.trim().is_empty() {
            ends_at = end_of(self.until.trim(), zone).filter(|end| *end > now);
            if ends_at.is_none() {
                problems.add(
                    "until",
                    "Please enter a date that isn’t in the past, such as 2016-06-05.",
                );
            }
        }
        if problems.is_empty() {
            Ok((name, ends_at))
        } else {
            Err(problems)
        }
    }
}

/// The moment at which a day is over in a zone.
fn end_of(day: &str, zone: &TimeZone) -> Option<Millis> {
    let next = day.parse::<Date>().ok()?.tomorrow().ok()?;
    let end = next.to_zoned(zone.clone()).ok()?;
    Some(Millis(end.timestamp().as_millisecond()))
}

pub async fn add_link(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    CsrfForm(form): CsrfForm<LinkForm>,
) -> Result {
    let id = PostId(id);
    app.store.posts().kind(id).await?.ok_or(Error::NotFound)?;
    let (name, ends_at) = match form.parse(&admin.layout.site.zone, app.now()) {
        Ok(params) => params,
        Err(problems) => {
            let page = LinksPage::new(&app, admin, id, form, problems).await?;
            return render::problem_page(&page);
        }
    };
    let me = admin.signed_in.author.id;
    app.store
        .preview_links()
        .add(id, me, name, ends_at, app.now())
        .await?;
    render::see_other(&format!("/admin/posts/{id}/links"))
}

pub async fn withdraw_link(
    State(app): State<App>,
    Path((id, link)): Path<(i64, i64)>,
    CsrfForm(_): CsrfForm<ButtonForm>,
) -> Result {
    app.store
        .preview_links()
        .withdraw(PostId(id), PreviewId(link), app.now())
        .await?;
    render::see_other(&format!("/admin/posts/{id}/links"))
}
