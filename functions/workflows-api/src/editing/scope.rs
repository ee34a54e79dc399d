//! `POST …/workflows/scope`: what can be referred to at a place of a document, for the completion of `{{`.

use serde_json::json;
use shared::{
    answer::ApiError,
    members::Members,
    workflows::{self, in_scope},
};

use super::document::{self, document};
use crate::answer::{Answer, found};

/// Longest place, in bytes.
const LONGEST_PLACE: usize = 200;

/// Lists references. The document need not be right in other places.
pub(crate) fn scope(body: &[u8]) -> Answer {
    let mut members = Members::of(body)?;
    let document = document(&mut members)?;
    let must_be = "a step's id, or a place such as steps[2].then[0]";
    let at = members.required("at", must_be, |value| {
        value.as_str().filter(|at| at.len() <= LONGEST_PLACE).map(str::to_owned)
    })?;
    members.end(&["document", "at"])?;
    let document = match workflows::read(&document) {
        Ok(document) => document,
        Err(problems) => return Ok(document::refused(&problems)),
    };
    let missing = || ApiError::not_found("step_not_found", "The document has no step with this id or place.");
    let references = in_scope(&document, &at).ok_or_else(missing)?;
    Ok(found(&json!({"references": references})))
}
