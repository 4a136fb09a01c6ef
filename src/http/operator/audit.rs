//! The audit log: what was done behind the sign-in, newest first, decisions about comments among it.

use crate::app::App;
use crate::blog::audit::Act;
use crate::blog::{AuthorId, PostId};
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::page::pagination::{Cursor, Links};
use crate::http::page::render::{self, Result};
use crate::store::{ActFilter, AuditFilter, AuditLine};
use askama::Template;
use axum::extract::{Query, State};

/// An act is a single line.
const LINES: i64 = 100;
/// The word that represents all decisions about comments.
const COMMENTS: &str = "comments";

/// What an address asks for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct AuditParams {
    /// The id of a person; empty for everybody.
    who: String,
    /// An [`Act`], or [`COMMENTS`]; empty for all.
    act: String,
    before: String,
    after: String,
}

impl AuditParams {
    /// Nonsense asks for nothing in particular.
    fn wanted(&self) -> AuditFilter {
        AuditFilter {
            author: self.who.parse().ok().map(AuthorId),
            acts: match (self.act.as_str(), Act::of(&self.act)) {
                (COMMENTS, _) => ActFilter::Moderation,
                (_, Some(act)) => ActFilter::One(act),
                _ => ActFilter::All,
            },
        }
    }
}

#[derive(Template)]
#[template(path = "operator/audit.html")]
struct AuditPage {
    admin: AdminLayout,
    lines: Vec<AuditLine>,
    links: Links,
    people: Vec<(AuthorId, String)>,
    wanted: AuditFilter,
}

impl AuditPage {
    fn is_narrow(&self) -> bool {
        self.wanted != AuditFilter::default()
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates call methods with references"
    )]
    fn is_person(&self, id: &AuthorId) -> bool {
        self.wanted.author == Some(*id)
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates call methods with references"
    )]
    fn is_act(&self, act: &Act) -> bool {
        self.wanted.acts == ActFilter::One(*act)
    }

    fn is_comments(&self) -> bool {
        self.wanted.acts == ActFilter::Moderation
    }

    /// What the address of another page of this list is.
    fn at(&self, place: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some(author) = self.wanted.author {
            query.append_pair("who", &author.to_string());
        }
        match self.wanted.acts {
            ActFilter::All => {}
            ActFilter::One(act) => {
                query.append_pair("act", act.word());
            }
            ActFilter::Moderation => {
                query.append_pair("act", COMMENTS);
            }
        }
        let query = query.finish();
        let joint = if query.is_empty() { "" } else { "&" };
        format!("/admin/audit/?{query}{joint}{place}")
    }

    /// The time with its day: a log is read long after.
    /// The post that a line leads to; none where it was erased.
    fn post(line: &AuditLine) -> Option<PostId> {
        line.post_id.filter(|_| line.act != Act::Erase.word())
    }

    /// What was done, behind the name of who did it.
    fn did(line: &AuditLine) -> String {
        if line.moderation {
            return moderated(&line.act).to_owned();
        }
        Act::of(&line.act).map_or_else(|| line.act.clone(), |act| act.did().to_owned())
    }
}

/// An act of moderation in the past tense; an unknown one is shown as it is.
fn moderated(act: &str) -> &str {
    match act {
        "approve" => "approved a comment",
        "spam" => "marked a comment as spam",
        "delete" => "deleted a comment",
        "restore" => "moved a comment back to waiting",
        "hide" => "hid a comment",
        "edit" => "edited a comment",
        "reply" => "replied to a comment",
        "undo" => "undid a decision",
        "ban" => "banned",
        "end ban" => "ended a ban",
        "stop" => "closed comments on all posts",
        "start" => "opened comments again",
        other => other,
    }
}

pub async fn list(
    State(app): State<App>,
    admin: AdminLayout,
    Query(params): Query<AuditParams>,
) -> Result {
    let wanted = params.wanted();
    let page = Cursor::new(&params.before, &params.after)
        .page_of(|side| app.store.audit_log().list(wanted, side, LINES))
        .await?;
    render::page(&AuditPage {
        admin,
        links: Links::of(&page, |line| (line.at, line.place)),
        lines: page.items,
        people: app.store.authors().with_removed().await?,
        wanted,
    })
}
