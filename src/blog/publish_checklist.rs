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
    /// Pictures of other sites that could not be fetched.
    pub pictures_not_fetched: usize,
    /// Those that are still being fetched.
    pub pictures_on_their_way: usize,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// The field of the form that it is about.
    pub field: &'static str,
    pub message: String,
}

/// How the editor's script marks the place of a picture that is on its way, see `assets/picture_markup.js`.
const UNFINISHED: &str = "![Uploading ";

/// Goes through the list.
#[must_use]
pub fn of(text: &NewPost, lint_facts: &LintFacts, site_facts: &SiteFacts) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut add = |field, message: String| checks.push(Check { field, message });
    if text.title.is_empty() {
        add("title", "There’s no title.".to_owned());
    }
    if text.kind == Kind::Post && text.tags.is_empty() {
        add("tags", "There are no tags.".to_owned());
    }
    match lint_facts.pictures_without_words {
        0 => {}
        1 => add("body", "A picture has no alternative text.".to_owned()),
        many => add("body", format!("{many} pictures have no alternative text.")),
    }
    if text.source.contains(UNFINISHED) {
        add("body", "A picture hasn’t finished uploading.".to_owned());
    }
    for message in about_pictures(site_facts) {
        add("body", message);
    }
    for link in &site_facts.dead_links {
        add("body", format!("Broken link: there’s no page at {link}."));
    }
    if has_gap(&text.title) || has_gap(&text.source) {
        add("body", "“TK” is still in the text.".to_owned());
    }
    if let Some(Link { title, path }) = &site_facts.holder {
        add("permalink", format!("{path} is already used by “{title}”."));
    }
    checks
}

/// What is said about pictures that are not on this blog, or not yet.
fn about_pictures(facts: &SiteFacts) -> Vec<String> {
    let missing = match facts.pictures_missing {
        0 => None,
        1 => Some("A picture is missing. Choose a file for it.".to_owned()),
        many => Some(format!(
            "{many} pictures are missing. Choose files for them."
        )),
    };
    let not_fetched = match facts.pictures_not_fetched {
        0 => None,
        1 => Some(
            "A picture is on another site and couldn’t be downloaded. Choose a file.".to_owned(),
        ),
        many => Some(format!(
            "{many} pictures are on other sites and couldn’t be downloaded. Choose files."
        )),
    };
    let on_their_way = match facts.pictures_on_their_way {
        0 => None,
        1 => Some("A picture is still being downloaded from another site.".to_owned()),
        many => Some(format!(
            "{many} pictures are still being downloaded from other sites."
        )),
    };
    [missing, not_fetched, on_their_way]
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
