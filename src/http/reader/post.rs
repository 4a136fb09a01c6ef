//! A post or page at its permalink. Whatever no other route takes may be one: an imported blog keeps its addresses.

use super::archive;
use super::feeds::comments::{self, PostFeedQuery};
use super::locked::{self, Guess, Guesses, PasswordForm};
use crate::app::App;
use crate::blog::comment::{self, Policy, State as CommentState};
use crate::blog::post::{Link, Post};
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId, address, alias};
use crate::error::Error;
use crate::http::cache::page_cache::comments_on;
use crate::http::limits::visitor::Visitor;
use crate::http::page::layout::Layout;
use crate::http::page::post_page::PostPage;
use crate::http::page::render::{self, Result};
use crate::secrets;
use crate::store::{PostContext, RelatedPost};
use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Query, Request, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::IntoResponse;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct PostParams {
    /// The page of comments.
    comments: Option<String>,
    /// The comment to answer, where there is no script to move the form.
    reply: Option<String>,
    /// The comment that a feed of comments is to begin with.
    thread: Option<String>,
    /// The document of the history of that feed.
    archive: Option<String>,
    /// The number of a comment on Blogger, whose old link did not find it on this page.
    c: Option<String>,
}

pub async fn show(
    State(app): State<App>,
    Query(params): Query<PostParams>,
    request: Request,
) -> Result {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return open(app, request).await;
    }
    let layout = Layout::for_readers(&app).await?;
    let path = request.uri().path();
    let number = params.comments.as_deref().map_or(Some(1), page_number);
    let Some((post, context)) = find(&app, path, number.unwrap_or(1)).await? else {
        return elsewhere(&app, layout, request.uri(), &params).await;
    };
    let key = locked::key_of(&app, request.headers(), &post);
    if post.details.is_protected() && key.is_none() {
        return locked::page(layout, post);
    }
    if let Some(number) = params.c {
        return from_blogger(&app, &post, &number).await;
    }
    // The first page has one address.
    if params.comments.as_deref() == Some("1") {
        return render::moved(post.path.as_deref().unwrap_or("/"));
    }
    let number = number.ok_or(Error::NotFound)?;
    let mut page = PostPage::new(layout, post, app.now());
    page.form.form = form_mark(&app, page.post.id, page.layout.changed_at)?;
    let is_for_everybody = !page.post.details.is_protected();
    page.form.opened = key.filter(|_| !is_for_everybody).unwrap_or_default();
    let mut page = with_context(page, context, number);
    if number > page.comments_pages {
        return Err(Error::NotFound);
    }
    if let Some(parent) = params.reply {
        let answers = page.is_open() && answer(&app, &mut page, &parent).await?;
        if !answers {
            // One address for the page without it: any number would be rendered and kept otherwise.
            let path = page.post.path.as_deref().unwrap_or("/");
            return render::see_other(&comment::page_address(path, number));
        }
    }
    let id = page.post.id;
    let bytes = page.post.html.len();
    let render = move || render::page(&page);
    let rendered = app.compute_if_large(bytes, render).await??;
    if is_for_everybody {
        Ok(comments_on([id], rendered))
    } else {
        Ok(render::for_the_holder_of_a_key(rendered))
    }
}

/// Takes the password of a post; no other address here takes anything.
async fn open(app: App, request: Request) -> Result {
    let not_allowed = (
        StatusCode::METHOD_NOT_ALLOWED,
        [(header::ALLOW, "GET,HEAD")],
    );
    if *request.method() != Method::POST {
        return Ok(not_allowed.into_response());
    }
    let found = find(&app, request.uri().path(), 1).await?;
    let Some((post, _)) = found.filter(|(post, _)| post.details.is_protected()) else {
        return Ok(not_allowed.into_response());
    };
    let (mut parts, body) = request.into_parts();
    let Ok(visitor) = Visitor::from_request_parts(&mut parts, &app).await;
    let guesses = parts.extensions.get::<Guesses>().cloned();
    let form = Form::<PasswordForm>::from_request(Request::from_parts(parts, body), &app).await;
    let Ok(Form(form)) = form else {
        return Err(Error::BadRequest("This isn’t the form of this page."));
    };
    let guess = Guess {
        visitor,
        guesses: guesses.unwrap_or_default(),
        form,
    };
    locked::open(&app, Layout::for_readers(&app).await?, post, &guess)
}

