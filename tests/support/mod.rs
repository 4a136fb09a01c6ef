//! What several test binaries share: the real program in a directory of its own, and databases as earlier releases left them.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod crawl;
pub mod program;
pub mod stored;
