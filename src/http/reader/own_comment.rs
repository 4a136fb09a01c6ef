//! A commenter's own page: what became of the comment and why; changing it, deleting it, taking everything along.
//! The key in its address is all that opens it, so anyone who has the address is the writer.

use crate::app::App;
use crate::app::comments::OwnEdit;
use crate::app::signed::SignedLink;
use crate::app::spam_check::Sender;
use crate::blog::action::{OwnCommentAction, UnknownAction};
use crate::blog::comment::{
    self, COMMENTER, Comment, Notify, Policy, State as CommentState, check_source,
};
use crate::blog::phrases::Phrases;
use crate::blog::post::{Post, State as PostState};
use crate::blog::time::Millis;
use crate::blog::{CommentId, Problems};
use crate::error::Error;
use crate::http::limits::visitor::Visitor;
use crate::http::page::layout::Layout;
use crate::http::page::post_page::thread_feed;
use crate::http::page::render::{self, Result, for_the_holder_of_a_key};
use crate::store::{CommentChange, ERASED_AFTER_SECONDS, OwnComment, Subscription};
use crate::text;
use askama::Template;
use axum::Form;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

/// How long a writer may change the words.
const EDIT_SECONDS: i64 = 30 * 60;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct OwnCommentParams {
    key: String,
    /// Present: with the form to change the words.
    edit: Option<String>,
    /// What was just done, for the line that says so.
    done: String,
}

/// The fields of the forms on the page.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnForm {
    act: String,
    body: String,
    /// Which mail is wanted, see [`Notify`]; empty: none.
    notify: String,
    /// Ticked where everything is to be erased.
    sure: String,
}

#[derive(Template)]
#[template(path = "reader/own_comment.html")]
struct OwnPage {
    layout: Layout,
    comment: Comment,
    post_title: String,
    post_path: Option<String>,
    /// The feed of this comment and all below it, where readers get one.
    thread_feed: Option<String>,
    /// What it is to say, where that waits or was refused.
    change: Option<CommentChange>,
    key: String,
    /// What the form to change the words holds, where it is open.
    editing: Option<String>,
    problems: Problems,
    can_edit: bool,
    can_undo: bool,
    /// Changed words may wait for the author again.
    may_wait: bool,
    done: Option<&'static str>,
    subscription: Option<Subscription>,
    mine: Vec<Other>,
}

/// Another comment of the same writer.
struct Other {
    mine: OwnComment,
    address: String,
}

impl Other {
    fn is_this(&self, comment: &Comment) -> bool {
        self.mine.id == comment.id
    }

    fn beginning(&self) -> String {
        text::excerpt(&text::plain(&self.mine.html), 120)
    }

    fn state(&self, messages: &Phrases) -> &'static str {
        match self.mine.state {
            CommentState::Approved => messages.own.state_shown,
            CommentState::Waiting | CommentState::Spam => messages.own.state_waits,
            CommentState::Deleted | CommentState::Hidden => messages.own.state_not_shown,
        }
    }
}

impl OwnPage {
    fn is_shown(&self) -> bool {
        self.comment.state == CommentState::Approved && self.post_path.is_some()
    }

    /// What the script of this page and of the comment needs, as JSON: see `assets/own_comment_page.js`.
    fn for_script(&self) -> String {
        let own = &self.layout.messages().own;
        serde_json::json!({
            "id": self.comment.id,
            "place": self.is_shown().then(|| self.place()),
            "until": self.comment.created_at.plus_seconds(EDIT_SECONDS).0,
            "edit": own.edit,
            "delete": own.delete,
            "erased": self.is_erased(),
        })
        .to_string()
    }

    /// What its writer wrote last, whether readers see it or not.
    fn newest_words(&self) -> String {
        match &self.change {
            Some(change) => change.source.clone(),
            None => self.comment.source.clone(),
        }
    }

    fn is_waiting(&self) -> bool {
        // A writer whose words were taken for spam learns no more than that somebody will look.
        matches!(
            self.comment.state,
            CommentState::Waiting | CommentState::Spam
        )
    }

