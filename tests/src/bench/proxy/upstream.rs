//! Stand-in for Dropbox, for downloads only.

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;
use http::{
    HeaderName, HeaderValue, Request, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use hyper::body::Incoming;
use reqwest::Body;
use serde_json::{Value, json};
use shared::dropbox::ARGUMENT;

use super::load::DOWNLOAD;
use crate::bench::server::{Server, refused};

/// Response header with a file's metadata.
const RESULT: HeaderName = HeaderName::from_static("dropbox-api-result");
/// Size of a chunk, in bytes.
const PIECE: usize = 64 * 1024;
static ZEROS: [u8; PIECE] = [0; PIECE];
/// Largest response with a `Content-Length`, in bytes: the handler refuses announced lengths above what
/// Lambda can stream.
const LONGEST_TOLD: u64 = 190_000_000;

/// Answers every download with the number of bytes that the file's name states: 1,000 for `/1000`.
pub(super) struct Upstream;

#[async_trait]
impl Server for Upstream {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let argument = request.headers().get(ARGUMENT).map(HeaderValue::as_bytes);
        match argument.and_then(size) {
            Some(size) if request.uri().path() == DOWNLOAD => file(size),
            _ => refused(),
        }
    }
}

/// Reads the requested number of bytes from an argument.
fn size(argument: &[u8]) -> Option<u64> {
    let argument: Value = serde_json::from_slice(argument).ok()?;
    argument["path"].as_str()?.strip_prefix('/')?.parse().ok()
}

fn file(size: u64) -> Response<Body> {
    let mut response = Response::new(Body::wrap_stream(stream::iter(pieces(size).map(Ok::<_, String>))));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    if size <= LONGEST_TOLD {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
    }
    let result = json!({"name": size.to_string(), "id": "id:benchmark", "rev": "0123456789abcdef", "size": size,
        "path_lower": format!("/{size}"), "client_modified": "2026-01-01T00:00:00Z",
        "server_modified": "2026-01-01T00:00:00Z", "content_hash": "0".repeat(64), "is_downloadable": true});
    if let Ok(result) = HeaderValue::from_str(&result.to_string()) {
        headers.insert(RESULT, result);
    }
    response
}

fn pieces(size: u64) -> impl Iterator<Item = Bytes> {
    let whole = std::iter::repeat_n(PIECE, usize::try_from(size).unwrap_or(usize::MAX) / PIECE);
    let rest = usize::try_from(size).unwrap_or(usize::MAX) % PIECE;
    whole.chain((rest > 0).then_some(rest)).map(|length| Bytes::from_static(&ZEROS[..length]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_file_is_as_long_as_it_is_called() {
        assert_eq!(size(br#"{"path":"/100000"}"#), Some(100_000));
        assert_eq!(size(br#"{"path":"/a"}"#), None);
        for bytes in [0, 1, PIECE, PIECE + 1, 5_000_000] {
            let size = u64::try_from(bytes).unwrap();
            assert_eq!(pieces(size).map(|piece| piece.len()).sum::<usize>(), bytes);
        }
    }
}