/// Leads on to the comment that had a number on Blogger; to the post where it is not shown.
async fn from_blogger(app: &App, post: &Post, number: &str) -> Result {
    let path = post.path.as_deref().unwrap_or("/");
    let found = match number.parse() {
        Ok(number) => {
            app.store
                .imports()
                .comment_of_blogger_number(post.id, number)
                .await?
        }
        Err(_) => None,
    };
    match found {
        Some((id, place)) => render::moved(&comment::comment_address(path, place, id)),
        None => render::moved(path),
    }
}

/// Reads the number of a page; `02` is none, so that each page has one address only.
fn page_number(text: &str) -> Option<i64> {
    text.parse()
        .ok()
        .filter(|number: &i64| *number > 0 && number.to_string() == text)
}

/// Answers where no post lives: with an archive, a feed of the comments on one, or the way to where a post has moved.
async fn elsewhere(app: &App, layout: Layout, uri: &Uri, params: &PostParams) -> Result {
    let path = uri.path();
    let Some((of, format)) = comments::of_post(path) else {
        if let Some(feed) = feed_of_wordpress(app, path).await? {
            return render::moved(&feed);
        }
        return match moved_to(app, path).await {
            Ok(moved) => {
                let query = uri
                    .query()
                    .map_or(String::new(), |query| format!("?{query}"));
                render::moved(&format!("{moved}{query}"))
            }
            Err(Error::NotFound) => {
                // These are of posts: an archive with them would be rendered and kept once more for each value.
                let of_a_post = [&params.comments, &params.reply, &params.c];
                let archive = archive::at(app, layout, uri)
                    .await?
                    .ok_or(Error::NotFound)?;
                if of_a_post.into_iter().any(Option::is_some) {
                    return render::see_other(path);
                }
                Ok(archive)
            }
            Err(error) => Err(error),
        };
    };
    // A permalink that ends with a slash has its feeds right behind it.
    let mut found = find(app, of, 1).await?;
    if found.is_none() {
        found = find(app, &format!("{of}/"), 1).await?;
    }
    if let Some((post, _)) = found {
        if post.details.is_protected() {
            return Err(Error::NotFound);
        }
        let (thread, archive) = (params.thread.as_deref(), params.archive.as_deref());
        let query = PostFeedQuery {
            thread,
            archive,
            format,
        };
        let feed = comments::on_post(app, layout, &post, query).await?;
        return Ok(comments_on([post.id], feed));
    }
    let moved = moved_to(app, of).await?;
    render::moved(&format!(
        "{}{}",
        moved.trim_end_matches('/'),
        &path[of.len()..]
    ))
}

/// The feed of comments on a post that is asked for as WordPress names it: `…/feed/`, behind the permalink.
async fn feed_of_wordpress(app: &App, path: &str) -> Result<Option<String>> {
    let Some((of, ending)) = alias::of_feed(path) else {
        return Ok(None);
    };
    if of.trim_end_matches('/').is_empty() {
        return Ok(None);
    }
    let path = spelled(app, of).await?;
    Ok(path.map(|path| format!("{}/comments.{ending}", path.trim_end_matches('/'))))
}

/// Where a post is found that once had an address, or has it in another spelling: with a slash at the end or without
/// one, encoded otherwise.
async fn moved_to(app: &App, path: &str) -> Result<String> {
    match spelled(app, path).await? {
        Some(found) if found != path => Ok(found),
        _ => Err(Error::NotFound),
    }
}

