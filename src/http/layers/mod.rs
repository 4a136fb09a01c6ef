//! What every request passes: the log, the headers, the checks of host and origin, redirects, the counter of views, error pages.

pub mod allowed_hosts;
pub mod error_page;
pub mod poll_times;
pub mod redirects;
pub mod request_log;
pub mod same_origin;
pub mod security_headers;
pub mod submitted_fields;
pub mod view_counter;
