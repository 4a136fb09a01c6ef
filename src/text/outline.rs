//! What an author sees of a text while writing: its headings, how many words it has, how long they take to read.

use super::excerpt::words;
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
