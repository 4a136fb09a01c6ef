//! What is promised in figures: times, which `make measure` asks for in a release build, and how well spam is recognised.

mod spam;
mod times;
