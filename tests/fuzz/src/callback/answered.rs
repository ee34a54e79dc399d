//! Check of the response to a browser or server.

use http::{
    Response, StatusCode,
    header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, SET_COOKIE},
};
use lambda_http::Body;
use serde_json::Value;

use super::Allowed;
use crate::known::ORIGIN;

/// Number of `<` in a page for an error, in any language. Inserted texts must add none.
const TAGS_OF_ERRORS: usize = 34;
/// Number of `<` in the start page.
const TAGS_OF_START: usize = 45;
/// Part of the start page alone: quotes in inserted texts are escaped.
const TICKET: &str = "name=\"ticket\"";

/// Checks the response.
pub(super) fn check(response: &Response<Body>, allowed: Allowed) {
    let headers = response.headers();
    assert!(headers.contains_key("cache-control"), "a cache may keep it");
    let cookie = headers.contains_key(SET_COOKIE);
    assert!(!cookie || matches!(allowed, Allowed::Page | Allowed::Start), "a cookie is set");
    let kind = headers.get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or_default());
    match kind {
        None => check_redirect(response, allowed),
        Some("application/json") => check_json(response),
        Some(_) => check_page(response),
    }
}

fn check_redirect(response: &Response<Body>, allowed: Allowed) {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let to = response.headers()[LOCATION].to_str().expect("an address is ASCII");
    let begins = match allowed {
        Allowed::Start => "https://www.dropbox.com/oauth2/authorize?".to_owned(),
        Allowed::Finish => format!("{ORIGIN}/done?a=b&link="),
        Allowed::Nothing | Allowed::Link | Allowed::Page => panic!("a browser is sent to {to}"),
    };
    assert!(to.starts_with(&begins), "a browser is sent to {to}");
}

fn check_json(response: &Response<Body>) {
    let said: Value = serde_json::from_slice(response.body()).expect("it is JSON");
    let is_error = said["code"].is_string() && said["message"].is_string();
    assert_eq!(is_error, !response.status().is_success(), "{said}");
}

fn check_page(response: &Response<Body>) {
    assert!(response.headers().contains_key(CONTENT_SECURITY_POLICY), "a page without a policy");
    let page = std::str::from_utf8(response.body()).expect("a page is UTF-8");
    let tags = if page.contains(TICKET) { TAGS_OF_START } else { TAGS_OF_ERRORS };
    assert_eq!(page.matches('<').count(), tags, "somebody's words are read as tags: {page}");
}
