//! Check of the requests to Dropbox.

use http::{HeaderMap, Method, header::AUTHORIZATION};
use serde_json::Value;

use super::{connections_of, project};
use crate::{
    draft::Draft,
    known::NEW_TOKEN,
    traffic::{Sent, TOKEN_PATH},
};

const LONGPOLL: &str = "/2/files/list_folder/longpoll";
/// Headers that a call to Dropbox may have.
const HEADERS: [&str; 10] = [
    "authorization",
    "content-type",
    "dropbox-api-arg",
    "dropbox-api-path-root",
    "range",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "if-range",
];
/// Largest number of requests for one call: the call, its repetitions with another token and with another
/// root, and one refresh.
const MOST: usize = 4;

/// Checks all requests of one call.
pub(super) fn check(sent: &[Sent], draft: &Draft<'_>) {
    assert!(sent.len() <= MOST, "{} requests for one", sent.len());
    for (place, request) in sent.iter().enumerate() {
        check_url(request);
        if request.is_for_tokens() {
            assert!(!connections_of(draft).is_empty(), "tokens are asked for, for nobody who may call");
            continue;
        }
        check_route(request, draft);
        check_headers(&request.headers);
        let refreshed = sent[..place].iter().any(Sent::is_for_tokens);
        check_token(request, draft, refreshed);
        check_body(request, draft);
    }
}

fn check_url(request: &Sent) {
    let url = &request.url;
    assert_eq!((url.scheme(), url.port()), ("https", None), "{url}");
    assert!(url.username().is_empty() && url.password().is_none(), "{url}");
    assert!(url.query().is_none() && url.fragment().is_none(), "{url}");
    let host = match url.path() {
        TOKEN_PATH => "api.dropboxapi.com",
        LONGPOLL => "notify.dropboxapi.com",
        path if is_content(path) => "content.dropboxapi.com",
        _ => "api.dropboxapi.com",
    };
    assert_eq!(url.host_str(), Some(host), "{url}");
}

/// Whether Dropbox's SDKs send this route to the content host.
fn is_content(path: &str) -> bool {
    let Some((namespace, route)) = path.strip_prefix("/2/").and_then(|path| path.split_once('/')) else {
        return false;
    };
    match namespace {
        "account" => route == "get_photo",
        "files" => matches!(
            route,
            "alpha/upload"
                | "download"
                | "download_zip"
                | "export"
                | "get_preview"
                | "get_thumbnail"
                | "get_thumbnail_batch"
                | "get_thumbnail_v2"
                | "upload"
                | "upload_session/append"
                | "upload_session/append_batch"
                | "upload_session/append_v2"
                | "upload_session/finish"
                | "upload_session/start"
        ),
        "riviera" => route == "download_transform_output",
        "sharing" => route == "get_shared_link_file",
        _ => false,
    }
}

/// Checks that the path consists of words between slashes, and is the one that the caller named.
fn check_route(request: &Sent, draft: &Draft<'_>) {
    let path = request.url.path();
    let name = path.strip_prefix("/2/").unwrap_or_default();
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    assert!(name.contains('/') && name.split('/').all(is_word), "no route: {path}");
    let named = |target: &str| target.split('?').next().is_some_and(|target| target.ends_with(&path[1..]));
    let header = draft.header("x-paragon-proxy-url").is_some_and(named);
    assert!(named(draft.path) || header, "nobody asked for {path}");
    assert!(matches!(draft.method, Method::GET | Method::POST) && request.method == draft.method);
}

fn check_headers(headers: &HeaderMap) {
    for (name, value) in headers {
        assert!(HEADERS.contains(&name.as_str()), "the header {name} goes out");
        assert_eq!(headers.get_all(name).iter().count(), 1, "{name} goes out twice");
        assert!(value.len() <= 10_240 * 6, "{name} is too long");
        let is_plain = value.as_bytes().iter().all(|byte| (b' '..=b'~').contains(byte));
        assert!(name != "dropbox-api-arg" || is_plain, "the argument is no printable ASCII");
    }
}

/// Checks that the token belongs to a connection that the caller may use; a long poll has none.
fn check_token(request: &Sent, draft: &Draft<'_>, refreshed: bool) {
    let token = request.headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    if request.url.path() == LONGPOLL {
        assert_eq!(token, None, "a long poll goes out with a token");
        assert!(project(draft).is_some(), "a long poll for no project");
        return;
    }
    let token = token.and_then(|token| token.strip_prefix("Bearer ")).unwrap_or_default();
    let known = connections_of(draft);
    let is_stored = known.iter().any(|known| known.access_token() == token);
    let is_new = refreshed && !known.is_empty() && token == NEW_TOKEN;
    assert!(is_stored || is_new, "a token that this caller may not use goes out");
    if let Some(named) = draft.header("x-paragon-credential") {
        let id = uuid::Uuid::try_parse(named).ok();
        assert!(known.iter().any(|known| Some(known.id().0) == id), "another connection is used");
    }
}

/// Checks that the body is the caller's; only the timeout of a long poll may differ.
fn check_body(request: &Sent, draft: &Draft<'_>) {
    if request.body == draft.body {
        return;
    }
    assert_eq!(request.url.path(), LONGPOLL, "the body is another");
    let read = |body: &[u8]| serde_json::from_slice::<Value>(body).expect("a long poll's body is JSON");
    let (mut said, sent) = (read(draft.body), read(&request.body));
    assert!(said["timeout"].as_u64() > sent["timeout"].as_u64(), "the body is another");
    said["timeout"] = sent["timeout"].clone();
    assert_eq!(said, sent, "the body is another");
}
