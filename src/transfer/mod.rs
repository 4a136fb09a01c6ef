//! Moving a blog in and out. An archive is the one meeting point: each foreign format is read into it,
//! and `load` puts it into the store.

pub mod archive;
pub mod import;
pub mod load;
pub mod report;
