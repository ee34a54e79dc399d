//! `POST …/workflows/scope`: what can be referred to at a place of a document, for the completion of `{{`.

use serde_json::json;
use shared::{
    answer::ApiError,
    members::Members,
    workflows::{draft, in_scope},
};

use super::document::document;
use crate::answer::{Answer, found};

/// Longest place, in bytes.
const LONGEST_PLACE: usize = 200;

/// Lists references. The document may be half written.
pub(crate) fn scope(body: &[u8]) -> Answer {
    let mut members = Members::of(body)?;
    let document = document(&mut members)?;
    let must_be = "a step's id, or a place such as steps[2].then[0]";
    let at = members.required("at", must_be, |value| {
        value.as_str().filter(|at| at.len() <= LONGEST_PLACE).map(str::to_owned)
    })?;
    members.end(&["document", "at"])?;
    let missing = || ApiError::not_found("step_not_found", "The document has no step with this id or place.");
    let references = in_scope(&draft(&document), &at).ok_or_else(missing)?;
    Ok(found(&json!({"references": references})))
}
