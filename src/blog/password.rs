//! What a password must be: long, and none that anybody would try first.
//!
//! NIST SP 800-63B and OWASP ASVS 5, 6.2: length is what counts, so no rules on composition, and a list of those that are known.

use super::Problems;
use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

pub const MIN_CHARS: usize = 12;
/// Long enough for any sentence, short enough to hash.
pub const MAX_CHARS: usize = 128;

/// What is tried first, in small letters. ASVS asks for three thousand.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .chain(OF_THIS_PROGRAM)
        .collect()
});

/// What somebody may think of in front of our own pages.
const OF_THIS_PROGRAM: [&str; 4] = ["daybook", "passwort", "changeme", "administrator"];

/// Checks a new password; `about` are words that it must not simply be (name, email, title).
pub fn check(password: &str, about: &[&str]) -> Result<(), Problems> {
    let chars = password.chars().count();
    let message = if chars < MIN_CHARS {
        format!("Please use at least {MIN_CHARS} characters. A sentence is easy to remember.")
    } else if chars > MAX_CHARS {
        format!("Please use at most {MAX_CHARS} characters.")
    } else if is_guessable(&password.to_lowercase(), about) {
        "This password is too easy to guess. A sentence of your own is better.".to_owned()
    } else {
        return Ok(());
    };
    Err(Problems::one("password", message))
}

fn is_guessable(lower: &str, about: &[&str]) -> bool {
    let distinct = lower.chars().collect::<BTreeSet<_>>().len();
    let is_run = lower
        .as_bytes()
        .windows(2)
        .all(|pair| pair[1].wrapping_sub(pair[0]) == 1);
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    distinct < 5
        || is_run
        || is_common(lower)
        || is_common(&letters)
        || about.iter().any(|word| word.to_lowercase() == lower)
}

/// Whether a text is a password that is tried first, or two of them: most are shorter than ours may be, and that is how they
/// are made longer.
fn is_common(lower: &str) -> bool {
    COMMON.contains(lower)
        || lower
            .char_indices()
            .skip(1)
            .map(|(place, _)| lower.split_at(place))
            .any(|(one, other)| COMMON.contains(one) && COMMON.contains(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a password; nothing of a good one.
    fn said(password: &str, about: &[&str]) -> String {
        check(password, about).map_or_else(
            |problems| problems.of("password").unwrap_or_default().to_owned(),
            |()| String::new(),
        )
    }

    #[test]
    fn a_sentence_is_a_password() {
        assert_eq!(said("the tide comes in at six", &[]), "");
        assert_eq!(said("Ebb und Flut im Hafen", &["Ebb und Flut"]), "");
    }

    #[test]
    fn short_and_guessable_passwords_are_refused() {
        assert!(said("eleven char", &[]).contains("at least 12"));
        assert!(said(&"ab".repeat(65), &[]).contains("at most 128"));
        for bad in [
            "aaaaaaaaaaaa",
            "abcdefghijklm",
            "PASSWORD12345",
            "passwordpassword",
            "Monkey-Dragon!",
            "qwertyuiop123456",
            "letmein.letmein",
            "Daybook-2016-2026",
        ] {
            assert!(said(bad, &[]).contains("too easy"), "{bad}");
        }
        let own = "ada@example.org";
        assert!(said(own, &[own]).contains("too easy"));
    }

    #[test]
    fn every_long_one_of_the_list_is_refused() {
        assert!(COMMON.len() >= 10_000, "{}", COMMON.len());
        let long: Vec<_> = COMMON.iter().filter(|one| one.len() >= MIN_CHARS).collect();
        assert!(long.len() > 200, "{}", long.len());
        for one in long {
            assert!(said(one, &[]).contains("too easy"), "{one}");
        }
    }
}
