//! Cross-origin rules: which pages may call, and what they may read of an answer.
//!
//! Pages of any origin may call. A caller is identified by a header that the page itself must set, never by a
//! cookie that a browser adds, so a page can do only what its own secret allows, and nothing in the name of
//! its visitor.

use std::future::Future;

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    },
};

use crate::secure;

/// Allowed methods. They include methods that no route has, so that a page can read the answer that says so.
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
/// Allowed request headers: those that our callers, Paragon's SDK and Dropbox's SDKs send; also those that
/// are refused, so that a page can read why.
const REQUEST_HEADERS: &str = "authorization, content-type, customer-id, range, if-match, if-none-match, if-range, \
    if-modified-since, if-unmodified-since, dropbox-api-arg, dropbox-api-path-root, dropbox-api-select-user, \
    dropbox-api-select-admin, x-paragon-sdk-version, x-paragon-credential, x-paragon-configuration-id, \
    x-paragon-proxy-url, x-paragon-use-raw-response";
/// Response headers that a page may read beside the type and the body.
const ANSWER_HEADERS: &str = "accept-ranges, allow, content-disposition, content-encoding, content-length, content-range, \
    dropbox-api-result, etag, last-modified, retry-after, www-authenticate, \
    x-dropbox-request-id";
/// Time for which a browser may cache a preflight, in seconds: the maximum of Chromium.
const MAX_AGE: &str = "7200";

/// Answers a preflight itself, without authentication, because a preflight has no credentials. Every other
/// request is answered by `answer`, readable for any origin.
pub async fn open<B: Default>(method: &Method, answer: impl Future<Output = Response<B>>) -> Response<B> {
    if method == Method::OPTIONS { preflight() } else { readable(answer.await) }
}

/// Returns the answer, readable for pages of any origin.
pub fn readable<B>(answer: Response<B>) -> Response<B> {
    let mut answer = secure::typed(answer);
    set(answer.headers_mut(), ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(answer.headers_mut(), ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
    answer
}

fn preflight<B: Default>() -> Response<B> {
    let mut answer = secure::typed(Response::new(B::default()));
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    set(headers, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(headers, ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    set(headers, ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
    set(headers, ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    answer
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::{ROUTES, USER_HEADER};

    #[tokio::test]
    async fn a_preflight_is_answered_and_asks_nobody() {
        let nobody = async { panic!("a preflight was passed on") };
        let answer: Response<String> = open(&Method::OPTIONS, nobody).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert!(!answer.headers().contains_key("access-control-allow-credentials"));
    }

    #[tokio::test]
    async fn a_preflight_allows_the_method_of_every_route_and_the_headers_of_its_callers() {
        let answer: Response<String> = open(&Method::OPTIONS, async { Response::default() }).await;
        let allows = |name: HeaderName, value: &str| {
            let allowed = answer.headers()[name].to_str().unwrap();
            allowed.split(", ").any(|one| one.eq_ignore_ascii_case(value))
        };
        for method in ROUTES.iter().filter_map(|route| route.method.as_ref()) {
            assert!(allows(ACCESS_CONTROL_ALLOW_METHODS, method.as_str()), "{method}");
        }
        for header in
            ["authorization", "content-type", USER_HEADER, "x-paragon-credential", "dropbox-api-arg"]
        {
            assert!(allows(ACCESS_CONTROL_ALLOW_HEADERS, header), "{header}");
        }
    }

    #[tokio::test]
    async fn every_other_answer_stays_and_can_be_read() {
        let mut refused = Response::new("{}".to_owned());
        *refused.status_mut() = StatusCode::UNAUTHORIZED;
        let answer = open(&Method::GET, async { refused }).await;
        assert_eq!((answer.status(), answer.body().as_str()), (StatusCode::UNAUTHORIZED, "{}"));
        assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        let exposed = answer.headers()[ACCESS_CONTROL_EXPOSE_HEADERS].to_str().unwrap();
        assert!(exposed.split(", ").any(|name| name == "dropbox-api-result"));
    }
}
