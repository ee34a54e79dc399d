//! What is wrong with a field.

use serde_json::{Value, json};

/// One step on the way from the body to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field.
    Name(&'static str),
    /// An element of a list.
    Index(usize),
}

/// What is wrong with a field: where it is, a sentence, and a word for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrongField {
    place: Vec<Step>,
    message: String,
    kind: &'static str,
}

impl WrongField {
    /// What is wrong, of a value whose place is not known yet.
    pub(crate) fn new(message: impl Into<String>, kind: &'static str) -> Self {
        Self { place: Vec::new(), message: message.into(), kind }
    }

    /// The same at the place that these names lead to in the body.
    pub(crate) fn in_body(self, names: &[&'static str]) -> Self {
        let names = ["body"].iter().chain(names);
        self.at(names.map(|name| Step::Name(name)).collect())
    }

    /// The same at a place.
    pub(crate) fn at(self, place: Vec<Step>) -> Self {
        Self { place, ..self }
    }

    /// The same below a place.
    pub(crate) fn within(self, place: &[Step]) -> Self {
        let place = place.iter().cloned().chain(self.place).collect();
        Self { place, ..self }
    }

    /// In the form of `FastAPI`.
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
