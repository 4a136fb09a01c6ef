//! WordPress's blocks, whose comments say what each part of a text is: `<!-- wp:paragraph -->`. What they hold is HTML and
//! stays as it is; words between them, reusable blocks and shortcodes are written out.

use super::paragraphs;
use super::shortcodes::Writing;
use crate::text;
use crate::text::Film;
use serde_json::Value;

/// Reusable blocks may hold others.
const DEPTH_MAX: usize = 5;

/// Whether a text was written with blocks.
pub fn has_blocks(source: &str) -> bool {
    source.contains("<!-- wp:")
}

/// A comment that begins or ends a block.
struct Delimiter<'s> {
    name: &'s str,
    attributes: &'s str,
    is_end: bool,
    is_empty: bool,
    begin: usize,
    end: usize,
}

/// The text with what its blocks lean on.
pub fn written_out(source: &str, writing: &mut Writing<'_>) -> String {
    at_depth(source, writing, 0)
}

fn at_depth(source: &str, writing: &mut Writing<'_>, depth: usize) -> String {
    let mut html = String::with_capacity(source.len());
    let mut at = 0;
    // Blocks that are open; words outside of them are those of the classic editor.
    let mut open = 0_usize;
    while let Some(next) = delimiter(source, at) {
        let between = &source[at..next.begin];
        html.push_str(&if open == 0 {
            classic(between, writing)
        } else {
            between.to_owned()
        });
        at = next.end;
        if next.is_end {
            open = open.saturating_sub(1);
            html.push_str(&source[next.begin..next.end]);
            continue;
        }
        if let Some((inside, end)) = replaced(source, &next, writing, depth) {
            html.push_str(&inside);
            at = end;
            continue;
        }
        html.push_str(&source[next.begin..next.end]);
        open += usize::from(!next.is_empty);
    }
    let rest = &source[at..];
    html.push_str(&if open == 0 {
        classic(rest, writing)
    } else {
        rest.to_owned()
    });
    html
}

/// What replaces a block that WordPress made when it showed the page, and where the block ends.
fn replaced(
    source: &str,
    block: &Delimiter,
    writing: &mut Writing<'_>,
    depth: usize,
) -> Option<(String, usize)> {
    let attributes: Value = serde_json::from_str(block.attributes).unwrap_or_default();
    if block.name == "block" {
        let id = attributes.get("ref")?.to_string();
        let inside = writing.library.block(id.trim_matches('"'))?.to_owned();
        if depth >= DEPTH_MAX {
            return None;
        }
        return Some((at_depth(&inside, writing, depth + 1), block.end));
    }
    let end = source[block.end..].find(&format!("<!-- /wp:{} -->", block.name))?;
    let inside = &source[block.end..block.end + end];
    let end = block.end + end + format!("<!-- /wp:{} -->", block.name).len();
    let is_embed = block.name == "embed" || block.name.starts_with("core-embed/");
    match block.name {
        "freeform" | "shortcode" => Some((classic(inside, writing), end)),
        "gallery" if !inside.contains("<img") => {
            let ids = attributes.get("ids")?.as_array()?;
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let code = format!("[gallery ids=\"{}\"]", ids.join(","));
            Some((writing.expanded(&code), end))
        }
        _ if is_embed => {
            let address = attributes.get("url")?.as_str()?;
            Some((embedded(address, inside), end))
        }
        _ => None,
    }
}

/// A film where its address is one; else the link that the block stood for.
fn embedded(address: &str, inside: &str) -> String {
    let caption = inside
        .split_once("<figcaption")
        .and_then(|(_, after)| after.split_once('>'))
        .and_then(|(_, after)| after.split_once("</figcaption>"))
        .map_or(String::new(), |(words, _)| format!("\n<p>{words}</p>"));
    let escaped = text::escape(address);
    match Film::of(address) {
        Some(_) => format!("<p>{escaped}</p>{caption}"),
        None => format!("<p><a href=\"{escaped}\">{escaped}</a></p>{caption}"),
    }
}

/// Words of the classic editor.
pub fn classic(source: &str, writing: &mut Writing<'_>) -> String {
    if source.trim().is_empty() {
        return source.to_owned();
    }
    paragraphs::written_out(&writing.expanded(source))
}

/// The next comment of a block.
fn delimiter(source: &str, from: usize) -> Option<Delimiter<'_>> {
    let mut at = from;
    loop {
        let begin = at + source[at..].find("<!-- ")?;
        let end = begin + source[begin..].find("-->")? + 3;
        let inside = source[begin + 5..end - 3].trim();
        at = end;
        let (is_end, name) = match inside.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, inside),
        };
        let Some(name) = name.strip_prefix("wp:") else {
            continue;
        };
        let is_empty = name.ends_with('/');
        let name = name.trim_end_matches('/').trim_end();
        let (name, attributes) = name.split_once(char::is_whitespace).unwrap_or((name, ""));
        return Some(Delimiter {
            name,
            attributes: attributes.trim(),
            is_end,
            is_empty,
            begin,
            end,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::library::Library;
    use super::*;
    use std::collections::BTreeMap;

    fn out(source: &str) -> String {
        let library = Library::default();
        let (mut unknown, mut lost) = (BTreeMap::new(), 0);
        let mut writing = Writing {
            library: &library,
            post: "1",
            unknown: &mut unknown,
            lost_galleries: &mut lost,
        };
        written_out(source, &mut writing)
    }

    #[test]
    fn blocks_stay_byte_for_byte() {
        for source in [
            "<!-- wp:paragraph -->\n<p>One\ntwo</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:latest-posts /-->",
            "<!-- wp:columns --><div><!-- wp:column --><div>a\n\nb</div><!-- /wp:column --></div><!-- /wp:columns -->",
        ] {
            assert_eq!(out(source), source);
        }
    }

    #[test]
    fn words_of_the_classic_editor_become_paragraphs() {
        assert_eq!(
            out("<!-- wp:freeform -->One\n\ntwo<!-- /wp:freeform -->"),
            "<p>One</p>\n<p>two</p>\n"
        );
        assert_eq!(
            out("One\n\ntwo\n<!-- wp:html --><b>x</b>\n\ny<!-- /wp:html -->"),
            "<p>One</p>\n<p>two</p>\n<!-- wp:html --><b>x</b>\n\ny<!-- /wp:html -->"
        );
    }

    #[test]
    fn a_film_is_in_the_place_of_its_block() {
        let source = "<!-- wp:embed {\"url\":\"https://www.youtube.com/watch?v=abcdefghijk\"} --><figure>\
            <div>x</div><figcaption>A film</figcaption></figure><!-- /wp:embed -->";
        assert_eq!(
            out(source),
            "<p>https://www.youtube.com/watch?v=abcdefghijk</p>\n<p>A film</p>"
        );
    }
}
