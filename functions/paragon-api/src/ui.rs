//! `GET /ui`: the page that Paragon's SDK loads into a frame, where Paragon has its portal. Ours says that
//! there is none.

use http::{
    HeaderName, HeaderValue, Response,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
};
use lambda_http::Body;

const PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Dropline</title></head>\
    <body><p>There is no portal here. The application connects an account with a link of its own.</p></body></html>";

/// Headers of the page. Any page may frame it, since there is nothing to click; it runs and loads nothing.
const HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CACHE_CONTROL, "public, max-age=3600"),
];

/// Returns the page.
pub(crate) fn page() -> Response<Body> {
    let mut response = Response::new(Body::from(PAGE));
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
