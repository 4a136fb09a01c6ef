//! The real program, as operators run it and as clients reach it: commands, sockets, log, backups, imports and exports.

#[path = "../support/mod.rs"]
mod support;

mod backup;
mod cli;
mod corpora;
mod exports;
mod logs_and_metrics;
mod moving;
mod wire;
