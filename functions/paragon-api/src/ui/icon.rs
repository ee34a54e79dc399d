//! `GET /integrations/dropbox.svg`: the icon that Paragon's SDK names for the integration, an open box.

use http::{
    HeaderValue, Response,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use lambda_http::Body;

/// Returns the icon.
pub(crate) fn icon() -> Response<Body> {
    let mut response = Response::new(Body::from(include_str!("box.svg")));
    for (name, value) in [
        (CONTENT_TYPE, "image/svg+xml"),
        (CACHE_CONTROL, "public, max-age=86400"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
