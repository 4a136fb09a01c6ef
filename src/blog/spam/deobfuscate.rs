//! What a comment says beneath its disguises: invisible characters, `c a s i n o`, `v1agra`, letters of another
//! alphabet that look alike. And where its links lead.

use crate::blog::words::normalize;
use std::collections::BTreeSet;

/// Fewer single letters in a row are initials or a list: `a b c`.
const SPACED_LETTERS_MIN: usize = 4;
/// Shorter words with digits are mostly names of things: `mp3`, `b2b`, `A4`.
const DIGIT_WORD_MIN_CHARS: usize = 4;

/// The words of a text as they are meant to be read: folded, without characters that cannot be seen.
pub(super) fn normalized(text: &str) -> String {
    normalize(
        &text
            .chars()
            .filter(|&c| !is_invisible(c))
            .collect::<String>(),
    )
}

/// The same with all disguises taken off; equal to [`normalized`] where there are none.
pub(super) fn deobfuscated(text: &str) -> String {
    let seen: String = text.chars().filter(|&c| !is_invisible(c)).collect();
    let plain: Vec<String> = seen.split_whitespace().map(plain_token).collect();
    join_letters(&normalize(&plain.join(" ")))
}

/// A name as the eye takes it: names of one look pass for each other.
#[must_use]
pub fn look(name: &str) -> String {
    let latin: String = name
        .chars()
        .filter(|&c| !is_invisible(c))
        .map(|c| like_latin(c).unwrap_or(c))
        .collect();
    normalize(&latin)
        .chars()
        .filter(|c| *c != ' ')
        .map(|c| match like_letter(c) {
            'l' | '|' => 'i',
            c => c,
        })
        .collect()
}

/// The different web addresses in a text, lower-case and without their scheme. `www.example.org` counts too;
/// an address written twice, as link and as its words, counts once.
pub(super) fn links(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let mut found = BTreeSet::new();
    for (start, mark) in lower
        .match_indices("://")
        .chain(lower.match_indices("www."))
    {
        let after_scheme = mark == "www." && lower[..start].ends_with("://");
        let inside_word =
            mark == "www." && lower[..start].ends_with(|c: char| c.is_alphanumeric() || c == '.');
        let web =
            mark == "www." || lower[..start].ends_with("http") || lower[..start].ends_with("https");
        if after_scheme || inside_word || !web {
            continue;
        }
        let begin = if mark == "www." {
            start
        } else {
            start + mark.len()
        };
        let end = lower[begin..]
            .find(|c: char| c.is_whitespace() || "\"'<>()[]{}|`«»“”".contains(c))
            .map_or(lower.len(), |length| begin + length);
        let address =
            lower[begin..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '/', '*', '_']);
        if !address.is_empty() {
            found.insert(address.to_owned());
        }
    }
    found
}

/// The host of an address as [`links`] gives it, without `www.`
pub(super) fn host(address: &str) -> &str {
    let end = address.find(['/', '?', '#', ':']).unwrap_or(address.len());
    let host = &address[..end];
    host.strip_prefix("www.").unwrap_or(host)
}

/// Zero-width, direction and other characters that show nothing.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}')
}

/// One stretch without spaces, in plain letters: `c@sino`, `cas1no`, `саsino` all become `casino`.
fn plain_token(token: &str) -> String {
    if token.contains("://") || (token.contains('@') && token.contains('.')) {
        return token.to_owned();
    }
    let latin = token.chars().any(|c| c.is_ascii_alphabetic());
    let foreign = token.chars().any(|c| like_latin(c).is_some());
    let letters: Vec<char> = token
        .chars()
        .map(|c| {
            if latin && foreign {
                like_latin(c).unwrap_or(c)
            } else {
                c
            }
        })
        .collect();
    let undigit = has_digits_for_letters(&letters);
    letters
        .iter()
        .enumerate()
        .map(|(place, &c)| {
            let between = place > 0
                && letters[place - 1].is_alphanumeric()
                && letters
                    .get(place + 1)
                    .is_some_and(|next| next.is_alphanumeric());
            match c {
                '@' | '$' | '!' | '€' if between => like_letter(c),
                '0'..='9' if undigit => like_letter(c),
                c => c,
            }
        })
        .collect()
}

