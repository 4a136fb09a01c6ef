//! The author's own style sheet: read by the grammar that browsers read it by, and rewritten from what was read.
//!
//! What could ask another server for something, run something or reach outside of the sheet is left out and listed, by
//! its line. Nothing is copied unchanged, so an unclosed string or bracket ends where the sheet ends.

#[cfg(test)]
mod tests;

use crate::blog::media::{FOLDER, content_type};
use cssparser::{
    AtRuleParser, BasicParseErrorKind, CowRcStr, DeclarationParser, ParseError, ParseErrorKind,
    Parser, ParserState, QualifiedRuleParser, RuleBodyItemParser, RuleBodyParser, SourceLocation,
    StyleSheetParser, ToCss, Token, TokenSerializationType, serialize_identifier,
};

/// What readers get of a style sheet, and what they do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorCss {
    pub css: String,
    pub left_out: Vec<LeftOut>,
}

/// A part that readers do not get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// From 1.
    pub line: u32,
    /// How it begins.
    pub what: String,
    pub why: &'static str,
}

/// Rules within rules, and brackets within brackets: more is never meant.
const DEPTH_MAX: u8 = 24;
/// Enough to find the place.
const WHAT_CHARS: usize = 80;
/// A list of more is no help.
const LEFT_OUT_MAX: usize = 100;

/// At-rules that may hold rules.
const CONDITIONS: &[&str] = &["media", "supports", "container", "layer"];
/// Functions that hold addresses of pictures as plain strings.
const PICTURE_FUNCTIONS: &[&str] = &[
    "image-set",
    "-webkit-image-set",
    "image",
    "cross-fade",
    "-webkit-cross-fade",
];
const DATA_PICTURES: &[&str] = &[
    "data:image/png",
    "data:image/jpeg",
    "data:image/gif",
    "data:image/webp",
    "data:image/avif",
    "data:image/svg+xml",
];

const NOT_OUR_PICTURE: &str =
    "Pictures must come from this blog (an address such as /media/NAME) or be data: addresses.";
const NOT_PLAIN: &str = "Only full picture addresses are allowed inside this.";
const IMPORT: &str = "A style sheet can’t load another one. Copy what you need into this one.";
const FONT: &str = "Fonts can’t be loaded. Use fonts that readers already have.";
const NO_SUCH_RULE: &str =
    "Only the at-rules @media, @supports, @container, @layer and @keyframes are allowed.";
const RUNS: &str = "This could run code in old browsers.";
const UNCLEAR: &str = "This isn’t valid CSS.";
const TOO_DEEP: &str = "This is nested too deeply.";
const CLOSES: &str = "“</” isn’t allowed in CSS.";

/// Reads a style sheet.
#[must_use]
pub fn author_css(source: &str) -> AuthorCss {
    let mut input = Parser::new(source);
    input.set_nested_block_limit(DEPTH_MAX);
    let mut reader = Reader::default();
    let mut css = String::new();
    let mut all = StyleSheetParser::new(&mut input, &mut reader);
    while let Some(rule) = all.next() {
        match rule {
            Ok(rule) => css.push_str(&rule),
            Err(problem) => all.parser.note(problem),
        }
    }
    reader.left_out.sort_by_key(|one| one.line);
    AuthorCss {
        css,
        left_out: reader.left_out,
    }
}

type Problem<'i> = (ParseError<&'static str>, &'i str, SourceLocation);
type Result<T> = std::result::Result<T, ParseError<&'static str>>;

/// Whether what is read is in the frames of an animation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Within {
    #[default]
    Sheet,
    Rule,
    Frames,
}

#[derive(Debug, Default)]
struct Reader {
    left_out: Vec<LeftOut>,
    within: Within,
}

impl Reader {
    fn note(&mut self, (error, slice, place): Problem) {
        let why = match error.kind {
            ParseErrorKind::Custom(why) => why,
            ParseErrorKind::Basic(BasicParseErrorKind::TooManyNestedBlocks) => TOO_DEEP,
            ParseErrorKind::Basic(_) => UNCLEAR,
        };
        if self.left_out.len() < LEFT_OUT_MAX {
            let first = slice.trim().lines().next().unwrap_or_default();
            self.left_out.push(LeftOut {
                line: place.line + 1,
                what: first.chars().take(WHAT_CHARS).collect(),
                why,
            });
        }
    }

