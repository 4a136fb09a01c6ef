//! What stands beside the posts, as HTML: the same on every page.

use super::shell::Shell;
use crate::app::looks::{Shown, Sidebar};
use askama::Template;
use jiff::civil::Date;

#[derive(Template)]
#[template(path = "reader/sidebar.html")]
struct SidebarPart<'a> {
    shell: &'a Shell,
    sidebar: &'a Sidebar,
}

impl SidebarPart<'_> {
    /// The name of a month, of which two digits are given.
    fn month(&self, year: &str, month: &str) -> String {
        let first: Result<Date, _> = format!("{year}-{month}-01").parse();
        first.map_or_else(
            |_| month.to_owned(),
            |first| self.shell.dates().month_name(first),
        )
    }
}

impl Shell {
    /// The sidebar as HTML; empty where there is none.
    pub fn sidebar(&self) -> askama::Result<String> {
        match &self.site.looks.sidebar {
            None => Ok(String::new()),
            Some(sidebar) => SidebarPart {
                shell: self,
                sidebar,
            }
            .render(),
        }
    }
}
