//! Sends what waits in the outbox. What a message says is made now, from what is true now; where there is nothing to
//! say any more, nothing is sent.

use crate::app::App;
use crate::app::signed::SignedLink;
use crate::blog::comment::{Comment, Notify, State, visible};
use crate::blog::mail::{self, Act, ActLink, ConfirmLink, Kind, StopLink};
use crate::blog::phrases::{Messages, fill};
use crate::blog::post::{Markup, Post, State as PostState};
use crate::blog::quote;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, CommentId};
use crate::error::{Error, Result};
use crate::mail::{Failure, Line, Mail, Turn};
use crate::store::{DueMail, Subscription};
use crate::text;
use askama::Template;

/// Messages sent in one round, over one connection; the next round begins when the scheduler next runs.
const AT_ONCE: i64 = 20;

/// As much of an answered comment as shows which one it was.
const BEGINNING_LINES: usize = 6;
const BEGINNING_CHARS: usize = 400;
/// More messages above one than mail programs look at.
const ABOVE_MAX: usize = 20;

/// Sends what is due, as long as nobody else is sending.
pub async fn send(app: &App) -> Result<()> {
    if !app.mailer.has_way() {
        return Ok(());
    }
    let Some(mut turn) = app.mailer.turn() else {
        return Ok(());
    };
    write_down(app, &mut turn).await?;
    let due = app.store.outbox().due(app.now(), AT_ONCE).await?;
    let mut line = None;
    for due in due {
        let mail = match composed(app, &due).await {
            Ok(Some(mail)) => mail,
            Ok(None) => {
                app.store.outbox().unneeded(due.id, app.now()).await?;
                continue;
            }
            Err(Error::Template(error)) => {
                app.store
                    .outbox()
                    .failed(due.id, &error.to_string(), app.now())
                    .await?;
                continue;
            }
            Err(error) => return Err(error),
        };
        if !is_sent(app, &mut line, &due, mail, &mut turn).await? {
            break;
        }
    }
    if let Some(line) = line {
        line.close().await;
    }
    Ok(())
}

/// Writes down what was sent while the database could not be written: until then nothing more is sent, or a full disk
/// would send the same message twice a second.
async fn write_down(app: &App, turn: &mut Turn<'_>) -> Result<()> {
    while let Some(id) = turn.last() {
        app.store.outbox().sent(*id, app.now()).await?;
        turn.pop();
    }
    Ok(())
}

/// Sends one message and notes what became of it; false where no other one needs to be tried now.
async fn is_sent(
    app: &App,
    line: &mut Option<Line>,
    due: &DueMail,
    mail: Mail,
    turn: &mut Turn<'_>,
) -> Result<bool> {
    let first = line.is_none();
    let failure = match handed_over(app, line, mail).await {
        Ok(()) => {
            turn.push(due.id);
            write_down(app, turn).await?;
            if first {
                app.store.outbox().unblock(app.now()).await?;
                if app.mailer.is_back() {
                    tracing::info!("the mail server accepts mail again");
                }
            }
            return Ok(true);
        }
        Err(failure) => failure,
    };
    // After a refusal the next message begins on a new line.
    *line = None;
    let id = due.id.0;
    match failure {
        Failure::Server(words) => {
            if app.mailer.is_away(app.now()) {
                tracing::warn!(
                    words,
                    "the mail server cannot be used; emails wait and are retried automatically (logged once an hour)"
                );
            }
            app.store.outbox().postpone_all(&words, app.now()).await?;
            Ok(false)
        }
        Failure::Later(words) => {
            tracing::info!(
                id,
                words,
                "an email was refused for now and will be retried"
            );
            app.store.outbox().refused(due, &words, app.now()).await?;
            Ok(true)
        }
        Failure::Never(words) => {
            tracing::warn!(id, words, "an email failed and will not be retried");
            app.store.outbox().failed(due.id, &words, app.now()).await?;
            Ok(true)
        }
    }
}

async fn handed_over(app: &App, line: &mut Option<Line>, mail: Mail) -> Result<(), Failure> {
    let line = match line {
        Some(line) => line,
        None => line.insert(app.mailer.open().await?),
    };
    app.mailer.send(line, mail).await
}