    /// The rules and declarations of a block, rewritten.
    fn block(&mut self, within: Within, input: &mut Parser) -> String {
        let around = std::mem::replace(&mut self.within, within);
        let mut css = String::new();
        let mut items = RuleBodyParser::new(input, self);
        while let Some(item) = items.next() {
            match item {
                Ok(item) => css.push_str(&item),
                Err(problem) => items.parser.note(problem),
            }
        }
        self.within = around;
        css
    }
}

impl<'i> DeclarationParser<'i> for Reader {
    type Declaration = String;
    type Error = &'static str;

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
        _: &ParserState,
    ) -> Result<String> {
        let plain = name.to_ascii_lowercase();
        if matches!(plain.as_str(), "behavior" | "-ms-behavior" | "-moz-binding") {
            return Err(ParseError::custom(RUNS));
        }
        let value = value(input)?;
        let mut css = String::new();
        let _ = serialize_identifier(&name, &mut css);
        css.push(':');
        css.push_str(trimmed(&value));
        css.push(';');
        Ok(css)
    }
}

impl<'i> QualifiedRuleParser<'i> for Reader {
    type Prelude = String;
    type QualifiedRule = String;
    type Error = &'static str;

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<String> {
        value(input)
    }

    fn parse_block(
        &mut self,
        prelude: String,
        _: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<String> {
        let within = match self.within {
            Within::Frames => Within::Frames,
            _ => Within::Rule,
        };
        let block = self.block(within, input);
        Ok(format!("{}{{{block}}}", trimmed(&prelude)))
    }
}

impl<'i> AtRuleParser<'i> for Reader {
    /// Its name in lower case, and what is after it.
    type Prelude = (String, String);
    type AtRule = String;
    type Error = &'static str;

    fn parse_prelude(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
    ) -> Result<(String, String)> {
        let name = name.to_ascii_lowercase();
        let is_known = CONDITIONS.contains(&name.as_str())
            || matches!(name.as_str(), "keyframes" | "-webkit-keyframes");
        match name.as_str() {
            "import" => Err(ParseError::custom(IMPORT)),
            "font-face" => Err(ParseError::custom(FONT)),
            _ if is_known => Ok((name, value(input)?)),
            _ => Err(ParseError::custom(NO_SUCH_RULE)),
        }
    }

    fn rule_without_block(
        &mut self,
        (name, prelude): (String, String),
        _: &ParserState,
    ) -> std::result::Result<String, ()> {
        // Only the order of layers is said without a block.
        if name == "layer" {
            Ok(format!("@layer {};", trimmed(&prelude)))
        } else {
            Err(())
        }
    }

    fn parse_block(
        &mut self,
        (name, prelude): (String, String),
        _: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<String> {
        let within = if name.ends_with("keyframes") {
            Within::Frames
        } else {
            self.within
        };
        let block = self.block(within, input);
        Ok(format!("@{name} {}{{{block}}}", trimmed(&prelude)))
    }
}

impl RuleBodyItemParser<'_, String, &'static str> for Reader {
    fn parse_declarations(&self) -> bool {
        self.within != Within::Sheet
    }

