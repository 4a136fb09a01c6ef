//! The host check: only requests for this blog are answered, so that no link, cache or form can be made to
//! speak for another host (RFC 9110, 7.4).

use crate::app::App;
use crate::blog::time::Millis;
use crate::config::Config;
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Addresses longer than this come from nobody who reads.
const URI_MAX_BYTES: usize = 8 * 1024;

/// Where a prober asks: it knows the address of the machine and not the name of the blog.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];
/// Before the blog is set up, all that is answered under a name that is not ours: the set-up, which needs the one-time key,
/// and what its page is made of.
const SET_UP: &str = "/admin/setup";
const OF_THE_SET_UP: [&str; 2] = ["/assets/", "/favicon."];
/// A foreign name is in the log once in so many seconds …
const LOGGED_EVERY_SECONDS: i64 = 60;
/// … and so many names at once: anyone who makes names up writes no log.
const LOGGED_MAX: usize = 32;
/// What is logged of a foreign name.
const NAME_MAX_CHARS: usize = 100;

/// The names of this blog: its public address, and the loopback names under the port that is listened on, for health
/// checks and for trying out.
#[derive(Debug, Clone)]
pub struct Hosts(Arc<Known>);

#[derive(Debug)]
struct Known {
    names: Vec<String>,
    /// Names of this machine, under whatever port: a container and a tunnel give it another one. Empty where a public
    /// address was given.
    machine: Vec<String>,
    /// Whether an address in digits is ours: where nobody named the blog, readers have nothing else. No server of names
    /// leads such an address elsewhere, so it cannot be used against a browser in the same network (DNS rebinding).
    by_number: bool,
    logged: Mutex<HashMap<String, Millis>>,
}

impl Hosts {
    pub fn of(config: &Config) -> Self {
        let public = config.url.host_str().unwrap_or_default();
        let default_port = if config.is_https() { 443 } else { 80 };
        let mut hosts = vec![config.listen.to_string()];
        match config.url.port() {
            Some(port) => hosts.push(format!("{public}:{port}")),
            None => hosts.extend([public.to_owned(), format!("{public}:{default_port}")]),
        }
        let port = config.listen.port();
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{port}")));
        Self(Arc::new(Known {
            names: hosts,
            machine: if config.assumed.url {
                names_of_this_machine()
            } else {
                Vec::new()
            },
            by_number: config.assumed.url,
            logged: Mutex::default(),
        }))
    }

    /// Whether a host is one of ours.
    pub fn is_ours(&self, host: &str) -> bool {
        if self
            .0
            .names
            .iter()
            .any(|own| own.eq_ignore_ascii_case(host))
        {
            return true;
        }
        let name = without_port(host);
        let is_number = || {
            let digits = name.trim_start_matches('[').trim_end_matches(']');
            digits.parse::<IpAddr>().is_ok()
        };
        (self.0.by_number && is_number())
            || (self.0.machine.iter()).any(|own| own.eq_ignore_ascii_case(name))
    }

    /// What is wrong with where a request is sent to, or with how.
    pub fn problem(&self, uri: &Uri, headers: &HeaderMap) -> Option<Problem> {
        if let Some((status, words)) = malformed(uri, headers) {
            return Some(Problem::Malformed(status, words));
        }
        if PROBES.contains(&uri.path()) {
            return None;
        }
        match named(headers, uri) {
            None => Some(Problem::Malformed(
                StatusCode::BAD_REQUEST,
                "The request must name exactly one host.\n",
            )),
            Some(host) if self.is_ours(host) => None,
            Some(host) => Some(Problem::Foreign(host.to_owned())),
        }
    }

    /// Says in the log that a request was sent to a name that is not ours: mostly it is the blog's, and nobody said so.
    fn log(&self, host: &str, config: &Config, now: Millis) {
        let host: String = host.chars().take(NAME_MAX_CHARS).collect();
        let mut logged = self.0.logged.lock().unwrap_or_else(PoisonError::into_inner);
        logged.retain(|_, at| now < at.plus_seconds(LOGGED_EVERY_SECONDS));
        if logged.len() < LOGGED_MAX && !logged.contains_key(&host) {
            tracing::warn!(
                %host,
                url = %config.origin(),
                "a request for another host was refused with 421; if this is the blog's own name, set --url (DAYBOOK_URL) to it and have the proxy in front pass on the Host header"
            );
            logged.insert(host, now);
        }
    }
}

