//! Markdown and HTML of every kind of text: what comes out is safe, and the sanitiser finds nothing to do a second time.
#![no_main]

libfuzzer_sys::fuzz_target!(|source: &str| daybook_fuzz::render_everywhere(source));
