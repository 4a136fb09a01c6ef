//! Writes out the paragraphs of WordPress's classic editor, which kept empty lines and made paragraphs of them only
//! when a post was shown.

/// Elements that are no part of a paragraph.
const BLOCKS: [&str; 30] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "ol",
    "pre",
    "script",
    "section",
    "style",
    "table",
    "ul",
    "video",
];

/// The source with its paragraphs as HTML. What has paragraphs already, or blocks of the newer editor, stays byte for
/// byte. Else lines of words become paragraphs, their ends `<br>`; an element that is a block of its own stays as it
/// is, with the empty lines inside.
pub fn written_out(source: String) -> String {
    let lower = source.to_ascii_lowercase();
    if ["<p>", "<p ", "<!-- wp:"]
        .iter()
        .any(|mark| lower.contains(mark))
    {
        return source;
    }
    let mut html = String::with_capacity(source.len() + source.len() / 16);
    let mut paragraph: Vec<&str> = Vec::new();
    // The block that is open, and how often.
    let mut block: Option<(&str, i64)> = None;
    for line in source.lines() {
        if let Some((name, depth)) = block {
            html.extend([line, "\n"]);
            block = still_open(name, depth + opened(line, name));
        } else if let Some(name) = block_of(line) {
            end_paragraph(&mut html, &mut paragraph);
            html.extend([line, "\n"]);
            block = still_open(name, opened(line, name));
        } else if line.trim().is_empty() || line.trim_start().starts_with("<!--") {
            end_paragraph(&mut html, &mut paragraph);
            html.extend([line.trim(), if line.trim().is_empty() { "" } else { "\n" }]);
        } else {
            paragraph.push(line.trim());
        }
    }
    end_paragraph(&mut html, &mut paragraph);
    html
}

fn end_paragraph(html: &mut String, paragraph: &mut Vec<&str>) {
    if !paragraph.is_empty() {
        html.extend(["<p>", &paragraph.join("<br>\n"), "</p>\n"]);
        paragraph.clear();
    }
}

fn still_open(name: &str, depth: i64) -> Option<(&str, i64)> {
    (depth > 0 && name != "hr").then_some((name, depth))
}

/// The block that a line begins with.
fn block_of(line: &str) -> Option<&'static str> {
    let tag = line.trim_start().strip_prefix('<')?;
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric())?;
    BLOCKS
        .into_iter()
        .find(|block| tag[..end].eq_ignore_ascii_case(block))
}

/// How many more elements of a name a line opens than it closes.
fn opened(line: &str, name: &str) -> i64 {
    let line = line.to_ascii_lowercase();
    let begins = |after: &str| {
        after
            .strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    line.match_indices('<')
        .map(|(at, _)| match line[at + 1..].strip_prefix('/') {
            Some(closing) => -i64::from(begins(closing)),
            None => i64::from(begins(&line[at + 1..])),
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(source: &str) -> String {
        written_out(source.to_owned())
    }

    #[test]
    fn empty_lines_become_paragraphs_and_other_ends_breaks() {
        assert_eq!(
            out("One\ntwo <b>bold</b>\n\nThree"),
            "<p>One<br>\ntwo <b>bold</b></p>\n<p>Three</p>\n"
        );
    }

    #[test]
    fn what_has_paragraphs_stays_byte_for_byte() {
        for source in [
            "<P>One</P>\n\ntwo  ",
            "<!-- wp:heading -->\n<h2>x</h2>\n\n<!-- /wp:heading -->",
        ] {
            assert_eq!(out(source), source);
        }
    }

    #[test]
    fn a_block_is_no_paragraph_and_keeps_its_empty_lines() {
        assert_eq!(
            out(
                "Before\n<pre>a\n\nb</pre>\nafter\n\n<ul>\n<li>x <ul><li>y</li></ul></li>\n\n<li>z</li>\n</ul>\n<hr>\nend"
            ),
            "<p>Before</p>\n<pre>a\n\nb</pre>\n<p>after</p>\n<ul>\n<li>x <ul><li>y</li></ul></li>\n\n<li>z</li>\n\
             </ul>\n<hr>\n<p>end</p>\n"
        );
    }

    #[test]
    fn the_cut_of_a_teaser_is_on_a_line_of_its_own() {
        assert_eq!(
            out("One\n\n<!--more-->\n\nTwo"),
            "<p>One</p>\n<!--more-->\n<p>Two</p>\n"
        );
    }
}
