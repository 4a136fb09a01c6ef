//! Lists that are written as paragraphs, or as many lists, whose items say how deep they are.

use super::model::{Block, List, Run, tidy};

/// An item, and how deep it is: 1 is the outermost.
#[derive(Debug, Clone)]
pub struct Item {
    pub level: usize,
    pub is_ordered: bool,
    pub blocks: Vec<Block>,
}

/// Items as the lists that they make; deeper ones belong to the item before them.
pub fn nested(items: Vec<Item>) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    let mut items = items.into_iter().peekable();
    while let Some(first) = items.next() {
        let (level, is_ordered) = (first.level, first.is_ordered);
        let mut below = Vec::new();
        while let Some(deeper) = items.next_if(|next| next.level > level) {
            below.push(deeper);
        }
        let mut blocks = first.blocks;
        blocks.extend(nested(below).into_iter().map(Block::List));
        match lists.last_mut() {
            Some(list) if list.start.is_some() == is_ordered => list.items.push(blocks),
            _ => lists.push(List {
                start: is_ordered.then_some(1),
                items: vec![blocks],
            }),
        }
    }
    lists
}

/// `1.`, `iv)`, `(a)`: not the letter o, which Word uses as a ring.
pub fn is_number(mark: &str) -> bool {
    let inside = mark.trim_start_matches('(').trim_end_matches(['.', ')']);
    inside.len() < mark.len()
        && (1..=5).contains(&inside.len())
        && inside.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Takes the mark of an item off the front of its words, and says whether it is a number; `None` where there is none.
pub fn take_mark(runs: &mut Vec<Run>) -> Option<bool> {
    let Some(Run::Text(text, _)) = runs.first() else {
        return None;
    };
    let (mark, rest) = text.split_once([' ', '\u{a0}']).unwrap_or((text, ""));
    let is_point = matches!(
        mark,
        "·" | "•" | "o" | "§" | "-" | "–" | "Ø" | "\u{f0b7}" | "\u{f0a7}" | "\u{f0d8}"
    );
    if !is_point && !is_number(mark) {
        return None;
    }
    let (is_ordered, rest) = (!is_point, rest.to_owned());
    if let Some(Run::Text(text, _)) = runs.first_mut() {
        *text = rest;
    }
    *runs = tidy(std::mem::take(runs));
    Some(is_ordered)
}
