//! What an author sees of a text while writing: its headings, how many words it has, how long they take to read.

use std::fmt::Write;

use super::escape;
use super::excerpt::{excerpt, words};
use super::tree::Tree;

/// Words that a reader takes in within a minute, in languages with blanks between words (Brysbaert 2019: 238 silently).
const WORDS_A_MINUTE: usize = 230;

/// A heading of a rendered text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// From 2 to 6.
    pub level: u8,
    pub text: String,
}

/// A heading with an id, as it is in the list of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// How many headings it is under.
    pub depth: usize,
    pub id: String,
    pub words: String,
    /// Who wrote what it is the title of, as the text says behind it; mostly empty.
    pub line: String,
    /// Whether somebody else wrote it, whom the text quotes.
    pub quoted: bool,
}

/// A text needs a list of its contents from so many headings and words on.
const CONTENTS_HEADINGS: usize = 4;
const CONTENTS_WORDS: i64 = 800;

/// One that quotes several articles needs it earlier: each is a text of its own.
const ARTICLES: usize = 2;
const ARTICLES_HEADINGS: usize = 3;
const ARTICLES_WORDS: i64 = 300;

/// So much of a title, and of who wrote it, is enough to choose by.
const TITLE_CHARS: usize = 120;
const LINE_CHARS: usize = 90;

/// A list of more would be no help.
const CONTENTS_MAX: usize = 100;

/// The list of contents of a text with so many words as safe HTML; empty where it needs none.
pub fn contents(entries: &[Entry], word_count: i64) -> String {
    let articles = entries
        .iter()
        .filter(|entry| entry.quoted || !entry.line.is_empty());
    let has_articles = articles.count() >= ARTICLES;
    let (least, words, depths) = if has_articles {
        (ARTICLES_HEADINGS, ARTICLES_WORDS, 3)
    } else {
        (CONTENTS_HEADINGS, CONTENTS_WORDS, 2)
    };
    if entries.len() < least || word_count < words {
        return String::new();
    }
    let shallow = (1..=depths).rev().find_map(|depths| {
        let few: Vec<&Entry> = entries.iter().filter(|one| one.depth < depths).collect();
        (few.len() <= CONTENTS_MAX).then_some(few)
    });
    let mut html = String::new();
    // The depths of the lists that are open.
    let mut open: Vec<usize> = Vec::new();
    for entry in shallow.unwrap_or_default() {
        while open.len() > 1 && open.last().is_some_and(|&depth| depth > entry.depth) {
            html.push_str("</li></ol>");
            open.pop();
        }
        if open.last().is_some_and(|&depth| depth >= entry.depth) {
            html.push_str("</li>");
        } else {
            html.push_str("<ol>");
            open.push(entry.depth);
        }
        let words = excerpt(&entry.words, TITLE_CHARS);
        let (id, words) = (escape(&entry.id), escape(&words));
        let _ = write!(html, "<li><a href=\"#{id}\">{words}</a>");
        if !entry.line.is_empty() {
            let line = excerpt(&entry.line, LINE_CHARS);
            let _ = write!(html, "<small>{}</small>", escape(&line));
        }
    }
    for _ in open {
        html.push_str("</li></ol>");
    }
    html
}

/// The headings of a rendered text, in their order.
pub fn outline(html: &str) -> Vec<Heading> {
    let Some(tree) = Tree::of(html) else {
        return Vec::new();
    };
    let headings = tree.descendants(tree.top()).filter_map(|id| {
        let level = tree.name(id).strip_prefix('h')?.parse().ok()?;
        let text = words(&tree, id);
        Some(Heading { level, text })
    });
    headings.collect()
}

/// The words of a plain text. Where a script has no blanks between words, two characters count as one word.
pub fn number_of_words(plain: &str) -> usize {
    plain.split_whitespace().map(words_in).sum()
}

fn words_in(run: &str) -> usize {
    let dense = run.chars().filter(|&c| is_dense(c)).count();
    match dense {
        0 => usize::from(run.chars().any(char::is_alphanumeric)),
        _ => dense.div_ceil(2),
    }
}

/// Kana, Han and Hangul are written without blanks or in whole syllables.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// How many minutes so many words take to read, at least one.
pub fn minutes(words: usize) -> usize {
    words.div_ceil(WORDS_A_MINUTE).max(1)
}

/// The minutes that a post shows its readers; `None` for a short one, which is read before its length matters.
pub fn reading_minutes(word_count: i64) -> Option<i64> {
    let words = usize::try_from(word_count).ok()?;
    (words > WORDS_A_MINUTE).then(|| i64::try_from(minutes(words)).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_come_with_their_levels() {
        let heading = |level, text: &str| Heading {
            level,
            text: text.to_owned(),
        };
        assert_eq!(
            outline("<h2>A <em>tide</em></h2><p>x</p><div><h3>B</h3></div><hr>"),
            [heading(2, "A tide"), heading(3, "B")]
        );
    }

    #[test]
    fn words_are_counted_and_marks_are_not() {
        assert_eq!(number_of_words("One two – three, it’s\nfour"), 5);
        assert_eq!(number_of_words("東京都は日本の首都"), 5);
        assert_eq!(number_of_words(""), 0);
    }

    #[test]
    fn reading_takes_a_minute_at_least() {
        assert_eq!((minutes(0), minutes(230), minutes(231)), (1, 1, 2));
    }
}
