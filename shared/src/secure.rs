//! Headers for browsers that every answer has.

use http::{
    HeaderValue, Response,
    header::{STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS},
};

/// Value of `Strict-Transport-Security`: a year, for this host alone, because hosts below it are not ours.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// Returns the answer with a header that keeps browsers from guessing its type.
pub fn typed<B>(mut answer: Response<B>) -> Response<B> {
    answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    answer
}

/// Returns an answer that is sent over TLS, with a header that makes browsers use TLS from then on.
///
/// API Gateway ends TLS before us. [RFC 6797](https://www.rfc-editor.org/rfc/rfc6797) forbids the header over
/// plain HTTP.
pub fn over_tls<B>(answer: Response<B>) -> Response<B> {
    let mut answer = typed(answer);
    answer.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HSTS);
    answer
}
