//! The page of one post: what a reader finds at its permalink, what a commenter gets back with problems,
//! and what the author sees as preview.

use super::shell::Shell;
use crate::blog::Problems;
use crate::blog::comment::{self, CommentForm, Node};
use crate::blog::post::{Comments, Kind, Link, Post};
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
    /// Whether new comments are taken.
    pub open: bool,
    pub form: CommentForm,
    pub problems: Problems,
    /// The commenter's own words as they will look.
    pub comment_preview: Option<String>,
    /// Whose comment the form answers.
    pub replying_to: Option<String>,
    /// Unsaved or unpublished text that only its author sees.
    pub is_preview: bool,
}

impl PostPage {
    pub fn new(shell: Shell, post: Post) -> Self {
        let policy = shell.site.settings.comments;
        Self {
            open: post.comments == Comments::Open && policy != comment::Policy::Closed,
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
            replying_to: None,
            is_preview: false,
        }
    }

    fn is_post(&self) -> bool {
        self.post.kind == Kind::Post
    }

    fn path(&self) -> &str {
        self.post.path.as_deref().unwrap_or_default()
    }

    fn shows_comments(&self) -> bool {
        self.post.comments != Comments::Hidden
            && !self.is_preview
            && (self.open || !self.thread.is_empty() || self.is_post())
    }

    fn comment_count(&self) -> String {
        comment::count(i64::try_from(self.thread.len()).unwrap_or(i64::MAX))
    }
}
