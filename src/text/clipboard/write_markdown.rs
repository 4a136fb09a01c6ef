//! What was pasted as Markdown (`CommonMark` 0.31, with the tables and the struck words of GitHub). Only what would mean
//! something else is escaped; what Markdown has no mark for is HTML.

use std::fmt::Write;

use super::super::escape;
use super::model::{Block, Cell, Document, List, Mark, Picture, Run, Token, tokens};
use super::write_html;

/// Tables are filled up to the width of their widest row as long as they have fewer cells than this.
const CELLS_MAX: usize = 16 * 1024;

/// What a link may be called by at most (`CommonMark` 4.7); here a text is only escaped where it is in doubt.
const LABEL_MAX_CHARS: usize = 200;

/// Where a line is written, which decides what means something in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Paragraph,
    Heading,
    Cell,
}

pub fn write(document: &Document) -> String {
    blocks(&document.blocks, &document.links)
}

fn blocks(blocks: &[Block], links: &[String]) -> String {
    let mut text = String::new();
    let mut last: Option<&Block> = None;
    for written in blocks {
        if let Some(last) = last {
            // Two numbered lists in a row would be one.
            let are_lists = matches!((last, written), (Block::List(one), Block::List(other)) if one.start.is_some() == other.start.is_some());
            text.push_str(if are_lists {
                "\n\n<!-- -->\n\n"
            } else {
                "\n\n"
            });
        }
        text.push_str(&block(written, links));
        last = Some(written);
    }
    text
}

fn block(block: &Block, links: &[String]) -> String {
    match block {
        Block::Paragraph(runs) => line(runs, links, Place::Paragraph),
        Block::Heading(level, runs) => {
            let words = line(runs, links, Place::Heading);
            // Marks at the end would only close the heading.
            let bare = words.trim_end_matches('#');
            let marks = words.len() - bare.len();
            let escaped = if marks > 0 { "\\" } else { "" };
            format!(
                "{} {bare}{escaped}{}",
                "#".repeat(*level),
                &words[bare.len()..]
            )
        }
        Block::List(written) => list(written, links),
        Block::Quote(written) => prefixed(&blocks(written, links), "> ", "> "),
        Block::Code { language, text } => {
            let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
            format!("{fence}{language}\n{text}\n{fence}")
        }
        Block::Table(rows) => table(rows, links),
        Block::Rule => "---".to_owned(),
        Block::Film(address) => address.clone(),
    }
}

/// Lines behind a mark; empty ones have no blanks at their end.
fn prefixed(text: &str, first: &str, others: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .enumerate()
        .map(|(place, line)| {
            let prefix = if place == 0 { first } else { others };
            format!("{prefix}{line}").trim_end_matches(' ').to_owned()
        })
        .collect();
    lines.join("\n")
}

fn list(list: &List, links: &[String]) -> String {
    let gap = if list.is_loose() { "\n\n" } else { "\n" };
    let items: Vec<String> = list
        .items
        .iter()
        .enumerate()
        .map(|(place, item)| {
            let mark = match list.start {
                Some(start) => format!("{}. ", start + place),
                None => "- ".to_owned(),
            };
            let parts: Vec<String> = item.iter().map(|written| block(written, links)).collect();
            prefixed(&parts.join(gap), &mark, &" ".repeat(mark.len()))
        })
        .collect();
    items.join(gap)
}

fn table(rows: &[Vec<Cell>], links: &[String]) -> String {
    let grid = grid(rows, links);
    let columns = grid.iter().map(Vec::len).max().unwrap_or_default();
    let fills_up = columns * grid.len() <= CELLS_MAX;
    let mut written = Vec::new();
    for (place, mut row) in grid.into_iter().enumerate() {
        if fills_up || place == 0 {
            row.resize(columns, String::new());
        }
        written.push(format!("| {} |", row.join(" | ")));
        if place == 0 {
            written.push(format!("|{}", " --- |".repeat(columns)));
        }
    }
    written.join("\n")
}

