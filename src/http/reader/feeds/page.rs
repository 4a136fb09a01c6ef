//! The page for people about the feeds for programs: what they are for, and the addresses of all of them.

use super::Format;
use crate::app::App;
use crate::blog::comment::Policy;
use crate::http::page::layout::Layout;
use crate::http::page::metadata::Sharing;
use crate::http::page::render::{self, Result};
use crate::store::Tag;
use askama::Template;
use axum::extract::State;

/// More tags than these find theirs by the pages of the tags.
const TAGS_MAX: i64 = 500;

#[derive(Template)]
#[template(path = "reader/feeds.html")]
struct FeedsPage {
    layout: Layout,
    tags: Vec<Tag>,
}

impl FeedsPage {
    /// What the page says of itself to machines.
    fn sharing(&self) -> Sharing {
        Sharing::of_list(
            &self.layout,
            Some(self.layout.messages().feeds.title),
            "/feeds/",
        )
    }

    /// The names of the formats with the addresses of a feed in each.
    fn formats(&self, base: &str) -> Vec<(&'static str, String)> {
        let address = |format: Format| {
            self.layout
                .absolute_url(&format!("{base}.{}", format.ending()))
        };
        let formats = Format::OURS.into_iter();
        formats
            .map(|(format, name)| (name, address(format)))
            .collect()
    }

    fn shows_comments(&self) -> bool {
        self.layout.site.settings.comments != Policy::Hidden
    }
}

pub async fn show(layout: Layout, State(app): State<App>) -> Result {
    let tags = app.store.tags().in_use(TAGS_MAX).await?;
    render::page(&FeedsPage { layout, tags })
}
