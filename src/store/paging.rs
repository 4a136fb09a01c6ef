//! Pages of lists: from which place on, and in which direction. No page is found by counting.

use crate::blog::time::Millis;

/// Which side of a place in a list to show; a place is the time and the id of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageDirection {
    Start,
    Older(Millis, i64),
    Newer(Millis, i64),
}

/// One page of a list, newest first.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// The side that was asked for.
    pub side: PageDirection,
    pub has_newer: bool,
    pub has_older: bool,
}

impl<T> Page<T> {
    /// A page of a list that holds nothing.
    #[must_use]
    pub fn empty(side: PageDirection) -> Self {
        Self {
            items: Vec::new(),
            side,
            has_newer: false,
            has_older: false,
        }
    }

    /// Whether going back to newer items ended at the top of the list, where its start serves better than a short page.
    #[must_use]
    pub fn is_top(&self) -> bool {
        matches!(self.side, PageDirection::Newer(..)) && !self.has_newer
    }

    /// Makes a page of rows that were asked for with one more than fits, as they came from the side.
    pub(super) fn of(mut rows: Vec<T>, side: PageDirection, limit: i64) -> Self {
        let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        if more {
            rows.pop();
        }
        if matches!(side, PageDirection::Newer(..)) {
            rows.reverse();
        }
        let (has_newer, has_older) = match side {
            PageDirection::Start => (false, more),
            PageDirection::Older(..) => (true, more),
            PageDirection::Newer(..) => (more, true),
        };
        Self {
            items: rows,
            side,
            has_newer,
            has_older,
        }
    }
}

impl PageDirection {
    /// The place from which older rows are wanted; the start is older than anything.
    pub(super) fn place(self) -> (Millis, i64) {
        match self {
            Self::Start => (Millis(i64::MAX), i64::MAX),
            Self::Older(at, id) | Self::Newer(at, id) => (at, id),
        }
    }
}