/// The permalink of the post that an address leads to in any spelling.
async fn spelled(app: &App, path: &str) -> Result<Option<String>> {
    let (spellings, key) = (address::spellings(path), address::key(path));
    let Some(id) = app.store.imports().post_spelled(&spellings, &key).await? else {
        return Ok(None);
    };
    app.store.posts().published_path(id).await
}

/// Finds a post by the address as it was sent, or decoded once: old blogs linked both ways.
async fn find(app: &App, path: &str, page: i64) -> Result<Option<(Post, PostContext)>> {
    if let Some(found) = app.store.posts().with_context(path, page).await? {
        return Ok(Some(found));
    }
    for other in [address::normal(path), percent_decoded(path).into_owned()] {
        if other != path
            && let Some(found) = app.store.posts().with_context(&other, page).await?
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn percent_decoded(path: &str) -> Cow<'_, str> {
    percent_decode_str(path).decode_utf8_lossy()
}

/// Puts around a text what is there: tags, neighbours, and the first page of its comments.
pub async fn surrounded(app: &App, page: PostPage) -> Result<PostPage> {
    let context = app.store.posts().context(page.post.id, 1).await?;
    Ok(with_context(page, context, 1))
}

/// The same with another page of its comments, which may not exist.
fn with_context(mut page: PostPage, context: PostContext, number: i64) -> PostPage {
    let PostContext {
        tags,
        older,
        newer,
        related,
        thread,
        pings,
    } = context;
    if page.policy != Policy::Hidden {
        page.pings = pings;
        page.comments_page = number;
        page.comments_pages = thread.pages;
        page.thread = comment::thread(thread.comments, &thread.parents);
    }
    PostPage {
        tags,
        related: without(related, [&older, &newer]),
        newer,
        older,
        ..page
    }
}

/// The posts most like one, without its neighbours, which are linked anyway.
fn without(mut related: Vec<RelatedPost>, adjacent: [&Option<Link>; 2]) -> Vec<RelatedPost> {
    /// More would be a list of its own.
    const RELATED: usize = 4;
    let linked = |one: &RelatedPost| {
        let mut links = adjacent.iter().copied().flatten();
        links.any(|link| link.path == one.path)
    };
    related.retain(|one| !linked(one));
    related.truncate(RELATED);
    related
}

/// The purpose of the mark in a comment form, see [`App::code`].
const FORM: &str = "comment form";

/// Says, signed, how old what is in a form is: the blog's last change, so that a page is the same for everyone
/// as long as nothing changes.
fn form_mark(app: &App, post: PostId, made_at: Millis) -> Result<String> {
    let code = app.code(FORM, &format!("{post} {made_at}", made_at = made_at.0))?;
    Ok(format!("{}.{code}", made_at.0))
}

/// How many seconds ago a form was made at most; `None` where the mark is not ours or belongs to another post.
pub fn form_age_seconds(app: &App, post: PostId, mark: &str) -> Option<i64> {
    let made_at = Millis(mark.split_once('.')?.0.parse().ok()?);
    let ours = form_mark(app, post, made_at).ok()?;
    secrets::constant_time_eq(mark, &ours).then(|| (app.now().0 - made_at.0) / 1000)
}

/// Makes the form answer a comment that is shown on the post; any other id leaves it a comment on the post, and gives
/// false.
pub async fn answer(app: &App, page: &mut PostPage, parent: &str) -> Result<bool> {
    let Ok(id) = parent.parse().map(CommentId) else {
        return Ok(false);
    };
    let answered = app.store.comments().by_id(id).await?.filter(|comment| {
        comment.post_id == page.post.id && comment.state == CommentState::Approved
    });
    let Some(comment) = answered else {
        return Ok(false);
    };
    page.form.parent = comment.id.to_string();
    page.replying_to = Some(page.layout.messages().named(&comment.name).to_owned());
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_decoded_once_and_whole() {
        for (sent, found) in [
            ("/2012/12/%D1%81.html", "/2012/12/с.html"),
            ("/a+b=c&d.html", "/a+b=c&d.html"),
            ("/%2541", "/%41"),
        ] {
            assert_eq!(percent_decoded(sent), found);
        }
    }
}
