//! What every answer says to browsers.

use http::{
    HeaderValue, Response,
    header::{STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS},
};

/// A year, for this host alone: what stands below it is not ours.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// The answer, whose type browsers take as it is said.
pub fn typed<B>(mut answer: Response<B>) -> Response<B> {
    answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    answer
}

/// The answer where TLS ends before us, as it always does at API Gateway: browsers come by TLS from now on
/// ([RFC 6797](https://www.rfc-editor.org/rfc/rfc6797), which forbids to say so over plain HTTP).
pub fn over_tls<B>(answer: Response<B>) -> Response<B> {
    let mut answer = typed(answer);
    answer.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HSTS);
    answer
}
