//! Addresses that blogs had on Blogger, leading to ours for ever, and the feeds that they had there:
//! `/feeds/posts/default?alt=json&max-results=5` and its like.
//!
//! Where nothing is asked for that ours do not give, they lead to ours for ever. With numbers, as Blogger's JSON, or as
//! summaries they answer here, counted as Blogger counts. `alt=json-in-script` and `callback` are refused: they would let
//! any site run what we send. Other parameters (`orderby`, `q`, `published-min` …) are passed over.

use super::feeds::comments;
use super::feeds::posts::{self, PostEntries};
use super::feeds::{Counted, Document, Entry, EntryContent, Feed, Format, Head};
use super::tags;
use crate::app::App;
use crate::blog::feed::Of;
use crate::blog::post::{Comments, Post};
use crate::blog::slug;
use crate::error::Error;
use crate::http::cache::query_params::{FEED_FURTHEST, FEED_MOST, FEED_USUAL};
use crate::http::page::layout::Layout;
use crate::http::page::render::{self, Result};
use crate::store::{COMMENTS_FURTHEST, Tag};
use axum::extract::{Path, Query, State};
use axum::http::Uri;

pub async fn atom() -> Result {
    render::moved("/feed.atom")
}

pub async fn rss() -> Result {
    render::moved("/feed.rss")
}

