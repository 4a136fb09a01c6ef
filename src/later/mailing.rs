//! Sends what waits in the outbox. What a message says is made now, from what is true now; where there is nothing to
//! say any more, nothing is sent.

use crate::app::App;
use crate::app::signed::SignedLink;
use crate::blog::comment::{Comment, Notify, State, visible};
use crate::blog::mail::{self, Act, ActLink, ConfirmLink, Kind, StopLink};
use crate::blog::phrases::{Voice, fill};
use crate::blog::post::Post;
use crate::error::{Error, Result};
use crate::mail::{Failure, Line, Mail, Turn};
use crate::store::{Due, Subscription};
use crate::text;
use askama::Template;

/// Messages sent in one round, over one connection; the next round begins with the next tick.
const AT_ONCE: i64 = 20;

/// Sends what is due, as long as nobody else is sending.
pub async fn send(app: &App) -> Result<()> {
    if !app.mailer.has_way() {
        return Ok(());
    }
    let Some(mut turn) = app.mailer.turn() else {
        return Ok(());
    };
    write_down(app, &mut turn).await?;
    let due = app.store.due_mail(app.now(), AT_ONCE).await?;
    let mut line = None;
    for due in due {
        let mail = match composed(app, &due).await {
            Ok(Some(mail)) => mail,
            Ok(None) => {
                app.store.mail_unneeded(due.id, app.now()).await?;
                continue;
            }
            Err(Error::Template(error)) => {
                app.store
                    .mail_failed(due.id, &error.to_string(), app.now())
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
        app.store.mail_sent(*id, app.now()).await?;
        turn.pop();
    }
    Ok(())
}

/// Sends one message and notes what became of it; false where no other one needs to be tried now.
async fn is_sent(
    app: &App,
    line: &mut Option<Line>,
    due: &Due,
    mail: Mail,
    turn: &mut Turn<'_>,
) -> Result<bool> {
    let first = line.is_none();
    let failure = match handed_over(app, line, mail).await {
        Ok(()) => {
            turn.push(due.id);
            write_down(app, turn).await?;
            if first {
                app.store.mail_unblocked(app.now()).await?;
                if app.mailer.is_back() {
                    tracing::info!("the mail server takes mail again");
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
                    "the mail server cannot be used; mail waits, and is tried again by itself (this line comes once an hour)"
                );
            }
            app.store.mail_postponed(&words, app.now()).await?;
            Ok(false)
        }
        Failure::Later(words) => {
            tracing::info!(id, words, "a message was refused for now");
            app.store.mail_refused(due, &words, app.now()).await?;
            Ok(true)
        }
        Failure::Never(words) => {
            tracing::warn!(id, words, "a message was given up");
            app.store.mail_failed(due.id, &words, app.now()).await?;
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
async fn composed(app: &App, due: &Due) -> Result<Option<Mail>> {
    let Some(comment) = app.store.comment(due.comment_id).await? else {
        return Ok(None);
    };
    let Some(post) = app.store.post(comment.post_id).await? else {
        return Ok(None);
    };
    match due.kind {
        Kind::Notice => notice(app, due, &comment, &post).await,
        Kind::Confirm => confirm(app, due, &comment, &post).await,
        Kind::Shown => shown(app, due, &comment, &post).await,
    }
}

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct NoticeText<'a> {
    name: &'a str,
    title: &'a str,
    quoted: String,
    url: &'a str,
    waits: bool,
    approve: String,
    spam: String,
    delete: String,
    reply: String,
    comments: String,
    settings: String,
}

/// Tells an author of a comment, unless the author was removed or somebody has decided about the comment.
async fn notice(app: &App, due: &Due, comment: &Comment, post: &Post) -> Result<Option<Mail>> {
    let site = app.site().await?;
    let Some(author) = due.author_id else {
        return Ok(None);
    };
    let needed = mail::is_notice_needed(comment, site.settings.notices);
    if !needed || app.store.author(author).await?.is_none() {
        return Ok(None);
    }
    let link = |act| -> Result<String> {
        let link = ActLink {
            comment: comment.id,
            act,
            author,
            ends_at: app.now().plus_seconds(mail::LINK_SECONDS),
            comment_at: comment.created_at,
        };
        let code = app.key_of(&SignedLink::act(&link))?;
        Ok(app.config.link(&link.address(&code)))
    };
    let waits = comment.state == State::Waiting;
    let (name, title) = (visible(comment.display_name()), visible(post.label()));
    let text = NoticeText {
        name: &name,
        title: &title,
        quoted: quoted(&comment.html),
        url: &comment.url,
        waits,
        approve: link(Act::Approve)?,
        spam: link(Act::Spam)?,
        delete: link(Act::Delete)?,
        reply: link(Act::Reply)?,
        comments: app.config.link("/admin/comments/"),
        settings: app.config.link("/admin/settings"),
    };
    let state = if waits { "waits for you" } else { "is shown" };
    let subject = format!("A comment by {name} on “{title}” {state}");
    Ok(Some(
        message(app, due, subject, text.render()?, None).await?,
    ))
}

#[derive(Template)]
#[template(path = "mail/confirm.txt")]
struct ConfirmText<'a> {
    say: &'a Voice,
    somebody: String,
    confirm: String,
}

/// Asks whether an address is right. Nothing that the commenter wrote stands in it: it goes to whomever was named.
async fn confirm(app: &App, due: &Due, comment: &Comment, post: &Post) -> Result<Option<Mail>> {
    let Some(asked) = asked_for(app, due).await? else {
        return Ok(None);
    };
    let is_kept = matches!(comment.state, State::Waiting | State::Approved);
    // A known address is asked again where the answer shows a comment that waits.
    let is_known = asked.confirmed_at.is_some()
        && (asked.comment_confirmed || comment.state != State::Waiting);
    if is_known || !is_kept {
        return Ok(None);
    }
    let link = ConfirmLink {
        comment: comment.id,
        email: &asked.email,
    };
    let code = app.key_of(&SignedLink::confirm(&link, asked.created_at))?;
    let site = app.site().await?;
    let say = &site.voice;
    let title = visible(say.titled(&post.title));
    let blog = visible(&site.settings.title);
    let somebody = match asked.scope {
        Notify::Replies => say.mail.somebody_replies,
        Notify::All => say.mail.somebody_all,
    };
    let text = ConfirmText {
        say,
        somebody: fill(somebody, &[("name", &title), ("blog", &blog)]),
        confirm: app.config.link(&link.address(&code)),
    };
    let subject = say.about(say.mail.confirm_subject, &title);
    let stop = Some(stop_link(app, &asked)?);
    Ok(Some(
        message(app, due, subject, text.render()?, stop).await?,
    ))
}

#[derive(Template)]
#[template(path = "mail/shown.txt")]
struct ShownText {
    wrote: String,
    quoted: String,
    read_it: String,
    why: String,
    stop_by: String,
}

/// Tells a commenter of a comment that is shown, as long as it is, and as long as the mail is wanted.
async fn shown(app: &App, due: &Due, comment: &Comment, post: &Post) -> Result<Option<Mail>> {
    let Some(asked) = asked_for(app, due).await? else {
        return Ok(None);
    };
    let path = asked.post_path.clone();
    let Some(path) = path.filter(|_| comment.state == State::Approved) else {
        return Ok(None);
    };
    if asked.confirmed_at.is_none() {
        return Ok(None);
    }
    let stop = stop_link(app, &asked)?;
    let site = app.site().await?;
    let say = &site.voice;
    let name = visible(say.named(&comment.name));
    let title = visible(say.titled(&post.title));
    let by_whom = [("name", name.as_str()), ("post", title.as_str())];
    let why = match asked.scope {
        Notify::Replies => say.mail.why_replies,
        Notify::All => say.mail.why_all,
    };
    let address = app.config.link(&comment.address(&path));
    let text = ShownText {
        wrote: fill(say.mail.wrote, &by_whom),
        quoted: quoted(&comment.html),
        read_it: fill(say.mail.read_it, &[("link", &address)]),
        why: say.about(why, &title),
        stop_by: fill(say.mail.stop_by, &[("link", &stop)]),
    };
    let subject = fill(say.mail.shown_subject, &by_whom);
    Ok(Some(
        message(app, due, subject, text.render()?, Some(stop)).await?,
    ))
}

/// The subscription that a message belongs to, as long as it lasts and the message still goes to its address.
async fn asked_for(app: &App, due: &Due) -> Result<Option<Subscription>> {
    let Some(id) = due.subscription_id else {
        return Ok(None);
    };
    let asked = app.store.subscription(id).await?;
    Ok(asked.filter(|asked| asked.ended_at.is_none() && asked.email == due.recipient))
}

fn stop_link(app: &App, asked: &Subscription) -> Result<String> {
    let link = StopLink(asked.id);
    let code = app.key_of(&SignedLink::stop(link, asked.created_at))?;
    Ok(app.config.link(&link.address(&code)))
}

/// A comment's words, each line marked as somebody else's, so that none can pass for a line of ours.
fn quoted(html: &str) -> String {
    let lines: Vec<String> = text::letter(html)
        .lines()
        .map(|line| format!("> {line}"))
        .collect();
    lines.join("\n")
}

async fn message(
    app: &App,
    due: &Due,
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
        at: app.now(),
        unsubscribe,
    })
}
