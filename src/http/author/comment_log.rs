//! The log of moderation: who did what to which comment, newest first, with the way back where there is one.

use super::desk::Desk;
use super::told::{self, Told};
use crate::app::App;
use crate::blog::comment::State as CommentState;
use crate::blog::time::Millis;
use crate::http::cursor::{Cursor, Links};
use crate::http::render::{self, Result};
use crate::store::LoggedAct;
use askama::Template;
use axum::extract::{Query, State};

/// Lines of one page: an act is a single line.
const ACTS: i64 = 50;

#[derive(Template)]
#[template(path = "author/comment_log.html")]
struct LogPage {
    desk: Desk,
    told: Told,
    back: String,
    acts: Vec<LoggedAct>,
    links: Links,
    now: Millis,
}

impl LogPage {
    fn time(&self, at: &Millis) -> String {
        told::time(&self.desk, *at, self.now)
    }
}

pub async fn show(
    desk: Desk,
    State(app): State<App>,
    Query(cursor): Query<Cursor>,
    Query(to_tell): Query<told::Asked>,
) -> Result {
    let page = app.store.log(cursor.side(), ACTS, app.now()).await?;
    render::page(&LogPage {
        told: Told::of(&app, &desk, &to_tell).await?,
        desk,
        back: "log=".to_owned(),
        links: Links::of(&page, |act| (act.at, act.id.0)),
        acts: page.items,
        now: app.now(),
    })
}

/// An act in the past tense; one that is not known here stands as it is.
pub fn did(act: &LoggedAct) -> String {
    let words = match act.act.as_str() {
        "approve" => "approved",
        "spam" => "marked as spam",
        "delete" => "deleted",
        "restore" => "put back to waiting",
        "hide" => "hid",
        "edit" => "edited",
        "reply" => "replied",
        "ban" => "banned",
        "end ban" => "ended the ban",
        "stop" => "stopped all new comments",
        "start" => "took new comments again",
        "undo" => {
            return match act.detail.as_str() {
                "waiting" => "took back: it waits again".to_owned(),
                state => format!("took back: {state} again"),
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
