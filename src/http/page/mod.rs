//! What pages are made of: the layout, rendering, what a page says of itself to machines, paging, the sidebar, the page of a post.

pub mod layout;
pub mod metadata;
pub mod pagination;
pub mod post_page;
pub mod render;
pub mod sidebar;
