//! Reads a body field by field. Errors name the field, and repeat nothing of what was sent. Unknown fields
//! are ignored, and `null` counts as absent.

use http::StatusCode;
use serde_json::{Map, Value};
use shared::answer::ApiError;

/// Maximum size of a request body, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// A value that was read, or a description of what it must be.
pub(crate) type Read<T> = Result<T, String>;

/// Fields of an object.
pub(crate) struct Fields {
    values: Map<String, Value>,
    place: Vec<&'static str>,
}

impl Fields {
    /// Reads the fields of a body. An empty body is an object without fields.
    pub(crate) fn of(body: &[u8]) -> Result<Self, ApiError> {
        if body.len() > MAX_BODY {
            let message = format!("The body has more than {MAX_BODY} bytes.");
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message));
        }
        let values = if body.is_empty() { Some(Map::new()) } else { serde_json::from_slice(body).ok() };
        let malformed = || ApiError::invalid("malformed_body", "The body must be a JSON object.");
        Ok(Self { values: values.ok_or_else(malformed)?, place: Vec::new() })
    }

    /// Returns the value of a field as it was given, which may be null.
    pub(crate) fn given(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// Reads an optional field.
    pub(crate) fn optional<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(&Value) -> Read<T>,
    ) -> Result<Option<T>, ApiError> {
        let value = self.values.get(name).filter(|value| !value.is_null());
        value.map(|value| read(value).map_err(|must| self.wrong(name, &must))).transpose()
    }

    /// Reads a required field.
    pub(crate) fn required<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(&Value) -> Read<T>,
    ) -> Result<T, ApiError> {
        self.optional(name, read)?.ok_or_else(|| self.wrong(name, "must be given"))
    }

    /// Reads the object in a field; if the field is absent, the object is empty.
    pub(crate) fn object(&self, name: &'static str) -> Result<Self, ApiError> {
        let read = |value: &Value| value.as_object().cloned().ok_or_else(|| "must be an object".to_owned());
        let values = self.optional(name, read)?.unwrap_or_default();
        Ok(Self { values, place: [self.place.as_slice(), &[name]].concat() })
    }

    /// 400: a field is invalid; `must` says what it must be.
    pub(crate) fn wrong(&self, name: &str, must: &str) -> ApiError {
        let place: String = self.place.iter().map(|outer| format!("{outer}.")).collect();
        invalid(&format!("{place}{name}"), must)
    }
}

/// 400: the field at a place is invalid; `must` says what it must be.
pub(crate) fn invalid(place: &str, must: &str) -> ApiError {
    ApiError::invalid("invalid_field", format!("The field {place} {must}."))
}

/// Returns a reader of texts whose length in bytes is in a range.
pub(crate) fn text(bytes: std::ops::RangeInclusive<usize>) -> impl Fn(&Value) -> Read<String> {
    move |value| {
        let text = value.as_str().filter(|text| bytes.contains(&text.len()));
        text.map(str::to_owned)
            .ok_or_else(|| format!("must be a text of {} to {} bytes", bytes.start(), bytes.end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named_by_its_place_and_not_repeated() {
        let fields = Fields::of(br#"{"config": {"name": "<b>"}, "code": 7, "gone": null}"#).unwrap();
        let message = |error: ApiError| (error.status.as_u16(), error.message);
        let config = fields.object("config").unwrap();
        let (status, told) = message(config.required("name", text(1..=2)).unwrap_err());
        assert_eq!((status, told.as_str()), (400, "The field config.name must be a text of 1 to 2 bytes."));
        assert_eq!(
            message(fields.required("gone", text(1..=2)).unwrap_err()).1,
            "The field gone must be given."
        );
        assert_eq!(fields.optional("gone", text(1..=2)), Ok(None));
        assert!(fields.object("code").is_err() && fields.object("nothing").is_ok());
    }

    #[test]
    fn a_body_is_a_bounded_object() {
        for body in ["[]", "1", "{", "\"x\"", "null"] {
            assert_eq!(
                Fields::of(body.as_bytes()).err().map(|error| error.code),
                Some("malformed_body"),
                "{body}"
            );
        }
        assert!(Fields::of(b"").is_ok());
        assert_eq!(Fields::of(&vec![b' '; MAX_BODY + 1]).err().map(|error| error.status.as_u16()), Some(413));
    }
}
