//! The page of one post: what a reader finds at its permalink, what a commenter gets back with problems,
//! and what the author sees as preview.

use super::shell::Shell;
use crate::blog::Problems;
use crate::blog::comment::{self, CommentForm, Node, Policy};
use crate::blog::post::{Kind, Link, Post};
use crate::blog::time::Millis;
use crate::store::Tag;
use askama::Template;

#[derive(Template)]
#[template(path = "reader/post.html")]
pub struct PostPage {
    pub shell: Shell,
    pub post: Post,
    pub tags: Vec<Tag>,
    pub thread: Vec<Node>,
    pub newer: Option<Link>,
    pub older: Option<Link>,
    /// What holds for comments here today.
    pub policy: Policy,
    pub form: CommentForm,
    pub problems: Problems,
    /// The commenter's own words as they will look.
    pub comment_preview: Option<String>,
    /// Where the same words of the same name stand already.
    pub said_at: Option<String>,
    /// Whose comment the form answers.
    pub replying_to: Option<String>,
    /// Unsaved or unpublished text that only its author sees.
    pub is_preview: bool,
}

impl PostPage {
    pub fn new(shell: Shell, post: Post, now: Millis) -> Self {
        Self {
            policy: comment::policy(
                &shell.site.settings,
                post.comments,
                now.days_since(post.published_at.unwrap_or(now)),
            ),
            form: CommentForm {
                post: post.id.to_string(),
                ..CommentForm::default()
            },
            shell,
            post,
            tags: Vec::new(),
            thread: Vec::new(),
            newer: None,
            older: None,
            problems: Problems::default(),
            comment_preview: None,
            said_at: None,
            replying_to: None,
            is_preview: false,
        }
    }

    /// Whether new comments are taken.
    pub fn is_open(&self) -> bool {
        self.policy < Policy::Closed
    }

    fn is_post(&self) -> bool {
        self.post.kind == Kind::Post
    }

    fn path(&self) -> &str {
        self.post.path.as_deref().unwrap_or_default()
    }

    fn shows_comments(&self) -> bool {
        self.policy != Policy::Hidden
            && !self.is_preview
            && (self.is_open() || !self.thread.is_empty() || self.is_post())
    }

    fn comment_count(&self) -> String {
        comment::count(i64::try_from(self.thread.len()).unwrap_or(i64::MAX))
    }
}
