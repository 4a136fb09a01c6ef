//! What is promised in figures: times, which `make measure` asks for in a release build, and how well spam is recognised.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod spam;
mod times;
