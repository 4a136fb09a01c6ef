//! Search over titles, texts and comments: the best first, each with the place where the words stand.

use crate::app::App;
use crate::blog::comment::Policy;
use crate::blog::phrases::fill;
use crate::blog::search::{Piece, Query as Sought, marked, snippet};
use crate::blog::time::Millis;
use crate::blog::{slug, words};
use crate::error::Error;
use crate::http::parameters::{FOUND_MAX, FOUND_PER_PAGE as PER_PAGE, QUERY_MAX_CHARS};
use crate::http::rates::Searches;
use crate::http::render::{self, Result};
use crate::http::server::Client;
use crate::http::shell::Shell;
use crate::store::{Hit, Place, SoughtText, Tag};
use crate::text;
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};

/// How much of each text is looked through for the words.
const HTML_MAX_CHARS: i64 = 400_000;
/// Words that are left out one at a time, and tags that are offered, where nothing was found.
const OFFERED_MAX: usize = 6;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    page: String,
    /// How Blogger led to older posts.
    #[serde(rename = "updated-max")]
    updated_max: String,
}

#[derive(Template)]
#[template(path = "reader/search.html")]
struct SearchPage {
    shell: Shell,
    typed: String,
    /// Whether anything was looked for.
    searched: bool,
    hits: Vec<Found>,
    /// How many there are in all, as far as they are counted.
    total: usize,
    more: bool,
    page: usize,
    pages: usize,
    /// Whether they hold words that only begin with what was typed.
    wider: bool,
    /// A tag that was asked for and does not exist.
    no_tag: Option<String>,
    /// The same search without one of its words: the word, the query, and how many it finds.
    without: Vec<(String, String, String)>,
    tags: Vec<(Tag, i64)>,
}

/// One line of the list.
struct Found {
    address: String,
    title: Vec<Piece>,
    published_at: Millis,
    /// Whether it stands in a comment, and whose.
    comment: Option<String>,
    snippet: Vec<Piece>,
}

impl SearchPage {
    /// The address of another page of what was found.
    fn address(&self, page: usize) -> String {
        address(&self.typed, page)
    }

    /// `12 results`, `Page 2 of 3`.
    fn said(&self) -> String {
        let say = &self.shell.say().search;
        let number = i64::try_from(self.total).unwrap_or(i64::MAX);
        let mut said = if self.more {
            fill(say.more_than, &[("n", &self.total.to_string())])
        } else {
            self.shell.say().count(&say.results, number)
        };
        if self.pages > 1 {
            let (page, pages) = (self.page.to_string(), self.pages.to_string());
            said += " · ";
            said += &fill(say.page_of, &[("page", &page), ("pages", &pages)]);
        }
        said
    }
}

fn address(typed: &str, page: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("q", typed);
    if page > 1 {
        query.append_pair("page", &page.to_string());
    }
    format!("/search?{}", query.finish())
}

pub async fn show(
    shell: Shell,
    State(app): State<App>,
    Extension(searches): Extension<Searches>,
    client: Option<Extension<Client>>,
    Query(asked): Query<Asked>,
) -> Result {
    if let Some(at) = Millis::parse(&asked.updated_max).filter(|_| asked.q.is_empty()) {
        return render::moved(&format!("/?before={}-0", at.0));
    }
    let typed: String = asked.q.trim().chars().take(QUERY_MAX_CHARS).collect();
    let sought = Sought::parse(&typed);
    let mut page = SearchPage {
        searched: !sought.is_empty(),
        typed,
        hits: Vec::new(),
        total: 0,
        more: false,
        page: 1,
        pages: 1,
        wider: false,
        no_tag: None,
        without: Vec::new(),
        tags: Vec::new(),
        shell,
    };
    if page.searched {
        // On the machine itself, as behind a proxy that nobody told us of, everybody has one address.
        if let Some(Extension(Client(from))) = client
            && !from.is_loopback()
        {
            let counted = searches.count(from, app.now());
            counted.map_err(|retry_after_seconds| Error::TooMany {
                retry_after_seconds,
            })?;
        }
        look(&app, &mut page, sought, &asked.page).await?;
    }
    render::page(&page)
}

