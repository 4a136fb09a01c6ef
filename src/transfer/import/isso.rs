//! What the database of Isso holds, as entries of an archive. It is small: Isso itself reads it whole.

use crate::blog::comment::State;
use crate::blog::post::Markup;
use crate::store::isso::Row;
use crate::transfer::archive::{Comment, Entry};

/// Every comment, in the order of its arrival.
pub fn entries(rows: Vec<Row>) -> Vec<Entry> {
    rows.into_iter().map(comment).collect()
}

fn comment(row: Row) -> Entry {
    // Numbers are those of one database; with the address of the thread they are those of one blog.
    let origin = |id: i64| format!("isso:{}#{id}", row.uri);
    Entry::Comment(Box::new(Comment {
        origin: origin(row.id),
        parent: row.parent.map(origin),
        other_origins: Vec::new(),
        on: super::page(&row.uri),
        state: match row.mode {
            1 => State::Approved,
            4 => State::Deleted,
            _ => State::Waiting,
        },
        name: row.author,
        url: row.website,
        email: row.email,
        markup: if is_html(&row.text) {
            Markup::Html
        } else {
            Markup::Markdown
        },
        source: row.text,
        created_at: row.created_at,
    }))
}

/// Elements that Isso lets through in comments as they are. Markdown of ours shows them as words.
const ELEMENTS: [&str; 21] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
];

/// Whether a comment was written in HTML: readers of Isso saw its elements, and not their names.
fn is_html(text: &str) -> bool {
    let text = without_code(text);
    text.match_indices("</").any(|(at, _)| {
        let name = text[at + 2..].split('>').next().unwrap_or_default();
        ELEMENTS.contains(&name.to_ascii_lowercase().as_str())
    }) || ["<br>", "<br/>", "<br />"]
        .iter()
        .any(|line_end| text.contains(line_end))
}

/// The text without what Markdown shows as code: there a tag is what somebody wrote about.
fn without_code(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut fence = None;
    for line in text.lines() {
        let begin = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| begin.starts_with(mark));
        let is_indented = line.starts_with("    ") || line.starts_with('\t');
        match (fence, mark) {
            (None, Some(_)) => fence = mark,
            (Some(_), mark) if mark == fence => fence = None,
            (None, None) if !is_indented => {
                words.push_str(line);
                words.push('\n');
            }
            _ => {}
        }
    }
    without_code_spans(&words)
}

/// The text without what is between as many backticks on both sides.
fn without_code_spans(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        let after = rest[at..].trim_start_matches('`');
        let marks = rest.len() - at - after.len();
        words.push_str(&rest[..at]);
        rest = span_end(after, marks).map_or(after, |end| &after[end..]);
    }
    words.push_str(rest);
    words
}

/// Where a span of code ends that so many backticks began.
fn span_end(text: &str, marks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(next) = text[at..].find('`') {
        let begin = at + next;
        let after = text[begin..].trim_start_matches('`');
        at = text.len() - after.len();
        if at - begin == marks {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blog::time::Millis;
    use crate::transfer::archive::On;

    fn row(mode: i64) -> Row {
        Row {
            uri: "/2016/06/tides.html".to_owned(),
            id: 2,
            parent: Some(1),
            created_at: Millis(1_465_128_000_500),
            mode,
            text: "*High* water".to_owned(),
            author: "Ada".to_owned(),
            email: String::new(),
            website: String::new(),
        }
    }

    #[test]
    fn a_mode_of_isso_is_a_state_of_ours() {
        let states: Vec<State> = entries([1, 2, 4, 9].map(row).into())
            .into_iter()
            .filter_map(|entry| match entry {
                Entry::Comment(comment) => Some(comment.state),
                _ => None,
            })
            .collect();
        assert_eq!(
            states,
            [
                State::Approved,
                State::Waiting,
                State::Deleted,
                State::Waiting
            ]
        );
    }

    #[test]
    fn what_was_written_in_html_is_read_as_html() {
        assert!(is_html("<p>High <em>water</em></p>"));
        assert!(is_html("One<br>two"));
        assert!(is_html("`<p>` is <em>one</em>"));
        for markdown in [
            "*so*",
            "a < b </ c",
            "Vec<u8> and </script>",
            "`x`",
            "It ends with `</p>`, or ``</p> ` <br>``.",
            "So:\n\n```html\n<p>x</p>\n```",
            "So:\n\n    <p>x</p>",
        ] {
            assert!(!is_html(markdown), "{markdown}");
        }
    }

    #[test]
    fn an_answer_names_its_parent_and_its_post() {
        let Some(Entry::Comment(comment)) = entries(vec![row(1)]).pop() else {
            panic!("no comment");
        };
        assert_eq!(
            comment.parent.as_deref(),
            Some("isso:/2016/06/tides.html#1")
        );
        assert_eq!(comment.on, On::Path("/2016/06/tides.html".to_owned()));
        assert_eq!(comment.markup, Markup::Markdown);
    }
}