/// The cells of a table in their columns. What one of them covers besides its own place is empty.
fn grid(rows: &[Vec<Cell>], links: &[String]) -> Vec<Vec<String>> {
    let all = rows.iter().flatten().map(|cell| cell.columns * cell.rows);
    let spans = all.sum::<usize>() <= CELLS_MAX;
    let mut covered: Vec<usize> = Vec::new();
    let mut grid = Vec::new();
    for row in rows {
        let mut line: Vec<String> = Vec::new();
        let skip = |line: &mut Vec<String>, covered: &mut Vec<usize>| {
            while let Some(rows) = covered.get_mut(line.len()).filter(|rows| **rows > 0) {
                *rows -= 1;
                line.push(String::new());
            }
        };
        for cell in row {
            skip(&mut line, &mut covered);
            let (columns, rows) = if spans {
                (cell.columns, cell.rows)
            } else {
                (1, 1)
            };
            for column in 0..columns.max(1) {
                let place = line.len();
                covered.resize(covered.len().max(place + 1), 0);
                covered[place] = rows.saturating_sub(1);
                line.push(if column == 0 {
                    cell_line(&cell.blocks, links)
                } else {
                    String::new()
                });
            }
        }
        skip(&mut line, &mut covered);
        grid.push(line);
    }
    grid
}

/// The content of a cell, which is one line: paragraphs are parted by line breaks, lists are written as HTML.
fn cell_line(blocks: &[Block], links: &[String]) -> String {
    let is_words = |block: &Block| matches!(block, Block::Paragraph(_) | Block::Heading(..));
    if blocks.iter().all(is_words) {
        let written: Vec<String> = blocks
            .iter()
            .filter_map(|block| match block {
                Block::Paragraph(runs) | Block::Heading(_, runs) => {
                    Some(line(runs, links, Place::Cell))
                }
                _ => None,
            })
            .collect();
        return written.join("<br>");
    }
    let html = write_html::cell_line(blocks, links);
    html.replace('\n', " ").replace('|', "&#124;")
}

/// A line with its marks.
fn line(runs: &[Run], links: &[String], place: Place) -> String {
    let tokens = tokens(runs);
    let html = marks_as_html(&tokens);
    let mut writer = Line {
        tokens: &tokens,
        html: &html,
        links,
        place,
        out: String::new(),
    };
    writer.write();
    writer.out
}

struct Line<'l> {
    tokens: &'l [Token<'l>],
    /// Of each token whether it is a mark that only HTML can write here.
    html: &'l [bool],
    links: &'l [String],
    place: Place,
    out: String,
}

