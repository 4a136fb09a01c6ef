//! The rules that no tool knows: these tests read the sources and the papers and say which file breaks which rule.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod code;
mod commands;
mod figures;
mod imports;
mod packages;
mod papers;
mod security;
mod source;
