//! Where the links of mails lead. Opening one changes nothing, since programs open them too; its page has one button.
//! The key in the address is all the leave that it takes: nobody signs in here.

use crate::app::App;
use crate::app::comments::Reply;
use crate::app::signed::SignedLink;
use crate::blog::author::Author;
use crate::blog::comment::{COMMENTER, Comment, FIRST_COMMENT, Notify, State as CommentState};
use crate::blog::mail::{Act, ActLink, ConfirmLink, StopLink};
use crate::blog::moderation::Seen;
use crate::blog::phrases::{Phrases, current_reason, fill};
use crate::blog::post::State as PostState;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId, Problems, SubscriptionId};
use crate::error::Error;
use crate::http::page::layout::Layout;
use crate::http::page::render::{self, Result, for_the_holder_of_a_key};
use crate::store::{MailAct, MailActOutcome, Subscription};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

/// A link of a notice, as it is in the address.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct ActParams {
    c: i64,
    /// When the comment was made; links of earlier releases do not say it.
    at: i64,
    act: String,
    by: i64,
    until: i64,
    key: String,
    /// Present right after the act.
    done: Option<String>,
}

impl ActParams {
    /// The link, where its key is right.
    async fn link(&self, app: &App) -> Result<ActLink> {
        let link = ActLink {
            comment: CommentId(self.c),
            act: Act::of(&self.act).ok_or(Error::NotFound)?,
            author: AuthorId(self.by),
            ends_at: Millis(self.until),
            comment_at: Millis(self.at),
        };
        if app.opens(&SignedLink::act(&link), &self.key).await? {
            Ok(link)
        } else {
            Err(Error::NotFound)
        }
    }
}

/// What the button of an act sends.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActForm {
    /// The comment as the page showed it, see [`Seen`].
    seen: String,
    reply: String,
}

/// One act on one comment, and what was done about the comment already.
#[derive(Template)]
#[template(path = "reader/mail_act.html")]
struct ActPage {
    layout: Layout,
    act: Act,
    /// What happened; empty where the page asks.
    heading: &'static str,
    /// Where the button leads; empty where there is nothing to press.
    action: String,
    said: String,
    comment: Option<Comment>,
    post_title: String,
    /// Where the comment is shown.
    address: Option<String>,
    reply: String,
    problems: Problems,
}

impl ActPage {
    fn heading(&self) -> &'static str {
        match self.act {
            _ if !self.heading.is_empty() => self.heading,
            Act::Approve => "Approve this comment?",
            Act::Spam => "Mark this comment as spam?",
            Act::Delete => "Delete this comment?",
            Act::Reply => "Reply to this comment",
        }
    }

    fn button(&self) -> &'static str {
        let is_approved = |comment: &Comment| comment.state == CommentState::Approved;
        match self.act {
            Act::Approve => "Approve",
            Act::Spam => "Spam",
            Act::Delete => "Delete",
            Act::Reply if self.comment.as_ref().is_some_and(is_approved) => "Reply",
            Act::Reply => "Reply and approve",
        }
    }

    /// Which state a comment is in, who decided so, and when, as a sentence.
    fn decision(&self, comment: &Comment) -> String {
        let state = match comment.state {
            CommentState::Waiting => return "The comment is waiting for approval.".to_owned(),
            CommentState::Approved => "approved",
            CommentState::Spam => "marked as spam",
            CommentState::Deleted => "deleted",
            CommentState::Hidden => "hidden",
        };
        let by = match comment.decided_by.as_str() {
            "" => String::new(),
            COMMENTER => " by the commenter".to_owned(),
            name => format!(" by {name}"),
        };
        let at = comment.decided_at.map_or_else(String::new, |at| {
            format!(", {}", self.layout.dates().moment(&at))
        });
        format!("The comment was {state}{by}{at}.")
    }

    /// What the page shows, for the form to say when it is sent.
    fn seen(&self) -> String {
        self.comment
            .as_ref()
            .map_or_else(String::new, |comment| comment.seen().to_string())
    }
}

