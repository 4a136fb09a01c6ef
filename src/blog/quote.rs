//! What somebody wrote in Markdown, quoted in a plain mail: wrapped, with quotes, lists and code as they were written.

/// The longest line, with what is before it: RFC 3676, 4.2 asks for 78 or fewer characters.
const COLUMNS: usize = 76;
/// A line is never broken shorter than this, however deep its quotes are.
const COLUMNS_MIN: usize = 20;

/// Puts `> ` before every line, so that none can pass for a line of ours, and wraps long ones. Lines that belong to quotes
/// keep their `>`, those of lists are set in below their mark, and code stays as it is.
#[must_use]
pub fn quoted(source: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut in_code = false;
    for line in source.split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let (depth, rest) = quotes(line);
        let before = "> ".repeat(depth + 1);
        let is_fence = ["```", "~~~"]
            .iter()
            .any(|mark| rest.trim_start().starts_with(mark));
        in_code ^= is_fence;
        let is_verbatim = in_code || is_fence || rest.starts_with("    ") || rest.starts_with('|');
        if is_verbatim {
            out.push(format!("{before}{rest}").trim_end().to_owned());
            continue;
        }
        let (mark, words) = list_mark(rest);
        let room = COLUMNS
            .saturating_sub(before.len() + columns(mark))
            .max(COLUMNS_MIN);
        let under = " ".repeat(mark.chars().count());
        for (place, part) in wrapped(words, room).into_iter().enumerate() {
            let indent = if place == 0 { mark } else { &under };
            out.push(format!("{before}{indent}{part}").trim_end().to_owned());
        }
    }
    out.join("\n")
}

/// How many quotes a line is in, and the rest of it.
fn quotes(line: &str) -> (usize, &str) {
    let (mut depth, mut rest) = (0, line);
    loop {
        let trimmed = rest.trim_start_matches(' ');
        let indent = rest.len() - trimmed.len();
        let Some(after) = trimmed.strip_prefix('>').filter(|_| indent < 4) else {
            return (depth, rest);
        };
        depth += 1;
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
}

/// The mark of a list item with the blanks around it, empty where there is none, and the rest of the line.
fn list_mark(line: &str) -> (&str, &str) {
    let trimmed = line.trim_start_matches(' ');
    let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match trimmed.as_bytes().get(digits) {
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        Some(b'.' | b')') if (1..10).contains(&digits) => digits + 1,
        _ => return line.split_at(line.len() - trimmed.len()),
    };
    let rest = &trimmed[mark..];
    let words = rest.trim_start_matches(' ');
    if words.len() == rest.len() {
        return line.split_at(line.len() - trimmed.len());
    }
    line.split_at(line.len() - words.len())
}

/// Breaks a line between words, or between characters of scripts that are written without blanks; a long word such as an
/// address stays whole.
fn wrapped(words: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut width = 0;
    for unit in units(words) {
        let unit_width = columns(unit.trim_end());
        if width > 0 && width + unit_width > room {
            lines.push(String::new());
            width = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(unit);
        }
        width += columns(unit);
    }
    lines
}

/// The parts between which a line may break: words with the blanks behind them, and single wide characters.
fn units(text: &str) -> Vec<&str> {
    let mut units = Vec::new();
    let mut start = 0;
    let mut last: Option<char> = None;
    for (place, c) in text.char_indices() {
        let breaks = match last {
            None => false,
            Some(' ') => c != ' ',
            Some(last) => (is_wide(last) || is_wide(c)) && !belongs_to_the_left(c) && c != ' ',
        };
        if breaks {
            units.push(&text[start..place]);
            start = place;
        }
        last = Some(c);
    }
    units.push(&text[start..]);
    units
}

/// How many columns a text takes, roughly.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Whether a character is of a script that is written without blanks and two columns wide.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{33ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3fffd}')
}

/// Whether a character never begins a line.
fn belongs_to_the_left(c: char) -> bool {
    matches!(
        c,
        '、' | '。' | '，' | '．' | '」' | '』' | '）' | '！' | '？' | '：' | '；' | 'ー'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_lists_paragraphs_and_code_stay_what_they_are() {
        let source = "> You said so.\n>> And before that, this.\n\nI agree:\n\n- one\n- two\n\n1. first\n\n```\nlet a  =  1;\n> no quote\n```\n\n    code";
        let wanted = "> > You said so.\n> > > And before that, this.\n>\n> I agree:\n>\n> - one\n> - two\n>\n> 1. first\n>\n> ```\n> let a  =  1;\n> > no quote\n> ```\n>\n>     code";
        assert_eq!(quoted(source), wanted);
    }

    #[test]
    fn long_lines_are_wrapped_with_their_prefix() {
        let words = "word ".repeat(40);
        for (source, before, under) in [
            (words.clone(), "> word", "> word"),
            (format!("> {words}"), "> > word", "> > word"),
            (format!("- {words}"), "> - word", ">   word"),
            (format!("12. {words}"), "> 12. word", ">     word"),
        ] {
            let text = quoted(&source);
            let lines: Vec<&str> = text.lines().collect();
            assert!(lines.len() > 2, "{text}");
            assert!(lines[0].starts_with(before), "{text}");
            assert!(
                lines[1..].iter().all(|line| line.starts_with(under)),
                "{text}"
            );
            assert!(lines.iter().all(|line| line.len() <= COLUMNS), "{text}");
            assert_eq!(text.matches("word").count(), 40);
        }
    }

    #[test]
    fn a_long_address_stays_whole_and_japanese_is_wrapped_too() {
        let address = format!("https://example.org/{}", "a".repeat(100));
        assert!(quoted(&format!("See {address} there")).contains(&address));
        let japanese = quoted(&"潮が満ちる。".repeat(30));
        assert!(japanese.lines().count() > 3, "{japanese}");
        assert!(japanese.lines().all(|line| columns(line) <= COLUMNS + 2));
        assert!(!japanese.contains("> 。"), "{japanese}");
    }

    #[test]
    fn no_quoted_line_is_without_a_mark() {
        let text = quoted("a\rApprove: x\u{2028}Spam: y\u{2029}Delete: z\r\nReply: q");
        assert!(text.lines().all(|line| line.starts_with('>')), "{text}");
        assert!(!text.contains(['\r', '\u{2028}', '\u{2029}']));
    }
}
