//! Errors of fields.

use serde_json::{Value, json};

/// One step of the path from the body to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field.
    Name(&'static str),
    /// An element of a list.
    Index(usize),
}

/// Error of a field: its place, a sentence, and a code for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrongField {
    place: Vec<Step>,
    message: String,
    kind: &'static str,
}

impl WrongField {
    /// Creates an error of a value whose place is not known yet.
    pub(crate) fn new(message: impl Into<String>, kind: &'static str) -> Self {
        Self { place: Vec::new(), message: message.into(), kind }
    }

    /// Sets the place to the one that these names lead to in the body.
    pub(crate) fn in_body(self, names: &[&'static str]) -> Self {
        let names = ["body"].iter().chain(names);
        self.at(names.map(|name| Step::Name(name)).collect())
    }

    /// Sets the place.
    pub(crate) fn at(self, place: Vec<Step>) -> Self {
        Self { place, ..self }
    }

    /// Prefixes the place.
    pub(crate) fn within(self, place: &[Step]) -> Self {
        let place = place.iter().cloned().chain(self.place).collect();
        Self { place, ..self }
    }

    /// Returns the error in the form of `FastAPI`.
    pub(crate) fn to_json(&self) -> Value {
        let loc: Vec<Value> = self
            .place
            .iter()
            .map(|step| match step {
                Step::Name(name) => json!(name),
                Step::Index(index) => json!(index),
            })
            .collect();
        json!({"loc": loc, "msg": self.message, "type": self.kind})
    }
}
