//! What is pasted from Word, Google Docs, chats or the web, made clean: headings, lists, links, bold, italic, struck and
//! raised words, tables, code, quotes and pictures stay; fonts, colours, spans and classes go. Text that is Markdown
//! already stays as it is, whatever an editor puts next to it.
//!
//! `read` finds in the tree what a clipboard says (`model`), by the rules of CSS (`style`); `write_markdown` and
//! `write_html` write that. `plain` sees what was text all along. Also the way from one markup to the other, where an
//! author asks for it.

mod addresses;
mod lists;
mod model;
mod plain;
mod read;
mod style;
mod write_html;
mod write_markdown;
mod written_out;

#[cfg(test)]
mod tests;

use htmd::element_handler::Handlers;
use htmd::options::{BrStyle, BulletListMarker, HrStyle, Options, TranslationMode};
use htmd::{Element as Written, HtmlToMarkdown, HtmlToMarkdownBuilder};

use super::tree::Tree;
use super::{escape, markdown, paragraphs, sanitize};
use crate::blog::post::{Markup, SOURCE_MAX_BYTES};
use model::{Block, Document, Picture, Run};
use plain::Kind;

/// How the words begin that are left of a picture which nobody can get.
pub const MISSING: &str = "Missing picture";

/// What a program put into the clipboard.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clipboard<'c> {
    pub html: &'c str,
    /// The same as plain text; may be empty.
    pub plain: &'c str,
    /// The language of the text where an editor for code says it, as VS Code names it; may be empty.
    pub language: &'c str,
}

/// A clipboard as text of a post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pasted {
    pub text: String,
    /// The pictures in it that are on other sites, each address once.
    pub elsewhere: Vec<Placed>,
    /// Those that nobody can get: they were on a disk, in a mail or in a page's memory.
    pub missing: Vec<Placed>,
    /// Those that came with it, which are to be stored: what they are, and how they are written in the text until then.
    pub with_it: Vec<(Vec<u8>, Placed)>,
}

impl Pasted {
    /// Puts the address of a stored picture in its place.
    pub fn store(&mut self, picture: &Placed, address: &str) {
        self.text = self.text.replace(&picture.written, address);
    }

    /// Puts words in the place of a picture that came with it and cannot be stored.
    pub fn give_up(&mut self, picture: &Placed, markup: Markup) {
        let whole = whole(&picture.address, &picture.alt, markup);
        let lost = read::missing("", &picture.alt);
        let written = whole_of(&lost, markup);
        self.text = self.text.replacen(&whole, &written, 1);
        self.missing.push(Placed {
            address: String::new(),
            alt: lost.alt,
            written,
        });
    }
}

/// A picture, and how it is written in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Empty for one that nobody can get.
    pub address: String,
    pub alt: String,
    /// What is to be replaced when the picture is there: the address, or the whole of it where it has none.
    pub written: String,
}

/// The clean text of a clipboard in the markup of a post whose blog is at `origin`; `None` where reading it would cost
/// too much.
///
/// A phrase comes back as a phrase, without a paragraph around it.
pub fn pasted(clipboard: &Clipboard, markup: Markup, origin: &str) -> Option<Pasted> {
    let (html, mut data) = written_out::taken_out(clipboard.html);
    if html.len() > SOURCE_MAX_BYTES {
        return None;
    }
    let tree = Tree::of(&html)?;
    let document = match plain::kind(&tree, clipboard) {
        Kind::Rich => read::read(&tree, origin),
        Kind::Code(language) => code(clipboard.plain, language),
        Kind::Markdown if markup == Markup::Html => {
            read::read(&Tree::of(&markdown::post(clipboard.plain)?)?, origin)
        }
        Kind::Text if markup == Markup::Html => {
            return Some(only(alone(paragraphs(clipboard.plain).trim())));
        }
        Kind::Markdown | Kind::Html | Kind::Text => return Some(only(clipboard.plain)),
    };
    let text = match markup {
        Markup::Html => sanitize::pasted(&write_html::write(&document)),
        Markup::Markdown => write_markdown::write(&document),
    };
    let mut pasted = placed(&document, markup, &mut data);
    text.trim().clone_into(&mut pasted.text);
    Some(pasted)
}

fn only(text: &str) -> Pasted {
    Pasted {
        text: text.trim_matches(['\r', '\n']).replace("\r\n", "\n"),
        ..Pasted::default()
    }
}

