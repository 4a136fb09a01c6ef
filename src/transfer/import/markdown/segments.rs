//! Which parts of a Markdown text are code, where nothing may be rewritten.

/// Rewrites all of a text but its code: fenced blocks, and spans between backticks.
pub fn outside_code(source: &str, mut rewrite: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(source.len());
    let mut prose = String::new();
    let mut fence: Option<(char, usize)> = None;
    for line in source.split_inclusive('\n') {
        let mark = fence_of(line);
        match (fence, mark) {
            (None, Some(open)) => {
                flush(&mut prose, &mut out, &mut rewrite);
                out.push_str(line);
                fence = Some(open);
            }
            (Some((sign, length)), mark) => {
                out.push_str(line);
                let bare = line.trim_start_matches(quote_or_blank).trim();
                let closes = |(other, long): (char, usize)| {
                    other == sign && long >= length && bare.chars().all(|c| c == sign)
                };
                if mark.is_some_and(closes) {
                    fence = None;
                }
            }
            (None, None) => prose.push_str(line),
        }
    }
    flush(&mut prose, &mut out, &mut rewrite);
    out
}

fn quote_or_blank(c: char) -> bool {
    c.is_whitespace() || c == '>'
}

/// The sign and the length of a fence, where a line begins with one.
fn fence_of(line: &str) -> Option<(char, usize)> {
    let line = line.trim_start_matches(quote_or_blank);
    let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == sign).count();
    // A span of code may begin a line too.
    let is_span = sign == '`' && line[length..].contains('`');
    (length >= 3 && !is_span).then_some((sign, length))
}

fn flush(prose: &mut String, out: &mut String, rewrite: &mut impl FnMut(&str) -> String) {
    let text = std::mem::take(prose);
    let mut rest = text.as_str();
    let mut plain_from = 0;
    let mut at = 0;
    while let Some(found) = rest[at..].find('`') {
        let start = at + found;
        let length = rest[start..]
            .bytes()
            .take_while(|byte| *byte == b'`')
            .count();
        let mark = &rest[start..start + length];
        match closing(&rest[start + length..], mark) {
            Some(end) => {
                let end = start + length + end + length;
                if start > plain_from {
                    out.push_str(&rewrite(&rest[plain_from..start]));
                }
                out.push_str(&rest[start..end]);
                rest = &rest[end..];
                (plain_from, at) = (0, 0);
            }
            None => at = start + length,
        }
    }
    if !rest.is_empty() {
        out.push_str(&rewrite(rest));
    }
}

/// Where the same number of backticks comes again, in the same paragraph.
fn closing(text: &str, mark: &str) -> Option<usize> {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let mut at = 0;
    while let Some(found) = paragraph[at..].find(mark) {
        let start = at + found;
        let length = paragraph[start..]
            .bytes()
            .take_while(|byte| *byte == b'`')
            .count();
        if length == mark.len() {
            return Some(start);
        }
        at = start + length;
    }
    None
}

/// The words of a tag: `src="a b.png" wide alt='x'` gives `src`, `wide`, `alt` and their values; a word without a name has
/// an empty one.
pub fn arguments(text: &str) -> Vec<(String, String)> {
    let mut arguments = Vec::new();
    let mut rest = text.trim_start_matches([',', ' ', '\n', '\t']);
    while !rest.is_empty() {
        let name_end = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
            .unwrap_or(rest.len());
        let after = rest[name_end..].trim_start();
        let (name, value) = match after.strip_prefix(['=', ':']) {
            Some(value) if name_end > 0 && !value.starts_with("//") => {
                (&rest[..name_end], value.trim_start())
            }
            _ => ("", rest),
        };
        let (value, behind) = word(value);
        arguments.push((name.to_lowercase(), value.to_owned()));
        rest = behind.trim_start_matches([',', ' ', '\n', '\t']);
    }
    arguments
}

/// The first word of a text, in quotes or up to a blank, and what is after it.
fn word(text: &str) -> (&str, &str) {
    for quote in ['"', '\'', '`', '“'] {
        let end = if quote == '“' { '”' } else { quote };
        if let Some((value, behind)) = text
            .strip_prefix(quote)
            .and_then(|inside| inside.split_once(end))
        {
            return (value, behind);
        }
    }
    let end = text.find([' ', '\n', '\t', ',']).unwrap_or(text.len());
    text.split_at(end.max(text.chars().next().map_or(0, char::len_utf8)))
}

/// The value of the first of some names; an empty name is the first word without one.
pub fn argument<'a>(arguments: &'a [(String, String)], names: &[&str]) -> &'a str {
    names
        .iter()
        .find_map(|name| arguments.iter().find(|(known, _)| known == name))
        .map_or("", |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_left_alone() {
        let source =
            "a x `x` ``x ` x``\n\n```\nx\n```\nx\n~~~ x\n```\n~~~\n> ```\n> x\n> ```\nx ` x\n";
        let expected =
            "a y `x` ``x ` x``\n\n```\nx\n```\ny\n~~~ x\n```\n~~~\n> ```\n> x\n> ```\ny ` y\n";
        assert_eq!(
            outside_code(source, |text| text.replace('x', "y")),
            expected
        );
    }

    #[test]
    fn arguments_are_named_or_not() {
        let found = arguments("first src=\"a b.png\" alt='x', wide=3 https://example.org/");
        let all: Vec<(&str, &str)> = found
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            all,
            [
                ("", "first"),
                ("src", "a b.png"),
                ("alt", "x"),
                ("wide", "3"),
                ("", "https://example.org/")
            ]
        );
        assert_eq!(argument(&found, &["id", ""]), "first");
        assert_eq!(arguments("é\"").len(), 1);
    }
}
