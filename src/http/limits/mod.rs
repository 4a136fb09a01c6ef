//! Limits for each client: who a client is, how much it may send, and how often it may guess a password.

pub(super) mod body_length;
pub mod client_addr;
pub(super) mod rate_limit;
pub(super) mod sign_in_throttle;
pub(super) mod visitor;
