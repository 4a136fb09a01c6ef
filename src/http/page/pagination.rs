//! The place in a list, as it is in an address: `?before=TIME-ID` or `?after=TIME-ID`.

use crate::blog::time::Millis;
use crate::error::Result;
use crate::store::{Page, PageDirection};

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Cursor {
    before: Option<String>,
    after: Option<String>,
}

impl Cursor {
    /// The place that two parts of a query name; empty ones name none.
    pub fn new(before: &str, after: &str) -> Self {
        let part = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Self {
            before: part(before),
            after: part(after),
        }
    }

    /// The side of the list that is asked for; nonsense means its start.
    pub fn side(&self) -> PageDirection {
        let place = |text: &Option<String>| place(text.as_deref()?);
        match (place(&self.before), place(&self.after)) {
            (Some((at, id)), _) => PageDirection::Older(at, id),
            (None, Some((at, id))) => PageDirection::Newer(at, id),
            (None, None) => PageDirection::Start,
        }
    }

    /// The page of a list that is asked for; the list's start where going back ended at its top.
    pub async fn page_of<T, F>(&self, list: impl Fn(PageDirection) -> F) -> Result<Page<T>>
    where
        F: Future<Output = Result<Page<T>>>,
    {
        let page = list(self.side()).await?;
        if page.is_top() {
            list(PageDirection::Start).await
        } else {
            Ok(page)
        }
    }
}

/// Reads a place, `TIME-ID`.
pub fn place(text: &str) -> Option<(Millis, i64)> {
    let (at, id) = text.rsplit_once('-')?;
    Some((Millis(at.parse().ok()?), id.parse().ok()?))
}

/// The links below a list, as queries: to newer and to older items, where there are any.
#[derive(Debug, Default)]
pub struct Links {
    pub newer: Option<String>,
    pub older: Option<String>,
}

impl Links {
    /// `place` gives the time and the id that an item is listed by.
    pub fn of<T>(page: &Page<T>, place: impl Fn(&T) -> (Millis, i64)) -> Self {
        let query = |name: &str, item: Option<&T>| {
            let (at, id) = place(item?);
            Some(format!("{name}={}-{id}", at.0))
        };
        Self {
            newer: query("after", page.items.first()).filter(|_| page.has_newer),
            older: query("before", page.items.last()).filter(|_| page.has_older),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(before: Option<&str>, after: Option<&str>) -> PageDirection {
        Cursor {
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        }
        .side()
    }

    #[test]
    fn a_cursor_names_a_time_and_an_id() {
        assert_eq!(
            cursor(Some("1465169400000-7"), None),
            PageDirection::Older(Millis(1_465_169_400_000), 7)
        );
        assert_eq!(
            cursor(Some("-5-7"), None),
            PageDirection::Older(Millis(-5), 7)
        );
        assert_eq!(
            cursor(None, Some("5-7")),
            PageDirection::Newer(Millis(5), 7)
        );
    }

    #[test]
    fn nonsense_is_the_start() {
        for nonsense in ["", "x", "1", "1-", "1-x", "99999999999999999999-1"] {
            assert_eq!(
                cursor(Some(nonsense), None),
                PageDirection::Start,
                "{nonsense}"
            );
        }
    }
}
