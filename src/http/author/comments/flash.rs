//! What a moderator reads after an act: what was done, with its way back, and what somebody else did first.

use crate::app::App;
use crate::blog::comment::{COMMENTER, State};
use crate::blog::time::Millis;
use crate::blog::{ActId, CommentId};
use crate::error::Result;
use crate::http::auth::admin_layout::AdminLayout;
use crate::store::{BulkDecision, LoggedAct, ModeratedComment};
use crate::text;

/// A line or so of a comment, to know it by.
const BEGINNING_CHARS: usize = 80;
/// More comments than this were never on one page.
const CONFLICTS_MAX: usize = 100;

/// Where an act leads back to: the list as it was, a comment, or the log. In forms it is a query of known names.
pub struct ReturnTo {
    path: String,
    query: String,
}

impl ReturnTo {
    pub fn parse(text: &str) -> Self {
        let mut path = "/admin/comments/".to_owned();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            match (name.as_ref(), value.parse::<i64>()) {
                ("comment", Ok(id)) => path = format!("/admin/comments/{id}"),
                ("log", _) => "/admin/comments/log".clone_into(&mut path),
                ("state" | "q" | "before" | "after", _) => {
                    query.append_pair(&name, &value);
                }
                _ => {}
            }
        }
        Self {
            path,
            query: query.finish(),
        }
    }

    /// The address with `flash`, a query.
    pub fn with(&self, flash: &str) -> String {
        let parts: Vec<&str> = [self.query.as_str(), flash]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        format!("{}?{}", self.path, parts.join("&"))
    }
}

/// What the query of an address asks for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct FlashParams {
    /// The first and the last act that were done.
    done: String,
    /// Comments that somebody else decided upon first.
    #[serde(rename = "met")]
    conflicts: String,
    /// Nothing could be taken back.
    missed: Option<String>,
    /// No comment was selected.
    none: Option<String>,
    /// A comment was changed.
    saved: Option<String>,
}

/// The query that says what became of a decision.
pub fn query_of(decided: &BulkDecision) -> String {
    let mut query = decided.acts.map(done).unwrap_or_default();
    if !decided.conflicts.is_empty() {
        let conflicts: Vec<String> = decided.conflicts.iter().map(ToString::to_string).collect();
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str("met=");
        query.push_str(&conflicts.join("-"));
    }
    query
}

/// The query that says what was done.
pub fn done((first, last): (ActId, ActId)) -> String {
    format!("done={first}-{last}")
}

/// Reads `FIRST-LAST`.
pub fn acts(text: &str) -> Option<(ActId, ActId)> {
    let (first, last) = text.split_once('-')?;
    Some((ActId(first.parse().ok()?), ActId(last.parse().ok()?)))
}

/// What is said above a list.
#[derive(Default)]
pub struct Flash {
    pub words: Option<String>,
    /// The acts that one button takes back.
    pub undo: Option<String>,
    pub conflicts: Vec<Conflict>,
}

/// A comment that was otherwise when a decision came.
pub struct Conflict {
    pub moderated: ModeratedComment,
    pub beginning: String,
    pub words: String,
}

impl Flash {
    pub async fn of(app: &App, admin: &AdminLayout, params: &FlashParams) -> Result<Self> {
        let mut flash = Self::default();
        if let Some((first, last)) = acts(&params.done) {
            let acts = if app
                .store
                .access()
                .allows_acts(admin.scope(), first, last)
                .await?
            {
                app.store
                    .moderation()
                    .acts_between(first, last, app.now())
                    .await?
            } else {
                Vec::new()
            };
            flash.words = said(&acts);
            flash.undo = acts
                .iter()
                .any(|act| act.undoable)
                .then(|| params.done.clone());
        } else if params.missed.is_some() {
            flash.words = Some(
                "Nothing was undone: the comment has been moderated again since then, or it was more than 30 days ago."
                    .to_owned(),
            );
        } else if params.none.is_some() {
            flash.words = Some("No comments were selected.".to_owned());
        } else if params.saved.is_some() {
            flash.words = Some("The comment has been updated.".to_owned());
        }
        for id in params.conflicts.split('-').take(CONFLICTS_MAX) {
            let Ok(id) = id.parse() else { continue };
            if !app
                .store
                .access()
                .allows_comment(admin.scope(), CommentId(id))
                .await?
            {
                continue;
            }
            let Some(moderated) = app.store.moderation().by_id(CommentId(id)).await? else {
                continue;
            };
            flash.conflicts.push(Conflict {
                words: conflict_message(admin, &moderated, app.now()),
                beginning: text::excerpt(&text::plain(&moderated.comment.html), BEGINNING_CHARS),
                moderated,
            });
        }
        Ok(flash)
    }
}

