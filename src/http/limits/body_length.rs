//! The declared length of a request's body, for whoever decides by it how the body is read.

use axum::extract::Request;

/// How many bytes the body of a request has, where it says so: what limits its time no longer knows.
#[derive(Debug, Clone, Copy)]
pub struct BodyLength(pub Option<u64>);

impl BodyLength {
    pub fn of<B>(request: &Request<B>) -> Option<u64> {
        request.extensions().get::<Self>()?.0
    }
}
