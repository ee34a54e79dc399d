//! Request bodies: JSON objects, read member by member. Errors name the member, and repeat nothing of what
//! was sent.

use http::StatusCode;
use serde_json::{Map, Value};
use shared::answer::ApiError;

/// Maximum size of a request body, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// The members of a body that were not read yet.
pub(crate) struct Members(Map<String, Value>);

impl Members {
    /// Reads the members of a body. An empty body has none.
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

    /// Reads an optional member with `read`. `must_be` is the end of the error's sentence.
    pub(crate) fn optional<T>(
        &mut self,
        name: &str,
        must_be: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let Some(value) = self.0.remove(name) else { return Ok(None) };
        read(&value).map(Some).ok_or_else(|| malformed(format!("{name} must be {must_be}.")))
    }

    /// Reads an optional member that is an object, to be read member by member.
    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Self>, ApiError> {
        self.optional(name, "an object", |value| value.as_object().cloned().map(Self))
    }

    /// Ends the reading, and refuses any other members. `known` are the names of the allowed ones.
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
