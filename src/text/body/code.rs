//! Code: the lines of a block stay as they are, in colours where the block names its language.

use super::Writer;
use crate::text::code;
use crate::text::inline_styles::{self, InlineStyles};
use crate::text::tree::{Element, Id, Kind};

/// How many bytes of code of one text get colours.
pub(super) const MAX_COLOURED_BYTES: usize = 64 * 1024;

impl Writer<'_> {
    /// Code in a block gets colours where its language is named; anything else within it says what is special already.
    pub(super) fn code(&mut self, id: Id, element: &Element) {
        let language = element
            .attribute("class")
            .filter(|_| self.name_above(id) == "pre")
            .and_then(inline_styles::language);
        let coloured = language.and_then(|language| self.coloured(id, language));
        let Some(coloured) = coloured else {
            return self.styled("code", id, element);
        };
        self.open("code", element, &InlineStyles::default());
        self.out.push_str(&coloured);
        self.close("code");
    }

    fn coloured(&mut self, id: Id, language: &str) -> Option<String> {
        let is_words = |id: Id| matches!(self.tree.kind(id), Kind::Text(_));
        if !self.tree.children(id).all(is_words) {
            return None;
        }
        let words = self.text_of(id);
        let left = self.colourable.checked_sub(words.len())?;
        self.colourable = left;
        code::coloured(&words, language.strip_prefix("language-")?)
    }

    /// A parser drops the first line end in `pre`, so text that begins with one would lose one at each reading.
    pub(super) fn preformatted(&mut self, id: Id, element: &Element) {
        self.open("pre", element, &InlineStyles::of(element));
        let start = self.out.len();
        self.children(id);
        let inside = self.out.split_off(start);
        self.out.push_str(inside.trim_start_matches('\n'));
        self.close("pre");
    }
}
