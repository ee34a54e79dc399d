//! Checks of documents, before they are stored.
//!
//! - [`read()`]: JSON into a [`Document`], with the place of what cannot be read.
//! - [`validate`]: everything else: limits, ids, actions and their parameters, and references that cannot exist.

mod head;
mod parameters;
mod read;
mod references;
mod steps;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{Document, limits};

pub use read::read;

/// Something that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Its place, such as `steps[2].then[0].parameters.path`; empty for the document as a whole.
    pub place: String,
    /// A sentence about it.
    pub message: String,
}

impl Problem {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}

/// The actions that there are, with the JSON Schemas of their parameters.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    actions: BTreeMap<String, Value>,
}

impl Catalog {
    /// Returns the catalog of these actions. The schemas stand alone, without `$ref`.
    #[must_use]
    pub fn new<'a>(actions: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        Self { actions: actions.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect() }
    }

    fn parameters_of(&self, action: &str) -> Option<&Value> {
        self.actions.get(action)
    }

    fn names(&self) -> String {
        self.actions.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// Returns what is wrong with a document, in the order of its places; nothing if it may be stored.
///
/// # Panics
/// Never: a document is JSON.
#[must_use]
pub fn validate(document: &Document, catalog: &Catalog) -> Vec<Problem> {
    let size = serde_json::to_vec(document).expect("a document is JSON").len();
    if size > limits::LARGEST_DOCUMENT {
        let limit = limits::LARGEST_DOCUMENT;
        return vec![Problem::new("", format!("The document has {size} bytes, more than {limit}."))];
    }
    let mut problems = head::problems(document);
    problems.extend(steps::problems(document, catalog));
    problems.extend(references::problems(document));
    problems
}

/// Returns a problem if a text has no characters, more than `limit`, or one that cannot be seen.
fn text_problem(place: &str, text: &str, limit: usize) -> Option<Problem> {
    let length = text.chars().count();
    let is_plain = !text.chars().any(|c| c.is_control() && c != '\n');
    (length == 0 || length > limit || !is_plain).then(|| {
        Problem::new(
            place,
            format!("It must be a text of 1 to {limit} characters, without control characters."),
        )
    })
}

/// Whether a text may be an id: a small letter, then small letters, digits and `_`.
fn is_id(text: &str) -> bool {
    text.len() <= limits::LONGEST_ID
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn id_problem(place: &str, id: &str) -> Option<Problem> {
    let must = format!(
        "It must be a small letter, then small letters, digits and `_`; at most {} characters.",
        limits::LONGEST_ID
    );
    (!is_id(id)).then(|| Problem::new(place, must))
}

#[cfg(test)]
mod tests;