/// What was done, in a sentence.
fn said(acts: &[LoggedAct]) -> Option<String> {
    let last = acts.last()?;
    if last.act == "reply" {
        return Some(match acts.len() {
            1 => "Your reply is live.".to_owned(),
            _ => "Your reply is live, and the comment is approved.".to_owned(),
        });
    }
    let became = match last.act.as_str() {
        "undo" => return Some(taken_back(acts.len(), State::of(&last.detail)?)),
        "approve" | "approve change" => State::Approved,
        "refuse change" => return Some("Readers still see the earlier version.".to_owned()),
        "spam" => State::Spam,
        "delete" => State::Deleted,
        "restore" => State::Waiting,
        "hide" => State::Hidden,
        _ => return None,
    };
    Some(match acts.len() {
        1 => format!("The comment {}.", is(became)),
        number => format!("{number} comments {}.", are(became)),
    })
}

fn taken_back(number: usize, state: State) -> String {
    match number {
        1 => format!("Undone: the comment {} again.", is(state)),
        number => format!("Undone: {number} decisions."),
    }
}

fn is(state: State) -> &'static str {
    match state {
        State::Waiting => "is waiting for approval",
        State::Approved => "is approved",
        State::Spam => "is marked as spam",
        State::Deleted => "is deleted",
        State::Hidden => "is hidden",
    }
}

fn are(state: State) -> &'static str {
    match state {
        State::Waiting => "are waiting for approval",
        State::Approved => "are approved",
        State::Spam => "are marked as spam",
        State::Deleted => "are deleted",
        State::Hidden => "are hidden",
    }
}

/// What somebody did first: `Already approved by Nora, 14:31.`
fn conflict_message(admin: &AdminLayout, moderated: &ModeratedComment, now: Millis) -> String {
    let comment = &moderated.comment;
    if let Some(at) = comment
        .edited_at
        .filter(|at| Some(*at) > comment.decided_at)
    {
        return format!(
            "The comment was edited, {}. Please read it again.",
            admin.layout.dates().recent(at, now)
        );
    }
    let done = match comment.state {
        State::Waiting => "moved back to waiting",
        State::Approved => "approved",
        State::Spam => "marked as spam",
        State::Deleted => "deleted",
        State::Hidden => "hidden",
    };
    let by = match comment.decided_by.as_str() {
        "" => String::new(),
        by => format!(" by {}", who(by)),
    };
    let at = comment.decided_at.map_or(String::new(), |at| {
        format!(", {}", admin.layout.dates().recent(at, now))
    });
    format!("Already {done}{by}{at}.")
}

/// The name of who did something.
pub fn who(by: &str) -> &str {
    if by == COMMENTER { "the commenter" } else { by }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_leads_back_to_known_pages_only() {
        let back = |text: &str| ReturnTo::parse(text).with("done=1-1");
        assert_eq!(
            back("state=spam&q=a+b&before=5-7"),
            "/admin/comments/?state=spam&q=a+b&before=5-7&done=1-1"
        );
        assert_eq!(back("comment=7"), "/admin/comments/7?done=1-1");
        assert_eq!(
            back("log=&before=0-9"),
            "/admin/comments/log?before=0-9&done=1-1"
        );
        assert_eq!(
            back("comment=//evil.example&x=y\r\nSet-Cookie:a"),
            "/admin/comments/?done=1-1"
        );
    }
}
