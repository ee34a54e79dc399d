//! Bodies of requests: objects of JSON, read member by member. What is wrong is named, and nothing that was sent is repeated.

use http::StatusCode;
use serde_json::{Map, Value};
use shared::answer::ApiError;

/// Maximum length of a body. Bytes.
const MAX_BODY: usize = 64 * 1024;

/// The members of a body that are not read yet.
pub(crate) struct Members(Map<String, Value>);

impl Members {
    /// The members of a body. An empty body has none.
    pub(crate) fn of(body: &[u8]) -> Result<Self, ApiError> {
        if body.len() > MAX_BODY {
            let message = format!("The body has more than {MAX_BODY} bytes.");
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message));
        }
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(malformed("The body must be an object of JSON.")),
        }
    }

    /// A member that may be left out; it is what `read` makes of it. `must_be` ends the sentence that tells what is wrong.
    pub(crate) fn optional<T>(
        &mut self,
        name: &str,
        must_be: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let Some(value) = self.0.remove(name) else { return Ok(None) };
        read(&value).map(Some).ok_or_else(|| malformed(format!("{name} must be {must_be}.")))
    }

    /// Ends the reading: no other members are taken. `known` are the names of those that are.
    pub(crate) fn end(self, known: &[&str]) -> Result<(), ApiError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let message = if known.is_empty() {
            "The body takes no members.".to_owned()
        } else {
            format!("The body takes no other members than {}.", known.join(", "))
        };
        Err(malformed(message))
    }
}

fn malformed(message: impl Into<String>) -> ApiError {
    ApiError::invalid("malformed_body", message)
}
