//! Exports of Disqus: read to the end or refused, whatever stands in them.
#![no_main]

use daybook::transfer::import::disqus::Disqus;

libfuzzer_sys::fuzz_target!(|file: &[u8]| daybook_fuzz::read_through(Disqus::open(file)));
