//! What was pasted, by what it says: blocks of runs of letters that look alike.

/// How the letters of a run look, and where they lead.
#[expect(
    clippy::struct_excessive_bools,
    reason = "letters are bold, italic, struck or code independently"
)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Format {
    pub bold: bool,
    pub italic: bool,
    pub struck: bool,
    pub code: bool,
    pub script: Script,
    /// The place of its target in [`Document::links`].
    pub link: Option<usize>,
}

/// Letters above or below the line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Script {
    #[default]
    None,
    Above,
    Below,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    Text(String, Format),
    Break,
    Picture(Picture, Format),
}

/// A picture, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Empty where it was on somebody's disk or in a mail, and nobody can get it from there.
    pub address: String,
    pub alt: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Paragraph(Vec<Run>),
    Heading(usize, Vec<Run>),
    List(List),
    Quote(Vec<Block>),
    Code {
        language: String,
        text: String,
    },
    Table(Vec<Vec<Cell>>),
    Rule,
    /// The address of a film, which a post shows as a player.
    Film(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The number of the first item; `None`: a list of points.
    pub start: Option<usize>,
    pub items: Vec<Vec<Block>>,
}

impl List {
    /// Whether an item holds more than one paragraph and the lists below it.
    pub fn is_loose(&self) -> bool {
        self.items.iter().any(|blocks| {
            let mut others = blocks
                .iter()
                .filter(|block| !matches!(block, Block::List(_)));
            others.nth(1).is_some()
        })
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    pub blocks: Vec<Block>,
    pub columns: usize,
    pub rows: usize,
}

/// All of what was pasted.
#[derive(Debug, Default)]
pub struct Document {
    pub blocks: Vec<Block>,
    pub links: Vec<String>,
}

/// A mark around runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Link(usize),
    Bold,
    Italic,
    Struck,
    Above,
    Below,
}

impl Mark {
    /// The marks that a run needs; code is no mark but a kind of letters.
    fn of(format: &Format) -> impl Iterator<Item = Self> {
        let script = match format.script {
            Script::None => None,
            Script::Above => Some(Self::Above),
            Script::Below => Some(Self::Below),
        };
        [
            format.link.map(Self::Link),
            format.bold.then_some(Self::Bold),
            format.italic.then_some(Self::Italic),
            format.struck.then_some(Self::Struck),
            script,
        ]
        .into_iter()
        .flatten()
    }
}

/// What a line is written from, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token<'r> {
    Open(Mark),
    Close(Mark),
    Text(&'r str),
    Code(&'r str),
    Picture(&'r Picture),
    Break,
}

/// Runs as tokens whose marks are nested: what lasts longest is opened first, so that as few as possible are closed and
/// opened again, and a link never.
pub fn tokens(runs: &[Run]) -> Vec<Token<'_>> {
    let marks: Vec<Vec<Mark>> = runs
        .iter()
        .map(|run| match run {
            Run::Text(_, format) | Run::Picture(_, format) => Mark::of(format).collect(),
            Run::Break => Vec::new(),
        })
        .collect();
    let ends = ends(&marks, runs);
    let mut tokens = Vec::new();
    let mut open: Vec<Mark> = Vec::new();
    for (place, run) in runs.iter().enumerate() {
        if matches!(run, Run::Break) && ends[place].is_none() {
            tokens.push(Token::Break);
            continue;
        }
        let mut wanted = ends[place].clone().unwrap_or_default();
        wanted.sort_by_key(|(_, end)| std::cmp::Reverse(*end));
        let same = open
            .iter()
            .zip(&wanted)
            .take_while(|(open, (wanted, _))| *open == wanted)
            .count();
        while open.len() > same {
            tokens.extend(open.pop().map(Token::Close));
        }
        for (mark, _) in &wanted[same..] {
            open.push(*mark);
            tokens.push(Token::Open(*mark));
        }
        tokens.push(match run {
            Run::Text(text, format) if format.code => Token::Code(text),
            Run::Text(text, _) => Token::Text(text),
            Run::Picture(picture, _) => Token::Picture(picture),
            Run::Break => Token::Break,
        });
    }
    tokens.extend(open.into_iter().rev().map(Token::Close));
    with_blanks_outside(&tokens)
}

/// Blanks at the edge of a mark belong outside it.
fn with_blanks_outside<'r>(tokens: &[Token<'r>]) -> Vec<Token<'r>> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    // Blanks that wait for the marks behind them to close.
    let mut waiting = "";
    for (place, token) in tokens.iter().enumerate() {
        if !matches!(token, Token::Close(_)) && !waiting.is_empty() {
            out.push(Token::Text(std::mem::take(&mut waiting)));
        }
        let Token::Text(text) = *token else {
            out.push(token.clone());
            continue;
        };
        let mut text = text;
        if matches!(out.last(), Some(Token::Open(_))) && !text.trim_start().is_empty() {
            let (blanks, words) = text.split_at(text.len() - text.trim_start().len());
            if !blanks.is_empty() {
                let opens = out
                    .iter()
                    .rev()
                    .take_while(|token| matches!(token, Token::Open(_)));
                let at = out.len() - opens.count();
                out.insert(at, Token::Text(blanks));
            }
            text = words;
        }
        if matches!(tokens.get(place + 1), Some(Token::Close(_))) && !text.trim_end().is_empty() {
            (text, waiting) = text.split_at(text.trim_end().len());
        }
        out.push(Token::Text(text));
    }
    if !waiting.is_empty() {
        out.push(Token::Text(waiting));
    }
    out
}