    fn parse_qualified(&self) -> bool {
        true
    }
}

/// Everything up to where the parser ends, rewritten; an error where any of it may not be.
fn value(input: &mut Parser) -> Result<String> {
    let mut css = String::new();
    write(input, &mut css, Inside::Anything)?;
    if css.contains("</") {
        return Err(ParseError::custom(CLOSES));
    }
    Ok(css)
}

/// What may be where tokens are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Anything,
    /// Strings are addresses of pictures, and nothing is put in from elsewhere.
    Pictures,
    /// One address.
    Address,
}

fn write(input: &mut Parser, css: &mut String, inside: Inside) -> Result<()> {
    let mut before = TokenSerializationType::default();
    let mut after_blank = false;
    // Each block is written in a frame of its own, so depth is bounded by the parser's own limit.
    while let Ok(token) = input.next_including_whitespace() {
        let token = token.clone();
        check(&token, inside)?;
        let kind = token.serialization_type();
        if before.needs_separator_when_before(kind) {
            css.push_str("/**/");
        }
        before = kind;
        let closing = match &token {
            Token::WhiteSpace(_) => {
                // A comment that was between two blanks is gone.
                if !std::mem::replace(&mut after_blank, true) {
                    css.push(' ');
                }
                continue;
            }
            Token::Function(_) | Token::ParenthesisBlock => ')',
            Token::SquareBracketBlock => ']',
            _ => {
                after_blank = false;
                let _ = token.to_css(css);
                continue;
            }
        };
        after_blank = false;
        let _ = token.to_css(css);
        let within = match &token {
            Token::Function(name) => within(name, inside),
            _ => inside,
        };
        input.parse_nested_block(|input| write(input, css, within))?;
        css.push(closing);
        // A closed bracket is kept apart from nothing.
        before = TokenSerializationType::default();
    }
    Ok(())
}

fn within(function: &str, inside: Inside) -> Inside {
    let name = function.to_ascii_lowercase();
    match name.as_str() {
        "url" | "src" => Inside::Address,
        name if PICTURE_FUNCTIONS.contains(&name) => Inside::Pictures,
        // `type("image/webp")` names no address.
        "type" => Inside::Anything,
        _ => inside,
    }
}

/// Whether a token may be here. Whatever the tokenizer could not read may not.
fn check(token: &Token, inside: Inside) -> Result<()> {
    let refuse = |why: &'static str| Err(ParseError::custom(why));
    if token.is_parse_error() {
        return refuse(UNCLEAR);
    }
    match token {
        // A block in braces is for the parser of rules, never for a value. A backslash escapes nothing where it is, but
        // could where it is written.
        Token::CurlyBracketBlock
        | Token::Semicolon
        | Token::CDO
        | Token::CDC
        | Token::Delim('\\') => refuse(UNCLEAR),
        Token::UnquotedUrl(address) if !is_ours(address) => refuse(NOT_OUR_PICTURE),
        Token::QuotedString(address) if inside != Inside::Anything && !is_ours(address) => {
            refuse(NOT_OUR_PICTURE)
        }
        Token::Function(name) => check_function(name, inside),
        Token::WhiteSpace(_) | Token::QuotedString(_) => Ok(()),
        _ if inside == Inside::Address => refuse(NOT_PLAIN),
        _ => Ok(()),
    }
}

fn check_function(name: &str, inside: Inside) -> Result<()> {
    let name = name.to_ascii_lowercase();
    if name == "expression" {
        return Err(ParseError::custom(RUNS));
    }
    // What `var()` or `attr()` would put in could be an address.
    let is_plain = matches!(name.as_str(), "url" | "type") || name.ends_with("-gradient");
    if inside == Inside::Address || inside == Inside::Pictures && !is_plain {
        return Err(ParseError::custom(NOT_PLAIN));
    }
    Ok(())
}

/// Whether a browser finds a picture at an address without asking anybody but us.
fn is_ours(address: &str) -> bool {
    let media = address.strip_prefix(FOLDER);
    media.is_some_and(|name| content_type(name).is_some()) || is_data(address)
}

fn is_data(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    DATA_PICTURES.iter().any(|kind| {
        let rest = lower.strip_prefix(kind);
        rest.is_some_and(|rest| rest.starts_with([',', ';']))
    })
}

/// Without the blanks around it, but for one that a backslash makes part of a name (CSS Syntax, 4.3.7).
fn trimmed(css: &str) -> &str {
    let end = css.trim_end();
    let backslashes = end.len() - end.trim_end_matches('\\').len();
    let escaped = css[end.len()..].chars().next();
    let kept = match escaped {
        Some(blank) if backslashes % 2 == 1 => &css[..end.len() + blank.len_utf8()],
        _ => end,
    };
    kept.trim_start()
}
