//! How long the body of a request may be, and how long it says that it is.

use axum::extract::Request;

/// The longest form: a text of 2 MiB, each of its bytes sent as three at worst.
pub const POST_FORM_MAX_BYTES: usize = 7 * 1024 * 1024;

/// How many bytes the body of a request has, where it says so: what limits its time no longer knows.
#[derive(Debug, Clone, Copy)]
pub struct BodyLength(pub Option<u64>);

impl BodyLength {
    pub fn of<B>(request: &Request<B>) -> Option<u64> {
        request.extensions().get::<Self>()?.0
    }
}