/// Whether digits are inside a word where letters should be.
fn has_digits_for_letters(token: &[char]) -> bool {
    let digits = token.iter().filter(|c| c.is_ascii_digit()).count();
    let letters = token.iter().filter(|c| c.is_ascii_alphabetic()).count();
    let inside = token.windows(3).any(|three| {
        three[0].is_ascii_alphabetic()
            && three[1].is_ascii_digit()
            && three[2].is_ascii_alphanumeric()
    });
    token.len() >= DIGIT_WORD_MIN_CHARS
        && token.first().is_some_and(char::is_ascii_alphabetic)
        && token
            .iter()
            .rev()
            .find(|c| c.is_alphanumeric())
            .is_some_and(char::is_ascii_alphabetic)
        && letters > digits
        && inside
}

fn like_letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'b',
        c => c,
    }
}

/// The Latin letter that a Cyrillic or Greek one is taken for.
fn like_latin(c: char) -> Option<char> {
    Some(match c {
        'а' | 'А' | 'α' | 'Α' => 'a',
        'В' | 'Β' => 'b',
        'с' | 'С' => 'c',
        'ԁ' => 'd',
        'е' | 'Е' | 'Ε' => 'e',
        'Н' | 'Η' | 'һ' => 'h',
        'і' | 'І' | 'ι' | 'Ι' => 'i',
        'ј' | 'Ј' => 'j',
        'к' | 'К' | 'κ' | 'Κ' => 'k',
        'М' | 'Μ' => 'm',
        'Ν' => 'n',
        'о' | 'О' | 'ο' | 'Ο' => 'o',
        'р' | 'Р' | 'ρ' | 'Ρ' => 'p',
        'ѕ' | 'Ѕ' => 's',
        'Т' | 'Τ' => 't',
        'ν' => 'v',
        'х' | 'Х' | 'χ' | 'Χ' => 'x',
        'у' | 'У' | 'Υ' => 'y',
        _ => return None,
    })
}

/// Puts single letters in a row together: `c a s i n o`, which is also what `c.a.s.i.n.o` folds to.
fn join_letters(normalized: &str) -> String {
    let words: Vec<&str> = normalized.split(' ').collect();
    // Scripts without capitals have words of one letter.
    let single = |word: &str| {
        let mut chars = word.chars();
        chars
            .next()
            .is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
            && chars.next().is_none()
    };
    words
        .chunk_by(|a, b| single(a) && single(b))
        .map(|run| {
            if run.len() >= SPACED_LETTERS_MIN {
                run.concat()
            } else {
                run.join(" ")
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disguised_word_is_read_as_it_is_meant() {
        for disguised in [
            "c a s i n o",
            "C.A.S.I.N.O",
            "cas1no",
            "c@sino",
            "ca$ino",
            "c\u{200b}asino",
            "саsinо",
            "c@s1no",
        ] {
            assert_eq!(deobfuscated(disguised), "casino", "{disguised}");
        }
    }

    #[test]
    fn plain_words_stay_as_they_are() {
        for plain in [
            "The mp3 of 1842, a b c",
            "ada@example.org",
            "Windows10 B2B covid19",
            "Спасибо за карту",
            "我 去 海 边",
            "Yes! And $5",
        ] {
            assert_eq!(deobfuscated(plain), normalized(plain), "{plain}");
        }
    }

    #[test]
    fn links_are_counted_once_each() {
        let text = "See https://example.org/a, [www.example.org/b](http://www.example.org/b) and https://EXAMPLE.org/a.";
        let found = links(text);
        assert_eq!(
            found.iter().map(String::as_str).collect::<Vec<_>>(),
            ["example.org/a", "www.example.org/b"]
        );
        assert!(links("e.g. ftp://old.example or a.www.b").is_empty());
    }

    #[test]
    fn a_host_is_found_without_its_path() {
        assert_eq!(host("www.example.org/a?b"), "example.org");
        assert_eq!(host("example.org:8080"), "example.org");
    }
}