pub async fn show_act(
    layout: Layout,
    State(app): State<App>,
    Query(asked): Query<ActParams>,
) -> Result {
    let link = asked.link(&app).await?;
    let (status, mut page) = act_page(&app, layout, link, &asked.key).await?;
    if asked.done.is_some() && page.heading == done(link.act) {
        let said = match link.act {
            Act::Approve => "The comment is live.",
            Act::Spam | Act::Delete => "Readers no longer see the comment.",
            Act::Reply => "Your reply is live.",
        };
        said.clone_into(&mut page.said);
    }
    Ok(for_the_holder_of_a_key(
        (status, render::page(&page)?).into_response(),
    ))
}

/// What a link shows now: the comment with a button, or in words why there is none.
async fn act_page(
    app: &App,
    layout: Layout,
    link: ActLink,
    key: &str,
) -> Result<(StatusCode, ActPage)> {
    let mut page = ActPage {
        layout,
        act: link.act,
        heading: "",
        action: String::new(),
        said: String::new(),
        comment: None,
        post_title: String::new(),
        address: None,
        reply: String::new(),
        problems: Problems::default(),
    };
    let Some((author, comment)) = parties(app, &link).await? else {
        page.heading = "This link no longer works";
        return Ok((StatusCode::GONE, page));
    };
    if let Some(post) = app.store.posts().by_id(comment.post_id).await? {
        post.label().clone_into(&mut page.post_title);
        let is_read = comment.state == CommentState::Approved && post.state == PostState::Published;
        let path = post.path.filter(|_| is_read);
        page.address = path.map(|path| comment.address(&path));
    }
    // What its writer deleted nobody else brings back.
    let taken_back = comment.state == CommentState::Deleted && comment.decided_by == COMMENTER;
    let wanted = link.act == Act::Reply || comment.state != link.act.state();
    let mut status = StatusCode::OK;
    if let Some(at) = app.store.outbox().link_used_at(key).await? {
        page.heading = done(link.act);
        page.said = by_whom(link.act, &author.name, &page.layout.dates().moment(&at));
        if comment.state != link.act.state() {
            page.said = format!("{} Since then: {}", page.said, page.decision(&comment));
        }
    } else if !link.works_at(app.now()) {
        page.heading = "This link has expired";
        page.said = format!("It worked for seven days. {}", page.decision(&comment));
        status = StatusCode::GONE;
    } else if wanted && !taken_back {
        page.action = link.address(key);
        if comment.state != CommentState::Waiting {
            page.said = page.decision(&comment);
        }
    } else {
        page.heading = already(comment.state);
        page.said = page.decision(&comment);
    }
    page.comment = Some(comment);
    Ok((status, page))
}

/// Whose link it is and the comment that it is about, as long as both are there and the one may decide on the other.
async fn parties(app: &App, link: &ActLink) -> Result<Option<(Author, Comment)>> {
    let author = app.store.authors().by_id(link.author).await?;
    // An old link says nothing of the moment; its number is that of an old comment.
    let comment = app.store.comments().by_id(link.comment).await?;
    let comment =
        comment.filter(|one| link.comment_at == Millis(0) || one.created_at == link.comment_at);
    let may_decide = match author.as_ref().map(Author::scope) {
        Some(scope) => {
            app.store
                .access()
                .allows_comment(scope, link.comment)
                .await?
        }
        None => false,
    };
    Ok(author.zip(comment).filter(|_| may_decide))
}

/// What was done, as a heading.
fn done(act: Act) -> &'static str {
    match act {
        Act::Approve => "Approved",
        Act::Spam => "Marked as spam",
        Act::Delete => "Deleted",
        Act::Reply => "Reply posted",
    }
}

/// Who used a link, and when.
fn by_whom(act: Act, name: &str, at: &str) -> String {
    match act {
        Act::Reply => format!("{name} replied, {at}."),
        act => format!("{} by {name}, {at}.", done(act)),
    }
}

/// That somebody else was there first, as a heading.
fn already(state: CommentState) -> &'static str {
    match state {
        CommentState::Waiting => "Waiting for approval",
        CommentState::Approved => "Already approved",
        CommentState::Spam => "Already marked as spam",
        CommentState::Deleted => "Already deleted",
        CommentState::Hidden => "Already hidden",
    }
}

