//! Reads a body field by field. All errors are found at once, each with its place (`loc`), as in `FastAPI`,
//! and repeat nothing of what was sent. Unknown fields are ignored, and `null` counts as absent.

mod values;
mod wrong;

use serde_json::{Map, Value};
use shared::answer::ApiError;

pub(crate) use self::{
    values::{Read, flag, list, one_of, text, whole},
    wrong::{Step, WrongField},
};
use crate::answer::Refusal;

/// Maximum size of a request body, in bytes: a hundred user ids of 255 bytes, escaped, and room for the rest.
const MAX_BODY: usize = 256 * 1024;

/// Fields of an object, and the errors of those that were read.
pub(crate) struct Fields {
    values: Map<String, Value>,
    place: Vec<Step>,
    wrong: Vec<WrongField>,
}

impl Fields {
    /// Reads the fields of a body. An empty body is an object without fields.
    pub(crate) fn of(body: &[u8]) -> Result<Self, Refusal> {
        if body.len() > MAX_BODY {
            let message = format!("The body has more than {MAX_BODY} bytes.");
            return Err(ApiError::new(http::StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message).into());
        }
        let place = vec![Step::Name("body")];
        let parsed =
            if body.is_empty() { Ok(Value::Object(Map::new())) } else { serde_json::from_slice(body) };
        match parsed {
            Ok(Value::Object(values)) => Ok(Self { values, place, wrong: Vec::new() }),
            Ok(_) => Err(Refusal::Fields(vec![
                WrongField::new("value is not a valid dict", "type_error.dict").at(place),
            ])),
            Err(_) => Err(Refusal::Fields(vec![
                WrongField::new("the body is not valid JSON", "value_error.jsondecode").at(place),
            ])),
        }
    }

    /// Reads a required field. Returns `None` if it is absent or invalid, which [`Fields::end`] reports.
    pub(crate) fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&Value) -> Read<T>,
    ) -> Option<T> {
        if self.value(name).is_none() {
            let missing = WrongField::new("field required", "value_error.missing");
            self.wrong.push(missing.at(self.place_of(name)));
            return None;
        }
        self.optional(name, read)
    }

    /// Reads an optional field. Returns `None` if it is absent or invalid.
    pub(crate) fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&Value) -> Read<T>,
    ) -> Option<T> {
        let place = self.place_of(name);
        let result = read(self.value(name)?);
        match result {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.wrong.extend(wrong.into_iter().map(|one| one.within(&place)));
                None
            }
        }
    }

    /// Reads the object in a field with `read`; if the field is absent, the object is empty.
    pub(crate) fn object<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        let place = self.place_of(name);
        let values = match self.value(name) {
            None => Map::new(),
            Some(Value::Object(values)) => values.clone(),
            Some(_) => {
                let wrong = WrongField::new("value is not a valid dict", "type_error.dict");
                self.wrong.push(wrong.at(place.clone()));
                Map::new()
            }
        };
        let mut inner = Self { values, place, wrong: Vec::new() };
        let read = read(&mut inner);
        self.wrong.append(&mut inner.wrong);
        read
    }

    /// Adds an error for a field that was read but cannot be accepted.
    pub(crate) fn refuse(&mut self, name: &'static str, wrong: WrongField) {
        self.wrong.push(wrong.at(self.place_of(name)));
    }

    /// Whether there are no errors so far.
    pub(crate) fn are_right(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Ends the reading: returns `required`, the values of the required fields, or else all errors. A route
    /// without required fields passes `Some(())`.
    pub(crate) fn end<T>(self, required: Option<T>) -> Result<T, Refusal> {
        match required {
            Some(read) if self.wrong.is_empty() => Ok(read),
            _ => Err(Refusal::Fields(self.wrong)),
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    fn place_of(&self, name: &'static str) -> Vec<Step> {
        let mut place = self.place.clone();
        place.push(Step::Name(name));
        place
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(body: &Value, read: impl FnOnce(&mut Fields)) -> Vec<Value> {
        let mut fields = Fields::of(body.to_string().as_bytes()).unwrap();
        read(&mut fields);
        match fields.end(Some(())) {
            Err(Refusal::Fields(wrong)) => wrong.iter().map(|one| one.to_json()["loc"].clone()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named_by_its_place() {
        let body = json!({"ids": [1, "x", -1], "limit": true, "filters": {"name": 7}, "source": null});
        let places = wrong(&body, |fields| {
            fields.required("ids", list(0..=3, whole(0..=9)));
            fields.optional("limit", whole(0..=9));
            fields.object("filters", |inner| inner.optional("name", text(0..=9)));
            fields.required("source", text(1..=9));
        });
        assert_eq!(
            places,
            [
                json!(["body", "ids", 1]),
                json!(["body", "ids", 2]),
                json!(["body", "limit"]),
                json!(["body", "filters", "name"]),
                json!(["body", "source"]),
            ]
        );
    }

    #[test]
    fn a_body_that_is_no_object_is_refused_and_an_empty_one_has_no_fields() {
        for body in ["[]", "1", "{", "\"x\"", "nul"] {
            assert!(matches!(Fields::of(body.as_bytes()), Err(Refusal::Fields(_))), "{body}");
        }
        assert!(Fields::of(b"").unwrap().end(Some(())).is_ok());
        assert!(Fields::of(&vec![b' '; MAX_BODY + 1]).is_err());
    }
}
