//! The headers that every answer carries, whatever it is: 200, 304, 404, 500, redirect, feed.

use crate::app::{App, Site};
use crate::blog::settings::Films;
use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// A year: what browsers' preload lists ask for at least.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

pub async fn add(State(app): State<App>, request: Request, next: Next) -> Response {
    let admin = request.uri().path().starts_with("/admin");
    let mut response = next.run(request).await;
    let in_own = response.extensions().get::<InOwnFrame>().is_some();
    let site = if response.headers().contains_key(CONTENT_SECURITY_POLICY) {
        None
    } else {
        app.site().await.ok()
    };
    let place = Place { admin, in_own };
    complete(response.headers_mut(), &app, site.as_deref(), place);
    response
}

/// Where an answer is; the default is a page for readers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place {
    admin: bool,
    in_own: bool,
}

/// Puts in what an answer does not say by itself.
pub fn complete(headers: &mut HeaderMap, app: &App, site: Option<&Site>, place: Place) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // YouTube's player wants to know which site shows it, so no stricter policy than this.
    set(REFERRER_POLICY, "strict-origin-when-cross-origin");
    set(
        PERMISSIONS_POLICY,
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    );
    set(OPENER_POLICY, "same-origin");
    set(RESOURCE_POLICY, "same-origin");
    set(X_FRAME_OPTIONS, "DENY");
    let https = app.config.is_https();
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&policy(https, place, site))
    {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Marks a page behind the sign-in that is in a frame of ours, or holds one: a preview in another width. Other sites
/// still cannot frame it.
pub fn in_own_frame(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    response.extensions_mut().insert(InOwnFrame);
    response
}

#[derive(Clone, Copy)]
struct InOwnFrame;

/// The content security policy: nothing but our own, pictures from the hosts and the video players that the settings name.
fn policy(https: bool, place: Place, site: Option<&Site>) -> String {
    let Place { admin, in_own } = place;
    let pictures = site.map_or(String::new(), |site| {
        site.settings
            .picture_hosts
            .iter()
            .flat_map(|host| [" ", host])
            .collect()
    });
    let players = match site.map_or(Films::All, |site| site.settings.films) {
        Films::All => "https://www.youtube-nocookie.com https://player.vimeo.com",
        Films::YouTube => "https://www.youtube-nocookie.com",
        Films::Vimeo => "https://player.vimeo.com",
        Films::None if in_own => "",
        Films::None => "'none'",
    };
    let (frames, ancestors) = if in_own {
        (" 'self'", "'self'")
    } else {
        ("", "'none'")
    };
    let blobs = if admin { " blob:" } else { "" };
    let upgrade = if https {
        "; upgrade-insecure-requests"
    } else {
        ""
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{blobs}{pictures}; \
         media-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
         frame-src {players}{frames}; form-action 'self'; \
         frame-ancestors {ancestors}; base-uri 'none'; object-src 'none'{upgrade}"
    )
}
