//! The comment form as it is sent: read, checked, rendered.
#![no_main]

use daybook::blog::comment::{CommentForm, NewComment};
use daybook::blog::phrases::ADMIN;
use daybook::blog::settings::Settings;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let Ok(form) = serde_urlencoded::from_bytes::<CommentForm>(body) else {
        return;
    };
    let Ok(new) = NewComment::parse(&form, &Settings::default(), ADMIN) else {
        return;
    };
    assert!(!new.name.contains(char::is_control));
    assert!(
        new.url.is_empty() || new.url.starts_with("http://") || new.url.starts_with("https://")
    );
    if let Ok(html) = daybook::text::comment(&new.source) {
        daybook_fuzz::assert_harmless(&html);
    }
});
