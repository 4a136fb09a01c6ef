//! Headers that the server reads: one to a line, the first line the method and the address. No request is a fault of the server, and what is
//! said of the client's address is an address or nothing.
#![no_main]

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{HeaderName, HeaderValue};
use daybook_fuzz::Blog;
use std::net::{IpAddr, Ipv4Addr};

std::thread_local!(static BLOG: Blog = Blog::new());

/// Names worth trying; a line that begins with a digit means the one of this number.
const NAMES: [&str; 10] = [
    "host",
    "x-forwarded-for",
    "range",
    "if-none-match",
    "cookie",
    "if-modified-since",
    "accept-encoding",
    "origin",
    "content-type",
    "sec-fetch-site",
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let mut request = Request::builder();
    request = match first.first() {
        Some(b'P') => request.method("POST"),
        Some(b'H') => request.method("HEAD"),
        _ => request.method("GET"),
    };
    let address = std::str::from_utf8(first.get(1..).unwrap_or_default()).unwrap_or("/");
    let mut has_host = false;
    request = request.uri(address);
    for line in lines {
        let Some((number, value)) = line.split_first() else {
            continue;
        };
        let name = NAMES[usize::from(*number) % NAMES.len()];
        if let Ok(value) = HeaderValue::from_bytes(value) {
            has_host |= name == "host";
            request = request.header(HeaderName::from_static(name), value);
        }
    }
    if !has_host {
        request = request.header("host", "blog.example");
    }
    let Ok(request) = request.body(Body::empty()) else {
        return;
    };
    let proxy = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let trusted = ["127.0.0.0/8".parse().unwrap()];
    let claimed = daybook::http::limits::client_addr::client_addr(&trusted, proxy, request.headers());
    assert_eq!(
        daybook::http::limits::client_addr::client_addr(&[], proxy, request.headers()),
        proxy,
        "a stranger cannot say who he is, but would be {claimed}"
    );
    BLOG.with(|blog| {
        blog.ask(request);
    });
});
