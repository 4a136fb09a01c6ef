//! The real program, as operators run it and as clients reach it: commands, sockets, log, backups, imports and exports.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod backup;
mod cases;
mod commands;
mod corpora;
mod exports;
mod killed_imports;
mod logs_and_metrics;
mod moving;
mod round_trips;
mod wire;
