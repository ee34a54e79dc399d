//! The input of a step as its record shows it, for people.

use serde_json::{Value, json};
use shared::workflows::{Step, StepKind, limits};

/// Parts of the names of headers whose values are secrets.
const SECRET: [&str; 8] = ["auth", "cookie", "credential", "key", "pass", "secret", "signature", "token"];
/// Text in place of a secret.
const HIDDEN: &str = "(hidden)";

/// Returns a step's input without secrets, cut to the size of a record.
pub(crate) fn redacted(step: &Step, input: &Value) -> Value {
    let redacted = match &step.kind {
        StepKind::Http { .. } => without_secrets(input.clone()),
        _ => input.clone(),
    };
    cut(redacted)
}

/// Whether the value of a header with this name is a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// Hides the secrets of a request: headers by their names, and the query of its address.
fn without_secrets(mut input: Value) -> Value {
    if let Some(headers) = input.get_mut("headers").and_then(Value::as_object_mut) {
        for (_, value) in headers.iter_mut().filter(|(name, _)| is_secret(name)) {
            *value = json!(HIDDEN);
        }
    }
    if let Some((address, _)) = input["url"].as_str().and_then(|url| url.split_once('?')) {
        input["url"] = json!(format!("{address}?{HIDDEN}"));
    }
    input
}

/// Returns a value as it is, or its beginning as text if it is too large.
fn cut(value: Value) -> Value {
    let text = value.to_string();
    if text.len() <= limits::LARGEST_RECORDED_INPUT {
        return value;
    }
    let end = text.floor_char_boundary(limits::LARGEST_RECORDED_INPUT / 2);
    json!(format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http() -> Step {
        serde_json::from_value(json!({"id": "call", "type": "http", "url": "https://example.com/"})).unwrap()
    }

    #[test]
    fn secrets_of_a_request_are_hidden() {
        let input = json!({
            "url": "https://example.com/a?token=x",
            "headers": {"Authorization": "Bearer x", "X-Api-Key": "x", "Accept": "text/plain"},
            "body": {"name": "a"},
        });
        assert_eq!(
            redacted(&http(), &input),
            json!({
                "url": "https://example.com/a?(hidden)",
                "headers": {"Authorization": "(hidden)", "X-Api-Key": "(hidden)", "Accept": "text/plain"},
                "body": {"name": "a"},
            })
        );
    }

    #[test]
    fn a_large_input_is_cut_and_still_is_json() {
        let large = json!({"body": "ü\"".repeat(10_000)});
        let redacted = redacted(&http(), &large);
        assert!(
            redacted.to_string().len() <= limits::LARGEST_RECORDED_INPUT,
            "{}",
            redacted.to_string().len()
        );
        assert!(redacted.as_str().unwrap().starts_with("{\"body\":\"ü"));
    }
}
