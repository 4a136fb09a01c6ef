//! What is next to the posts, as HTML: the same on every page.

use super::layout::Layout;
use crate::app::theme::{Sidebar, SidebarBlock};
use crate::blog::archive::Month;
use askama::Template;

#[derive(Template)]
#[template(path = "reader/sidebar.html")]
struct SidebarPart<'a> {
    layout: &'a Layout,
    sidebar: &'a Sidebar,
}

impl SidebarPart<'_> {
    fn name_of(&self, month: &Month) -> String {
        self.layout.dates().month_name(month.first)
    }
}

impl Layout {
    /// The sidebar as HTML; empty where there is none.
    pub fn sidebar(&self) -> askama::Result<String> {
        match &self.site.theme.sidebar {
            None => Ok(String::new()),
            Some(sidebar) => SidebarPart {
                layout: self,
                sidebar,
            }
            .render(),
        }
    }
}