/// Looks for it, and for what else may help where it is not found.
async fn look(app: &App, page: &mut SearchPage, mut sought: Sought, number: &str) -> Result<()> {
    let mut tags = Vec::new();
    for name in &sought.tags {
        match app.store.tag_named_or_at(name, &slug::of(name)).await? {
            Some(tag) => tags.push(tag),
            None => page.no_tag = Some(name.clone()),
        }
    }
    if page.no_tag.is_some() {
        page.tags = tags_like(app, &sought).await?;
        return Ok(());
    }
    let mut places = places(app, page, &sought, &tags).await?;
    if places.is_empty()
        && let Some(wider) = sought.beginnings()
    {
        places = self::places(app, page, &wider, &tags).await?;
        if !places.is_empty() {
            (sought, page.wider) = (wider, true);
        }
    }
    if places.is_empty() {
        page.tags = tags_like(app, &sought).await?;
        page.without = without(app, page, &sought, &tags).await?;
        return Ok(());
    }
    page.more = places.len() > FOUND_MAX;
    places.truncate(FOUND_MAX);
    page.total = places.len();
    page.pages = page.total.div_ceil(PER_PAGE);
    // Nonsense means the first page, and too far the last.
    page.page = number.parse().unwrap_or(1).clamp(1, page.pages);
    let here: Vec<Place> = places
        .into_iter()
        .skip((page.page - 1) * PER_PAGE)
        .take(PER_PAGE)
        .collect();
    let hits = app.store.hits(&here, HTML_MAX_CHARS).await?;
    // Megabytes of text may be looked through.
    let found = move || hits.into_iter().map(|hit| found(hit, &sought)).collect();
    page.hits = app.compute(found).await?;
    Ok(())
}

/// Where it stands, one more than are shown.
async fn places(app: &App, page: &SearchPage, sought: &Sought, tags: &[Tag]) -> Result<Vec<Place>> {
    let sought = SoughtText {
        words: words::query_of(&sought.terms).unwrap_or_default(),
        tags: tags.iter().map(|tag| tag.id).collect(),
        with_comments: page.shell.site.settings.comments != Policy::Hidden,
    };
    let limit = i64::try_from(FOUND_MAX + 1).unwrap_or(i64::MAX);
    app.store.search(&sought, limit).await
}

fn found(hit: Hit, sought: &Sought) -> Found {
    let words = text::skim(&hit.html);
    let mut snippet = snippet(&words, &sought.terms);
    if hit.comment_id.is_none() && !snippet.iter().any(|piece| piece.marked) {
        // It stands in the title or among the tags.
        snippet = marked(&hit.excerpt, &sought.terms);
    }
    Found {
        address: hit.address(),
        title: marked(&hit.title, &sought.terms),
        published_at: hit.published_at,
        comment: hit.comment_id.map(|_| hit.comment_name),
        snippet,
    }
}

/// The search without each of its words in turn, as far as that finds something.
async fn without(
    app: &App,
    page: &SearchPage,
    sought: &Sought,
    tags: &[Tag],
) -> Result<Vec<(String, String, String)>> {
    let mut offers = Vec::new();
    if sought.terms.len() + tags.len() < 2 {
        return Ok(offers);
    }
    for (number, term) in sought.terms.iter().enumerate().take(OFFERED_MAX) {
        let fewer = sought.without(number);
        let places = places(app, page, &fewer, tags).await?;
        if !places.is_empty() {
            let total = places.len().min(FOUND_MAX).to_string();
            let total = if places.len() > FOUND_MAX {
                format!("{total}+")
            } else {
                total
            };
            offers.push((term.typed.clone(), address(&fewer.typed(), 1), total));
        }
    }
    Ok(offers)
}

/// Tags that hold a word that begins like one of those that were typed.
async fn tags_like(app: &App, sought: &Sought) -> Result<Vec<(Tag, i64)>> {
    let tags = app.store.tag_counts().await?;
    let sought = sought.clone();
    app.compute(move || alike(tags, &sought)).await
}

fn alike(mut tags: Vec<(Tag, i64)>, sought: &Sought) -> Vec<(Tag, i64)> {
    let typed = sought.tags.iter().map(|name| words::fold(name));
    let typed: Vec<String> = typed
        .flat_map(|name| name.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .chain(sought.terms.iter().flat_map(|term| term.units.clone()))
        .filter(|word| !word.is_empty())
        .collect();
    let is_like = |tag: &Tag| {
        let name = words::fold(&tag.name);
        let mut known = name.split(' ');
        known.any(|known| {
            typed
                .iter()
                .any(|word| known.starts_with(word.as_str()) || word.starts_with(known))
        })
    };
    tags.retain(|(tag, _)| is_like(tag));
    tags.sort_by_key(|(_, posts)| -posts);
    tags.truncate(OFFERED_MAX);
    tags
}