fn code(plain: &str, language: String) -> Document {
    let text = plain.replace("\r\n", "\n");
    let text = text.trim_matches('\n').trim_end().to_owned();
    Document {
        blocks: vec![Block::Code { language, text }],
        ..Document::default()
    }
}

/// The words of a single paragraph; everything else as it is.
fn alone(html: &str) -> &str {
    let html = html.trim();
    html.strip_prefix("<p>")
        .and_then(|rest| rest.strip_suffix("</p>"))
        .filter(|words| !words.contains("<p>"))
        .unwrap_or(html)
}

/// The pictures of a document that are not stored here. `data` are those that came with it, by their numbers.
fn placed(document: &Document, markup: Markup, data: &mut [Vec<u8>]) -> Pasted {
    let mut found = Vec::new();
    pictures(&document.blocks, &mut found);
    let mut pasted = Pasted::default();
    for picture in found {
        let address = picture.address.clone();
        let written = match markup {
            _ if address.is_empty() => whole_of(picture, markup),
            Markup::Markdown => write_markdown::destination(&address),
            Markup::Html => escape(&address).into_owned(),
        };
        let placed = Placed {
            alt: picture.alt.clone(),
            address,
            written,
        };
        let number = placed.address.strip_prefix(written_out::PLACE);
        let number = number.and_then(|number| number.parse::<usize>().ok());
        if let Some(bytes) = number.and_then(|number| data.get_mut(number)) {
            pasted.with_it.push((std::mem::take(bytes), placed));
        } else if placed.address.is_empty() {
            pasted.missing.push(placed);
        } else if !placed.address.starts_with('/')
            && pasted
                .elsewhere
                .iter()
                .all(|known| known.address != placed.address)
        {
            pasted.elsewhere.push(placed);
        }
    }
    // Of two numbers one may begin the other.
    pasted.with_it.reverse();
    pasted
}

fn whole_of(picture: &Picture, markup: Markup) -> String {
    match markup {
        Markup::Markdown => write_markdown::picture(picture),
        Markup::Html => write_html::picture(picture),
    }
}

fn whole(address: &str, alt: &str, markup: Markup) -> String {
    let picture = Picture {
        address: address.to_owned(),
        alt: alt.to_owned(),
    };
    whole_of(&picture, markup)
}

fn pictures<'d>(blocks: &'d [Block], found: &mut Vec<&'d Picture>) {
    for block in blocks {
        match block {
            Block::Paragraph(runs) | Block::Heading(_, runs) => {
                found.extend(runs.iter().filter_map(|run| match run {
                    Run::Picture(picture, _) => Some(picture),
                    Run::Text(..) | Run::Break => None,
                }));
            }
            Block::List(list) => list.items.iter().for_each(|item| pictures(item, found)),
            Block::Quote(blocks) => pictures(blocks, found),
            Block::Table(rows) => {
                let cells = rows.iter().flatten();
                cells.for_each(|cell| pictures(&cell.blocks, found));
            }
            Block::Code { .. } | Block::Rule | Block::Film(_) => {}
        }
    }
}

/// A text in the other markup; `None` where that cannot be done within bounds.
pub fn converted(source: &str, from: Markup) -> Option<String> {
    match from {
        Markup::Markdown => markdown::post(source),
        Markup::Html => {
            // Only a text that can be read within bounds is handed on.
            Tree::of(source)?;
            to_markdown(source)
        }
    }
}

fn to_markdown(html: &str) -> Option<String> {
    let options = Options {
        hr_style: HrStyle::Dashes,
        br_style: BrStyle::Backslash,
        bullet_list_marker: BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        translation_mode: TranslationMode::Faithful,
        ..Options::default()
    };
    let text = with_marks(HtmlToMarkdown::builder().options(options))
        .build()
        .convert(html)
        .ok()?;
    let text = text.replace("\n- - -\n", "\n---\n");
    Some(text.replace("\n> \n", "\n>\n").trim().to_owned())
}

/// What Markdown has no mark for is written as the HTML it is; `~~` is the mark of the extension that posts have.
fn with_marks(builder: HtmlToMarkdownBuilder) -> HtmlToMarkdownBuilder {
    builder
        .add_handler(
            vec!["sub", "sup"],
            |handlers: &dyn Handlers, element: Written| {
                let inside = handlers.walk_children(element.node).content;
                Some(format!("<{0}>{inside}</{0}>", element.tag).into())
            },
        )
        .add_handler(
            vec!["s", "del", "strike"],
            |handlers: &dyn Handlers, element: Written| {
                let inside = handlers.walk_children(element.node).content;
                Some(format!("~~{inside}~~").into())
            },
        )
}
