//! Where the links and pictures of a Markdown text lead to, each of which may be replaced.

use super::segments::outside_code;
use percent_encoding::percent_decode_str;

/// Attributes of HTML that hold one address.
const ATTRIBUTES: &[&str] = &["src=", "href=", "poster="];

/// Asks about every target of a text; what is answered takes its place.
pub fn replaced(source: &str, mut target: impl FnMut(&str) -> Option<String>) -> String {
    outside_code(source, |text| {
        let text = inline(text, &mut target);
        let text = definitions(&text, &mut target);
        attributes(&text, &mut target)
    })
}

/// `[words](target "title")`
fn inline(text: &str, target: &mut impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        let start = at + 2;
        let inside = &rest[start..];
        out.push_str(&rest[..start]);
        let (found, length) = if let Some(pointed) = inside.strip_prefix('<') {
            match pointed.find(['>', '\n']) {
                Some(end) if pointed[end..].starts_with('>') => (&pointed[..end], end + 2),
                _ => ("", 0),
            }
        } else {
            let end = end_of_target(inside);
            (&inside[..end], end)
        };
        match target(found).filter(|_| !found.is_empty()) {
            Some(new) => out.push_str(&in_brackets(&new)),
            None => out.push_str(&inside[..length]),
        }
        rest = &inside[length..];
    }
    out + rest
}

/// Where a target ends that is in no brackets: at a blank, or at the bracket that closes its link.
fn end_of_target(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return at,
            ')' => depth -= 1,
            c if c.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

/// A target as Markdown writes it.
fn in_brackets(target: &str) -> String {
    if target.contains([' ', '(', ')', '<', '>']) {
        format!("<{}>", target.replace(['<', '>'], ""))
    } else {
        target.to_owned()
    }
}

/// `[name]: target`
fn definitions(text: &str, target: &mut impl FnMut(&str) -> Option<String>) -> String {
    if !text.contains("]:") {
        return text.to_owned();
    }
    let lines = text.split('\n').map(|line| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let found = line[indent..]
            .strip_prefix('[')
            .filter(|rest| indent < 4 && !rest.starts_with('^'))
            .and_then(|rest| rest.split_once("]:"));
        let Some((name, value)) = found else {
            return line.to_owned();
        };
        let value = value.trim();
        let end = value.find(char::is_whitespace).unwrap_or(value.len());
        let (address, title) = value.split_at(end);
        let address = address.trim_start_matches('<').trim_end_matches('>');
        match target(address).filter(|_| !address.is_empty()) {
            Some(new) => format!("[{name}]: {}{title}", in_brackets(&new)),
            None => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn attributes(text: &str, target: &mut impl FnMut(&str) -> Option<String>) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, name)) = ATTRIBUTES
        .iter()
        .filter_map(|name| Some((rest.find(name)?, *name)))
        .min()
    {
        let start = at + name.len();
        out.push_str(&rest[..start]);
        let is_attribute = rest[..at].ends_with(char::is_whitespace);
        let quote = rest[start..]
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''));
        rest = &rest[start..];
        let Some((quote, end)) = quote
            .filter(|_| is_attribute)
            .and_then(|quote| Some((quote, rest[1..].find(quote)?)))
        else {
            continue;
        };
        let value = &rest[1..=end];
        let plain = value.replace("&amp;", "&");
        match target(&plain) {
            Some(new) => {
                out.push(quote);
                out.push_str(&crate::text::escape(&new));
                out.push(quote);
            }
            None => out.push_str(&rest[..end + 2]),
        }
        rest = &rest[end + 2..];
    }
    out + rest
}

/// A target cut into its path, decoded, and what comes after it (`?x`, `#y`); `None` where it is no file of the site.
pub fn path_of(target: &str) -> Option<(String, &str)> {
    let has_scheme = target
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()));
    if has_scheme || target.starts_with(['#', '?']) || target.starts_with("//") {
        return None;
    }
    let end = target.find(['#', '?']).unwrap_or(target.len());
    let path = percent_decode_str(&target[..end]).decode_utf8().ok()?;
    (!path.is_empty()).then(|| (path.into_owned(), &target[end..]))
}

/// A path below a folder, without `.` and `..`; `None` where it leaves the site.
pub fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_asked_about_once() {
        let source = "![a](x.png \"t\") [b](<a b.md>) [c](y(1).md#z) `[d](no)` [e]\n\n[e]: r.png 'T'\n[^n]: no.png\n\
                      <img alt='q' src=\"i.png\"> <a href='h?a&amp;b'>f</a> data-src=\"no\"\n";
        let mut asked = Vec::new();
        let text = replaced(source, |target| {
            asked.push(target.to_owned());
            (target == "x.png" || target == "a b.md" || target == "i.png" || target == "r.png")
                .then(|| format!("/n {target}"))
        });
        assert_eq!(
            asked,
            ["x.png", "a b.md", "y(1).md#z", "r.png", "i.png", "h?a&b"]
        );
        assert_eq!(
            text,
            "![a](</n x.png> \"t\") [b](</n a b.md>) [c](y(1).md#z) `[d](no)` [e]\n\n[e]: </n r.png> 'T'\n[^n]: no.png\n\
             <img alt='q' src=\"/n i.png\"> <a href='h?a&amp;b'>f</a> data-src=\"no\"\n"
        );
        assert_eq!(replaced("[a](", |_| None), "[a](");
        assert_eq!(replaced("[a](<b", |_| None), "[a](<b");
    }

    #[test]
    fn no_path_leaves_the_site() {
        assert_eq!(path_of("a%20b.md#c"), Some(("a b.md".to_owned(), "#c")));
        for other in ["https://example.org/", "mailto:a@b", "#c", "//x", ""] {
            assert_eq!(path_of(other), None, "{other}");
        }
        assert_eq!(
            joined("content/a", "../img/./b.png").as_deref(),
            Some("content/img/b.png")
        );
        assert_eq!(joined("content", "../../etc/passwd"), None);
    }
}