/// What a message says; `None` where it is not needed any more.
async fn composed(app: &App, due: &DueMail) -> Result<Option<Mail>> {
    let Some(comment) = app.store.comments().by_id(due.comment_id).await? else {
        return Ok(None);
    };
    let Some(post) = app.store.posts().by_id(comment.post_id).await? else {
        return Ok(None);
    };
    match due.kind {
        Kind::Notice => notice(app, due, &comment, &post).await,
        Kind::Confirm => confirm(app, due, &comment, &post).await,
        Kind::Published => shown(app, due, &comment, &post).await,
    }
}

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct NoticeText<'a> {
    wrote: String,
    quoted: String,
    /// Who wrote what is answered, and how that begins.
    answered: Option<(String, String)>,
    url: &'a str,
    /// Where readers find the comment, or its post where the comment waits.
    place: Option<String>,
    waits: bool,
    approve: String,
    spam: String,
    delete: String,
    reply: String,
    comments: String,
    settings: String,
}

/// Notifies an author of a comment, unless the author was removed or somebody has decided about the comment.
async fn notice(app: &App, due: &DueMail, comment: &Comment, post: &Post) -> Result<Option<Mail>> {
    let site = app.site().await?;
    let Some(author) = due.author_id else {
        return Ok(None);
    };
    let needed = mail::is_notice_needed(comment, site.settings.notices);
    if !needed || app.store.authors().by_id(author).await?.is_none() {
        return Ok(None);
    }
    let link = |act| act_link(app, comment, author, act);
    let waits = comment.state == State::Waiting;
    let (name, title) = (visible(comment.display_name()), visible(post.label()));
    let parent = answered(app, comment).await?;
    let whom = parent.as_ref().map(|parent| visible(parent.display_name()));
    let path = post.path.as_deref();
    let path = path.filter(|_| post.state == PostState::Published);
    let text = NoticeText {
        wrote: match &whom {
            Some(whom) => format!("{name} replied to {whom} on “{title}”:"),
            None => format!("{name} wrote on “{title}”:"),
        },
        quoted: quoted(comment),
        answered: parent
            .as_ref()
            .zip(whom.as_ref())
            .map(|(parent, whom)| (format!("{whom} wrote:"), beginning(parent))),
        url: &comment.url,
        place: path.map(|path| {
            app.config.link(&if waits {
                path.to_owned()
            } else {
                comment.address(path)
            })
        }),
        waits,
        approve: link(Act::Approve)?,
        spam: link(Act::Spam)?,
        delete: link(Act::Delete)?,
        reply: link(Act::Reply)?,
        comments: app.config.link("/admin/comments/"),
        settings: app.config.link("/admin/settings"),
    };
    let state = if waits {
        "is waiting for approval"
    } else {
        "is live"
    };
    let subject = match whom {
        Some(whom) => format!("A reply by {name} to {whom} on “{title}” {state}"),
        None => format!("A comment by {name} on “{title}” {state}"),
    };
    let thread = Thread::of(app, due, comment, author.0).await?;
    let text = text.render()?;
    let mail = message(app, due, subject, text, None).await?;
    Ok(Some(thread.put_on(mail)))
}

/// The link by which an author does something with a comment, for as long as such links work.
fn act_link(app: &App, comment: &Comment, author: AuthorId, act: Act) -> Result<String> {
    let link = ActLink {
        comment: comment.id,
        act,
        author,
        ends_at: app.now().plus_seconds(mail::LINK_SECONDS),
        comment_at: comment.created_at,
    };
    let code = app.key_of(&SignedLink::act(&link))?;
    Ok(app.config.link(&link.address(&code)))
}

#[derive(Template)]
#[template(path = "mail/confirm.txt")]
struct ConfirmText<'a> {
    messages: &'a Messages,
    somebody: String,
    confirm: String,
    own: String,
}

