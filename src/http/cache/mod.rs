//! The cache of whole pages: which query parameters count, the pages with their compressed forms, conditional requests.

pub mod conditional;
pub mod encoded_body;
pub mod page_cache;
pub mod query_params;
