//! Serving of a file's bytes, or of a range of them.

use std::{
    fs::File,
    io::{Seek, SeekFrom},
};

use axum::{body::Body, response::Response};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
};
use tokio::task::spawn_blocking;

use super::{
    bytes::{self, Range},
    failure::Failure,
};
use crate::content::FileContent;

/// Responds to a request with these headers for a `file` with `content`.
pub(crate) async fn serve(
    headers: &HeaderMap,
    content: &FileContent,
    file: File,
) -> Result<Response, Failure> {
    let etag = format!("\"{}\"", content.rev);
    let mut response = match headers.get(IF_NONE_MATCH) {
        Some(known) if known.as_bytes() == etag.as_bytes() => not_modified(),
        _ => send(headers, content, file).await?,
    };
    response.headers_mut().insert(ETAG, HeaderValue::try_from(etag)?);
    response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    Ok(response)
}

async fn send(headers: &HeaderMap, content: &FileContent, file: File) -> Result<Response, Failure> {
    let range = Range::read(headers, content.size)?;
    let (start, length) = range.map_or((0, content.size), |range| (range.first, range.length()));
    let file = spawn_blocking(move || {
        let mut file = file;
        file.seek(SeekFrom::Start(start)).map(|_| file)
    });
    let mut response = Response::new(bytes::stream(file.await??, length));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    if let Some(range) = range {
        headers.insert(CONTENT_RANGE, HeaderValue::try_from(range.content_range(content.size))?);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

fn not_modified() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}
