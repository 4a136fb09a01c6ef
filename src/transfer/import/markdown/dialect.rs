//! What only some readers of Markdown know, as plain Markdown: kramdown's attribute lists, ids of headings, Obsidian's links
//! and marks, and the many ways to write a jump break.

use super::segments::outside_code;
use crate::text::escape;

const BREAK: &str = "<!--more-->";

/// Jump breaks, however they are written. `mark` is the site's own.
pub fn breaks(source: &str, mark: Option<&str>) -> String {
    let mark = mark.map(str::trim).filter(|mark| !mark.is_empty());
    outside_code(source, |text| {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("<!--") {
            let Some(end) = rest[at..].find("-->") else {
                break;
            };
            let comment = &rest[at..at + end + 3];
            let words = comment[4..comment.len() - 3].trim();
            let is_break = matches!(
                words.to_lowercase().as_str(),
                "more" | "read more" | "readmore" | "excerpt" | "end_excerpt" | "truncate"
            ) || mark == Some(comment);
            out.push_str(&rest[..at]);
            out.push_str(if is_break { BREAK } else { comment });
            rest = &rest[at + end + 3..];
        }
        out.push_str(rest);
        match mark {
            Some(mark) if !mark.starts_with("<!--") && !out.contains(BREAK) => {
                // The first of them alone ends the beginning.
                let line = out
                    .lines()
                    .find(|line| line.trim() == mark)
                    .map(str::to_owned);
                line.map_or_else(|| out.clone(), |line| out.replacen(&line, BREAK, 1))
            }
            _ => out,
        }
    })
}

/// A text without kramdown's attribute lists, and with ids of headings as HTML.
pub fn kramdown(source: &str) -> String {
    if !source.contains("{:") && !source.contains("{#") {
        return source.to_owned();
    }
    outside_code(source, |text| {
        let mut lines: Vec<String> = Vec::new();
        let mut is_comment = false;
        for line in text.split('\n') {
            let bare = line.trim();
            match bare {
                "{::comment}" => is_comment = true,
                "{:/comment}" | "{:/}" if is_comment => is_comment = false,
                _ if is_comment => {}
                _ if is_option(bare) => {}
                _ if is_attributes(bare) => {
                    // `* TOC` and `{:toc}` below it: the contents, which we make ourselves.
                    if bare.contains("toc") {
                        let is_list =
                            |line: &String| line.trim_start().starts_with(['*', '-', '1', '+']);
                        if lines.last().is_some_and(is_list) {
                            lines.pop();
                        }
                    }
                }
                _ => lines.push(with_heading_id(&without_spans(line))),
            }
        }
        lines.join("\n")
    })
}

fn is_option(line: &str) -> bool {
    line.starts_with("{::options") || matches!(line, "{::nomarkdown}" | "{:/nomarkdown}" | "{:/}")
}

fn is_attributes(line: &str) -> bool {
    line.starts_with("{:") && line.ends_with('}') && !line[1..].contains('{')
}

