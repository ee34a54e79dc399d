//! The values that references name.

use std::collections::BTreeMap;

use minijinja::Value;
use serde_json::Value as Json;

use super::{Reference, Segment, json::from_json};

/// The values that references name, by their first names.
#[derive(Debug, Clone, Default)]
pub struct Context {
    roots: BTreeMap<String, Value>,
}

impl Context {
    /// Adds a value, or replaces the one of this name.
    #[must_use]
    pub fn with(mut self, root: &str, value: &Json) -> Self {
        self.roots.insert(root.to_owned(), from_json(value));
        self
    }

    /// Returns the values in the library's form.
    pub(super) fn to_value(&self) -> Value {
        Value::from_pairs(self.roots.iter().map(|(name, value)| (name.as_str(), value.clone())))
    }

    /// Returns the beginning of a reference up to what does not exist; `None` if all of it exists.
    pub(super) fn missing(&self, reference: &Reference) -> Option<Reference> {
        let mut known = Reference { root: reference.root.clone(), path: Vec::new() };
        let Some(mut value) = self.roots.get(&reference.root).cloned() else { return Some(known) };
        for segment in &reference.path {
            known.path.push(segment.clone());
            let key = match segment {
                Segment::Name(name) => Value::from(name.as_str()),
                Segment::Index(index) => Value::from(*index),
            };
            match value.get_item(&key) {
                Ok(found) if !found.is_undefined() => value = found,
                _ => return Some(known),
            }
        }
        None
    }
}