    fn is_erased(&self) -> bool {
        self.comment.source.is_empty()
    }

    fn is_deleted(&self) -> bool {
        self.comment.state == CommentState::Deleted
    }

    /// Whether this choice of mail is the one that holds.
    fn wants(&self, choice: &str) -> bool {
        let live = self
            .subscription
            .as_ref()
            .filter(|subscription| subscription.ended_at.is_none());
        live.map_or("", |subscription| subscription.scope.word()) == choice
    }

    /// Mail waits until the address is confirmed.
    fn must_confirm(&self) -> bool {
        self.subscription.as_ref().is_some_and(|subscription| {
            subscription.ended_at.is_none() && subscription.confirmed_at.is_none()
        })
    }

    /// Where the comment is on its post.
    fn place(&self) -> String {
        let path = self.post_path.as_deref().unwrap_or_default();
        self.comment.address(path)
    }

    fn erase_all(&self) -> String {
        let messages = self.layout.messages();
        messages.count(
            &messages.own.erase_all,
            i64::try_from(self.mine.len()).unwrap_or(i64::MAX),
        )
    }

    fn deleted_by_writer(&self) -> bool {
        self.is_deleted() && self.comment.decided_by == COMMENTER
    }
}

/// A comment that somebody came to with the right key, and its post, which may have been unpublished since.
struct Opened {
    comment: Comment,
    post: Post,
    /// What it is to say, where that waits or was refused.
    change: Option<CommentChange>,
}

async fn open(app: &App, id: i64, key: &str) -> Result<Opened> {
    let comment = app.store.comments().by_id(CommentId(id)).await?;
    let comment = comment.ok_or(Error::NotFound)?;
    let link = SignedLink::own_comment(comment.id, comment.created_at);
    if !app.opens(&link, key).await? {
        return Err(Error::NotFound);
    }
    let post = app
        .store
        .posts()
        .by_id(comment.post_id)
        .await?
        .ok_or(Error::NotFound)?;
    let change = app.store.comments().pending_change(comment.id).await?;
    let change = change.filter(|_| comment.state == CommentState::Approved);
    Ok(Opened {
        comment,
        post,
        change,
    })
}

impl Opened {
    fn can_edit(&self, app: &App) -> bool {
        let now = app.now();
        self.comment.state != CommentState::Deleted
            && self.comment.state != CommentState::Hidden
            && self.comment.created_at.plus_seconds(EDIT_SECONDS) > now
    }

    fn can_undo(&self, app: &App) -> bool {
        self.comment.state == CommentState::Deleted
            && self.comment.decided_by == COMMENTER
            && !self.comment.source.is_empty()
            && self
                .comment
                .decided_at
                .is_some_and(|at| at.plus_seconds(ERASED_AFTER_SECONDS) > app.now())
    }

    async fn page(self, app: &App, layout: Layout, key: &str) -> Result<OwnPage> {
        let mut mine = Vec::new();
        for one in app
            .store
            .comments()
            .by_same_commenter(self.comment.id)
            .await?
        {
            mine.push(Other {
                address: app.own_comment_address(one.id, one.created_at)?,
                mine: one,
            });
        }
        let policy = self.policy(app, &layout);
        let subscription = app
            .store
            .subscriptions()
            .of_comment(self.comment.id)
            .await?;
        let is_published = self.post.state == PostState::Published;
        let post_path = self.post.path.clone().filter(|_| is_published);
        let has_feed =
            self.comment.state == CommentState::Approved && !self.post.details.is_protected();
        let thread_feed = post_path
            .as_deref()
            .filter(|_| has_feed)
            .map(|path| thread_feed(path, self.comment.id));
        Ok(OwnPage {
            can_edit: self.can_edit(app),
            can_undo: self.can_undo(app),
            may_wait: self.comment.state == CommentState::Approved && policy != Policy::Open,
            post_path,
            thread_feed,
            post_title: if is_published {
                layout.titled(&self.post.title).to_owned()
            } else {
                // What a draft is called is nobody's business but its author's.
                String::new()
            },
            change: self.change,
            comment: self.comment,
            layout,
            key: key.to_owned(),
            editing: None,
            problems: Problems::default(),
            done: None,
            subscription,
            mine,
        })
    }

