//! Request bodies: JSON objects, read member by member. Errors name the member, and repeat nothing of what
//! was sent.

mod formats;

use http::StatusCode;
use serde_json::{Map, Value};

pub use formats::formats;

use crate::answer::ApiError;

/// Maximum size of a request body, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// The members of an object that were not read yet.
#[derive(Debug, Clone)]
pub struct Members {
    members: Map<String, Value>,
    /// The object's own name and a full stop; empty for the body itself.
    within: String,
}

impl Members {
    /// Reads the members of a body of at most 64 KB. An empty body has none.
    ///
    /// # Errors
    /// 413 if it is larger, 400 if it is no object.
    pub fn of(body: &[u8]) -> Result<Self, ApiError> {
        if body.len() > MAX_BODY {
            let message = format!("The body has more than {MAX_BODY} bytes.");
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message));
        }
        let within = String::new();
        if body.is_empty() {
            return Ok(Self { members: Map::new(), within });
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self { members, within }),
            _ => Err(malformed("The body must be an object of JSON.")),
        }
    }

    /// Reads an optional member with `read`. `must_be` is the end of the error's sentence.
    ///
    /// # Errors
    /// 400 if `read` returns nothing.
    pub fn optional<T>(
        &mut self,
        name: &str,
        must_be: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let Some(value) = self.members.remove(name) else { return Ok(None) };
        read(&value).map(Some).ok_or_else(|| self.wrong(name, must_be))
    }

    /// Reads a member that must be there, like [`Self::optional`].
    ///
    /// # Errors
    /// 400 if it is missing, or `read` returns nothing.
    pub fn required<T>(
        &mut self,
        name: &str,
        must_be: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<T, ApiError> {
        self.optional(name, must_be, read)?.ok_or_else(|| self.wrong(name, must_be))
    }

    /// Reads an optional member that is an object, to be read member by member.
    ///
    /// # Errors
    /// 400 if it is no object.
    pub fn object(&mut self, name: &str) -> Result<Option<Self>, ApiError> {
        let within = format!("{}{name}.", self.within);
        let members = self.optional(name, "an object", |value| value.as_object().cloned())?;
        Ok(members.map(|members| Self { members, within }))
    }

    /// Ends the reading, and refuses any other members. `known` are the names of the allowed ones.
    ///
    /// # Errors
    /// 400 if there are any.
    pub fn end(self, known: &[&str]) -> Result<(), ApiError> {
        if self.members.is_empty() {
            return Ok(());
        }
        let object = match self.within.trim_end_matches('.') {
            "" => "The body",
            name => name,
        };
        if known.is_empty() {
            return Err(malformed(format!("{object} takes no members.")));
        }
        Err(malformed(format!("{object} takes no other members than {}.", known.join(", "))))
    }

    fn wrong(&self, name: &str, must_be: &str) -> ApiError {
        malformed(format!("{}{name} must be {must_be}.", self.within))
    }
}

fn malformed(message: impl Into<String>) -> ApiError {
    ApiError::invalid("malformed_body", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_member_and_the_object_that_it_is_in() {
        let mut body = Members::of(br#"{"outer": {"one": "canary", "two": 2}, "three": 3}"#).unwrap();
        let mut outer = body.object("outer").unwrap().unwrap();
        let number = |value: &Value| value.as_u64();
        let message = |error: ApiError| error.message;
        assert_eq!(
            outer.optional("one", "a number", number).map_err(message).unwrap_err(),
            "outer.one must be a number."
        );
        assert_eq!(outer.required("two", "a number", number), Ok(2));
        assert_eq!(
            outer.required("four", "a number", number).map_err(message).unwrap_err(),
            "outer.four must be a number."
        );
        assert_eq!(outer.end(&["one", "two"]), Ok(()));
        let refused = body.clone().end(&["outer"]).map_err(message).unwrap_err();
        assert_eq!(refused, "The body takes no other members than outer.");
        assert_eq!(body.required("three", "a number", number), Ok(3));
        assert_eq!(body.end(&[]), Ok(()));
    }
}
