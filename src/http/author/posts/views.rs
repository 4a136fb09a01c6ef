//! How often posts are read: all of them together, and one by itself.

use super::list::base;
use super::views_chart::{self, Plot};
use crate::app::App;
use crate::blog::PostId;
use crate::blog::post::Post;
use crate::blog::visits;
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::page::render::{self, Result};
use crate::store::PostViews;
use askama::Template;
use axum::extract::{Path, State};

/// What lists of posts show, too.
pub const DAYS: usize = 30;
const MONTHS: usize = 12;
/// Posts that are read most.
const MOST: i64 = 20;

#[derive(Template)]
#[template(path = "author/views.html")]
struct ViewsPage {
    admin: AdminLayout,
    plots: [Plot; 2],
    /// The post that it is about; `None`: the whole blog.
    post: Option<Post>,
    most: Vec<PostViews>,
}

impl ViewsPage {
    #[expect(
        clippy::unused_self,
        clippy::trivially_copy_pass_by_ref,
        reason = "templates call methods of their page, with references"
    )]
    fn number(&self, number: &i64) -> String {
        views_chart::number(*number)
    }

    fn is_counting(&self) -> bool {
        self.admin.layout.site.settings.count_views
    }

    /// Where a post or page is written.
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn editor(&self, post: &Post) -> String {
        format!("{}{}", base(post.kind), post.id)
    }
}

async fn plots(app: &App, post: Option<PostId>) -> Result<[Plot; 2]> {
    let today = app.now().day(&app.site().await?.zone);
    let first = visits::first_of_months(today, MONTHS);
    let views = app.store.views().since(post, &first.to_string()).await?;
    Ok([
        Plot::of_days(&visits::days(&views, today, DAYS)),
        Plot::of_months(&visits::months(&views, today, MONTHS)),
    ])
}

pub async fn show(admin: AdminLayout, State(app): State<App>) -> Result {
    let since = since(&app).await?;
    render::page(&ViewsPage {
        plots: plots(&app, None).await?,
        post: None,
        most: app.store.views().most_viewed(&since, MOST).await?,
        admin,
    })
}

/// The first of the days that lists of posts count.
pub async fn since(app: &App) -> Result<String> {
    let today = app.now().day(&app.site().await?.zone);
    Ok(visits::first_of_days(today, DAYS).to_string())
}

pub async fn of_post(admin: AdminLayout, State(app): State<App>, Path(id): Path<i64>) -> Result {
    let post = app
        .store
        .posts()
        .by_id(PostId(id))
        .await?
        .ok_or(Error::NotFound)?;
    render::page(&ViewsPage {
        plots: plots(&app, Some(post.id)).await?,
        post: Some(post),
        most: Vec::new(),
        admin,
    })
}
