//! Files that say they are pictures: made anew within the bounds, or refused; never a panic, and nothing larger than it may be.
#![no_main]

libfuzzer_sys::fuzz_target!(|sent: &[u8]| {
    if let Ok(made) = daybook::media::pictures::make(sent) {
        for file in std::iter::once(&made.whole).chain(&made.sizes) {
            assert!(file.width > 0 && file.height > 0);
        }
    }
});