    fn policy(&self, app: &App, layout: &Layout) -> Policy {
        let now = app.now();
        let age = now.days_since(self.post.published_at.unwrap_or(now));
        comment::policy(&layout.site.settings, self.post.comments, age)
    }
}

pub async fn show(
    layout: Layout,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(params): Query<OwnCommentParams>,
) -> Result<Response> {
    let opened = open(&app, id, &params.key).await?;
    let mut page = opened.page(&app, layout, &params.key).await?;
    if params.edit.is_some() && page.can_edit {
        page.editing = Some(page.newest_words());
    }
    let own = &page.layout.messages().own;
    page.done = match params.done.as_str() {
        "saved" => Some(own.done_saved),
        "deleted" => Some(own.done_deleted),
        "mail" => Some(own.done_mail),
        "undone" => Some(own.done_undone),
        "erased" => Some(own.done_erased),
        _ => None,
    };
    Ok(for_the_holder_of_a_key(render::page(&page)?))
}

/// What an address of this page says.
pub struct OwnLink {
    id: i64,
    params: OwnCommentParams,
}

impl FromRequestParts<App> for OwnLink {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &App,
    ) -> std::result::Result<Self, Response> {
        let id = Path::from_request_parts(parts, app).await;
        let params = Query::from_request_parts(parts, app).await;
        let Path(id) = id.map_err(IntoResponse::into_response)?;
        let Query(params) = params.map_err(IntoResponse::into_response)?;
        Ok(Self { id, params })
    }
}

pub async fn act(
    State(app): State<App>,
    link: OwnLink,
    visitor: Visitor,
    Form(form): Form<OwnForm>,
) -> Result<Response> {
    let key = link.params.key.as_str();
    let layout = Layout::for_readers(&app).await?;
    let opened = open(&app, link.id, key).await?;
    let (comment, made_at) = (opened.comment.id, opened.comment.created_at);
    let action = match form.act.parse() {
        Ok(OwnCommentAction::Erase | OwnCommentAction::EraseAll) if form.sure.is_empty() => {
            let mut page = opened.page(&app, layout, key).await?;
            page.problems = Problems::one("sure", page.layout.messages().refused.sure);
            return render::problem_page(&page).map(for_the_holder_of_a_key);
        }
        Ok(action) => action,
        Err(UnknownAction) if form.body.is_empty() => {
            return Err(Error::BadRequest(layout.messages().refused.no_such_act));
        }
        Err(UnknownAction) => {
            let mut page = opened.page(&app, layout, key).await?;
            page.editing = Some(form.body);
            page.problems = Problems::one("body", page.layout.messages().refused.no_such_act);
            return render::problem_page(&page).map(for_the_holder_of_a_key);
        }
    };
    let done = match perform(&app, &layout, &opened, action, &form, &visitor).await? {
        Ok(done) => done,
        Err((status, problems)) => {
            let mut page = opened.page(&app, layout, key).await?;
            page.editing = Some(form.body);
            page.problems = problems;
            let response = (status, render::page(&page)?).into_response();
            return Ok(for_the_holder_of_a_key(response));
        }
    };
    let address = app.own_comment_address(comment, made_at)?;
    render::see_other(&format!("{address}&done={done}")).map(for_the_holder_of_a_key)
}

