//! Exports of WordPress: read to the end or refused, whatever stands in them.
#![no_main]

use daybook::transfer::import::wordpress::WordPress;

libfuzzer_sys::fuzz_target!(|file: &[u8]| daybook_fuzz::read_through(WordPress::open(file)));
