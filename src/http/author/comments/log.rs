//! The log of moderation: who did what to which comment, newest first, with the way back where there is one.

use super::flash::{self, Flash};
use crate::app::App;
use crate::blog::comment::State as CommentState;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::page::pagination::{Cursor, Links};
use crate::http::page::render::{self, Result};
use crate::store::LoggedAct;
use crate::text;
use askama::Template;
use axum::extract::{Query, State};

/// Lines of one page: an act is a single line.
const ACTS: i64 = 50;
/// As much of a comment as fits next to an act.
const BEGINNING_CHARS: usize = 80;

#[derive(Template)]
#[template(path = "author/comment_log.html")]
struct LogPage {
    admin: AdminLayout,
    flash: Flash,
    back: String,
    lines: Vec<Line>,
    links: Links,
}

/// A line of the log, ready to be shown.
pub struct Line {
    pub act: LoggedAct,
    pub did: String,
    /// How the comment begins, in plain words.
    pub beginning: String,
    /// On the first line of what was done at once: the acts that one button takes back, and how many they are.
    pub together: Option<(String, usize)>,
}

/// Makes lines of acts, newest first.
pub fn lines(acts: Vec<LoggedAct>) -> Vec<Line> {
    let together: Vec<Option<(String, usize)>> = (0..acts.len())
        .map(|place| together(&acts, place))
        .collect();
    acts.into_iter()
        .zip(together)
        .map(|(act, together)| Line {
            did: did(&act),
            beginning: act.beginning.as_deref().map_or(String::new(), |html| {
                text::excerpt(&text::plain(html), BEGINNING_CHARS)
            }),
            together,
            act,
        })
        .collect()
}

/// The acts that were done at once, where `place` is the first of them and all can be taken back.
fn together(acts: &[LoggedAct], place: usize) -> Option<(String, usize)> {
    let newest = acts.get(place)?;
    let alike = |act: &LoggedAct| {
        act.undoable && (act.at, &act.by, &act.act) == (newest.at, &newest.by, &newest.act)
    };
    let goes_on = place
        .checked_sub(1)
        .and_then(|before| acts.get(before))
        .is_some_and(alike);
    let number = acts[place..].iter().take_while(|act| alike(act)).count();
    if goes_on || number < 2 {
        return None;
    }
    let oldest = acts.get(place + number - 1)?;
    Some((format!("{}-{}", oldest.id, newest.id), number))
}

impl LogPage {
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn at(&self, place: &str) -> String {
        format!("/admin/comments/log?{place}")
    }
}

pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Query(cursor): Query<Cursor>,
    Query(flash_params): Query<flash::FlashParams>,
) -> Result {
    let page = app
        .store
        .moderation()
        .log(admin.scope(), cursor.side(), ACTS, app.now())
        .await?;
    render::page(&LogPage {
        flash: Flash::of(&app, &admin, &flash_params).await?,
        admin,
        back: "log=".to_owned(),
        links: Links::of(&page, |act| (act.at, act.id.0)),
        lines: lines(page.items),
    })
}

/// An act in the past tense; an unknown one is shown as it is.
fn did(act: &LoggedAct) -> String {
    let words = match act.act.as_str() {
        "approve" => "approved",
        "spam" => "marked as spam",
        "delete" => "deleted",
        "restore" => "moved back to waiting",
        "hide" => "hid",
        "edit" => "edited",
        "reply" => "replied",
        "ask change" => "asked to change the comment",
        "approve change" => "approved the change",
        "refuse change" => "kept the earlier version",
        "ban" => "banned",
        "end ban" => "ended the ban",
        "stop" => "closed comments on all posts",
        "erase" => "permanently deleted",
        "start" => "opened comments again",
        "undo" => {
            return match act.detail.as_str() {
                "waiting" => "undid: waiting again".to_owned(),
                state => format!("undid: {state} again"),
            };
        }
        other => other,
    };
    if act.detail.is_empty() {
        words.to_owned()
    } else {
        format!("{words}: {}", act.detail)
    }
}
