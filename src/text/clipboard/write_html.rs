//! What was pasted as plain HTML; the sanitiser comes after.

use std::fmt::Write;

use super::super::escape;
use super::model::{Block, Document, List, Mark, Picture, Run, Token, tokens};

/// The whole of it. A phrase comes as a phrase, without a paragraph around it.
pub fn write(document: &Document) -> String {
    let links = &document.links;
    match document.blocks.as_slice() {
        [Block::Paragraph(runs)] => line(runs, links),
        blocks => blocks_apart(blocks, links),
    }
}

fn blocks_apart(blocks: &[Block], links: &[String]) -> String {
    let blocks: Vec<String> = blocks.iter().map(|written| block(written, links)).collect();
    blocks.join("\n\n")
}

fn block(block: &Block, links: &[String]) -> String {
    match block {
        Block::Paragraph(runs) => format!("<p>{}</p>", line(runs, links)),
        Block::Heading(level, runs) => format!("<h{level}>{}</h{level}>", line(runs, links)),
        Block::List(written) => list(written, links),
        Block::Quote(blocks) => {
            format!(
                "<blockquote>\n{}\n</blockquote>",
                blocks_apart(blocks, links)
            )
        }
        Block::Code { language, text } if language.is_empty() => {
            format!("<pre><code>{}\n</code></pre>", escape(text))
        }
        Block::Code { language, text } => format!(
            "<pre><code class=\"language-{language}\">{}\n</code></pre>",
            escape(text)
        ),
        Block::Table(rows) => {
            let mut html = String::from("<table>\n<thead>\n");
            for (place, row) in rows.iter().enumerate() {
                let tag = if place == 0 { "th" } else { "td" };
                html.push_str("<tr>");
                for cell in row {
                    let _ = write!(html, "<{tag}");
                    for (name, number) in [("colspan", cell.columns), ("rowspan", cell.rows)] {
                        if number > 1 {
                            let _ = write!(html, " {name}=\"{number}\"");
                        }
                    }
                    let _ = write!(html, ">{}</{tag}>", cell_line(&cell.blocks, links));
                }
                html.push_str("</tr>\n");
                if place == 0 {
                    html.push_str("</thead>\n<tbody>\n");
                }
            }
            html.push_str("</tbody>\n</table>");
            html
        }
        Block::Rule => "<hr>".to_owned(),
        Block::Film(address) => format!("<p>{}</p>", escape(address)),
    }
}

fn list(list: &List, links: &[String]) -> String {
    let (tag, start) = match list.start {
        Some(start) if start != 1 => ("ol", format!(" start=\"{start}\"")),
        Some(_) => ("ol", String::new()),
        None => ("ul", String::new()),
    };
    let loose = list.is_loose();
    let mut html = format!("<{tag}{start}>\n");
    for item in &list.items {
        let blocks: Vec<String> = item
            .iter()
            .map(|written| match written {
                Block::Paragraph(runs) if !loose => line(runs, links),
                other => block(other, links),
            })
            .collect();
        let _ = writeln!(html, "<li>{}</li>", blocks.join("\n"));
    }
    let _ = write!(html, "</{tag}>");
    html
}

/// The content of a cell on one line: paragraphs are parted by line breaks, lists stay lists.
pub fn cell_line(blocks: &[Block], links: &[String]) -> String {
    let mut html = String::new();
    let mut after_words = false;
    for written in blocks {
        let is_words = matches!(written, Block::Paragraph(_) | Block::Heading(..));
        if is_words && after_words {
            html.push_str("<br>");
        }
        after_words = is_words;
        match written {
            Block::Paragraph(runs) | Block::Heading(_, runs) => html.push_str(&line(runs, links)),
            Block::Quote(blocks) => html.push_str(&cell_line(blocks, links)),
            Block::Code { text, .. } => {
                let code: Vec<String> = text
                    .lines()
                    .map(|line| format!("<code>{}</code>", escape(line)))
                    .collect();
                html.push_str(&code.join("<br>"));
            }
            other => html.push_str(&block(other, links).replace('\n', "")),
        }
    }
    html
}

/// A line with its marks.
pub fn line(runs: &[Run], links: &[String]) -> String {
    let mut html = String::new();
    for token in tokens(runs) {
        match token {
            Token::Open(Mark::Link(place)) => {
                let _ = write!(html, "<a href=\"{}\">", escape(&links[place]));
            }
            Token::Close(Mark::Link(_)) => html.push_str("</a>"),
            Token::Open(mark) => {
                let _ = write!(html, "<{}>", tag(mark));
            }
            Token::Close(mark) => {
                let _ = write!(html, "</{}>", tag(mark));
            }
            Token::Text(text) => html.push_str(&escape(text)),
            Token::Code(text) => {
                let _ = write!(html, "<code>{}</code>", escape(text));
            }
            Token::Picture(written) => html.push_str(&picture(written)),
            Token::Break => html.push_str("<br>"),
        }
    }
    html
}

/// The element of a mark that is no link.
pub fn tag(mark: Mark) -> &'static str {
    match mark {
        Mark::Link(_) => "a",
        Mark::Bold => "strong",
        Mark::Italic => "em",
        Mark::Struck => "s",
        Mark::Above => "sup",
        Mark::Below => "sub",
    }
}

/// A picture; one that nobody can get has only words.
pub fn picture(picture: &Picture) -> String {
    let alt = escape(&picture.alt);
    if picture.address.is_empty() {
        return format!("<img alt=\"{alt}\">");
    }
    format!("<img src=\"{}\" alt=\"{alt}\">", escape(&picture.address))
}
