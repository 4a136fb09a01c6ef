//! The menu of the blog as its author made it: links to own pages and to other sites, in any order.

use super::address::is_linkable;
use super::appearance::NamedLink;
use super::one_line;

/// More than these are a page of links.
pub const ITEMS_MAX: usize = 30;
const LABEL_MAX_CHARS: usize = 60;
const ADDRESS_MAX_CHARS: usize = 500;

/// A line of the form, exactly as it was typed, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MenuRow {
    pub label: String,
    pub address: String,
    pub problem: Option<&'static str>,
}

impl MenuRow {
    fn is_empty(&self) -> bool {
        self.label.trim().is_empty() && self.address.trim().is_empty()
    }
}

/// What a button of the form does with the lines before they are saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MenuAction {
    Save,
    /// Back to the menu that every blog begins with.
    Reset,
    Up(usize),
    Down(usize),
    Remove(usize),
}

impl MenuAction {
    /// Reads the word of a button, such as `up-2`; `None` for a word that no button sends.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "save" => return Some(Self::Save),
            "reset" => return Some(Self::Reset),
            _ => {}
        }
        let (act, line) = word.split_once('-')?;
        let line = line.parse().ok()?;
        match act {
            "up" => Some(Self::Up(line)),
            "down" => Some(Self::Down(line)),
            "remove" => Some(Self::Remove(line)),
            _ => None,
        }
    }

    /// Moves or removes a line; a line that is not there stays away.
    pub fn apply(self, rows: &mut Vec<MenuRow>) {
        match self {
            Self::Up(line) if line > 0 && line < rows.len() => rows.swap(line, line - 1),
            Self::Down(line) if line + 1 < rows.len() => rows.swap(line, line + 1),
            Self::Remove(line) if line < rows.len() => {
                rows.remove(line);
            }
            _ => {}
        }
    }
}

/// Reads the lines of the form; those that are empty are left out. An own page may go without a label, and then has its own
/// name: `is_named` says which addresses have one. What is wrong is written into the rows.
pub fn parse(rows: &mut Vec<MenuRow>, is_named: impl Fn(&str) -> bool) -> Option<Vec<NamedLink>> {
    rows.retain(|row| !row.is_empty());
    let mut links = Vec::new();
    for (place, row) in rows.iter_mut().enumerate() {
        let name = one_line(&row.label);
        let address = row.address.trim().to_owned();
        row.problem = if place >= ITEMS_MAX {
            Some("A menu has at most 30 links.")
        } else if !is_address(&address) {
            Some("Please enter an address such as /p/about.html or https://example.org/.")
        } else if name.chars().count() > LABEL_MAX_CHARS {
            Some("Please keep the label under 60 characters.")
        } else if name.is_empty() && !is_named(&address) {
            Some("Please enter a label for this address.")
        } else {
            None
        };
        links.push(NamedLink { name, address });
    }
    rows.iter()
        .all(|row| row.problem.is_none())
        .then_some(links)
}

/// Whether a menu may lead to an address: one of this blog, or one of the web.
fn is_address(address: &str) -> bool {
    address.chars().count() <= ADDRESS_MAX_CHARS && is_linkable(address, &["http", "https"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(label: &str, address: &str) -> MenuRow {
        MenuRow {
            label: label.to_owned(),
            address: address.to_owned(),
            problem: None,
        }
    }

    fn parsed(label: &str, address: &str) -> Option<Vec<NamedLink>> {
        parse(&mut vec![row(label, address)], |address| {
            address == "/archive/"
        })
    }

    #[test]
    fn a_link_leads_into_the_blog_or_to_the_web() {
        for good in [
            "/",
            "/p/about.html?a=b#c",
            "https://tides.example/",
            "http://tides.example:8080/a",
        ] {
            assert!(parsed("Tides", good).is_some(), "{good}");
        }
        for bad in [
            "",
            "tides.example",
            "//tides.example/",
            "/\\tides.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "mailto:a@b.example",
            "https://",
            "https://tides.example/a b",
        ] {
            assert!(parsed("Tides", bad).is_none(), "{bad}");
        }
        assert!(parsed("Tides", &format!("/{}", "a".repeat(500))).is_none());
    }

    #[test]
    fn own_pages_have_names_and_other_addresses_need_a_label() {
        assert!(parsed("", "/archive/").is_some());
        assert!(parsed(" ", "https://tides.example/").is_none());
        assert!(parsed(&"x".repeat(61), "/").is_none());
        assert_eq!(
            parsed("", ""),
            Some(Vec::new()),
            "an empty line is left out"
        );
    }

    #[test]
    fn lines_are_moved_and_removed_and_wrong_words_do_nothing() {
        let order = |word: &str| {
            let mut rows = vec![row("a", "/"), row("b", "/"), row("c", "/")];
            MenuAction::parse(word).unwrap().apply(&mut rows);
            rows.iter().map(|row| row.label.clone()).collect::<String>()
        };
        assert_eq!(order("up-1"), "bac");
        assert_eq!(order("down-1"), "acb");
        assert_eq!(order("remove-0"), "bc");
        for unmoved in ["save", "reset", "up-0", "down-2", "up-9", "remove-3"] {
            assert_eq!(order(unmoved), "abc", "{unmoved}");
        }
        for unknown in ["", "left-1", "up", "up-x", "up--1"] {
            assert_eq!(MenuAction::parse(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_menu_that_is_too_long_is_refused() {
        let mut rows = vec![row("a", "/"); ITEMS_MAX];
        assert!(parse(&mut rows, |_| true).is_some());
        rows.push(row("a", "/"));
        assert!(parse(&mut rows, |_| true).is_none());
    }
}
