//! People who sign in: authors write and moderate, operators can do that and look after the blog.

use super::time::Millis;
use super::{AuthorId, Problems, named};

named! {
    Role { Author = "author", Operator = "operator" }
}

/// NIST SP 800-63B and OWASP ASVS 5: length is what counts, so no rules on composition.
pub const PASSWORD_MIN_CHARS: usize = 12;
/// Long enough for any sentence, short enough to hash.
pub const PASSWORD_MAX_CHARS: usize = 128;

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

/// Checks a new password; `about` are words that it must not simply be (name, email, title).
pub fn check_password(password: &str, about: &[&str]) -> Result<(), Problems> {
    let chars = password.chars().count();
    let message = if chars < PASSWORD_MIN_CHARS {
        format!(
            "Please use at least {PASSWORD_MIN_CHARS} characters: a sentence is easy to remember."
        )
    } else if chars > PASSWORD_MAX_CHARS {
        format!("Please use at most {PASSWORD_MAX_CHARS} characters.")
    } else if is_guessable(password, about) {
        "This password is too easy to guess. A sentence of your own is better.".to_owned()
    } else {
        return Ok(());
    };
    Err(Problems::one("password", message))
}

/// Passwords that fill twelve characters and are still among the first that anyone tries.
fn is_guessable(password: &str, about: &[&str]) -> bool {
    let lower = password.to_lowercase();
    let distinct = lower
        .chars()
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    let run = lower
        .as_bytes()
        .windows(2)
        .all(|pair| pair[1].wrapping_sub(pair[0]) == 1);
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let common = [
        "password",
        "passwordpassword",
        "passwort",
        "qwertyuiop",
        "qwertyqwerty",
        "letmein",
        "iloveyou",
        "administrator",
        "welcome",
        "changeme",
        "daybook",
    ];
    distinct < 5
        || run
        || common.contains(&letters.as_str())
        || about.iter().any(|word| word.to_lowercase() == lower)
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

    #[test]
    fn a_sentence_is_a_password() {
        assert!(check_password("the tide comes in at six", &[]).is_ok());
    }

    #[test]
    fn short_and_guessable_passwords_are_refused() {
        for bad in [
            "eleven chars"[..11].to_owned(),
            "a".repeat(12),
            "a".repeat(129),
            "password12345".into(),
            "abcdefghijklm".into(),
        ] {
            assert!(check_password(&bad, &[]).is_err(), "{bad}");
        }
        assert!(check_password("ada@example.org", &["ada@example.org"]).is_err());
    }
}
