//! Lines: where white space counts in them, where they break, and what ends a list that is written in pieces.

use super::{Inherited, Reader};
use crate::text::clipboard::model::{Format, Run};
use crate::text::clipboard::style::Space;
use crate::text::tree::Element;

impl Reader<'_> {
    /// White space collapses to one blank across the borders of elements and goes at the start of a line; a blank that
    /// must not break stays where it is the only one between two words.
    pub(super) fn text(&mut self, text: &str, from: Inherited) {
        // Browsers write the blank between two elements as one that must not break, alone in an element.
        let text = if text == "\u{a0}" { " " } else { text };
        let format = from.format;
        let mut words = String::new();
        let mut last = self.last_char();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '\n' if from.space != Space::Collapse => {
                    self.push(&mut words, format);
                    self.line_break();
                    last = None;
                }
                '\r' if from.space != Space::Collapse => {}
                ' ' | '\t' | '\n' | '\r' | '\x0C'
                    if from.format.code && from.space == Space::Keep =>
                {
                    words.push(' ');
                    last = Some(' ');
                }
                ' ' | '\t' | '\n' | '\r' | '\x0C' => match last {
                    None | Some(' ') => {}
                    Some('\u{a0}') => {
                        self.soften(&mut words);
                        last = Some(' ');
                    }
                    Some(_) => {
                        words.push(' ');
                        last = Some(' ');
                    }
                },
                '\u{a0}' => match last {
                    None | Some(' ') => {}
                    Some('\u{a0}') => {
                        self.soften(&mut words);
                        last = Some(' ');
                    }
                    Some(_) => {
                        words.push('\u{a0}');
                        last = Some('\u{a0}');
                    }
                },
                '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{ad}' => {}
                // A place where a long word may break; editors leave them where there is no word.
                '\u{200b}'
                    if !(last.is_some_and(char::is_alphabetic)
                        && rest.peek().is_some_and(|next| next.is_alphabetic())) => {}
                _ if c.is_control() => {}
                _ => {
                    self.begin();
                    words.push(c);
                    last = Some(c);
                }
            }
        }
        self.push(&mut words, format);
    }

    /// Words end a list that is written in pieces.
    pub(super) fn begin(&mut self) {
        if !self.items.is_empty() {
            self.end_items();
        }
    }

    /// Makes a blank that must not break, the last that was read, an ordinary one.
    fn soften(&mut self, words: &mut String) {
        let text = match self.runs.last_mut() {
            Some(Run::Text(text, _)) if words.is_empty() => text,
            _ => words,
        };
        if text.pop().is_some() {
            text.push(' ');
        }
    }

    fn push(&mut self, words: &mut String, format: Format) {
        if words.is_empty() {
            return;
        }
        let words = std::mem::take(words);
        if let Some(Run::Text(last, known)) = self.runs.last_mut()
            && *known == format
        {
            last.push_str(&words);
            return;
        }
        self.runs.push(Run::Text(words, format));
    }

    /// The last character of the line so far; `None` at its start.
    pub(super) fn last_char(&self) -> Option<char> {
        match self.runs.last() {
            Some(Run::Text(text, _)) => text.chars().next_back(),
            Some(Run::Picture(..)) => Some('\u{fffc}'),
            Some(Run::Break) | None => None,
        }
    }

    pub(super) fn word(&mut self, word: &str, format: Format) {
        self.begin();
        self.push(&mut word.to_owned(), format);
    }

    pub(super) fn line_break(&mut self) {
        self.runs.push(Run::Break);
    }

    pub(super) fn checkbox(&mut self, element: &Element, format: Format) {
        if element.attribute("type") == Some("checkbox") {
            let box_ = if element.attribute("checked").is_some() {
                "☑ "
            } else {
                "☐ "
            };
            self.word(box_, format);
        }
    }
}
