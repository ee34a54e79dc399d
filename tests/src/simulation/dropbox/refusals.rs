//! Error responses.

use fastrand::Rng;
use http::StatusCode;
use reqwest::Response;
use serde_json::json;

use super::{Account, routes::Call};
use crate::simulation::{faults::Fault, pauses::Wait};

/// Builds a response with these headers.
pub(super) fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> Response {
    let mut response = http::Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in headers {
        let pair = (name.parse::<http::HeaderName>(), http::HeaderValue::from_str(value));
        if let (Ok(name), Ok(value)) = pair {
            response.headers_mut().insert(name, value);
        }
    }
    Response::from(response)
}

/// Builds an endpoint's error from its tags, joined by slashes.
pub(super) fn refusal(status: u16, tags: &str) -> Response {
    let tag = tags.split('/').next().unwrap_or_default();
    let body = json!({"error_summary": format!("{tags}/.."), "error": {".tag": tag}});
    answer(status, &[("content-type", "application/json")], body.to_string())
}

impl Account {
    /// Returns the error response to a call, if it is refused.
    pub(super) fn refuse(
        &mut self,
        call: &Call,
        fault: Option<Fault>,
        now: u64,
        rng: &mut Rng,
    ) -> Option<Response> {
        self.strike(call, fault);
        if let Some(refusal) = fault.and_then(|fault| outage(fault, rng)) {
            return Some(refusal);
        }
        let refusal = match (fault, self.tokens.expiry(&call.token)) {
            _ if call.route == "token" => return None,
            (_, None) => refusal(401, "invalid_access_token"),
            (_, Some(end)) if end <= now => refusal(401, "expired_access_token"),
            _ if call.root.as_ref().is_some_and(|root| *root != self.root.to_string()) => self.invalid_root(),
            (Some(Fault::CursorReset), _) => refusal(409, "reset"),
            (Some(Fault::CursorNotFound), _) => refusal(409, "path/not_found"),
            (Some(Fault::CursorRefused), _) => refused_cursor(),
            (Some(Fault::FileNotFound), _) => refusal(409, "path/not_found"),
            (Some(Fault::LookupRefused), _) if self.names_something(call) => {
                let tags = ["path/restricted_content", "path/locked", "path/no_permission", "path/hologram"];
                refusal(409, tags[rng.usize(0..tags.len())])
            }
            _ => return None,
        };
        Some(refusal)
    }

    /// Builds the error for a request with an outdated root.
    fn invalid_root(&self) -> Response {
        let error = json!({".tag": "invalid_root", "invalid_root": self.root_info()});
        let body = json!({"error_summary": "invalid_root/..", "error": error});
        answer(422, &[("content-type", "application/json")], body.to_string())
    }

    /// Applies the lasting effects of a fault.
    fn strike(&mut self, call: &Call, fault: Option<Fault>) {
        match fault {
            Some(Fault::Revoked) => self.tokens.revoke(),
            Some(Fault::TokenExpired) => self.tokens.expire(&call.token),
            Some(Fault::CursorReset | Fault::CursorNotFound | Fault::CursorRefused) => self.cursors.reset(),
            _ => {}
        }
    }
}

/// Builds the response to an invalid cursor, which is plain text.
pub(super) fn refused_cursor() -> Response {
    let text = "Error in call to API function \"files/list_folder/continue\": Invalid \"cursor\" parameter";
    answer(400, &[("content-type", "text/plain")], text)
}

/// Returns the response of an overloaded or unavailable Dropbox, if the fault is one of those.
fn outage(fault: Fault, rng: &mut Rng) -> Option<Response> {
    let seconds = rng.u32(1..30);
    match fault {
        Fault::HtmlError => {
            let status = [500, 502, 503][rng.usize(0..3)];
            let html = ("content-type", "text/html");
            Some(answer(status, &[html], "<html><h1>Something went wrong</h1></html>"))
        }
        Fault::WaitByHeader => Some(wait(seconds, &[("retry-after", &seconds.to_string())], &limited(None))),
        Fault::WaitByBody => Some(wait(seconds, &[], &limited(Some(seconds)))),
        // A response without a time means five seconds.
        Fault::WaitByText => Some(wait(5, &[("content-type", "text/plain")], "too many requests")),
        Fault::WaitLong => Some(wait(300, &[("retry-after", "300")], &limited(Some(1)))),
        _ => None,
    }
}

fn limited(retry_after: Option<u32>) -> String {
    let mut error = json!({"reason": {".tag": "too_many_requests"}});
    if let Some(seconds) = retry_after {
        error["retry_after"] = json!(seconds);
    }
    json!({"error_summary": "too_many_requests/..", "error": error}).to_string()
}

fn wait(seconds: u32, headers: &[(&str, &str)], body: &str) -> Response {
    let mut response = answer(429, headers, body.to_owned());
    response.extensions_mut().insert(Wait(u64::from(seconds) * 1000));
    response
}
