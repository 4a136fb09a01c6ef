//! Search over titles, texts and comments.

use crate::app::App;
use crate::blog::comment::Policy;
use crate::blog::words;
use crate::http::render::{self, Result};
use crate::http::shell::Shell;
use crate::store::Hit;
use askama::Template;
use axum::extract::{Query, State};

/// Who does not find it among these needs another word.
const HITS_MAX: i64 = 50;
/// Longer than any phrase that somebody remembers.
const QUERY_MAX_CHARS: usize = 200;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
}

#[derive(Template)]
#[template(path = "reader/search.html")]
struct SearchPage {
    shell: Shell,
    typed: String,
    hits: Vec<Hit>,
    /// Whether anything was looked for.
    searched: bool,
}

pub async fn show(shell: Shell, State(app): State<App>, Query(asked): Query<Asked>) -> Result {
    let typed: String = asked.q.trim().chars().take(QUERY_MAX_CHARS).collect();
    let query = words::query(&typed);
    let with_comments = shell.site.settings.comments != Policy::Hidden;
    let hits = match &query {
        Some(query) => app.store.search(query, with_comments, HITS_MAX).await?,
        None => Vec::new(),
    };
    render::page(&SearchPage {
        shell,
        searched: query.is_some(),
        typed,
        hits,
    })
}
