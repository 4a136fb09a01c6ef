//! Lists that go into a statement or come out of one as JSON: handing over each row costs more than reading it.

use crate::error::{Error, Result};
use serde::de::DeserializeOwned;

/// A value as JSON: what a statement takes many of, or a column holds.
pub(super) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(format!("as JSON: {error}")))
}

/// Reads what a statement gives as JSON.
pub(super) fn list<T: DeserializeOwned>(json: &str) -> Result<Vec<T>> {
    serde_json::from_str(json).map_err(|error| Error::Internal(format!("a list as JSON: {error}")))
}
