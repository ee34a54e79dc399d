//! Stand-in for AWS services with JSON protocols.

use serde_json::{Value, json};

use crate::serve;

/// Response of a service: a status and JSON.
pub type Answer = (u16, Value);

/// Starts a service that passes the operation of every call, in lower case (`getparameter`), to `answer`.
/// Returns its URL.
pub fn aws(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> String {
    serve(move |head, _| {
        let target = head.header("x-amz-target").expect("a call by its operation");
        let (status, body) = answer(target.rsplit('.').next().unwrap_or_default());
        let body = body.to_string();
        let length = body.len();
        Some(format!("HTTP/1.1 {status} -\r\ncontent-length: {length}\r\n\r\n{body}"))
    })
}

/// Returns the Parameter Store's response for a parameter with this value.
pub(crate) fn parameter(value: &str) -> Answer {
    (200, json!({ "Parameter": { "Name": "/dropline/app", "Type": "SecureString", "Value": value } }))
}

/// Returns the Parameter Store's response for a missing parameter.
pub(crate) fn no_parameter() -> Answer {
    (400, json!({ "__type": "ParameterNotFound" }))
}
