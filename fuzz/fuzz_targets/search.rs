//! Whatever is typed into the search field: looked for in a real index, and marked in a text without changing it.
#![no_main]

use axum::body::Body;
use axum::http::Request;
use daybook::blog::search::{Query, marked};
use daybook_fuzz::Blog;

std::thread_local!(static BLOG: Blog = Blog::new());

libfuzzer_sys::fuzz_target!(|typed: &str| {
    let query = Query::parse(typed);
    let text = "Words about tides, and a harbour with “quotes” — ÄÖÜ äöü ß Straße.";
    let pieces = marked(text, &query.terms);
    let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    assert_eq!(whole, text);
    let asked: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("q", typed)
        .finish();
    let request = Request::builder()
        .uri(format!("/search?{asked}"))
        .header("host", "blog.example")
        .body(Body::empty());
    if let Ok(request) = request {
        BLOG.with(|blog| {
            blog.ask(request);
        });
    }
});
