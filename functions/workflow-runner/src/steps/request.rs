//! Requests to addresses in the public internet.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header::CONTENT_TYPE};
use serde_json::{Map, Value, json};
use shared::workflows::{HttpMethod, StepError, limits};

use crate::{
    Runner,
    ending::{Ending, Trouble},
    outside::{Reply, Unanswered},
    record::is_secret,
    step::Present,
};

/// Header by which a receiver knows the same step again.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Maximum number of characters of a refusal's body that its error repeats.
const LONGEST_EXCERPT: usize = 200;

/// Sends the request, and reads the answer. A status of 2xx is a success.
pub(super) async fn send(runner: &Runner, present: &Present, method: HttpMethod, input: &Value) -> Ending {
    let (headers, body) = match request(input, &present.idempotency_key()) {
        Ok(request) => request,
        Err(trouble) => return Ending::Failed(trouble),
    };
    let url = input["url"].as_str().unwrap_or_default();
    match runner.http.exchange(named(method), url, headers, body).await {
        Ok(reply) => ending(reply),
        Err(Unanswered::NotAllowed(why)) => Ending::Failed(Trouble::of("address_refused", sentence(&why))),
        Err(Unanswered::NoAnswer(why)) => Ending::Failed(passing("http_unreachable", sentence(&why))),
    }
}

fn named(method: HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Delete => Method::DELETE,
    }
}

fn request(input: &Value, key: &str) -> Result<(HeaderMap, Option<Bytes>), Trouble> {
    let mut headers = HeaderMap::new();
    if let Ok(key) = HeaderValue::from_str(key) {
        headers.insert(IDEMPOTENCY_KEY, key);
    }
    for (name, value) in input["headers"].as_object().into_iter().flatten() {
        let (name, value) = header(name, value)?;
        headers.insert(name, value);
    }
    let is_json =
        headers.get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().windows(4).any(|part| part == b"json"));
    let body = input.get("body").map(|body| match body {
        // A form or XML, as the content type says.
        Value::String(text) if !is_json => Bytes::from(text.clone()),
        body => Bytes::from(body.to_string()),
    });
    Ok((headers, body))
}

fn header(name: &str, value: &Value) -> Result<(HeaderName, HeaderValue), Trouble> {
    let invalid = || {
        let message = format!("The header {name} has a name or a value that no header can have.");
        Trouble::of("header_invalid", message)
    };
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return Err(invalid()),
    };
    let mut value = HeaderValue::from_str(&text).map_err(|_| invalid())?;
    value.set_sensitive(is_secret(name));
    Ok((HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?, value))
}

fn ending(reply: Reply) -> Ending {
    let Reply { status, headers, retry_after, body, is_cut } = reply;
    if !(200..300).contains(&status) {
        let excerpt: String = String::from_utf8_lossy(&body).chars().take(LONGEST_EXCERPT).collect();
        let message = format!("The address answered {status}: {}", sentence(excerpt.trim()));
        let trouble = match status {
            408 | 425 | 429 | 500.. => passing("http_failed", message),
            _ => Trouble::of("http_refused", message),
        };
        return Ending::Failed(Trouble { wait: retry_after, ..trouble });
    }
    if is_cut {
        let message = format!("The answer has more than {} KB; ask for less.", limits::LARGEST_OUTPUT / 1024);
        return Ending::Failed(Trouble::of("output_too_large", message));
    }
    Ending::done(json!({"status": status, "headers": to_json(&headers), "body": read(&body)}))
}

/// Returns the headers of an answer by their names, without secrets.
fn to_json(headers: &HeaderMap) -> Map<String, Value> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = headers.iter().filter(|(name, _)| !is_secret(name.as_str()));
    headers.map(|(name, value)| (name.as_str().to_owned(), json!(text(value)))).collect()
}

/// Returns a body as JSON if it is JSON, else as text; null if it is empty.
fn read(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body).unwrap_or_else(|_| json!(String::from_utf8_lossy(body)))
}

fn passing(code: &str, message: String) -> Trouble {
    let error = StepError { code: code.to_owned(), message };
    Trouble { error, may_pass: true, wait: None }
}

/// Returns a reason as the end of a sentence.
fn sentence(reason: &str) -> String {
    let reason = reason.trim_end_matches('.');
    if reason.is_empty() { "nothing.".to_owned() } else { format!("{reason}.") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn reply(status: u16, body: &'static str) -> Reply {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("set-cookie", HeaderValue::from_static("session=x"));
        Reply { status, headers, retry_after: None, body: Bytes::from_static(body.as_bytes()), is_cut: false }
    }

    fn trouble(reply: Reply) -> Trouble {
        match ending(reply) {
            Ending::Failed(trouble) => trouble,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_answer_is_the_output_without_secrets() {
        let headers = json!({"content-type": "application/json"});
        assert_eq!(
            ending(reply(200, r#"{"id": 7}"#)),
            Ending::done(json!({"status": 200, "headers": headers, "body": {"id": 7}}))
        );
        assert_eq!(
            ending(reply(204, "")),
            Ending::done(json!({"status": 204, "headers": headers, "body": null}))
        );
        assert_eq!(
            ending(reply(201, "ok")),
            Ending::done(json!({"status": 201, "headers": headers, "body": "ok"}))
        );
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert!(trouble(reply(status, "busy")).may_pass, "{status}");
        }
        for status in [301, 302, 400, 401, 403, 404, 410, 422] {
            assert!(!trouble(reply(status, "no")).may_pass, "{status}");
        }
        let asked = trouble(Reply { retry_after: Some(Duration::from_secs(9)), ..reply(503, "busy") });
        assert_eq!(asked.wait, Some(Duration::from_secs(9)));
        assert_eq!(asked.error.message, "The address answered 503: busy.");
        assert_eq!(trouble(Reply { is_cut: true, ..reply(200, "{") }).error.code, "output_too_large");
    }

    #[test]
    fn a_request_has_the_steps_key_unless_it_has_one_of_its_own() {
        let (headers, body) =
            request(&json!({"headers": {"X-Count": 3}, "body": {"a": 1}}), "run:0").unwrap();
        assert!(headers["idempotency-key"] == "run:0" && headers["x-count"] == "3", "{headers:?}");
        assert_eq!(body.unwrap(), r#"{"a":1}"#);
        let own =
            json!({"headers": {"Idempotency-Key": "mine", "Content-Type": "text/plain"}, "body": "text"});
        let (headers, body) = request(&own, "run:0").unwrap();
        assert!(headers["idempotency-key"] == "mine" && body.unwrap() == "text", "{headers:?}");
        for wrong in [json!({"a b": "x"}), json!({"x": "a\nb"}), json!({"x": {}})] {
            assert_eq!(
                request(&json!({"headers": wrong}), "k").unwrap_err().error.code,
                "header_invalid",
                "{wrong}"
            );
        }
    }
}
