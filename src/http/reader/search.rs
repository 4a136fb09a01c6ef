//! Search over titles, texts and comments: the best first, each with the place where the words are.

use crate::app::App;
use crate::blog::comment::Policy;
use crate::blog::phrases::fill;
use crate::blog::search::{Piece, Query as SearchQuery, marked, snippet};
use crate::blog::time::Millis;
use crate::blog::{slug, spelling, words};
use crate::error::Error;
use crate::http::cache::query_params::{FOUND_MAX, FOUND_PER_PAGE as PER_PAGE, QUERY_MAX_CHARS};
use crate::http::limits::rate_limit::Searches;
use crate::http::limits::visitor::Visitor;
use crate::http::page::layout::Layout;
use crate::http::page::metadata::Sharing;
use crate::http::page::render::{self, Result};
use crate::store::{IndexQuery, SearchHit, SearchPlace, Tag};
use crate::text;
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};

/// How much of each text is looked through for the words.
const HTML_MAX_CHARS: i64 = 400_000;
/// Searches with words that are spelled otherwise, words that are tried so in one search, and words in place of each.
const SPELLINGS_MAX: usize = 3;
const MISTYPED_MAX: usize = 2;
/// Titles whose words are compared with one that was mistyped by more than a letter.
const TITLES_MAX: i64 = 2000;
/// Words that are left out one at a time, and tags that are offered, where nothing was found.
const OFFERED_MAX: usize = 6;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct SearchParams {
    q: String,
    page: String,
    /// How Blogger led to older posts.
    #[serde(rename = "updated-max")]
    updated_max: String,
}

#[derive(Template)]
#[template(path = "reader/search.html")]
struct SearchPage {
    layout: Layout,
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
    /// The same search with words that are spelled otherwise.
    spelled: Vec<Offer>,
    /// The same search without one of its words.
    without: Vec<Offer>,
    tags: Vec<(Tag, i64)>,
}

/// Another search, which finds something.
struct Offer {
    /// The word that is left out, or the whole of what is looked for.
    words: String,
    address: String,
    /// How many it finds: `12`, `200+`.
    total: String,
}

impl Offer {
    /// `None` where nothing was found.
    fn of(words: String, query: &SearchQuery, places: &[SearchPlace]) -> Option<Self> {
        let total = places.len().min(FOUND_MAX).to_string();
        let more = if places.len() > FOUND_MAX { "+" } else { "" };
        (!places.is_empty()).then(|| Self {
            words,
            address: address(&query.typed(), 1),
            total: format!("{total}{more}"),
        })
    }
}

/// One line of the list.
struct Found {
    address: String,
    title: Vec<Piece>,
    published_at: Millis,
    /// Whether it is in a comment, and whose.
    comment: Option<String>,
    snippet: Vec<Piece>,
}

impl SearchPage {
    /// The address of another page of what was found.
    fn address(&self, page: usize) -> String {
        address(&self.typed, page)
    }

    /// What the page says of itself to machines. What somebody typed is not a title to be shown elsewhere.
    fn sharing(&self) -> Sharing {
        Sharing::of_list(
            &self.layout,
            Some(self.layout.messages().search.title),
            "/search",
        )
    }

