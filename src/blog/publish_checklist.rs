//! What an author is reminded of before a text is published: things that are easily forgotten. None of them stops anything.

use super::post::{Kind, Link, NewPost};

/// What was found in a rendered text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LintFacts {
    /// The addresses of its links, each once.
    pub links: Vec<String>,
    /// How many pictures say nothing to those who cannot see them.
    pub pictures_without_words: usize,
}

/// What the blog knows about it.
#[derive(Debug, Clone, Default)]
pub struct SiteFacts {
    /// Links to this blog that lead nowhere.
    pub dead_links: Vec<String>,
    /// The post that has the permalink that was typed.
    pub holder: Option<Link>,
    /// Pictures without an address: those that were pasted from a disk or a mail.
    pub pictures_missing: usize,
    /// Pictures without alternative text, as the text writes them.
    pub pictures_without_words: Vec<String>,
    /// Pictures of other sites that could not be fetched.
    pub pictures_not_fetched: Vec<String>,
    /// Those that are still being fetched.
    pub pictures_on_their_way: Vec<String>,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// The field of the form that it is about.
    pub field: &'static str,
    pub kind: CheckKind,
    /// Words of the text that it is about, by which its place is found.
    pub what: Option<String>,
    /// The addresses of the pictures that it is about, as the text writes them, one for each time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<String>,
    pub message: String,
}

/// What was found, for programs; the message is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckKind {
    NoTitle,
    NoTags,
    NoAlternativeText,
    NotUploaded,
    PictureMissing,
    PictureNotFetched,
    PictureOnItsWay,
    BrokenLink,
    Gap,
    PermalinkTaken,
}

/// How the editor's script marks the place of a picture that is on its way, see `assets/picture_markup.js`.
const UNFINISHED: &str = "![Uploading ";

/// Goes through the list.
#[must_use]
pub fn of(text: &NewPost, lint_facts: &LintFacts, site_facts: &SiteFacts) -> Vec<Check> {
    let mut checks = Vec::new();
    if text.title.is_empty() {
        checks.push(check("title", CheckKind::NoTitle, "There’s no title."));
    }
    if text.kind == Kind::Post && text.tags.is_empty() {
        checks.push(check("tags", CheckKind::NoTags, "There are no tags."));
    }
    checks.extend(about_pictures(text, lint_facts, site_facts));
    for link in &site_facts.dead_links {
        let message = format!("Broken link: there’s no page at {link}.");
        checks.push(Check {
            what: Some(link.clone()),
            ..check("body", CheckKind::BrokenLink, message)
        });
    }
    if has_gap(&text.title) || has_gap(&text.source) {
        checks.push(Check {
            what: Some("TK".to_owned()),
            ..check("body", CheckKind::Gap, "“TK” is still in the text.")
        });
    }
    if let Some(Link { title, path }) = &site_facts.holder {
        let message = format!("{path} is already used by “{title}”.");
        checks.push(check("permalink", CheckKind::PermalinkTaken, message));
    }
    checks
}

fn check(field: &'static str, kind: CheckKind, message: impl Into<String>) -> Check {
    Check {
        field,
        kind,
        what: None,
        pictures: Vec::new(),
        message: message.into(),
    }
}

/// What is said about pictures: without words, on their way from the browser, not on this blog, or not yet.
fn about_pictures(text: &NewPost, lint_facts: &LintFacts, facts: &SiteFacts) -> Vec<Check> {
    let without_words = match lint_facts.pictures_without_words {
        0 => None,
        1 => Some("A picture has no alternative text.".to_owned()),
        many => Some(format!("{many} pictures have no alternative text.")),
    };
    let missing = match facts.pictures_missing {
        0 => None,
        1 => Some("A picture is missing. Choose a file for it.".to_owned()),
        many => Some(format!(
            "{many} pictures are missing. Choose files for them."
        )),
    };
    let not_fetched = match facts.pictures_not_fetched.len() {
        0 => None,
        1 => Some(
            "A picture is on another site and couldn’t be downloaded. Choose a file.".to_owned(),
        ),
        many => Some(format!(
            "{many} pictures are on other sites and couldn’t be downloaded. Choose files."
        )),
    };
    let on_their_way = match facts.pictures_on_their_way.len() {
        0 => None,
        1 => Some("A picture is still being downloaded from another site.".to_owned()),
        many => Some(format!(
            "{many} pictures are still being downloaded from other sites."
        )),
    };
    let not_uploaded = text.source.contains(UNFINISHED).then(|| Check {
        what: Some(UNFINISHED.to_owned()),
        ..check(
            "body",
            CheckKind::NotUploaded,
            "A picture hasn’t finished uploading.",
        )
    });
    let about = |kind, message: Option<String>, pictures: &[String]| {
        message.map(|words| Check {
            pictures: pictures.to_vec(),
            ..check("body", kind, words)
        })
    };
    let silent = &facts.pictures_without_words;
    let (failed, waiting) = (&facts.pictures_not_fetched, &facts.pictures_on_their_way);
    [
        about(CheckKind::NoAlternativeText, without_words, silent),
        not_uploaded,
        about(CheckKind::PictureMissing, missing, &[]),
        about(CheckKind::PictureNotFetched, not_fetched, failed),
        about(CheckKind::PictureOnItsWay, on_their_way, waiting),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether a text holds the mark that writers leave where something is still to come.
fn has_gap(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "TK" | "TKTK"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_come_is_found_as_a_word_of_its_own() {
        assert!(has_gap("He was born in TK."));
        assert!(has_gap("(TKTK)"));
        assert!(!has_gap("TKO and ATK, tk"));
    }
}