impl Line<'_> {
    fn write(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            if let Some(address) = self.bare_link(at).map(str::to_owned) {
                let _ = write!(self.out, "<{address}>");
                at += 3;
                continue;
            }
            self.token(at);
            at += 1;
        }
    }

    /// The address of a link whose words are its address.
    fn bare_link(&self, at: usize) -> Option<&str> {
        let [
            Token::Open(Mark::Link(place)),
            Token::Text(text),
            Token::Close(Mark::Link(_)),
            ..,
        ] = &self.tokens[at..]
        else {
            return None;
        };
        let address = &self.links[*place];
        let is_same = address == text || address.strip_suffix('/') == Some(text);
        let is_plain = !address
            .chars()
            .any(|c| c.is_whitespace() || matches!(c, '<' | '>'));
        (is_same && is_plain && address.starts_with("http")).then_some(address)
    }

    fn token(&mut self, at: usize) {
        match &self.tokens[at] {
            Token::Open(Mark::Link(_)) => self.out.push('['),
            Token::Close(Mark::Link(place)) => {
                let _ = write!(self.out, "]({})", destination(&self.links[*place]));
            }
            Token::Open(mark) if self.html[at] => {
                let _ = write!(self.out, "<{}>", write_html::tag(*mark));
            }
            Token::Close(mark) if self.html[at] => {
                let _ = write!(self.out, "</{}>", write_html::tag(*mark));
            }
            Token::Open(mark) | Token::Close(mark) => self.out.push_str(delimiter(*mark)),
            Token::Text(text) => {
                let next = self.tokens.get(at + 1);
                self.text(text, next);
            }
            Token::Code(text) => self.code(text),
            Token::Picture(written) => self.out.push_str(&picture(written)),
            Token::Break => self.out.push_str(match self.place {
                Place::Paragraph => "\\\n",
                Place::Heading => " ",
                Place::Cell => "<br>",
            }),
        }
    }

    fn code(&mut self, text: &str) {
        let text = text.replace('\n', " ");
        let text = if self.place == Place::Cell {
            text.replace('|', "\\|")
        } else {
            text
        };
        let fence = "`".repeat(longest_run(&text, '`') + 1);
        let fence = if text.contains('`') {
            fence
        } else {
            "`".to_owned()
        };
        let needs_blank = text.starts_with('`') || text.ends_with('`');
        let blank = if needs_blank { " " } else { "" };
        let _ = write!(self.out, "{fence}{blank}{text}{blank}{fence}");
    }

    fn is_at_start(&self) -> bool {
        self.place != Place::Cell && (self.out.is_empty() || self.out.ends_with('\n'))
    }

    fn text(&mut self, text: &str, next: Option<&Token>) {
        let mut text = text;
        if self.place == Place::Paragraph && self.is_at_start() {
            text = self.start(text);
        }
        let chars: Vec<char> = text.chars().collect();
        let mut address_until = 0;
        for (at, &c) in chars.iter().enumerate() {
            let before = at
                .checked_sub(1)
                .map(|before| chars[before])
                .or_else(|| self.out.chars().next_back());
            let behind = chars.get(at + 1).copied().or_else(|| first_char(next));
            if at >= address_until
                && is_address(&chars[at..])
                && !before.is_some_and(char::is_alphanumeric)
            {
                let length = chars[at..]
                    .iter()
                    .take_while(|c| !c.is_whitespace())
                    .count();
                address_until = at + length;
            }
            let is_in_address = at < address_until;
            let is_mark = match c {
                '[' => begins_link(&chars[at + 1..], first_char(next)),
                ']' => matches!(behind, Some('(' | '[' | ':')),
                _ => self.means_something(c, before, behind, is_in_address),
            };
            if is_mark {
                self.out.push('\\');
            }
            match c {
                '<' if is_tag_start(behind) => self.out.push_str("&lt;"),
                '&' if is_entity(&chars[at + 1..]) => self.out.push_str("&amp;"),
                _ => self.out.push(c),
            }
        }
    }

    fn means_something(
        &self,
        c: char,
        before: Option<char>,
        behind: Option<char>,
        in_address: bool,
    ) -> bool {
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        match c {
            '`' => true,
            '|' => self.place == Place::Cell,
            '\\' => behind.is_none_or(|c| c.is_ascii_punctuation()),
            '*' => !(in_address || is_blank(before) && is_blank(behind)),
            '_' => {
                let is_inside = is_word(before) && is_word(behind);
                let is_alone = is_blank(before) && is_blank(behind);
                !(in_address || is_inside || is_alone)
            }
            '~' => !in_address,
            '!' => behind == Some('['),
            _ => false,
        }
    }

    /// Escapes what means something at the beginning of a line; gives the rest.
    fn start<'t>(&mut self, text: &'t str) -> &'t str {
        let is_end = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
        let hashes = text.len() - text.trim_start_matches('#').len();
        if (1..=6).contains(&hashes) && is_end(&text[hashes..]) {
            self.out.push('\\');
            return text;
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if (1..=9).contains(&digits)
            && text[digits..].starts_with(['.', ')'])
            && is_end(&text[digits + 1..])
        {
            let (number, rest) = text.split_at(digits);
            let (mark, rest) = rest.split_at(1);
            let _ = write!(self.out, "{number}\\{mark}");
            return rest;
        }
        let is_line_of = |mark: char| text.trim_end().chars().all(|c| c == mark || c == ' ');
        let is_mark = text.starts_with(['-', '+', '*']) && is_end(&text[1..]);
        let is_rule =
            text.starts_with('-') && is_line_of('-') || text.starts_with('=') && is_line_of('=');
        if text.starts_with('>') || is_mark || is_rule {
            let (mark, rest) = text.split_at(1);
            let _ = write!(self.out, "\\{mark}");
            return rest;
        }
        text
    }
}

/// Whether a bracket could begin a link, a footnote or a definition.
fn begins_link(rest: &[char], next: Option<char>) -> bool {
    // Looking further costs the square of the length of a text that is full of brackets.
    let near = &rest[..rest.len().min(LABEL_MAX_CHARS)];
    if near.first() == Some(&'^') {
        return true;
    }
    match near.iter().position(|&c| c == ']') {
        Some(end) => matches!(rest.get(end + 1).copied().or(next), Some('(' | '[' | ':')),
        None => true,
    }
}

/// Whether an address begins here that becomes a link by itself.
fn is_address(rest: &[char]) -> bool {
    ["http://", "https://", "www."].iter().any(|start| {
        start.chars().count() < rest.len()
            && start.chars().zip(rest).all(|(one, other)| one == *other)
    })
}

