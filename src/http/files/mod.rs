//! Files on their way to a client: in pieces, whole or in part.

pub mod file_body;
pub mod range;
pub mod zip_body;
