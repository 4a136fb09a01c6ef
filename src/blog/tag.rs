//! Tags: what a name must be, and which two names are most likely meant as one.

use super::Problems;
use super::post::{TAG_MAX_CHARS, parse_tags};
use unicode_normalization::UnicodeNormalization;

/// What two tags have in common that differ in nothing but case, accents, dashes, spaces and dots: `Sea-side` and `seaside`,
/// `Café` and `cafe`. Other marks distinguish tags: `C++` is not `C#`.
#[must_use]
pub fn likeness(name: &str) -> String {
    name.nfkd()
        .filter(|c| !is_accent(*c) && !is_joint(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The accents of European letters; the marks of other scripts make other words.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

fn is_joint(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '_' | '.' | '\'' | '\u{2010}'..='\u{2015}' | '\u{2019}'
        )
}

/// Checks one name, as it is typed to rename a tag or to give one to many posts.
pub fn parse_name(typed: &str) -> Result<String, Problems> {
    let problem = |message: &str| Err(Problems::one("tag", message));
    let mut names = parse_tags(typed);
    match (names.pop(), names.is_empty()) {
        (None, _) => problem("Please enter a tag."),
        (Some(_), false) => problem("Please enter one tag at a time, without a comma."),
        (Some(name), true) if name.chars().count() > TAG_MAX_CHARS => {
            problem("This is too long for a tag: 60 characters at most.")
        }
        (Some(name), true) => Ok(name),
    }
}

/// Adds a tag to those of a text unless it is there in any case; gives whether it was added.
pub fn add(tags: &mut Vec<String>, name: &str) -> bool {
    let is_known = tags
        .iter()
        .any(|tag| tag.to_lowercase() == name.to_lowercase());
    if !is_known {
        tags.push(name.to_owned());
    }
    !is_known
}

/// Puts `to` in the place of `from` in the tags of a text, each once whatever its case; `None` takes it away.
/// Gives whether that changed anything.
pub fn replace(tags: &mut Vec<String>, from: &str, to: Option<&str>) -> bool {
    let before = tags.clone();
    let is = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let Some(place) = tags.iter().position(|tag| is(tag, from)) else {
        return false;
    };
    tags.retain(|tag| !is(tag, from) && !to.is_some_and(|to| is(tag, to)));
    if let Some(to) = to {
        let known = before.iter().position(|tag| is(tag, to));
        let place = known.unwrap_or(place).min(place).min(tags.len());
        tags.insert(place, to.to_owned());
    }
    *tags != before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_alike_that_differ_in_case_accent_or_dash_alone() {
        for (one, other) in [
            ("Sea-side", "seaside"),
            ("Sea side", "Sea–Side"),
            ("Café", "cafe"),
            ("Łódź", "łodz"),
            ("U.S.A.", "usa"),
            ("ﬁsh", "Fish"),
        ] {
            assert_eq!(likeness(one), likeness(other), "{one} {other}");
        }
        for (one, other) in [("C++", "C#"), ("seas", "sea"), ("東京", "京都"), ("й", "j")] {
            assert_ne!(likeness(one), likeness(other), "{one} {other}");
        }
    }

    #[test]
    fn one_name_is_wanted() {
        assert_eq!(parse_name("  Old   maps ").unwrap(), "Old maps");
        for wrong in ["", " , ", "a, b", &"x".repeat(61)] {
            assert!(parse_name(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_tag_is_replaced_where_it_stood_and_never_doubled() {
        let replaced = |tags: &[&str], from, to| {
            let mut tags: Vec<String> = tags.iter().map(|&tag| tag.to_owned()).collect();
            let changed = replace(&mut tags, from, to);
            (tags.join(","), changed)
        };
        assert_eq!(
            replaced(&["a", "B", "c"], "b", Some("x")),
            ("a,x,c".into(), true)
        );
        assert_eq!(
            replaced(&["a", "b", "c"], "c", Some("A")),
            ("A,b".into(), true)
        );
        assert_eq!(replaced(&["a", "b"], "a", None), ("b".into(), true));
        assert_eq!(replaced(&["a", "b"], "x", Some("y")), ("a,b".into(), false));
        assert_eq!(replaced(&["Sea"], "sea", Some("sea")), ("sea".into(), true));
    }
}