/// Why a request is not answered as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No request that we answer; the words are for the client.
    Malformed(StatusCode, &'static str),
    /// One for this other host.
    Foreign(String),
}

/// What is wrong with a request whatever host it names.
fn malformed(uri: &Uri, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let length = uri.path_and_query().map_or(0, |path| path.as_str().len());
    if length > URI_MAX_BYTES {
        return Some((StatusCode::URI_TOO_LONG, "This address is too long.\n"));
    }
    if headers.contains_key(TRANSFER_ENCODING) && headers.contains_key(CONTENT_LENGTH) {
        return Some((
            StatusCode::BAD_REQUEST,
            "The request gives the length of its body in two ways.\n",
        ));
    }
    if !is_chunked_or_plain(headers) {
        // RFC 9112, 6.1. What unpacks `gzip, chunked` reads another body than what only joins the chunks.
        let words = "Only chunked transfer coding is supported.\n";
        return Some((StatusCode::NOT_IMPLEMENTED, words));
    }
    // RFC 9110, 8.4: anyone who packs a request learns that nothing is unpacked here.
    let is_packed = |coding: &HeaderValue| coding != "identity";
    if headers.get(CONTENT_ENCODING).is_some_and(is_packed) {
        let words = "Compressed requests aren’t supported.\n";
        return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, words));
    }
    None
}

/// Answers 400 to requests that name no host or two, 421 to those that name another one. Until the blog is set up, the set-up
/// is served under every name.
pub async fn check(
    State((app, hosts)): State<(App, Hosts)>,
    mut request: Request,
    next: Next,
) -> Response {
    match hosts.problem(request.uri(), request.headers()) {
        None => next.run(request).await,
        Some(Problem::Malformed(status, words)) => {
            let mut answer = (status, words).into_response();
            if request.headers().contains_key(TRANSFER_ENCODING) {
                // Where its body ends is in doubt, and so is where the next request begins.
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(CONNECTION, close);
            }
            answer
        }
        Some(Problem::Foreign(_)) if !app.is_set_up() => {
            let path = request.uri().path();
            let is_served =
                path == SET_UP || OF_THE_SET_UP.iter().any(|begin| path.starts_with(begin));
            if !is_served {
                // Whatever was brought in already is for its own hosts; this page says that the blog is being set up.
                *request.uri_mut() = Uri::from_static("/");
            }
            next.run(request).await
        }
        Some(Problem::Foreign(host)) => {
            hosts.log(&host, &app.config, app.now());
            let words = "There is no blog with this name on this server.\n";
            (StatusCode::MISDIRECTED_REQUEST, words).into_response()
        }
    }
}

/// A host without the port behind it.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            // The last group of an IPv6 address is no port.
            if name.ends_with(']') || !name.contains(':') {
                name
            } else {
                host
            }
        }
        _ => host,
    }
}

/// What this machine calls itself, and what others in its network call it (RFC 6762).
fn names_of_this_machine() -> Vec<String> {
    let mut names = vec!["localhost".to_owned()];
    let about = rustix::system::uname();
    if let Ok(name) = about.nodename().to_str()
        && !name.is_empty()
    {
        names.push(name.to_owned());
        names.push(format!("{name}.local"));
    }
    names
}

/// Whether the body comes in chunks and nothing else, or as it is.
fn is_chunked_or_plain(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let first = codings.next();
    codings.next().is_none()
        && first.is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked"))
}

/// The one host that a request names.
fn named<'a>(headers: &'a HeaderMap, uri: &Uri) -> Option<&'a str> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    // An absolute address (as to a proxy) must not say one thing and the header another.
    let agrees = uri
        .authority()
        .is_none_or(|authority| authority.as_str().eq_ignore_ascii_case(host));
    (hosts.next().is_none() && agrees && !host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_what_follows_a_name() {
        for (host, name) in [
            ("nas.local:8080", "nas.local"),
            ("nas.local", "nas.local"),
            ("192.0.2.1:80", "192.0.2.1"),
            ("[2001:db8::1]:8080", "[2001:db8::1]"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }
}
