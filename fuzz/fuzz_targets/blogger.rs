//! Exports of Blogger: read to the end or refused, whatever stands in them.
#![no_main]

use daybook::transfer::import::blogger::Blogger;

libfuzzer_sys::fuzz_target!(|file: &[u8]| daybook_fuzz::read_through(Blogger::open(file)));
