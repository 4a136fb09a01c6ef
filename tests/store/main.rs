//! The contract of the store: what it keeps, in which order, and what it never half does.
//!
//! Nothing checks its SQL at compile time, so every method is exercised here. `blog` makes a blog for a test.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod bans;
mod blog;
mod comments;
mod feeds;
mod imports;
mod invariants;
mod media;
mod people;
mod permalinks;
mod post_lists;
mod posts;
mod redirects;
mod search;
mod settings;
mod spam;
mod tags;
mod transactions;
mod trash;
mod upgrades;
mod views;
