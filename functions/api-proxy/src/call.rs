//! A checked request of a caller: everything that is sent to Dropbox except the token.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{CONTENT_TYPE, HeaderName},
    request::Parts,
};
use lambda_http::Body;
use serde::de::IgnoredAny;
use shared::{
    answer::ApiError,
    dropbox::{PATH_ROOT, Route, Style},
};

use crate::{outbound, target::Target};

/// Maximum size of a request body, in bytes: about what API Gateway and Lambda carry.
const BODY_LIMIT: usize = 4_500_000;
/// Header by which Paragon's callers ask for Dropbox's answer as it is.
const RAW: HeaderName = HeaderName::from_static("x-paragon-use-raw-response");
/// Headers that only Paragon's callers send; they expect the answer below `output`.
const OF_PARAGON: [HeaderName; 3] =
    [RAW, HeaderName::from_static("x-paragon-sdk-version"), HeaderName::from_static("x-paragon-proxy-url")];

/// A checked request of a caller.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) route: Route,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether the answer is wrapped in `output`.
    pub(crate) wrap: bool,
}

impl Call {
    /// Checks method, headers and body against what the route takes.
    pub(crate) fn read(target: Target, head: &Parts, body: Body) -> Result<Self, ApiError> {
        let Target { route, argument } = target;
        check_method(route.style(), &head.method)?;
        check_size(&body)?;
        let body = bytes(body);
        let argument = argument.filter(|_| matches!(route.style(), Style::Upload | Style::Download));
        let mut headers = outbound::headers(&head.headers, argument.as_deref())?;
        match route.style() {
            Style::Rpc | Style::Longpoll if !is_argument(&body) => {
                let message = "The body must be a JSON object, null, or empty.";
                return Err(ApiError::invalid("malformed_body", message));
            }
            // JSON whatever the caller named it: Paragon's SDK sends "auto".
            Style::Rpc | Style::Longpoll if !body.is_empty() => name_body(&mut headers, "application/json"),
            Style::Upload => name_body(&mut headers, "application/octet-stream"),
            Style::Download if !body.is_empty() => name_body(&mut headers, "application/octet-stream"),
            Style::Rpc | Style::Longpoll | Style::Download => {}
        }
        let wrap = is_wrapped(&head.headers);
        Ok(Self { route, method: head.method.clone(), headers, body, wrap })
    }

    /// Creates a call of our own.
    pub(crate) fn of_route(
        route: Route,
        argument: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Result<Self, ApiError> {
        let mut headers = outbound::headers(&HeaderMap::new(), argument)?;
        match route.style() {
            Style::Rpc | Style::Longpoll => name_body(&mut headers, "application/json"),
            Style::Upload => name_body(&mut headers, "application/octet-stream"),
            Style::Download => {}
        }
        Ok(Self { route, method: Method::POST, headers, body: body.into(), wrap: false })
    }

    /// Whether the caller has sent a path root.
    pub(crate) fn is_rooted(&self) -> bool {
        self.headers.contains_key(PATH_ROOT)
    }
}

fn check_method(style: Style, method: &Method) -> Result<(), ApiError> {
    let allowed = if style == Style::Download { "GET, POST, OPTIONS" } else { "POST, OPTIONS" };
    if allowed.split(", ").any(|allowed| allowed == method.as_str()) {
        return Ok(());
    }
    let message = "Dropbox's API is called with POST; downloads with GET, too.";
    Err(ApiError::method_not_allowed(allowed, message))
}

/// Checks that a body is not too large.
pub(crate) fn check_size(body: &[u8]) -> Result<(), ApiError> {
    if body.len() <= BODY_LIMIT {
        return Ok(());
    }
    let message = format!(
        "A request carries at most {BODY_LIMIT} bytes; send larger files in an upload session \
         (files/upload_session/start, append_v2 and finish) in pieces of at most 4194304 bytes (4 MiB), or straight to \
         Dropbox by files/get_temporary_upload_link."
    );
    Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large", message))
}

/// Returns the bytes of a body, without a copy.
fn bytes(body: Body) -> Bytes {
    match body {
        Body::Text(text) => text.into(),
        Body::Binary(bytes) => bytes.into(),
        other => Bytes::copy_from_slice(&other),
    }
}

fn name_body(headers: &mut HeaderMap, name: &'static str) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(name));
}

fn is_wrapped(headers: &HeaderMap) -> bool {
    let raw =
        headers.get(RAW).is_some_and(|value| value == "1" || value.as_bytes().eq_ignore_ascii_case(b"true"));
    !raw && OF_PARAGON.iter().any(|name| headers.contains_key(name))
}

/// Whether a body is valid for an RPC route. It is not changed: Dropbox gets the caller's own bytes.
fn is_argument(body: &[u8]) -> bool {
    if body.is_empty() {
        return true;
    }
    let Ok(text) = std::str::from_utf8(body) else { return false };
    let text = text.trim();
    serde_json::from_str::<IgnoredAny>(text).is_ok() && (text.starts_with('{') || text == "null")
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

    #[test]
    fn answers_are_wrapped_for_paragons_callers_unless_they_want_them_raw() {
        let wrapped = |headers: &[(&'static str, &'static str)]| {
            let pairs = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            is_wrapped(&pairs.collect())
        };
        assert!(wrapped(&[("x-paragon-sdk-version", "2.4.0")]));
        assert!(wrapped(&[("x-paragon-proxy-url", "/2/a/b"), ("x-paragon-use-raw-response", "0")]));
        assert!(!wrapped(&[("x-paragon-proxy-url", "/2/a/b"), ("x-paragon-use-raw-response", "1")]));
        assert!(!wrapped(&[("x-paragon-sdk-version", "2.4.0"), ("x-paragon-use-raw-response", "True")]));
        assert!(!wrapped(&[("x-paragon-credential", "an id")]));
    }
}
