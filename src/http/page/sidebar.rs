//! What stands beside the posts, as HTML: the same on every page.

use super::layout::Shell;
use crate::app::looks::{Shown, Sidebar};
use crate::blog::archive::Month;
use askama::Template;

#[derive(Template)]
#[template(path = "reader/sidebar.html")]
struct SidebarPart<'a> {
    shell: &'a Shell,
    sidebar: &'a Sidebar,
}

impl SidebarPart<'_> {
    fn name_of(&self, month: &Month) -> String {
        self.shell.dates().month_name(month.first)
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
