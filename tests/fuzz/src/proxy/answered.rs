//! Check of the response to the caller.

use http::{
    HeaderMap, Response, StatusCode,
    header::{ALLOW, CONTENT_LENGTH},
};
use http_body_util::BodyExt;
use reqwest::Body;
use serde_json::Value;

use crate::{known::CANARY, traffic::Sent};

/// Headers that the response may have.
const HEADERS: [&str; 9] = [
    "access-control-allow-origin",
    "access-control-expose-headers",
    "cache-control",
    "content-length",
    "content-type",
    "retry-after",
    "www-authenticate",
    "x-content-type-options",
    "x-dropbox-request-id",
];
/// Headers that the response to a CORS preflight may have.
const PREFLIGHT: [&str; 5] = [
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-max-age",
    "x-content-type-options",
];

/// Checks the response: it is complete, contains no token, and is an error of ours if Dropbox was not called.
pub(super) async fn check(response: Response<Body>, sent: &[Sent], input: &[u8]) {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("an answer ends").to_bytes();
    // Dropbox may have answered with the same status.
    if parts.status == StatusCode::NO_CONTENT && sent.is_empty() {
        assert!(body.is_empty(), "a preflight has an answer of its own");
        assert!(parts.headers.keys().all(|name| PREFLIGHT.contains(&name.as_str())), "{:?}", parts.headers);
        return;
    }
    // Dropbox's own header does not pass.
    let is_own_refusal = sent.is_empty() && parts.status == StatusCode::METHOD_NOT_ALLOWED;
    assert_eq!(parts.headers.contains_key(ALLOW), is_own_refusal, "{}", parts.status);
    check_headers(&parts.headers, body.len());
    if !contains(input, CANARY) {
        assert!(!contains(&body, CANARY), "a token comes back");
    }
    if sent.is_empty() {
        let said: Value = serde_json::from_slice(&body).expect("an error of ours is JSON");
        assert!(said["code"].is_string() && said["message"].is_string(), "{said}");
        assert!(
            said["error_summary"].is_string() && said["error"].is_object(),
            "no form of Dropbox's: {said}"
        );
        assert!(parts.status.is_client_error() || parts.status.is_server_error(), "{}", parts.status);
    }
}

fn check_headers(headers: &HeaderMap, length: usize) {
    for name in headers.keys() {
        assert!(name == ALLOW || HEADERS.contains(&name.as_str()), "the header {name} comes back");
    }
    if let Some(told) = headers.get(CONTENT_LENGTH) {
        assert_eq!(told.to_str().ok(), Some(length.to_string().as_str()), "the answer has another length");
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
