//! People who sign in: authors write and moderate, operators can do that and look after the blog.

use super::time::Millis;
use super::{AuthorId, Problems, named};

named! {
    Role { Author = "author", Operator = "operator" }
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

/// Checks the name and address of a person; gives them back as they are stored.
pub fn parse_person(name: &str, email: &str) -> Result<(String, String), Problems> {
    let mut problems = Problems::default();
    let name = super::comment::visible(name);
    if name.is_empty() || name.chars().count() > super::comment::NAME_MAX_CHARS {
        problems.add("name", "Please give a name of at most 60 characters.");
    }
    if name == super::comment::COMMENTER {
        problems.add(
            "name",
            "This name stands for commenters. Please choose another one.",
        );
    }
    let email = email.trim().to_lowercase();
    if !super::comment::is_email(&email) {
        problems.add("email", "This does not look like an email address.");
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
    fn nobody_signs_in_under_the_name_that_stands_for_commenters() {
        assert!(parse_person("Commenter", "ada@example.org").is_ok());
        let problems = parse_person("commenter", "ada@example.org").unwrap_err();
        assert!(problems.of("name").is_some());
    }
}
