//! Texts from frames, whose gaps are filled from lists: `assets/demo/texts.toml` says how.

use std::collections::HashMap;

use super::content::{Content, Theme};
use super::random::{Deck, Random};

/// What a gap is filled with that no list has an entry for.
pub type Own<'o> = &'o dyn Fn(&str, &mut Random) -> Option<String>;

/// Writes about one theme without saying the same thing twice in a row.
pub struct Prose<'a> {
    pub random: Random,
    content: &'a Content,
    theme: &'a Theme,
    decks: HashMap<&'a str, Deck>,
    /// How many of the theme's own sentences are left; each is used once.
    facts: usize,
}

impl<'a> Prose<'a> {
    pub fn new(random: Random, content: &'a Content, theme: &'a Theme) -> Self {
        Self {
            random,
            content,
            theme,
            decks: HashMap::new(),
            facts: theme.lists.get("fact").map_or(0, Vec::len),
        }
    }

    /// A frame with its gaps filled.
    pub fn text(&mut self, frame: &str, own: Own) -> String {
        let mut text = String::new();
        self.append(&mut text, frame, own);
        text
    }

    fn append(&mut self, text: &mut String, frame: &str, own: Own) {
        let start = text.len();
        let mut rest = frame;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let gap = after.split_once('}');
            rest = if let Some((_, after)) = gap.filter(|(gap, _)| self.fill(text, gap, own)) {
                after
            } else {
                text.push('{');
                after
            };
        }
        text.push_str(rest);
        if rest.ends_with(['.', '!', '?', ':', '”']) {
            capitalise(text, start);
        }
    }

    /// Adds what a gap is replaced by; `false` where it is no gap.
    fn fill(&mut self, text: &mut String, gap: &str, own: Own) -> bool {
        let (times, name) = self.times(gap);
        for time in 0..times {
            if time > 0 {
                text.push_str("\n\n");
            }
            let start = text.len();
            if let Some(entry) = self.entry(name) {
                self.append(text, entry, own);
            } else if let Some(word) = own(name, &mut self.random) {
                text.push_str(&word);
            } else {
                return false;
            }
            // Only qualities come after an article that is not their own.
            if name == "quality" && text[start..].starts_with(['a', 'e', 'i', 'o', 'u']) {
                let before = &text[..start];
                if before.ends_with(" a ") || before.ends_with(" A ") || before == "A " {
                    text.insert(start - 1, 'n');
                }
            }
        }
        true
    }

    /// How often `3-5 paragraph` asks for a paragraph, and its name alone.
    fn times<'g>(&mut self, gap: &'g str) -> (u64, &'g str) {
        let counted = gap.split_once(' ').and_then(|(count, name)| {
            let (low, high) = count.split_once('-').unwrap_or((count, count));
            Some((low.parse().ok()?, high.parse().ok()?, name))
        });
        counted.map_or((1, gap), |(low, high, name)| {
            (self.random.between(low, high), name)
        })
    }

    /// The next entry of a list; one of the middle of a text where all facts were used.
    pub fn entry(&mut self, name: &str) -> Option<&'a str> {
        let name = match name {
            "fact" if self.facts == 0 => "middle",
            _ => name,
        };
        if name == "fact" {
            self.facts -= 1;
        }
        let lists = [&self.theme.lists, &self.content.lists];
        let (name, list) = lists
            .into_iter()
            .find_map(|lists| lists.get_key_value(name))?;
        let deck = self
            .decks
            .entry(name)
            .or_insert_with(|| Deck::new(&mut self.random, list.len()));
        list.get(deck.deal()).map(String::as_str)
    }
}

/// Makes the letter at `start` a capital, or the one after an opening quotation mark.
pub fn capitalise(text: &mut str, start: usize) {
    let letter = if text[start..].starts_with('“') {
        start + '“'.len_utf8()
    } else {
        start
    };
    if let Some(first) = text.get_mut(letter..=letter) {
        first.make_ascii_uppercase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::random::Purpose;

    #[test]
    fn every_gap_is_one_that_can_be_filled() {
        let content = Content::read().unwrap();
        let mut prose = Prose::new(
            Random::new(1, Purpose::Posts, 0),
            &content,
            &content.themes[0],
        );
        let own = ["picture", "older", "title", "year", "count"];
        let texts = content.lists.iter().filter(|(name, _)| *name != "code");
        for entry in texts.flat_map(|(_, list)| list) {
            for after in entry.split('{').skip(1) {
                let (gap, _) = after.split_once('}').unwrap();
                let (_, name) = prose.times(gap);
                assert!(
                    own.contains(&name) || prose.entry(name).is_some(),
                    "{entry}"
                );
            }
        }
    }

    #[test]
    fn a_text_begins_with_a_capital_and_has_no_gap_left() {
        let content = Content::read().unwrap();
        for theme in &content.themes {
            let mut prose = Prose::new(Random::new(1, Purpose::Posts, 0), &content, theme);
            for name in [
                "{paragraph}",
                "{opening}",
                "{closing}",
                "{report}",
                "{remark}",
            ] {
                for _ in 0..40 {
                    let text = prose.text(name, &|_, _| None);
                    assert!(!text.contains(['{', '}']));
                    assert!(!text.contains(" a a") && !text.contains(" a unhurried"));
                    assert!(
                        text.starts_with(|first: char| first.is_uppercase() || first == '“'),
                        "{text}"
                    );
                }
            }
        }
    }
}
