//! Reads and checks documents of workflows.

use std::sync::LazyLock;

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    members::Members,
    workflows::{self, Catalog, Document, Problem},
};

use crate::answer::{Answer, found};

/// The actions that a step can do.
static ACTIONS: LazyLock<Catalog> = LazyLock::new(|| Catalog::new(api_proxy::catalog()));
/// Maximum number of problems in an answer.
const MOST_PROBLEMS: usize = 50;

/// Reads and checks the document that a member is.
///
/// # Errors
/// Fails with all problems of the document, each with its place.
pub(super) fn checked(value: &Value) -> Result<Document, Vec<Problem>> {
    let document = workflows::read(value)?;
    let problems = workflows::validate(&document, &ACTIONS);
    if problems.is_empty() { Ok(document) } else { Err(problems) }
}

/// 400: the document cannot be saved. `message` has the first problem, `problems` has all.
pub(super) fn refused(problems: &[Problem]) -> Response<Body> {
    let first = problems.first().map(|Problem { place, message }| match place.as_str() {
        "" => message.clone(),
        place => format!("{place}: {message}"),
    });
    let others = match problems.len().saturating_sub(1) {
        0 => String::new(),
        others => format!(" There are {others} more, in problems."),
    };
    let message = format!("The document cannot be used. {}{others}", first.unwrap_or_default());
    ApiError::invalid("invalid_workflow", message).response_with(to_json(problems))
}

/// `POST …/workflows/check`: what is wrong with a document. Nothing is saved.
pub(crate) fn check(body: &[u8]) -> Answer {
    let mut members = Members::of(body)?;
    let document = document(&mut members)?;
    members.end(&["document"])?;
    let problems = checked(&document).err().unwrap_or_default();
    Ok(found(&to_json(&problems)))
}

/// `GET …/workflows/schema`: the JSON Schema of documents.
pub(crate) fn schema() -> Response<Body> {
    found(&workflows::document_schema())
}

/// Returns the document that a body must have.
pub(super) fn document(members: &mut Members) -> Result<Value, ApiError> {
    members.required("document", MUST_BE, given)
}

/// Returns the document that a body may have.
pub(super) fn document_if_any(members: &mut Members) -> Result<Option<Value>, ApiError> {
    members.optional("document", MUST_BE, given)
}

const MUST_BE: &str = "an object, as GET …/workflows/schema describes it";

fn given(value: &Value) -> Option<Value> {
    value.is_object().then(|| value.clone())
}

fn to_json(problems: &[Problem]) -> Value {
    let listed = problems.get(..MOST_PROBLEMS).unwrap_or(problems);
    json!({"problems": listed})
}
