//! A post or page at its permalink. Whatever no other route takes may be one: an imported blog keeps its addresses.

use crate::app::App;
use crate::blog::comment::{self, Policy, State as CommentState};
use crate::blog::post::Post;
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId};
use crate::error::Error;
use crate::http::post_page::PostPage;
use crate::http::render::{self, Result};
use crate::http::shell::Shell;
use crate::secrets;
use axum::extract::{Query, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The comment to answer, where there is no script to move the form.
    reply: Option<String>,
}

pub async fn show(State(app): State<App>, Query(asked): Query<Asked>, request: Request) -> Result {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok((
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET,HEAD")],
        )
            .into_response());
    }
    let shell = Shell::for_readers(&app).await?;
    let path = request.uri().path();
    let Some(post) = find(&app, path).await? else {
        let moved = app.store.moved_to(path).await?.ok_or(Error::NotFound)?;
        return render::moved(&moved);
    };
    let mut page = filled(&app, shell, post).await?;
    if let Some(parent) = asked.reply.filter(|_| page.is_open()) {
        answer(&mut page, &parent);
    }
    render::page(&page)
}

/// Finds a post by the address as it was sent, or decoded once: old blogs linked both ways.
async fn find(app: &App, path: &str) -> Result<Option<Post>> {
    if let Some(post) = app.store.published(path).await? {
        return Ok(Some(post));
    }
    let decoded = percent_decoded(path);
    if decoded == path {
        Ok(None)
    } else {
        Ok(app.store.published(&decoded).await?)
    }
}

fn percent_decoded(path: &str) -> String {
    // Form decoding turns `+` into a space; in a path it is a plus.
    url::form_urlencoded::parse(path.replace('+', "%2B").as_bytes())
        .next()
        .map_or_else(String::new, |(decoded, _)| decoded.into_owned())
}

/// The page of a post with its tags, its neighbours and its thread.
pub async fn filled(app: &App, shell: Shell, post: Post) -> Result<PostPage> {
    let tags = app.store.tags_of(post.id).await?;
    let (older, newer) = app.store.neighbours(&post).await?;
    let mut page = PostPage::new(shell, post, app.now());
    page.form.form = form_mark(app, page.post.id, page.shell.site.changed_at)?;
    if page.policy != Policy::Hidden {
        page.thread = comment::thread(app.store.thread(page.post.id).await?);
    }
    Ok(PostPage {
        tags,
        newer,
        older,
        ..page
    })
}

/// The purpose of the mark in a comment form, see [`App::code`].
const FORM: &str = "comment form";

/// Says, signed, how old what stands in a form is: the blog's last change, so that a page is the same for everyone
/// as long as nothing changes.
fn form_mark(app: &App, post: PostId, made_at: Millis) -> Result<String> {
    let code = app.code(FORM, &format!("{post} {made_at}", made_at = made_at.0))?;
    Ok(format!("{}.{code}", made_at.0))
}

/// How many seconds ago a form was made at most; `None` where the mark is not ours or belongs to another post.
pub fn form_age_seconds(app: &App, post: PostId, mark: &str) -> Option<i64> {
    let made_at = Millis(mark.split_once('.')?.0.parse().ok()?);
    let ours = form_mark(app, post, made_at).ok()?;
    secrets::same(mark, &ours).then(|| (app.now().0 - made_at.0) / 1000)
}

/// Makes the form answer a comment of the thread; any other id leaves it a comment on the post.
pub fn answer(page: &mut PostPage, parent: &str) {
    let answered = page
        .thread
        .iter()
        .map(|node| &node.comment)
        .find(|comment| {
            comment.id.to_string() == parent && comment.state == CommentState::Approved
        });
    if let Some((CommentId(id), name)) =
        answered.map(|comment| (comment.id, comment.display_name().to_owned()))
    {
        page.form.parent = id.to_string();
        page.replying_to = Some(name);
    }
}
