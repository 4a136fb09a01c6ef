//! Moving a blog in and out. An archive is the one meeting point of what comes in: each foreign format
//! is read into it, and `load` puts it into the store. What goes out is read from the store as it is (`export`).
//! A backup is no archive: it is the blog as it is, in one file.

pub mod archive;
pub mod backup;
pub mod export;
pub mod import;
pub mod input;
pub mod load;
pub mod old_links;
pub mod overlong;
pub mod pictures;
pub mod report;
pub mod source;
