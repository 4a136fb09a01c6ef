//! WordPress's blocks, whose comments say what each part of a text is: `<!-- wp:paragraph -->`. What they hold is HTML and
//! stays as it is; words between them, reusable blocks and shortcodes are written out.

use super::paragraphs;
use super::shortcodes::{self, Writing};
use crate::blog::post::SOURCE_MAX_BYTES;
use serde_json::Value;

/// Reusable blocks may hold others.
const DEPTH_MAX: usize = 5;
/// So many of them a text shows, each as often as it names it.
const REUSED_MAX: usize = 200;

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

/// The text with what its blocks name.
pub fn written_out(source: &str, writing: &mut Writing<'_>) -> String {
    at_depth(source, writing, 0, &mut Reuse::default())
}

/// How much of reusable blocks a text shows.
#[derive(Default)]
struct Reuse {
    blocks: usize,
    bytes: usize,
}

fn at_depth(source: &str, writing: &mut Writing<'_>, depth: usize, reuse: &mut Reuse) -> String {
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
        if let Some((inside, end)) = replaced(source, &next, writing, (depth, &mut *reuse)) {
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
    (depth, reuse): (usize, &mut Reuse),
) -> Option<(String, usize)> {
    let attributes: Value = serde_json::from_str(block.attributes).unwrap_or_default();
    if block.name == "block" {
        let id = attributes.get("ref")?.to_string();
        let inside = writing.library.block(id.trim_matches('"'))?.to_owned();
        reuse.blocks += 1;
        reuse.bytes += inside.len();
        if depth >= DEPTH_MAX || reuse.blocks > REUSED_MAX || reuse.bytes > SOURCE_MAX_BYTES {
            return None;
        }
        let inside = at_depth(&inside, writing, depth + 1, reuse);
        return Some((inside, block.end));
    }
    let (inside, end) = if block.is_empty {
        ("", block.end)
    } else {
        let close = format!("<!-- /wp:{} -->", block.name);
        let end = block.end + source[block.end..].find(&close)?;
        (&source[block.end..end], end + close.len())
    };
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

/// A film where its address is one; else the link that the block showed.
fn embedded(address: &str, inside: &str) -> String {
    let caption = inside
        .split_once("<figcaption")
        .and_then(|(_, after)| after.split_once('>'))
        .and_then(|(_, after)| after.split_once("</figcaption>"))
        .map_or(String::new(), |(words, _)| format!("\n<p>{words}</p>"));
    shortcodes::embedded(address) + &caption
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
    use crate::transfer::import::xml::Element;
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
    fn a_block_without_an_end_holds_nothing_of_what_follows() {
        let film = "https://www.youtube.com/watch?v=abcdefghijk";
        let source = format!(
            "<!-- wp:embed {{\"url\":\"{film}\"}} /-->\n\n<!-- wp:paragraph --><p>Words</p><!-- /wp:paragraph -->\n\n\
             <!-- wp:embed --><figure>x</figure><!-- /wp:embed -->"
        );
        let html = out(&source);
        assert!(html.starts_with(&format!("<p>{film}</p>")), "{html}");
        assert!(html.contains("<p>Words</p>"), "{html}");
    }

    #[test]
    fn reusable_blocks_that_hold_each_other_do_not_fill_a_machine() {
        let mut library = Library::default();
        let many = "<!-- wp:block {\"ref\":7} /-->".repeat(1000);
        library.take(&Element {
            name: "item".to_owned(),
            children: [
                ("wp:post_id", "7"),
                ("wp:post_type", "wp_block"),
                ("wp:status", "publish"),
                ("content:encoded", many.as_str()),
            ]
            .map(|(name, text)| Element {
                name: name.to_owned(),
                text: text.to_owned(),
                ..Element::default()
            })
            .into(),
            ..Element::default()
        });
        let (mut unknown, mut lost) = (BTreeMap::new(), 0);
        let mut writing = Writing {
            library: &library,
            post: "1",
            unknown: &mut unknown,
            lost_galleries: &mut lost,
        };
        let html = written_out("<!-- wp:block {\"ref\":7} /-->", &mut writing);
        assert!(html.len() < 10 * SOURCE_MAX_BYTES, "{}", html.len());
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
