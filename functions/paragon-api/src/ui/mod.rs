//! `GET /ui`: the portal of Paragon's SDK, which the SDK loads into a frame over the application's page.
//!
//! The page has no data: its script gets the user's token from the page that has framed it, and asks
//! `…/sdk/portal`. If the address names a project, only pages of its origins may frame it. The SDK names none
//! on a user's first visit, so the script also asks whether the origin is the project's, and shows and sends
//! nothing if it is not.

mod icon;
mod page;

use http::{
    HeaderName, HeaderValue, Request, Response,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
    },
};
use lambda_http::Body;
use page_kit::Language;
use shared::{
    model::{Project, web_origin},
    query,
};

pub(crate) use self::icon::icon;
use crate::{ParagonApi, answer::Answer};

/// Headers of the page. The last two allow that a page frames it which is isolated from other origins.
const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CACHE_CONTROL, "no-cache"),
    (VARY, "accept-language"),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
];
/// Content security policy of the page: its own script and stylesheets, calls to our API, and forms to us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; \
    trusted-types 'none'";

/// Returns the page.
pub(crate) async fn show(api: &ParagonApi, request: &Request<Body>) -> Answer {
    let query = request.uri().query().unwrap_or_default();
    let framed_by = match query::field(query, "projectId") {
        Some(id) => {
            let project = match id.parse() {
                Ok(id) => api.store.project(id).await?,
                Err(_) => None,
            };
            format!("; frame-ancestors {}", origins(project.as_ref()))
        }
        None => String::new(),
    };
    let html = page::html(Language::of_browser(request.headers())).into_string();
    let mut response = Response::new(Body::from(html));
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = HeaderValue::from_str(&format!("{POLICY}{framed_by}"));
    headers.extend(policy.map(|policy| (CONTENT_SECURITY_POLICY, policy)));
    Ok(response)
}

/// Returns a project's origins, as a list for a policy.
fn origins(project: Option<&Project>) -> String {
    let known = project.map(|project| project.return_origins.as_slice()).unwrap_or_default();
    let all: Vec<String> = known.iter().filter_map(|origin| web_origin(origin).ok()).collect();
    if all.is_empty() { "'none'".to_owned() } else { all.join(" ") }
}
