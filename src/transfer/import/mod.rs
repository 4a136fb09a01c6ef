//! Readers of foreign formats; each yields the entries of an archive one by one.

pub mod blogger;
