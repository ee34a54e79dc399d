//! Passes Dropbox's answer on to the caller.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{
    HeaderName, HeaderValue, Response, StatusCode,
    header::{
        ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE,
        CONTENT_TYPE, ETAG, LAST_MODIFIED, RETRY_AFTER,
    },
};
use http_body_util::{BodyExt, Limited};
use reqwest::Body;
use shared::answer::ApiError;

/// Maximum size of an error body that is buffered, in bytes.
const ERROR_LIMIT: usize = 64 * 1024;
/// Maximum size of an answer, in bytes. Lambda streams at most 200 MB, so a longer answer is refused before
/// its first byte.
const ANSWER_LIMIT: u64 = 190_000_000;
/// Text around an answer for Paragon's callers.
const WRAPPING: (&str, &str) = ("{\"output\":", "}");
/// Headers of Dropbox's answer that are passed on.
const INBOUND: [HeaderName; 11] = [
    CONTENT_TYPE,
    CONTENT_LENGTH,
    CONTENT_RANGE,
    CONTENT_ENCODING,
    CONTENT_DISPOSITION,
    ACCEPT_RANGES,
    ETAG,
    LAST_MODIFIED,
    RETRY_AFTER,
    HeaderName::from_static("dropbox-api-result"),
    HeaderName::from_static("x-dropbox-request-id"),
];

/// Reads the body of an answer into memory; only for errors and small JSON.
pub(crate) async fn buffered(response: reqwest::Response) -> Result<Response<Bytes>, ApiError> {
    let (parts, body) = Response::<Body>::from(response).into_parts();
    let body = Limited::new(body, ERROR_LIMIT).collect().await;
    let body = body.map_err(|_| ApiError::unavailable(&"an answer of Dropbox is too large, or was cut"))?;
    Ok(Response::from_parts(parts, body.to_bytes()))
}

/// Returns the answer for the caller: status and body unchanged, with the headers that a client needs.
pub(crate) fn passed_on(response: Response<Body>, wrap: bool) -> Result<Response<Body>, ApiError> {
    let (parts, body) = response.into_parts();
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > ANSWER_LIMIT) {
        return Err(too_large());
    }
    let mut answer = Response::new(Body::default());
    *answer.status_mut() = parts.status;
    for name in INBOUND {
        answer.headers_mut().extend(parts.headers.get(&name).map(|value| (name, value.clone())));
    }
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let is_json = parts
        .headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    if wrap && is_json && parts.status.is_success() {
        if let Some(length) = length {
            let around = WRAPPING.0.len() + WRAPPING.1.len();
            answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length + around as u64));
        }
        *answer.body_mut() = between(body, WRAPPING);
    } else {
        *answer.body_mut() = between(body, ("", ""));
    }
    Ok(answer)
}

/// Returns the body between two texts. If the body breaks, so does the result: it never ends as if it were
/// complete.
fn between(body: Body, (before, after): (&'static str, &'static str)) -> Body {
    let text = |text: &'static str| {
        stream::iter((!text.is_empty()).then(|| Ok::<_, reqwest::Error>(Bytes::from_static(text.as_bytes()))))
    };
    let whole = text(before).chain(body.into_data_stream()).chain(text(after));
    // Captured here, because Lambda's runtime streams the body outside the call's span.
    let call = tracing::Span::current();
    let logged = whole.inspect_err(move |_| {
        call.in_scope(|| tracing::warn!("an answer of Dropbox was cut in its middle"));
    });
    Body::wrap_stream(logged)
}

fn too_large() -> ApiError {
    let message = format!(
        "The answer has more than {ANSWER_LIMIT} bytes; ask for a part with Range, or for a link with \
         files/get_temporary_link."
    );
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "answer_too_large", message)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn answer(length: u64, pieces: Vec<Result<&'static str, io::Error>>) -> Response<Body> {
        let mut response = Response::new(Body::wrap_stream(stream::iter(pieces)));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        response
    }

    async fn text(response: Response<Body>) -> String {
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
    }

    #[tokio::test]
    async fn an_answer_can_be_wrapped() {
        let wrapped = passed_on(answer(4, vec![Ok("nu"), Ok("ll")]), true).unwrap();
        assert_eq!(wrapped.headers()[CONTENT_LENGTH], "15");
        assert_eq!(text(wrapped).await, "{\"output\":null}");
        let mut refused = answer(4, vec![Ok("null")]);
        *refused.status_mut() = StatusCode::CONFLICT;
        assert_eq!(text(passed_on(refused, true).unwrap()).await, "null");
    }

    // T32
    #[tokio::test]
    async fn what_is_cut_breaks_and_does_not_end() {
        for wrap in [false, true] {
            let cut = answer(8, vec![Ok("null"), Err(io::Error::other("cut"))]);
            let pieces: Vec<_> = passed_on(cut, wrap).unwrap().into_body().into_data_stream().collect().await;
            assert_eq!(pieces.iter().filter(|piece| piece.is_err()).count(), 1, "wrapped: {wrap}");
            let mut cut = answer(8, vec![Err(io::Error::other("cut at once"))]);
            cut.headers_mut().remove(CONTENT_LENGTH);
            assert!(passed_on(cut, wrap).unwrap().into_body().collect().await.is_err(), "wrapped: {wrap}");
        }
    }

    #[tokio::test]
    async fn what_could_not_be_streamed_to_its_end_is_refused_before_it_begins() {
        assert!(passed_on(answer(ANSWER_LIMIT, Vec::new()), false).is_ok());
        let refused = passed_on(answer(ANSWER_LIMIT + 1, Vec::new()), false).unwrap_err();
        assert_eq!((refused.status, refused.code), (StatusCode::PAYLOAD_TOO_LARGE, "answer_too_large"));
    }
}
