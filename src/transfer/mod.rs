//! Moving a blog in and out. An archive is the one meeting point of what comes in: each foreign format
//! is read into it, and `load` puts it into the store. What goes out is read from the store as it stands (`export`).

pub mod archive;
pub mod export;
pub mod import;
pub mod load;
pub mod report;
