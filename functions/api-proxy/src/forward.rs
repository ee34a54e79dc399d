//! The request to Dropbox, and its answer on the way back.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, RETRY_AFTER},
};
use lambda_http::Body;
use serde::de::IgnoredAny;
use serde_json::Value;
use shared::{
    answer::{ApiError, needs_reauth},
    dropbox::{DropboxError, Route, retry_after},
    model::{AccessToken, Connection},
};

use crate::Proxy;

/// API Gateway passes on about this much. Bytes.
const BODY_LIMIT: usize = 4_500_000;
/// So much of an answer is held to be looked at. Bytes.
const ERROR_LIMIT: usize = 64 * 1024;
/// Headers of the caller that go out, beside the type of the body.
const OUTBOUND: [HeaderName; 1] = [HeaderName::from_static("dropbox-api-path-root")];
/// Headers of Dropbox's answer that come back.
const INBOUND: [HeaderName; 6] = [
    CONTENT_TYPE,
    CONTENT_LENGTH,
    ETAG,
    RETRY_AFTER,
    HeaderName::from_static("dropbox-api-result"),
    HeaderName::from_static("x-dropbox-request-id"),
];

/// A checked request of a caller.
pub(crate) struct Call {
    route: Route,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    /// Checks the body: JSON, or nothing.
    pub(crate) fn read(route: Route, request: &Request<Body>) -> Result<Self, ApiError> {
        let body: &[u8] = request.body();
        if body.len() > BODY_LIMIT {
            let message =
                format!("A body has at most {BODY_LIMIT} bytes; send larger files by upload sessions.");
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large", message));
        }
        if !is_argument(body) {
            let message = "The body must be a JSON object, null, or empty.";
            return Err(ApiError::invalid("malformed_body", message));
        }
        let mut headers = HeaderMap::new();
        for name in OUTBOUND {
            headers.extend(request.headers().get(&name).map(|value| (name, value.clone())));
        }
        if !body.is_empty() {
            // What else it was called, it is JSON: Paragon's SDK says "auto".
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(Self { route, headers, body: Bytes::copy_from_slice(body) })
    }
}

/// Whether a body is what an RPC route takes. It is not changed: Dropbox sees the caller's own bytes.
fn is_argument(body: &[u8]) -> bool {
    if body.is_empty() {
        return true;
    }
    let Ok(text) = std::str::from_utf8(body) else { return false };
    let text = text.trim();
    serde_json::from_str::<IgnoredAny>(text).is_ok() && (text.starts_with('{') || text == "null")
}

impl Proxy {
    /// Sends the call, once more with a new token where Dropbox calls the first expired.
    pub(crate) async fn forward(
        &self,
        connection: &Connection,
        call: Call,
    ) -> Result<Response<reqwest::Body>, ApiError> {
        let token = self.tokens.access(connection).await?;
        let response = self.send(&call, &token).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return self.answered(connection, response).await;
        }
        let (unauthorized, expired) = read_refusal(response).await?;
        if !expired {
            return Ok(unauthorized);
        }
        let fresh = self.tokens.access_instead_of(connection, &token).await?;
        let response = self.send(&call, &fresh).await?;
        self.answered(connection, response).await
    }

    async fn send(&self, call: &Call, token: &AccessToken) -> Result<reqwest::Response, ApiError> {
        let url = self.dropbox.hosts().url(call.route.host(), call.route.path());
        let mut request = self.dropbox.request(url, token).map_err(|error| failed(&error))?;
        request.headers_mut().extend(call.headers.clone());
        *request.body_mut() = Some(call.body.clone().into());
        self.dropbox.send(request).await.map_err(|error| failed(&error))
    }

    /// Passes an answer on; a rate limit is remembered for the callers after this one.
    async fn answered(
        &self,
        connection: &Connection,
        response: reqwest::Response,
    ) -> Result<Response<reqwest::Body>, ApiError> {
        if response.status() != StatusCode::TOO_MANY_REQUESTS {
            return Ok(passed_on(response.into()));
        }
        let response = held(response).await?;
        let wait = retry_after(response.headers(), response.body());
        self.schedules.pause(connection.id, self.clock.now().plus(wait)).await?;
        Ok(passed_on(response.map(Into::into)))
    }
}

/// A 401, and whether it is about an expired token.
async fn read_refusal(response: reqwest::Response) -> Result<(Response<reqwest::Body>, bool), ApiError> {
    let response = held(response).await?;
    let summary = serde_json::from_slice::<Value>(response.body())
        .ok()
        .and_then(|body| body.get("error_summary")?.as_str().map(str::to_owned));
    let expired = summary.is_some_and(|summary| summary.starts_with("expired_access_token"));
    Ok((passed_on(response.map(Into::into)), expired))
}

/// An answer with its body read: only for errors, which are small.
async fn held(response: reqwest::Response) -> Result<Response<Bytes>, ApiError> {
    if response.content_length().is_some_and(|length| length > ERROR_LIMIT as u64) {
        return Err(ApiError::unavailable(&"an error of Dropbox is too large"));
    }
    let (parts, body) = Response::<reqwest::Body>::from(response).into_parts();
    let body = http_body_util::Limited::new(body, ERROR_LIMIT);
    let body = http_body_util::BodyExt::collect(body).await.map_err(|error| ApiError::unavailable(&error))?;
    Ok(Response::from_parts(parts, body.to_bytes()))
}

/// The answer as the caller gets it: status and body as they are, and the headers that a client needs.
fn passed_on(response: Response<reqwest::Body>) -> Response<reqwest::Body> {
    let (parts, body) = response.into_parts();
    let mut answer = Response::new(body);
    *answer.status_mut() = parts.status;
    for name in INBOUND {
        answer.headers_mut().extend(parts.headers.get(&name).map(|value| (name, value.clone())));
    }
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn failed(error: &DropboxError) -> ApiError {
    match error {
        DropboxError::NeedsReauth(_) => needs_reauth(),
        error => {
            tracing::warn!(%error, "a proxied call failed");
            let message = "Dropbox did not answer; ask again in a few seconds.";
            ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_unreachable", message).after(5)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_is_an_object_null_or_nothing() {
        for good in ["", "null", "{}", " {\"path\": \"\"} ", "{\"path\":\"/\u{fc}\"}"] {
            assert!(is_argument(good.as_bytes()), "{good}");
        }
        for bad in ["{", "[]", "1", "\"x\"", "nul", "{} {}", "path=/"] {
            assert!(!is_argument(bad.as_bytes()), "{bad}");
        }
        assert!(!is_argument(b"{\"path\":\"\xff\"}"));
    }
}
