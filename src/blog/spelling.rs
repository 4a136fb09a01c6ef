//! Words that are spelled almost like another: what somebody may have meant who mistyped one.
//!
//! Nothing here knows which words exist. All that differ by one edit are made, so that what it costs to ask for them depends
//! on the length of the word and never on the size of the blog (Norvig 2007, *How to write a spelling corrector*); those
//! that differ by more are found among a list of words by their distance (Damerau 1964).

/// Shorter words are like too many others, longer ones are no words.
const CHARS_MIN: usize = 3;
const CHARS_MAX: usize = 24;
/// A word of at least so many characters may differ by two edits from what was typed.
const TWO_EDITS_FROM: usize = 6;

const LATIN: &str = "abcdefghijklmnopqrstuvwxyz";
const CYRILLIC: &str = "абвгдежзиклмнопрстуфхцчшщъыьэюяіґє";
const GREEK: &str = "αβγδεζηθικλμνξοπρστυφχψω";
const ARABIC: &str = "ءابةتثجحخدذرزسشصضطظعغفقكلمنهويى";
const HEBREW: &str = "אבגדהוזחטיךכלםמןנסעףפץצקרשת";

/// The letters that a word may be spelled with, by its first; none where its script has no letters to mistype.
fn letters_of(word: &str) -> Option<&'static str> {
    match word.chars().next()? {
        'a'..='z' => Some(LATIN),
        '\u{370}'..='\u{3ff}' => Some(GREEK),
        '\u{400}'..='\u{4ff}' => Some(CYRILLIC),
        '\u{590}'..='\u{5ff}' => Some(HEBREW),
        '\u{600}'..='\u{6ff}' => Some(ARABIC),
        _ => None,
    }
}

/// All words that differ from a folded one by a letter too few, too many or another, or by two that changed places.
#[must_use]
pub fn one_edit_from(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    let Some(letters) = letters_of(word).filter(|_| (CHARS_MIN..=CHARS_MAX).contains(&chars.len()))
    else {
        return Vec::new();
    };
    let mut words = Vec::new();
    let mut add = |before: &[char], letter: Option<char>, after: &[char]| {
        words.push(
            before
                .iter()
                .chain(&letter)
                .chain(after)
                .collect::<String>(),
        );
    };
    for at in 0..=chars.len() {
        let (before, after) = chars.split_at(at);
        for letter in letters.chars() {
            add(before, Some(letter), after);
        }
        let [first, rest @ ..] = after else { continue };
        add(before, None, rest);
        for letter in letters.chars().filter(|letter| letter != first) {
            add(before, Some(letter), rest);
        }
        if let [second, rest @ ..] = rest {
            let turned: Vec<char> = [*second, *first].iter().chain(rest).copied().collect();
            add(before, None, &turned);
        }
    }
    words.sort_unstable();
    words.dedup();
    words.retain(|other| other != word);
    words
}

/// By how many edits two words differ, where that is few enough for one to be meant by the other.
#[must_use]
pub fn distance(typed: &str, known: &str) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (typed.chars().collect(), known.chars().collect());
    let most = if a.len() < TWO_EDITS_FROM { 1 } else { 2 };
    let comparable =
        (CHARS_MIN..=CHARS_MAX).contains(&a.len()) && a.len().abs_diff(b.len()) <= most;
    if !comparable {
        return None;
    }
    // Three rows of the table of distances between beginnings: two letters that changed places look back two.
    let mut above: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let other = usize::from(a[i - 1] != b[j - 1]);
            let mut edits = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + other);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                edits = edits.min(above[j - 2] + 1);
            }
            row.push(edits);
        }
        above = std::mem::replace(&mut last, row);
    }
    last.last()
        .copied()
        .filter(|edits| (1..=most).contains(edits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_one_edit_away_is_made_once() {
        for (typed, meant) in [
            ("tiede", "tide"),
            ("tde", "tide"),
            ("tise", "tide"),
            ("tdie", "tide"),
            ("ide", "tide"),
            ("маек", "маяк"),
            ("شجر", "شجرة"),
        ] {
            let words = one_edit_from(typed);
            assert!(words.iter().any(|word| word == meant), "{typed}");
            assert_eq!(distance(typed, meant), Some(1), "{typed}");
            let mut once = words.clone();
            once.dedup();
            assert_eq!(once, words);
            assert!(!words.iter().any(|word| word == typed));
        }
    }

    #[test]
    fn what_is_too_short_too_long_or_of_no_alphabet_is_like_nothing() {
        for typed in ["", "ab", &"a".repeat(25), "東京", "2016"] {
            assert_eq!(one_edit_from(typed), Vec::<String>::new(), "{typed}");
        }
        assert!(one_edit_from(&"a".repeat(24)).len() < 1300);
    }

    #[test]
    fn long_words_may_differ_by_two_edits() {
        assert_eq!(distance("lihgthuose", "lighthouse"), Some(2));
        assert_eq!(distance("harbur", "harbours"), Some(2));
        assert_eq!(distance("tiede", "tides"), None);
        assert_eq!(distance("lantern", "lantern"), None);
        assert_eq!(distance("lantern", "harbour"), None);
    }
}
