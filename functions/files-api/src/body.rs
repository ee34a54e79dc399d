//! Request bodies.

use serde::de::DeserializeOwned;
use shared::{answer::ApiError, body::object};

/// Maximum size of a request body, in bytes.
const LIMIT: usize = 8 * 1024;

/// Reads a body that is a JSON object. The error names what it `must_be`.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8], must_be: &str) -> Result<T, ApiError> {
    object(body, LIMIT).ok_or_else(|| malformed(must_be))
}

pub(crate) fn malformed(must_be: &str) -> ApiError {
    ApiError::invalid("malformed_body", format!("The body must be {must_be}."))
}
