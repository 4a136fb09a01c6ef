//! People who sign in. Contributors write drafts of their own; authors publish what they write and moderate the comments on
//! it; operators do everything.

use super::time::Millis;
use super::{AuthorId, Problems, named};

named! {
    Role { Contributor = "contributor", Author = "author", Operator = "operator" }
}

impl Role {
    /// The name on the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Contributor => "Contributor",
            Self::Author => "Author",
            Self::Operator => "Operator",
        }
    }

    /// What somebody with this role may do, in a line.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Self::Contributor => "writes drafts; somebody else publishes them",
            Self::Author => {
                "writes and publishes their own posts, and moderates the comments on them"
            }
            Self::Operator => "can do everything: all posts and comments, pages, settings, people",
        }
    }

    #[must_use]
    pub fn is_operator(self) -> bool {
        self == Self::Operator
    }

    /// Whether somebody with this role publishes posts, at least their own.
    #[must_use]
    pub fn may_publish(self) -> bool {
        self != Self::Contributor
    }

    /// Whether somebody with this role decides about comments, at least those on their own posts.
    #[must_use]
    pub fn may_moderate(self) -> bool {
        self != Self::Contributor
    }
}

/// The posts, comments and pictures that somebody may act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Everything,
    /// Posts of this person, the comments on them, and pictures that the person sent.
    Own(AuthorId),
    /// Drafts of this person, and pictures that the person sent; no comments.
    OwnDrafts(AuthorId),
}

impl Scope {
    /// Whose things these are; `None` for everybody's.
    #[must_use]
    pub fn owner(self) -> Option<AuthorId> {
        match self {
            Self::Everything => None,
            Self::Own(id) | Self::OwnDrafts(id) => Some(id),
        }
    }

    #[must_use]
    pub fn is_drafts_only(self) -> bool {
        matches!(self, Self::OwnDrafts(_))
    }
}

/// A person who may sign in.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Author {
    pub id: AuthorId,
    pub name: String,
    /// Lower case; it signs in with it and readers never see it.
    pub email: String,
    pub role: Role,
    pub created_at: Millis,
}

impl Author {
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self.role {
            Role::Contributor => Scope::OwnDrafts(self.id),
            Role::Author => Scope::Own(self.id),
            Role::Operator => Scope::Everything,
        }
    }
}

/// Checks the name and address of a person; gives them back as they are stored.
pub fn parse_person(name: &str, email: &str) -> Result<(String, String), Problems> {
    let mut problems = Problems::default();
    let name = super::comment::visible(name);
    if name.is_empty() || name.chars().count() > super::comment::NAME_MAX_CHARS {
        problems.add("name", "Please enter a name of at most 60 characters.");
    }
    if name == super::comment::COMMENTER {
        problems.add(
            "name",
            "This name is reserved for commenters. Please choose another one.",
        );
    }
    let email = email.trim().to_lowercase();
    if !super::comment::is_email(&email) {
        problems.add("email", "This doesn’t look like an email address.");
    }
    if problems.is_empty() {
        Ok((name, email))
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_signs_in_under_the_name_that_means_commenters() {
        assert!(parse_person("Commenter", "ada@example.org").is_ok());
        let problems = parse_person("commenter", "ada@example.org").unwrap_err();
        assert!(problems.of("name").is_some());
    }
}