/// A line without the attribute lists in it: `![](a.png){: .right}`.
fn without_spans(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("{:") {
        let end = rest[at..].find('}');
        // Only right behind what it is about.
        let is_behind =
            rest[..at].ends_with([')', ']', '*', '_', '>']) || at == 0 && !out.is_empty();
        match end {
            Some(end) if is_behind => {
                out.push_str(&rest[..at]);
                rest = &rest[at + end + 1..];
            }
            _ => {
                out.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    out + rest
}

/// `## Words {#name}` with the name as HTML.
fn with_heading_id(line: &str) -> String {
    let marks = line.chars().take_while(|c| *c == '#').count();
    let found = (1..=6)
        .contains(&marks)
        .then(|| line.trim_end().strip_suffix('}')?.split_once("{#"))
        .flatten();
    match found {
        Some((words, id)) if !id.contains(char::is_whitespace) && !id.is_empty() => {
            let words = words[marks..].trim();
            format!("{} <a id=\"{}\"></a>{words}", &line[..marks], escape(id))
        }
        _ => line.to_owned(),
    }
}

/// Obsidian's links between notes, embedded pictures, marks, comments and callouts. `address_of` knows the other notes.
pub fn obsidian(source: &str, address_of: &dyn Fn(&str) -> Option<String>) -> String {
    outside_code(source, |text| {
        let text = between(text, "%%", "%%", |_| String::new());
        let text = between(&text, "==", "==", |inside| {
            if inside.contains('\n') || inside.trim().is_empty() {
                format!("=={inside}==")
            } else {
                format!("<mark>{inside}</mark>")
            }
        });
        let text = wiki_links(&text, address_of);
        let lines: Vec<String> = text.split('\n').map(callout).collect();
        lines.join("\n")
    })
}

/// Replaces what is between two marks.
fn between(text: &str, open: &str, close: &str, with: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(open) {
        let inside = &rest[at + open.len()..];
        let Some(end) = inside.find(close) else {
            break;
        };
        out.push_str(&rest[..at]);
        out.push_str(&with(&inside[..end]));
        rest = &inside[end + close.len()..];
    }
    out + rest
}

fn wiki_links(text: &str, address_of: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("[[") {
        let inside = &rest[at + 2..];
        let Some(end) = inside
            .find("]]")
            .filter(|end| !inside[..*end].contains('\n'))
        else {
            out.push_str(&rest[..at + 2]);
            rest = inside;
            continue;
        };
        let before = &rest[..at];
        let (target, words) = inside[..end]
            .split_once('|')
            .unwrap_or((&inside[..end], ""));
        let target = target.trim_end_matches('\\').trim();
        rest = &inside[end + 2..];
        if let Some(before) = before.strip_suffix('!') {
            out.push_str(before);
            let is_size = words.chars().all(|c| c.is_ascii_digit() || c == 'x');
            let words = if is_size { "" } else { words };
            out.extend(["![", words, "](<", target, ">)"]);
            continue;
        }
        out.push_str(before);
        let (note, heading) = target.split_once('#').unwrap_or((target, ""));
        let words = [words, note, heading]
            .into_iter()
            .find(|text| !text.is_empty());
        let words = words.unwrap_or_default();
        match address_of(note) {
            Some(address) => out.extend(["[", words, "](", &address, ")"]),
            None => out.push_str(words),
        }
    }
    out + rest
}

/// `> [!note] Title` as a quote that begins with its title.
fn callout(line: &str) -> String {
    let found = line
        .strip_prefix('>')
        .and_then(|rest| rest.trim_start().strip_prefix("[!"))
        .and_then(|rest| rest.split_once(']'));
    let Some((kind, title)) = found else {
        return line.to_owned();
    };
    let title = title.trim_start_matches(['-', '+']).trim();
    let mut first = kind.chars();
    let kind: String = first
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(first)
        .collect();
    format!("> **{}**\n>", if title.is_empty() { &kind } else { title })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_break_is_found_however_it_is_written() {
        for (source, mark) in [
            ("a\n<!-- more -->\nb", None),
            ("a\n<!--more-->\nb", None),
            ("a\n<!-- cut -->\nb", Some("<!-- cut -->")),
            ("a\n---more---\nb", Some("---more---")),
        ] {
            assert_eq!(breaks(source, mark), "a\n<!--more-->\nb");
        }
        assert_eq!(
            breaks("`<!-- more -->` <!-- x", None),
            "`<!-- more -->` <!-- x"
        );
    }

    #[test]
    fn attribute_lists_of_kramdown_are_left_out() {
        let source = "* TOC\n{:toc}\n\n## Ebb {#low}\n\n![](a.png){: .right width=\"3\"}\ntext\n{: .note}\n`{: x}` {:\n";
        let expected = "\n## <a id=\"low\"></a>Ebb\n\n![](a.png)\ntext\n`{: x}` {:\n";
        assert_eq!(kramdown(source), expected);
        assert_eq!(kramdown("{::comment}\nx\n{:/comment}\ny {#z}"), "y {#z}");
    }

    #[test]
    fn notes_of_obsidian_become_plain_markdown() {
        let address_of = |note: &str| (note == "Tides").then(|| "/tides/".to_owned());
        for (source, expected) in [
            (
                "[[Tides]] [[Tides#Ebb|low]] [[Gone]]",
                "[Tides](/tides/) [low](/tides/) Gone",
            ),
            ("![[a b.png|300]]", "![](<a b.png>)"),
            (
                "==x== %%hidden%% `[[Tides]]`",
                "<mark>x</mark>  `[[Tides]]`",
            ),
            ("> [!note] Mind\n> this", "> **Mind**\n>\n> this"),
            ("[[open", "[[open"),
        ] {
            assert_eq!(obsidian(source, &address_of), expected);
        }
    }
}
