//! Words as the search index knows them: folded, so that `Łódź` is found as `lodz`, and 東京 inside 東京都.
//!
//! Text and query go through the same folding. What a reader types never reaches the engine raw.

use unicode_normalization::UnicodeNormalization;

/// More words than this in one query only slow it down.
const QUERY_WORDS_MAX: usize = 12;

/// Folds a text into lower-case words separated by single spaces.
///
/// Accents go, letters such as ł and ß become plain ones. Scripts that are written without spaces become
/// pairs of neighbouring characters (`東京都` → `東京 京都 都`), so that any two of them are found.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for token in tokens(text) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        match token {
            Token::Word(word) => folded.push_str(&word),
            Token::Run(run) => push_pairs(&run, &mut folded),
        }
    }
    folded
}

/// Makes an FTS5 query that finds texts with all words of what a reader typed; `"…"` asks for a phrase.
/// `None` where nothing is left to look for.
#[must_use]
pub fn query(typed: &str) -> Option<String> {
    let mut terms: Vec<String> = Vec::new();
    for (place, part) in typed.split('"').enumerate() {
        // Every second part stood between quotation marks.
        if place % 2 == 1 {
            let phrase: Vec<String> = tokens(part)
                .into_iter()
                .map(|token| token.pairs())
                .collect();
            if !phrase.is_empty() {
                terms.push(format!("\"{}\"", phrase.join(" ")));
            }
        } else {
            terms.extend(tokens(part).iter().map(Token::term));
        }
    }
    terms.truncate(QUERY_WORDS_MAX);
    (!terms.is_empty()).then(|| terms.join(" "))
}

enum Token {
    Word(String),
    /// Characters of a script without spaces.
    Run(Vec<char>),
}

impl Token {
    /// What must stand side by side in the index for this token to be there.
    fn pairs(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Run(run) if run.len() == 1 => run.iter().collect(),
            Self::Run(run) => run
                .windows(2)
                .map(|pair| pair.iter().collect::<String>())
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    fn term(&self) -> String {
        match self {
            // One character begins a pair or stands last.
            Self::Run(run) if run.len() == 1 => format!("\"{}\" *", self.pairs()),
            _ => format!("\"{}\"", self.pairs()),
        }
    }
}

fn push_pairs(run: &[char], folded: &mut String) {
    for (place, &c) in run.iter().enumerate() {
        if place > 0 {
            folded.push(' ');
        }
        folded.push(c);
        if let Some(&next) = run.get(place + 1) {
            folded.push(next);
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut open = false;
    for c in text
        .nfkd()
        .filter(|&c| !is_accent(c))
        .nfc()
        .flat_map(char::to_lowercase)
    {
        if is_unspaced(c) {
            match tokens.last_mut() {
                Some(Token::Run(run)) if open => run.push(c),
                _ => tokens.push(Token::Run(vec![c])),
            }
            open = true;
        } else if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) {
            match tokens.last_mut() {
                Some(Token::Word(word)) if open => push_plain(c, word),
                _ => {
                    let mut word = String::new();
                    push_plain(c, &mut word);
                    tokens.push(Token::Word(word));
                }
            }
            open = true;
        } else if c != '\'' && c != '’' {
            open = false;
        }
    }
    tokens
}

/// Letters that normalisation leaves whole but people type without their strokes.
fn push_plain(c: char, word: &mut String) {
    match c {
        'ł' => word.push('l'),
        'ø' => word.push('o'),
        'đ' | 'ð' => word.push('d'),
        'ħ' => word.push('h'),
        'ı' => word.push('i'),
        'ß' => word.push_str("ss"),
        'æ' => word.push_str("ae"),
        'œ' => word.push_str("oe"),
        'þ' => word.push_str("th"),
        'ς' => word.push('σ'),
        c => word.push(c),
    }
}

/// Accents of European scripts, points of Hebrew and vowels of Arabic: written or left out at will.
/// Marks of other scripts are part of the word.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}')
}

fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' | '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_and_case_are_folded() {
        assert_eq!(fold("Łódź, Crème-brûlée & Øre"), "lodz creme brulee ore");
        assert_eq!(fold("STRASSE Straße"), "strasse strasse");
    }

    #[test]
    fn any_two_neighbours_of_an_unspaced_script_are_found() {
        assert_eq!(fold("東京都 is"), "東京 京都 都 is");
        assert_eq!(query("京都").as_deref(), Some("\"京都\""));
        assert_eq!(query("東京都").as_deref(), Some("\"東京 京都\""));
        assert_eq!(query("都").as_deref(), Some("\"都\" *"));
    }

    #[test]
    fn a_quoted_phrase_stays_together() {
        assert_eq!(
            query("tide \"old map\"").as_deref(),
            Some("\"tide\" \"old map\"")
        );
    }

    #[test]
    fn nothing_to_look_for_is_no_query() {
        assert_eq!(query("  \"\" - * "), None);
    }

    proptest! {
        #[test]
        fn operators_never_reach_the_engine(typed in ".{0,120}") {
            if let Some(query) = query(&typed) {
                for (place, part) in query.split('"').enumerate() {
                    if place % 2 == 0 {
                        prop_assert!(matches!(part, "" | " " | " * " | " *"), "{query}");
                    }
                }
            }
        }
    }
}