    /// `12 results`, `Page 2 of 3`.
    fn summary(&self) -> String {
        let messages = &self.layout.messages().search;
        let number = i64::try_from(self.total).unwrap_or(i64::MAX);
        let mut summary = if self.more {
            fill(messages.more_than, &[("n", &self.total.to_string())])
        } else {
            self.layout.messages().count(&messages.results, number)
        };
        if self.pages > 1 {
            let (page, pages) = (self.page.to_string(), self.pages.to_string());
            summary += " · ";
            summary += &fill(messages.page_of, &[("page", &page), ("pages", &pages)]);
        }
        summary
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
    State(app): State<App>,
    Extension(searches): Extension<Searches>,
    visitor: Visitor,
    Query(params): Query<SearchParams>,
) -> Result {
    let layout = Layout::for_readers(&app).await?;
    if let Some(at) = Millis::parse(&params.updated_max).filter(|_| params.q.is_empty()) {
        return render::moved(&format!("/?before={}-0", at.0));
    }
    let typed: String = params.q.trim().chars().take(QUERY_MAX_CHARS).collect();
    let query = SearchQuery::parse(&typed);
    let mut page = SearchPage {
        searched: !query.is_empty(),
        typed,
        hits: Vec::new(),
        total: 0,
        more: false,
        page: 1,
        pages: 1,
        wider: false,
        no_tag: None,
        spelled: Vec::new(),
        without: Vec::new(),
        tags: Vec::new(),
        layout,
    };
    if page.searched {
        // On the machine itself, as behind a proxy that nobody configured, everybody has one address.
        if let Some(from) = visitor.addr
            && !from.is_loopback()
        {
            let counted = searches.count(from, app.now());
            counted.map_err(|retry_after_seconds| Error::TooMany {
                retry_after_seconds,
            })?;
        }
        run_search(&app, &mut page, query, &params.page).await?;
    }
    render::page(&page)
}

/// Looks for it, and for what else may help where it is not found.
async fn run_search(
    app: &App,
    page: &mut SearchPage,
    mut query: SearchQuery,
    number: &str,
) -> Result<()> {
    let mut tags = Vec::new();
    for name in &query.tags {
        match app
            .store
            .tags()
            .by_name_or_slug(name, &slug::of(name))
            .await?
        {
            Some(tag) => tags.push(tag),
            None => page.no_tag = Some(name.clone()),
        }
    }
    if page.no_tag.is_some() {
        page.tags = tags_like(app, &query).await?;
        return Ok(());
    }
    let mut places = places(app, page, &query, &tags).await?;
    if places.is_empty()
        && let Some(wider) = query.beginnings()
    {
        places = self::places(app, page, &wider, &tags).await?;
        if !places.is_empty() {
            (query, page.wider) = (wider, true);
        }
    }
    if places.is_empty() {
        page.tags = tags_like(app, &query).await?;
        page.spelled = spelled_otherwise(app, page, &query, &tags).await?;
        page.without = without(app, page, &query, &tags).await?;
        return Ok(());
    }
    page.more = places.len() > FOUND_MAX;
    places.truncate(FOUND_MAX);
    page.total = places.len();
    page.pages = page.total.div_ceil(PER_PAGE);
    // Nonsense means the first page, and too far the last.
    page.page = number.parse().unwrap_or(1).clamp(1, page.pages);
    let here: Vec<SearchPlace> = places
        .into_iter()
        .skip((page.page - 1) * PER_PAGE)
        .take(PER_PAGE)
        .collect();
    let hits = app.store.search().hits(&here, HTML_MAX_CHARS).await?;
    // Megabytes of text may be looked through.
    let found = move || hits.into_iter().map(|hit| found(hit, &query)).collect();
    page.hits = app.compute(found).await?;
    Ok(())
}

/// Where it is, one more than are shown.
async fn places(
    app: &App,
    page: &SearchPage,
    query: &SearchQuery,
    tags: &[Tag],
) -> Result<Vec<SearchPlace>> {
    let query = IndexQuery {
        words: words::query_of(&query.terms).unwrap_or_default(),
        tags: tags.iter().map(|tag| tag.id).collect(),
        with_comments: page.layout.site.settings.comments != Policy::Hidden,
    };
    let limit = i64::try_from(FOUND_MAX + 1).unwrap_or(i64::MAX);
    app.store.search().find(&query, limit).await
}

fn found(hit: SearchHit, query: &SearchQuery) -> Found {
    let words = text::strip_tags(&hit.html);
    let mut snippet = snippet(&words, &query.terms);
    if hit.comment_id.is_none() && !snippet.iter().any(|piece| piece.marked) {
        // It is in the title or among the tags.
        snippet = marked(&hit.excerpt, &query.terms);
    }
    Found {
        address: hit.address(),
        title: marked(&hit.title, &query.terms),
        published_at: hit.published_at,
        comment: hit.comment_id.map(|_| hit.comment_name),
        snippet,
    }
}

/// The search with other words in place of those that no text has, as far as that finds something: of words that differ by
/// little, those of the most texts. What it costs depends on the words and not on the size of the blog.
async fn spelled_otherwise(
    app: &App,
    page: &SearchPage,
    query: &SearchQuery,
    tags: &[Tag],
) -> Result<Vec<Offer>> {
    let mut choices: Vec<(usize, Vec<String>)> = Vec::new();
    for place in unknown(app, query).await? {
        let words = nearest(app, &query.terms[place].units[0]).await?;
        if !words.is_empty() {
            choices.push((place, words));
        }
    }
    let Some((_, first)) = choices.first() else {
        return Ok(Vec::new());
    };
    let mut offers = Vec::new();
    // The best of each word; then the others of the first, next to the best of the second.
    for turn in 0..first.len() {
        let mut corrected = query.clone();
        for (number, (place, words)) in choices.iter().enumerate() {
            let word = if number == 0 { &words[turn] } else { &words[0] };
            corrected = corrected.with_word(*place, word);
        }
        // A word may be in drafts alone: only what is found is offered.
        let places = places(app, page, &corrected, tags).await?;
        offers.extend(Offer::of(corrected.typed(), &corrected, &places));
    }
    Ok(offers)
}

/// The places of words that no text of the index has.
async fn unknown(app: &App, query: &SearchQuery) -> Result<Vec<usize>> {
    let is_word = |term: &words::Term| term.units.len() == 1 && !term.typed.starts_with('"');
    let typed = query.terms.iter().enumerate();
    let typed: Vec<(usize, &str)> = typed
        .filter(|(_, term)| is_word(term))
        .map(|(place, term)| (place, term.units[0].as_str()))
        .collect();
    let words: Vec<&str> = typed.iter().map(|(_, word)| *word).collect();
    let posts = app.store.search().posts_with(&words).await?;
    let unknown = typed.iter().zip(posts).filter(|(_, posts)| *posts == 0);
    Ok(unknown
        .map(|((place, _), _)| *place)
        .take(MISTYPED_MAX)
        .collect())
}

/// Words of the index that differ from another by one edit, those of the most posts first; where there are none, words of
/// titles and tags that differ by two.
async fn nearest(app: &App, word: &str) -> Result<Vec<String>> {
    let candidates = spelling::one_edit_from(word);
    let candidates: Vec<&str> = candidates.iter().map(String::as_str).collect();
    let posts = app.store.search().posts_with(&candidates).await?;
    let mut known: Vec<(i64, &str)> = posts.into_iter().zip(candidates).collect();
    known.retain(|(posts, _)| *posts > 0);
    known.sort_by_key(|(posts, _)| -posts);
    if !known.is_empty() {
        let words = known.into_iter().map(|(_, word)| word.to_owned());
        return Ok(words.take(SPELLINGS_MAX).collect());
    }
    let names = app.store.search().titles_and_tags(TITLES_MAX).await?;
    let mut near: Vec<(usize, String)> = Vec::new();
    for name in &names {
        words::units(name, |unit, _| {
            let is_new = near.iter().all(|(_, known)| known != unit.word);
            if let Some(edits) = spelling::distance(word, unit.word).filter(|_| is_new) {
                near.push((edits, unit.word.to_owned()));
            }
        });
    }
    near.sort_by_key(|(edits, _)| *edits);
    Ok(near
        .into_iter()
        .map(|(_, word)| word)
        .take(SPELLINGS_MAX)
        .collect())
}

/// The search without each of its words in turn, as far as that finds something.
async fn without(
    app: &App,
    page: &SearchPage,
    query: &SearchQuery,
    tags: &[Tag],
) -> Result<Vec<Offer>> {
    let mut offers = Vec::new();
    if query.terms.len() + tags.len() < 2 {
        return Ok(offers);
    }
    for (number, term) in query.terms.iter().enumerate().take(OFFERED_MAX) {
        let fewer = query.without(number);
        let places = places(app, page, &fewer, tags).await?;
        offers.extend(Offer::of(term.typed.clone(), &fewer, &places));
    }
    Ok(offers)
}

/// Tags that hold a word that begins like one of those that were typed.
async fn tags_like(app: &App, query: &SearchQuery) -> Result<Vec<(Tag, i64)>> {
    let tags = app.store.tags().counts().await?;
    let query = query.clone();
    app.compute(move || alike(tags, &query)).await
}

fn alike(mut tags: Vec<(Tag, i64)>, query: &SearchQuery) -> Vec<(Tag, i64)> {
    let typed = query.tags.iter().map(|name| words::normalize(name));
    let typed: Vec<String> = typed
        .flat_map(|name| name.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .chain(query.terms.iter().flat_map(|term| term.units.clone()))
        .filter(|word| !word.is_empty())
        .collect();
    let is_like = |tag: &Tag| {
        let name = words::normalize(&tag.name);
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
