//! An answer beside its description.

use http::{Method, header::CONTENT_TYPE};
use local::Answered;
use serde_json::Value;

use super::description::{Description, Response};

const JSON: &str = "application/json";

/// Whether the body is needed. Of what Dropbox has answered it is not, so that it streams on as if nobody looked.
pub(super) fn needs_body(description: &Description, answered: &Answered<'_>) -> bool {
    let relayed =
        || description.operation(answered.method, answered.path).is_some_and(|operation| operation.relayed);
    // An answer to HEAD never has one.
    answered.method != Method::HEAD && kind(answered).is_none_or(|kind| kind == JSON) && !relayed()
}

/// Returns how an answer differs from its description. `body` is there if it is needed.
pub(super) fn differences(
    description: &Description,
    answered: &Answered<'_>,
    body: Option<&[u8]>,
) -> Vec<String> {
    let operation = description.operation(answered.method, answered.path);
    match operation.map(|operation| operation.response(answered.status)) {
        // Dropbox's own servers fail with any status.
        Some(None) if answered.status.is_server_error() && operation.is_some_and(|one| one.relayed) => {
            Vec::new()
        }
        Some(Some(response)) => {
            let missing = response.headers.iter().filter(|name| !answered.headers.contains_key(*name));
            let missing = missing.map(|name| format!("the header {name} is missing"));
            missing.chain(of_content(description, response, answered, body)).collect()
        }
        found => {
            let body = body.and_then(|bytes| serde_json::from_slice(bytes).ok());
            let is_own = body.as_ref().is_some_and(|body| description.is_own(answered.status, body));
            // To HEAD the gateway's own answer has no body to be known by.
            if is_own || answered.method == Method::HEAD {
                return Vec::new();
            }
            let body = body.unwrap_or_default();
            vec![match found {
                Some(_) => format!("this status is not described: {body}"),
                None => format!("there is no such path, and the answer is none of the gateway's own: {body}"),
            }]
        }
    }
}

fn of_content(
    description: &Description,
    response: &Response,
    answered: &Answered<'_>,
    body: Option<&[u8]>,
) -> Vec<String> {
    match (kind(answered), response.content.is_empty()) {
        (None, true) if body.is_none_or(<[u8]>::is_empty) => Vec::new(),
        (None, true) => vec!["it has a body, and none is described".to_owned()],
        (None, false) => vec!["it has no type".to_owned()],
        (Some(kind), _) => match (response.content.get(&kind), body) {
            (None, _) => vec![format!("the type {kind} is not described")],
            (Some(schema), Some(body)) if kind == JSON => match serde_json::from_slice::<Value>(body) {
                Ok(value) => description.schemas.errors(*schema, &value),
                Err(error) => vec![format!("the body is no JSON: {error}")],
            },
            (Some(_), _) => Vec::new(),
        },
    }
}

/// Returns the type of an answer's body, without parameters.
fn kind(answered: &Answered<'_>) -> Option<String> {
    let kind = answered.headers.get(CONTENT_TYPE)?.to_str().unwrap_or("unreadable");
    Some(kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}
