//! Exports of WordPress: read to the end or refused, whatever stands in them.
#![no_main]

use daybook::blog::time::Millis;
use daybook::transfer::archive::Given;
use daybook::transfer::import::wordpress::{Library, WordPress, gather};
use daybook::transfer::load::Pass;

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    let given = Given {
        old_url: None,
        zone: jiff::tz::TimeZone::UTC,
        now: Millis(0),
    };
    let mut library = Library::default();
    if gather(file, &mut library).is_ok() {
        daybook_fuzz::read_through(WordPress::open(file, &given, &library, Pass::Posts));
    }
});
