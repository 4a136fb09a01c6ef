//! What the database of Isso holds, as entries of an archive. It is small: Isso itself reads it whole.

use crate::blog::comment::State;
use crate::blog::post::Markup;
use crate::store::isso::Row;
use crate::transfer::archive::{Comment, Entry, On};

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
        on: On::Path(super::path(&row.uri).unwrap_or_else(|| row.uri.clone())),
        state: match row.mode {
            1 => State::Approved,
            4 => State::Deleted,
            _ => State::Waiting,
        },
        name: row.author,
        url: row.website,
        email: row.email,
        markup: Markup::Markdown,
        source: row.text,
        created_at: row.created_at,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blog::time::Millis;

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