pub async fn act(
    layout: Layout,
    State(app): State<App>,
    Query(asked): Query<ActParams>,
    Form(form): Form<ActForm>,
) -> Result {
    let link = asked.link(&app).await?;
    let (status, mut page) = act_page(&app, layout, link, &asked.key).await?;
    let (Some(comment), false) = (&page.comment, page.action.is_empty()) else {
        let status = if status == StatusCode::OK {
            StatusCode::CONFLICT
        } else {
            status
        };
        return answer(status, &page);
    };
    let seen = Seen::parse(&form.seen)
        .filter(|seen| seen.id == link.comment)
        .unwrap_or(comment.seen());
    let (code, now) = (asked.key.as_str(), app.now());
    let act = MailAct {
        link,
        code,
        seen,
        reply: None,
        now,
    };
    let acted = if link.act == Act::Reply {
        let author = app
            .store
            .authors()
            .by_id(link.author)
            .await?
            .ok_or(Error::NotFound)?;
        match Reply::parse(&form.reply) {
            Ok(reply) => {
                let reply = Some(reply.answer(seen, &author, now));
                app.store
                    .outbox()
                    .act_by_link(MailAct { reply, ..act })
                    .await?
            }
            Err(problems) => {
                page.reply = form.reply;
                page.problems = problems;
                return answer(StatusCode::UNPROCESSABLE_ENTITY, &page);
            }
        }
    } else {
        app.store.outbox().act_by_link(act).await?
    };
    if acted == MailActOutcome::Done {
        let address = format!("{}&done=1", link.address(&asked.key));
        return render::see_other(&address).map(for_the_holder_of_a_key);
    }
    // Somebody was faster: the page says what they did, and asks again where there is still something to do.
    let (_, mut page) = act_page(&app, page.layout, link, &asked.key).await?;
    page.reply = form.reply;
    answer(StatusCode::CONFLICT, &page)
}

fn answer(status: StatusCode, page: &ActPage) -> Result {
    Ok(for_the_holder_of_a_key(
        (status, render::page(page)?).into_response(),
    ))
}

/// One question about mail, or what became of it.
#[derive(Template)]
#[template(path = "reader/mail_question.html")]
struct QuestionPage {
    layout: Layout,
    heading: &'static str,
    /// The question, with the post that it is about as a link.
    question: &'static str,
    button: &'static str,
    action: String,
    said: &'static str,
    asked: Subscription,
}

impl QuestionPage {
    fn title(&self) -> &str {
        self.layout.titled(&self.asked.post_title)
    }

    /// A part of the question with its gaps filled.
    fn filled(&self, part: &str) -> String {
        let values = [("email", self.asked.email.as_str()), ("name", self.title())];
        fill(part, &values)
    }
}

/// What is said to be asked for.
fn asked_for(asked: &Subscription, messages: &Phrases) -> &'static str {
    match asked.scope {
        Notify::Replies => messages.mail.asked_replies,
        Notify::All => messages.mail.asked_all,
    }
}

/// What is said to come.
fn what_comes(asked: &Subscription, messages: &Phrases) -> &'static str {
    match asked.scope {
        Notify::Replies => messages.mail.gets_replies,
        Notify::All => messages.mail.gets_all,
    }
}

/// The link of a question, as it is in the address.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct ConfirmParams {
    c: i64,
    key: String,
}

impl ConfirmParams {
    /// The subscription that this link confirms, where its key is right.
    async fn subscription(&self, app: &App) -> Result<Subscription> {
        let comment = CommentId(self.c);
        let asked = app
            .store
            .subscriptions()
            .of_comment(comment)
            .await?
            .ok_or(Error::NotFound)?;
        let email = &asked.email;
        let link = SignedLink::confirm(&ConfirmLink { comment, email }, asked.created_at);
        if app.opens(&link, &self.key).await? {
            Ok(asked)
        } else {
            Err(Error::NotFound)
        }
    }

