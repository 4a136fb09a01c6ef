//! Which system an export is of, by the names in it and by how its files begin.

use super::Format;
use crate::transfer::import::substack;
use crate::transfer::input::{Input, Member};
use anyhow::Result;
use std::io::Read;
use std::path::Path;

/// So much of a file is looked at: all systems say who they are in their first lines.
const HEAD_BYTES: u64 = 64 * 1024;
/// Files that are looked into, where their names say nothing.
const FILES_MAX: usize = 20;

/// The system that a file is of; `None` where it is none that we know.
///
/// # Errors
/// Where the file cannot be read, or is a damaged archive.
pub fn recognize(path: &Path) -> Result<Option<Format>> {
    let input = Input::open(&[path.to_owned()])?;
    if let Some(format) = by_names(&input.members) {
        return Ok(Some(format));
    }
    for member in input.members.iter().take(FILES_MAX) {
        let mut head = Vec::new();
        member.open(drop)?.take(HEAD_BYTES).read_to_end(&mut head)?;
        let format = by_head(&head);
        if format.is_some() {
            return Ok(format);
        }
    }
    Ok(None)
}

/// By names that only one system has.
fn by_names(members: &[Member]) -> Option<Format> {
    let has = |wanted: &str| {
        let mut names = members.iter().map(|member| member.name.as_str());
        names.any(|name| name.rsplit('/').next() == Some(wanted))
    };
    let texts = [".md", ".markdown", ".mdx"];
    let is_text = |member: &Member| texts.iter().any(|ending| member.name.ends_with(ending));
    if has(substack::LIST) {
        Some(Format::Substack)
    } else if has("blog.json") && members.len() > 1 {
        Some(Format::Daybook)
    } else if has("daybook.yml") || members.iter().any(is_text) {
        Some(Format::Markdown)
    } else {
        None
    }
}

/// By the first bytes of a file.
fn by_head(head: &[u8]) -> Option<Format> {
    if head.starts_with(b"SQLite format 3\0") {
        return Some(Format::Isso);
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(['{', '[']) {
        return by_json(text);
    }
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    if says(&["<disqus", "//disqus.com"]) {
        Some(Format::Disqus)
    } else if says(&["wordpress.org/export/"]) {
        Some(Format::Wordpress)
    } else if says(&["blogger.com", "schemas.google.com/blogger"]) {
        Some(Format::Blogger)
    } else {
        None
    }
}

fn by_json(text: &str) -> Option<Format> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let says = |words: &[&str]| words.iter().any(|words| bare.contains(words));
    if bare.starts_with("{\"format\":\"daybook\"") {
        Some(Format::Daybook)
    } else if says(&["\"db\":[", "\"exported_on\":", "\"meta\":{"]) {
        Some(Format::Ghost)
    } else if says(&["\"pid\":", "\"users\":["]) {
        Some(Format::Remark42)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_known_by_how_they_begin() {
        let wordpress =
            "\u{feff}<?xml version=\"1.0\"?>\n<rss xmlns:wp=\"http://wordpress.org/export/1.2/\">";
        for (head, wanted) in [
            (wordpress, Some(Format::Wordpress)),
            (
                "<?xml?><feed><id>tag:blogger.com,1999:blog-1.archive</id>",
                Some(Format::Blogger),
            ),
            ("<disqus xmlns=\"http://disqus.com\">", Some(Format::Disqus)),
            ("{\n \"format\": \"daybook\",", Some(Format::Daybook)),
            ("{\"db\": [{\"meta\"", Some(Format::Ghost)),
            (
                "{\"version\":1,\"users\":[]}\n{\"id\":\"1\",\"pid\":\"\"}",
                Some(Format::Remark42),
            ),
            ("SQLite format 3\0", Some(Format::Isso)),
            ("{\"a\": 1}", None),
            ("<html>", None),
            ("", None),
        ] {
            assert_eq!(by_head(head.as_bytes()), wanted, "{head}");
        }
    }
}
