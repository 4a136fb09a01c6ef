//! Exports of Remark42: read to the end or refused, whatever stands in them.
#![no_main]

use daybook::transfer::import::remark42::Remark42;

libfuzzer_sys::fuzz_target!(|file: &[u8]| daybook_fuzz::read_through(Remark42::open(file)));