    fn address(&self) -> String {
        let comment = CommentId(self.c);
        ConfirmLink { comment, email: "" }.address(&self.key)
    }
}

pub async fn show_confirm(
    layout: Layout,
    State(app): State<App>,
    Query(asked): Query<ConfirmParams>,
) -> Result {
    let subscription = asked.subscription(&app).await?;
    let is_confirmed = subscription.confirmed_at.is_some() && subscription.comment_confirmed;
    let is_stopped = subscription.ended_at.is_some();
    let messages = layout.messages().clone();
    let said = match (is_stopped, is_confirmed) {
        (true, _) => messages.mail.stopped_before,
        (_, true) => messages.mail.confirmed,
        _ => "",
    };
    question(&QuestionPage {
        layout,
        heading: messages.mail.is_it_yours,
        question: asked_for(&subscription, &messages),
        button: messages.mail.confirm,
        action: asked.address(),
        said,
        asked: subscription,
    })
}

pub async fn confirm(State(app): State<App>, Query(asked): Query<ConfirmParams>) -> Result {
    let subscription = asked.subscription(&app).await?;
    if subscription.ended_at.is_none() {
        app.store
            .subscriptions()
            .confirm(subscription.comment_id, app.now())
            .await?;
        show_where_trusted(&app, subscription.comment_id).await?;
    }
    render::see_other(&asked.address()).map(for_the_holder_of_a_key)
}

/// Shows a comment that waits only because nobody knew who wrote it, now that its writer has proved to be somebody who
/// was approved before.
async fn show_where_trusted(app: &App, id: CommentId) -> Result<()> {
    let Some(comment) = app.store.comments().by_id(id).await? else {
        return Ok(());
    };
    let waits_for_trust = comment.state == CommentState::Waiting
        && comment.decided_at.is_none()
        && current_reason(&comment.reason) == FIRST_COMMENT;
    if waits_for_trust
        && app
            .store
            .subscriptions()
            .is_trusted_address(&comment.email)
            .await?
    {
        app.store
            .moderation()
            .decide(id, CommentState::Approved, COMMENTER, app.now())
            .await?;
    }
    Ok(())
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct StopParams {
    s: i64,
    key: String,
}

impl StopParams {
    async fn subscription(&self, app: &App) -> Result<Subscription> {
        let link = StopLink(SubscriptionId(self.s));
        let found = app.store.subscriptions().by_id(link.0).await?;
        let found = found.ok_or(Error::NotFound)?;
        let link = SignedLink::stop(link, found.created_at);
        if app.opens(&link, &self.key).await? {
            Ok(found)
        } else {
            Err(Error::NotFound)
        }
    }
}

pub async fn show_stop(
    layout: Layout,
    State(app): State<App>,
    Query(asked): Query<StopParams>,
) -> Result {
    let subscription = asked.subscription(&app).await?;
    stop_page(layout, &asked, subscription)
}

/// Stops the mail, for the reader of the page or for a mail provider that was asked to, whatever the body says.
/// Answered without a redirect, which providers may not follow (RFC 8058, 3.1).
pub async fn stop(
    layout: Layout,
    State(app): State<App>,
    Query(asked): Query<StopParams>,
) -> Result {
    let subscription = asked.subscription(&app).await?;
    app.store
        .subscriptions()
        .stop(subscription.id, app.now())
        .await?;
    let subscription = asked.subscription(&app).await?;
    stop_page(layout, &asked, subscription)
}

fn stop_page(layout: Layout, asked: &StopParams, subscription: Subscription) -> Result {
    let messages = layout.messages().clone();
    question(&QuestionPage {
        layout,
        heading: messages.mail.stop_these,
        question: what_comes(&subscription, &messages),
        button: messages.mail.stop,
        action: StopLink(subscription.id).address(&asked.key),
        said: if subscription.ended_at.is_some() {
            messages.mail.stopped
        } else {
            ""
        },
        asked: subscription,
    })
}

fn question(page: &QuestionPage) -> Result {
    Ok(for_the_holder_of_a_key(render::page(page)?))
}