/// Does with a comment what its writer asked for; gives the word for what was done, or why the new words are refused.
async fn perform(
    app: &App,
    layout: &Layout,
    opened: &Opened,
    action: OwnCommentAction,
    form: &OwnForm,
    visitor: &Visitor,
) -> Result<std::result::Result<&'static str, Refused>> {
    let (store, id, now) = (&app.store, opened.comment.id, app.now());
    Ok(Ok(match action {
        OwnCommentAction::Save => {
            let client = visitor.addr_or_unknown();
            let saved = save(app, layout, opened, &form.body, client).await?;
            return Ok(saved.map(|()| "saved"));
        }
        OwnCommentAction::Delete => {
            store
                .moderation()
                .decide(id, CommentState::Deleted, COMMENTER, now)
                .await?;
            "deleted"
        }
        OwnCommentAction::Undo => {
            if store.comments().undo_deletion(id, now).await? {
                "undone"
            } else {
                ""
            }
        }
        OwnCommentAction::Mail => {
            let scope = Notify::of(&form.notify);
            if opened.comment.state != CommentState::Deleted {
                store.subscriptions().change(id, scope, now).await?;
            }
            "mail"
        }
        OwnCommentAction::Erase => {
            store.comments().erase(&[id], now).await?;
            "erased"
        }
        OwnCommentAction::EraseAll => {
            let mine = store.comments().by_same_commenter(id).await?;
            let ids: Vec<CommentId> = mine.iter().map(|mine| mine.id).collect();
            store.comments().erase(&ids, now).await?;
            "erased"
        }
    }))
}

type Refused = (StatusCode, Problems);

/// Changes the words.
async fn save(
    app: &App,
    layout: &Layout,
    opened: &Opened,
    body: &str,
    client: IpAddr,
) -> Result<std::result::Result<(), Refused>> {
    let Opened { comment, post, .. } = opened;
    let messages = layout.messages();
    if !opened.can_edit(app) {
        return Ok(Err((
            StatusCode::FORBIDDEN,
            Problems::one("body", messages.refused.edit_over),
        )));
    }
    let mut problems = Problems::default();
    let source = check_source(body, messages, &mut problems);
    if problems.is_empty() && source == comment.source {
        if opened.change.is_some() {
            app.store.comments().drop_change(comment.id).await?;
        }
        return Ok(Ok(()));
    }
    let html = match text::comment(&source) {
        Ok(html) if problems.is_empty() => html,
        Ok(_) => return Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, problems))),
        Err(too_deep) => {
            let problems = Problems::one("body", too_deep.in_words(messages));
            return Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, problems)));
        }
    };
    let facts = app.store.comments().facts(comment.id).await?;
    let traces = app.store.bans().traces(comment.id).await?;
    let sender = Sender {
        pass: traces.map(|traces| traces.pass).unwrap_or_default(),
        staff: comment.author_id,
        client,
        form_age_seconds: facts.form_age_seconds,
        trapped: facts.trap,
    };
    let change = OwnEdit {
        source,
        html,
        sender,
    };
    app.edit_own_comment(comment, post, opened.policy(app, layout), change)
        .await?;
    Ok(Ok(()))
}

/// All comments that are provably of this writer, as JSON.
pub async fn download(
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(params): Query<OwnCommentParams>,
) -> Result<Response> {
    let opened = open(&app, id, &params.key).await?;
    let mine = app
        .store
        .comments()
        .by_same_commenter(opened.comment.id)
        .await?;
    let comments: Vec<serde_json::Value> = mine
        .iter()
        .map(|mine| {
            serde_json::json!({
                "id": mine.id,
                "post": mine.post_title,
                "address": mine.post_path.as_ref().map(|path| app.config.link(path)),
                "state": mine.state.word(),
                "name": mine.name,
                "email": mine.email,
                "website": mine.url,
                "written": mine.created_at.rfc3339(),
                "edited": mine.edited_at.map(Millis::rfc3339),
                "text": mine.source,
            })
        })
        .collect();
    let body = serde_json::to_string_pretty(&serde_json::json!({ "comments": comments }))
        .map_err(|error| Error::Internal(format!("a download: {error}")))?;
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        ),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"my-comments.json\""),
        ),
    ];
    Ok(for_the_holder_of_a_key((headers, body).into_response()))
}