type Ends = Vec<Option<Vec<(Mark, usize)>>>;

/// For each run its marks with the place behind the last run in a row that has them. A line break within a mark is part
/// of it.
fn ends(marks: &[Vec<Mark>], runs: &[Run]) -> Ends {
    let mut ends: Ends = vec![None; marks.len()];
    let mut next: Vec<(Mark, usize)> = Vec::new();
    for place in (0..marks.len()).rev() {
        if matches!(runs[place], Run::Break) {
            let before = place.checked_sub(1).map(|before| &marks[before]);
            let through: Vec<(Mark, usize)> = next
                .iter()
                .copied()
                .filter(|(mark, _)| before.is_some_and(|before| before.contains(mark)))
                .collect();
            next.clone_from(&through);
            ends[place] = Some(through);
            continue;
        }
        next = marks[place]
            .iter()
            .map(|mark| {
                let known = next.iter().find(|(known, _)| known == mark);
                (*mark, known.map_or(place + 1, |(_, end)| *end))
            })
            .collect();
        ends[place] = Some(next.clone());
    }
    ends
}

/// Brings the runs of a line into the shape in which they are written: blanks belong to no mark that does not go on
/// behind them, runs that look alike are one, nothing is blank at either end of a line.
pub fn tidy(runs: Vec<Run>) -> Vec<Run> {
    let pieces: Vec<Run> = runs.into_iter().flat_map(split).collect();
    let mut tidy: Vec<Run> = Vec::with_capacity(pieces.len());
    let mut after: Vec<Option<Format>> = vec![None; pieces.len()];
    let mut next = None;
    for (place, piece) in pieces.iter().enumerate().rev() {
        after[place] = next;
        if let Run::Text(text, format) = piece
            && !is_blank(text)
        {
            next = Some(*format);
        } else if let Run::Picture(_, format) = piece {
            next = Some(*format);
        } else if matches!(piece, Run::Break) {
            next = None;
        }
    }
    let mut before: Option<Format> = None;
    for (place, piece) in pieces.into_iter().enumerate() {
        match piece {
            Run::Text(text, _) if is_blank(&text) => {
                let format = both(before, after[place]);
                join(&mut tidy, text, format);
            }
            Run::Text(text, format) => {
                before = Some(format);
                join(&mut tidy, text, format);
            }
            Run::Picture(picture, format) => {
                before = Some(format);
                tidy.push(Run::Picture(picture, format));
            }
            Run::Break => {
                before = None;
                trim_end(&mut tidy);
                if !tidy.is_empty() {
                    tidy.push(Run::Break);
                }
            }
        }
    }
    trim_end(&mut tidy);
    while matches!(tidy.last(), Some(Run::Break)) {
        tidy.pop();
        trim_end(&mut tidy);
    }
    trim_starts(tidy)
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// A run as the blanks before its words, its words, and the blanks behind them. Code keeps its blanks.
fn split(run: Run) -> Vec<Run> {
    match run {
        Run::Text(text, format) if !format.code => {
            let words = text.trim();
            let start = text.len() - text.trim_start().len();
            let parts = [
                &text[..start],
                words,
                text.get(start + words.len()..).unwrap_or_default(),
            ];
            let parts = parts.into_iter().filter(|part| !part.is_empty());
            parts
                .map(|part| Run::Text(part.to_owned(), format))
                .collect()
        }
        other => vec![other],
    }
}

/// What two neighbours have in common.
fn both(one: Option<Format>, other: Option<Format>) -> Format {
    let (Some(one), Some(other)) = (one, other) else {
        return Format::default();
    };
    Format {
        bold: one.bold && other.bold,
        italic: one.italic && other.italic,
        struck: one.struck && other.struck,
        code: false,
        script: if one.script == other.script {
            one.script
        } else {
            Script::None
        },
        link: one.link.filter(|_| one.link == other.link),
    }
}

fn join(runs: &mut Vec<Run>, text: String, format: Format) {
    if let Some(Run::Text(last, known)) = runs.last_mut()
        && *known == format
    {
        last.push_str(&text);
        return;
    }
    runs.push(Run::Text(text, format));
}

fn trim_end(runs: &mut Vec<Run>) {
    while let Some(Run::Text(text, format)) = runs.last_mut() {
        if format.code && !is_blank(text) {
            break;
        }
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            break;
        }
        runs.pop();
    }
}

/// Takes the blanks away with which lines begin.
fn trim_starts(runs: Vec<Run>) -> Vec<Run> {
    let mut at_start = true;
    let mut out = Vec::with_capacity(runs.len());
    for run in runs {
        match run {
            Run::Text(text, format) if at_start && (!format.code || is_blank(&text)) => {
                let text = text.trim_start().to_owned();
                if !text.is_empty() {
                    at_start = false;
                    out.push(Run::Text(text, format));
                }
            }
            Run::Break => {
                at_start = true;
                out.push(Run::Break);
            }
            other => {
                at_start = false;
                out.push(other);
            }
        }
    }
    out
}