fn is_tag_start(behind: Option<char>) -> bool {
    behind.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

fn is_entity(rest: &[char]) -> bool {
    let name = rest
        .iter()
        .take(32)
        .take_while(|c| c.is_ascii_alphanumeric() || **c == '#')
        .count();
    name > 0 && rest.get(name) == Some(&';')
}

/// The first character that a token writes.
fn first_char(token: Option<&Token>) -> Option<char> {
    match token? {
        Token::Text(text) => text.chars().next(),
        Token::Code(_) => Some('`'),
        Token::Picture(_) => Some('!'),
        Token::Break => Some('\n'),
        Token::Open(Mark::Link(_)) => Some('['),
        Token::Close(Mark::Link(_)) => Some(']'),
        Token::Open(mark) | Token::Close(mark) => delimiter(*mark).chars().next(),
    }
}

fn delimiter(mark: Mark) -> &'static str {
    match mark {
        Mark::Bold => "**",
        Mark::Italic => "*",
        Mark::Struck => "~~",
        Mark::Link(_) | Mark::Above | Mark::Below => "<",
    }
}

/// Of each token whether it is a mark that has to be written as HTML: raised letters always, the others where Markdown
/// would not see them as marks (`CommonMark` 6.2: flanking).
fn marks_as_html(tokens: &[Token]) -> Vec<bool> {
    let mut html = vec![false; tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    for at in 0..tokens.len() {
        match tokens[at] {
            Token::Open(_) => open.push(at),
            Token::Close(mark) => {
                let Some(begin) = open.pop() else { continue };
                let is_html = match mark {
                    Mark::Link(_) => false,
                    Mark::Above | Mark::Below => true,
                    Mark::Bold | Mark::Italic | Mark::Struck => !is_seen(tokens, begin, at),
                };
                html[begin] = is_html;
                html[at] = is_html;
            }
            _ => {}
        }
    }
    html
}

/// Whether delimiters at these places are seen as an opening and a closing one.
fn is_seen(tokens: &[Token], begin: usize, end: usize) -> bool {
    let is_delimiter = |token: &Token| {
        matches!(
            token,
            Token::Open(Mark::Bold | Mark::Italic | Mark::Struck)
                | Token::Close(Mark::Bold | Mark::Italic | Mark::Struck)
        )
    };
    let is_close = |token: &Token| {
        matches!(
            token,
            Token::Close(Mark::Bold | Mark::Italic | Mark::Struck)
        )
    };
    // A mark that ends where another begins would run into it.
    if begin > 0 && is_close(&tokens[begin - 1]) {
        return false;
    }
    let outer_before = tokens[..begin]
        .iter()
        .rev()
        .find(|token| !is_delimiter(token));
    let inner_first = tokens[begin + 1..]
        .iter()
        .find(|token| !is_delimiter(token));
    let inner_last = tokens[..end]
        .iter()
        .rev()
        .find(|token| !is_delimiter(token));
    let outer_behind = tokens[end + 1..].iter().find(|token| !is_delimiter(token));
    let is_punctuation = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let first = first_char(inner_first);
    let last = last_char(inner_last);
    let opens = !(first.is_none_or(char::is_whitespace)
        || first.is_some_and(is_punctuation) && is_word(last_char(outer_before)));
    let closes = !(last.is_none_or(char::is_whitespace)
        || last.is_some_and(is_punctuation) && is_word(first_char(outer_behind)));
    opens && closes
}

/// The last character that a token writes.
fn last_char(token: Option<&Token>) -> Option<char> {
    match token? {
        Token::Text(text) => text.chars().next_back(),
        Token::Code(_) => Some('`'),
        Token::Picture(_) | Token::Close(Mark::Link(_)) => Some(')'),
        Token::Break => Some('\n'),
        Token::Open(Mark::Link(_)) => Some('['),
        Token::Open(_) | Token::Close(_) => Some('>'),
    }
}

/// A picture; one that nobody can get has no address.
pub fn picture(picture: &Picture) -> String {
    let mut alt = String::new();
    for c in picture.alt.chars() {
        if matches!(
            c,
            '\\' | '[' | ']' | '`' | '<' | '&' | '*' | '_' | '~' | '|'
        ) {
            alt.push('\\');
        }
        alt.push(c);
    }
    format!("![{alt}]({})", destination(&picture.address))
}

/// An address between the brackets of a link: in its own ones where it has brackets without their partners.
pub fn destination(address: &str) -> String {
    let mut depth = 0_i32;
    let is_balanced = address.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    });
    let address = address.replace(' ', "%20");
    if is_balanced && depth == 0 {
        return address;
    }
    escape(&address)
        .replace("&amp;", "&")
        .replace('(', "%28")
        .replace(')', "%29")
}

fn longest_run(text: &str, mark: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == mark { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