/// Asks whether an address is right. Nothing that the commenter wrote is in it: it goes to the address that was named. The link to the
/// comment opens no more than what was written under the same address, see [`Comments::by_same_commenter`].
///
/// [`Comments::by_same_commenter`]: crate::store::Comments::by_same_commenter
async fn confirm(app: &App, due: &DueMail, comment: &Comment, post: &Post) -> Result<Option<Mail>> {
    let Some(subscription) = subscription_for(app, due).await? else {
        return Ok(None);
    };
    let is_kept = matches!(comment.state, State::Waiting | State::Approved);
    // A known address is asked again where the answer shows a comment that waits.
    let is_known = subscription.confirmed_at.is_some()
        && (subscription.comment_confirmed || comment.state != State::Waiting);
    if is_known || !is_kept {
        return Ok(None);
    }
    let link = ConfirmLink {
        comment: comment.id,
        email: &subscription.email,
    };
    let code = app.key_of(&SignedLink::confirm(&link, subscription.created_at))?;
    let site = app.site().await?;
    let messages = &site.messages;
    let title = visible(messages.titled(&post.title));
    let blog = visible(&site.settings.title);
    let somebody = match subscription.scope {
        Notify::Replies => messages.mail.somebody_replies,
        Notify::All => messages.mail.somebody_all,
    };
    let text = ConfirmText {
        messages,
        somebody: fill(somebody, &[("name", &title), ("blog", &blog)]),
        confirm: app.config.link(&link.address(&code)),
        own: own_link(app, comment.id, comment.created_at)?,
    };
    let subject = messages.about(messages.mail.confirm_subject, &title);
    let stop = Some(stop_link(app, &subscription)?);
    Ok(Some(
        message(app, due, subject, text.render()?, stop).await?,
    ))
}

#[derive(Template)]
#[template(path = "mail/shown.txt")]
struct ShownText {
    wrote: String,
    quoted: String,
    /// Who wrote what is answered, and how that begins.
    answered: Option<(String, String)>,
    read_it: String,
    why: String,
    stop_by: String,
    manage: String,
}

impl ShownText {
    /// The same for a post that readers open with a password: who asked for mail before it had one may not know it.
    fn without_words(self) -> Self {
        Self {
            wrote: as_subject(&self.wrote),
            quoted: String::new(),
            answered: None,
            ..self
        }
    }
}

/// Notifies a commenter of a comment that is shown, as long as it is, and as long as the mail is wanted.
async fn shown(app: &App, due: &DueMail, comment: &Comment, post: &Post) -> Result<Option<Mail>> {
    let Some(subscription) = subscription_for(app, due).await? else {
        return Ok(None);
    };
    let is_due = comment.state == State::Approved && subscription.confirmed_at.is_some();
    let Some(path) = subscription.post_path.clone().filter(|_| is_due) else {
        return Ok(None);
    };
    let stop = stop_link(app, &subscription)?;
    let site = app.site().await?;
    let messages = &site.messages;
    let name = visible(messages.named(&comment.name));
    let title = visible(messages.titled(&post.title));
    let parent = answered(app, comment).await?;
    let whom = parent
        .as_ref()
        .map(|parent| visible(messages.named(&parent.name)));
    let values = [
        ("name", name.as_str()),
        ("post", title.as_str()),
        ("other", whom.as_deref().unwrap_or_default()),
    ];
    let (wrote, who) = match &parent {
        Some(parent) => reply_words(messages, &subscription, parent),
        None => (messages.mail.wrote, String::new()),
    };
    let wrote = fill(wrote, &values);
    let why = match subscription.scope {
        Notify::Replies => messages.mail.why_replies,
        Notify::All => messages.mail.why_all,
    };
    let address = app.config.link(&comment.address(&path));
    let made_at = subscription.comment_created_at;
    let own = own_link(app, subscription.comment_id, made_at)?;
    let text = ShownText {
        wrote: wrote.clone(),
        quoted: quoted(comment),
        answered: parent.as_ref().map(|parent| (who, beginning(parent))),
        read_it: fill(messages.mail.read_it, &[("link", &address)]),
        why: messages.about(why, &title),
        stop_by: fill(messages.mail.stop_by, &[("link", &stop)]),
        manage: fill(messages.mail.manage, &[("link", &own)]),
    };
    let subject = if parent.is_some() {
        as_subject(&wrote)
    } else {
        fill(messages.mail.shown_subject, &values)
    };
    let text = if post.details.is_protected() {
        text.without_words()
    } else {
        text
    };
    let thread = Thread::of(app, due, comment, subscription.id.0).await?;
    let mail = message(app, due, subject, text.render()?, Some(stop)).await?;
    Ok(Some(thread.put_on(mail)))
}

/// That somebody replied, and who wrote what is answered: the person who gets the mail, or another one.
fn reply_words(
    messages: &Messages,
    subscription: &Subscription,
    parent: &Comment,
) -> (&'static str, String) {
    let is_theirs = parent.id == subscription.comment_id
        || parent.confirmed && parent.email == subscription.email;
    if is_theirs {
        return (
            messages.mail.replied_to_you,
            messages.mail.you_wrote.to_owned(),
        );
    }
    let whom = visible(messages.named(&parent.name));
    let who = fill(messages.mail.other_wrote, &[("name", &whom)]);
    (messages.mail.replied_to, who)
}