pub async fn label(State(app): State<App>, Path(name): Path<String>) -> Result {
    match app.store.tags().by_name(&name).await? {
        Some(tag) => render::moved(&format!("/tags/{}/", tag.slug)),
        // One that has another name since, or is one with another.
        None => tags::moved(&app, &slug::of(&name)).await,
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct FeedParams {
    alt: String,
    max_results: Option<String>,
    start_index: Option<String>,
    callback: Option<String>,
}

impl FeedParams {
    fn format(&self) -> Result<Format> {
        if self.callback.is_some() || self.alt.ends_with("-in-script") {
            return Err(Error::BadRequest(
                "This feed comes as JSON (alt=json), but not as a script (callback).",
            ));
        }
        Ok(match self.alt.as_str() {
            "rss" => Format::Rss,
            "json" => Format::Gdata,
            _ => Format::Atom,
        })
    }

    /// Whether our own feed, in one of our formats, is an answer to this.
    fn wants_nothing_special(&self, format: Format) -> bool {
        self.max_results.is_none() && self.start_index.is_none() && format != Format::Gdata
    }

    fn per_page(&self) -> usize {
        number(self.max_results.as_deref()).map_or(FEED_USUAL, |number| number.min(FEED_MOST))
    }

    /// Counted from 1.
    fn start(&self) -> usize {
        number(self.start_index.as_deref()).map_or(1, |number| number.max(1))
    }
}

fn number(text: Option<&str>) -> Option<usize> {
    text?.parse().ok()
}

/// Blogger's word for how much of each entry a feed holds; any other is none of its addresses.
fn content(layout: &Layout, kind: &str) -> Result<EntryContent> {
    match kind {
        "default" | "full" => Ok(EntryContent::by_the_settings(layout)),
        "summary" => Ok(EntryContent::Summary),
        _ => Err(Error::NotFound),
    }
}

pub async fn posts(
    State(app): State<App>,
    Path(kind): Path<String>,
    Query(params): Query<FeedParams>,
    uri: Uri,
) -> Result {
    let layout = Layout::for_readers(&app).await?;
    of_posts(&app, &layout, None, &kind, &params, &uri).await
}

/// Those of one tag, by its name.
pub async fn tagged(
    State(app): State<App>,
    Path((kind, name)): Path<(String, String)>,
    Query(params): Query<FeedParams>,
    uri: Uri,
) -> Result {
    let layout = Layout::for_readers(&app).await?;
    let tag = match app.store.tags().by_name(&name).await? {
        Some(tag) => Some(tag),
        // One that has another name since, or is one with another.
        None => match tags::moved_to(&app, &slug::of(&name)).await? {
            Some(moved) => app.store.tags().by_slug(&moved).await?,
            None => None,
        },
    };
    let tag = tag.ok_or(Error::NotFound)?;
    of_posts(&app, &layout, Some(&tag), &kind, &params, &uri).await
}

async fn of_posts(
    app: &App,
    layout: &Layout,
    tag: Option<&Tag>,
    kind: &str,
    params: &FeedParams,
    uri: &Uri,
) -> Result {
    let content = content(layout, kind)?;
    let format = params.format()?;
    if params.wants_nothing_special(format) && kind != "summary" {
        let folder = tag.map_or(String::new(), |tag| format!("/tags/{}", tag.slug));
        return render::moved(&format!("{folder}/feed.{}", format.ending()));
    }
    let of = tag.map_or(Of::Posts, |tag| Of::Tag(tag.id));
    let (document, counted) = count(app, of, params).await?;
    let wanted = PostEntries {
        of,
        document: &document,
        content,
        format,
    };
    let entries = posts::entries(app, layout, wanted).await?;
    let page = tag.map_or("/".to_owned(), |tag| format!("/tags/{}/", tag.slug));
    let head = Head {
        page: &page,
        ..posts::head(app, layout, tag, format)
    };
    let feed = feed(layout, head, &document, counted, entries, uri);
    feed.answer(app, format).await
}

pub async fn comments(
    State(app): State<App>,
    Path(kind): Path<String>,
    Query(params): Query<FeedParams>,
    uri: Uri,
) -> Result {
    let layout = Layout::for_readers(&app).await?;
    of_comments(&app, &layout, None, &kind, &params, &uri).await
}

/// The comments on a post, by the number that it had at Blogger.
pub async fn comments_on(
    State(app): State<App>,
    Path((number, kind)): Path<(String, String)>,
    Query(params): Query<FeedParams>,
    uri: Uri,
) -> Result {
    let layout = Layout::for_readers(&app).await?;
    let number = number.parse().map_err(|_| Error::NotFound)?;
    let path = app.store.imports().path_of_blogger_number(number).await?;
    let path = path.ok_or(Error::NotFound)?;
    let post = app.store.posts().published(&path).await?;
    let post = post.ok_or(Error::NotFound)?;
    of_comments(&app, &layout, Some(&post), &kind, &params, &uri).await
}

async fn of_comments(
    app: &App,
    layout: &Layout,
    post: Option<&Post>,
    kind: &str,
    params: &FeedParams,
    uri: &Uri,
) -> Result {
    content(layout, kind)?;
    let format = params.format()?;
    if params.wants_nothing_special(format) {
        let path = post.and_then(|post| post.path.as_deref());
        let folder = path.unwrap_or_default().trim_end_matches('/');
        return render::moved(&format!("{folder}/comments.{}", format.ending()));
    }
    comments::must_be_shown(layout, post.map_or(Comments::Blog, |post| post.comments))?;
    let of = post.map_or(Of::Comments, |post| Of::CommentsOn(post.id));
    let (document, counted) = count(app, of, params).await?;
    let entries = comments::entries(app, layout, of, &document).await?;
    let head = comments::head(app, layout, post, format);
    let feed = feed(layout, head, &document, counted, entries, uri);
    feed.answer(app, format).await
}

/// What the numbers in the address ask for.
async fn count(app: &App, of: Of, params: &FeedParams) -> Result<(Document, Counted)> {
    let counted = Counted {
        total: app.store.feeds().total(of).await?,
        start: params.start(),
        per_page: params.per_page(),
    };
    let (passed_over, limit) = (counted.start - 1, counted.per_page);
    let furthest = match of {
        Of::Comments => COMMENTS_FURTHEST,
        _ => FEED_FURTHEST,
    };
    let places = if passed_over > furthest || limit == 0 {
        Vec::new()
    } else {
        app.store
            .feeds()
            .places_after(of, passed_over, limit)
            .await?
    };
    Ok((Document::alone(places), counted))
}

fn feed(
    layout: &Layout,
    head: Head,
    document: &Document,
    counted: Counted,
    entries: Vec<Entry>,
    uri: &Uri,
) -> Feed {
    let mut feed = Feed::new(layout, head, document, entries);
    feed.own = layout.absolute_url(uri.path_and_query().map_or("/", |params| params.as_str()));
    feed.paging_links = paging_links(layout, uri, counted);
    feed.counted = Some(counted);
    feed
}

/// The pages before and after this one (RFC 5005, 3).
fn paging_links(layout: &Layout, uri: &Uri, counted: Counted) -> Vec<(&'static str, String)> {
    let Counted {
        total,
        start,
        per_page,
    } = counted;
    let to = |start: usize| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let kept = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
            .filter(|(name, _)| !["start-index", "max-results"].contains(&name.as_ref()));
        query.extend_pairs(kept);
        query.append_pair("start-index", &start.to_string());
        query.append_pair("max-results", &per_page.to_string());
        layout.absolute_url(&format!("{}?{}", uri.path(), query.finish()))
    };
    let mut paging_links = Vec::new();
    let next = start.saturating_add(per_page);
    if per_page > 0 && i64::try_from(next).is_ok_and(|next| next <= total) && next <= FEED_FURTHEST
    {
        paging_links.push(("next", to(next)));
    }
    if start > 1 && per_page > 0 {
        paging_links.push(("previous", to(start.saturating_sub(per_page).max(1))));
    }
    paging_links
}