/// The subject of a message that says what its first line says.
fn as_subject(wrote: &str) -> String {
    wrote
        .trim_end_matches([':', '：', '\u{a0}', '\u{202f}', ' '])
        .to_owned()
}

/// The subscription that a message belongs to, as long as it lasts and the message still goes to its address.
async fn subscription_for(app: &App, due: &DueMail) -> Result<Option<Subscription>> {
    let Some(id) = due.subscription_id else {
        return Ok(None);
    };
    let subscription = app.store.subscriptions().by_id(id).await?;
    Ok(subscription.filter(|subscription| {
        subscription.ended_at.is_none() && subscription.email == due.recipient
    }))
}

fn stop_link(app: &App, subscription: &Subscription) -> Result<String> {
    let link = StopLink(subscription.id);
    let code = app.key_of(&SignedLink::stop(link, subscription.created_at))?;
    Ok(app.config.link(&link.address(&code)))
}

/// The link to a commenter's own page.
fn own_link(app: &App, id: CommentId, made_at: Millis) -> Result<String> {
    Ok(app.config.link(&app.own_comment_address(id, made_at)?))
}

/// The comment that another one answers, as long as readers see it.
async fn answered(app: &App, comment: &Comment) -> Result<Option<Comment>> {
    let Some(parent) = comment.parent_id else {
        return Ok(None);
    };
    let parent = app.store.comments().by_id(parent).await?;
    Ok(parent.filter(|parent| parent.state == State::Approved))
}

/// A comment as it was written; what was brought in as HTML becomes something like Markdown.
fn source_of(comment: &Comment) -> String {
    match comment.markup {
        Markup::Markdown => comment.source.clone(),
        Markup::Html => text::html_to_text(&comment.html),
    }
}

/// A comment's words, each line marked as somebody else's.
fn quoted(comment: &Comment) -> String {
    quote::quoted(&source_of(comment))
}

/// The first lines of a comment that is answered, quoted.
fn beginning(comment: &Comment) -> String {
    let source = source_of(comment);
    let lines: Vec<&str> = source.lines().take(BEGINNING_LINES).collect();
    let mut words: String = lines.join("\n").chars().take(BEGINNING_CHARS).collect();
    if words.len() < source.trim_end().len() {
        let end = words.rfind(char::is_whitespace).unwrap_or(words.len());
        words.truncate(end);
        words.push_str(" …");
    }
    quote::quoted(&words)
}

/// The names of a message and of those that it belongs behind: one thread for a post, in it one for each comment (RFC 5322,
/// 3.6.4). A message to another person has other names.
struct Thread {
    id: String,
    /// From the post down to what is answered.
    above: Vec<String>,
}

impl Thread {
    async fn of(app: &App, due: &DueMail, comment: &Comment, person: i64) -> Result<Self> {
        let kind = due.kind;
        let name = |comment: &Comment| {
            let made_at = comment.created_at.0;
            format!("{kind}.{}.{made_at}.{person}", comment.id)
        };
        let mut above = Vec::new();
        let mut next = comment.parent_id;
        while let Some(id) = next.filter(|_| above.len() < ABOVE_MAX) {
            let Some(parent) = app.store.comments().by_id(id).await? else {
                break;
            };
            above.push(name(&parent));
            next = parent.parent_id;
        }
        above.push(format!("{kind}.post.{}.{person}", comment.post_id));
        above.reverse();
        Ok(Self {
            id: name(comment),
            above,
        })
    }

    fn put_on(self, mail: Mail) -> Mail {
        Mail {
            id: self.id,
            above: self.above,
            ..mail
        }
    }
}

async fn message(
    app: &App,
    due: &DueMail,
    subject: String,
    text: String,
    unsubscribe: Option<String>,
) -> Result<Mail> {
    let site = app.site().await?;
    Ok(Mail {
        from_name: visible(&site.settings.title),
        to: due.recipient.clone(),
        subject,
        text,
        // The same however often it is sent.
        id: format!("{}.{}.{}", due.kind, due.id, due.created_at.0),
        above: Vec::new(),
        at: app.now(),
        unsubscribe,
    })
}
