//! `files/download`

use std::fs::File;
use std::io::{Seek, SeekFrom};

use anyhow::Context;
use axum::body::Body;
use axum::response::Response;
use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use tokio::task::spawn_blocking;

use crate::api::ascii;
use crate::api::bytes::{self, Range};
use crate::api::caller::Caller;
use crate::api::error::DownloadError;
use crate::api::export::Access;
use crate::api::failure::Failure;
use crate::api::opening;
use crate::api::view::Shown;
use crate::api::wire::FileMetadata;
use crate::content::FileContent;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DownloadArg {
    path: String,
    rev: Option<String>,
}

/// Gives the bytes of a file
pub(crate) async fn download(
    caller: Caller,
    arg: DownloadArg,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (shown, file) = spawn_blocking(move || open(&caller, &arg)).await??;
    let content = shown.entry.file().context("only files are opened")?;
    let etag = format!("\"{}\"", content.rev);
    let mut response = match headers.get(IF_NONE_MATCH) {
        Some(known) if known.as_bytes() == etag.as_bytes() => not_modified(),
        _ => send(&headers, content, file).await?,
    };
    let result = ascii::json(&FileMetadata::new(&shown, content))?;
    response.headers_mut().insert("dropbox-api-result", HeaderValue::try_from(result)?);
    response.headers_mut().insert(ETAG, HeaderValue::try_from(etag)?);
    response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    Ok(response)
}

fn open(caller: &Caller, arg: &DownloadArg) -> Result<(Shown, File), Failure> {
    let (shown, file) = match &arg.rev {
        Some(rev) => opening::open(caller, "rev", &format!("rev:{rev}"))?,
        None => opening::open(caller, "path", &arg.path)?,
    };
    match Access::of(shown.entry.path.name()) {
        Access::Download => Ok((shown, file)),
        Access::Export(_) | Access::Never => Err(Failure::endpoint(DownloadError::UnsupportedFile)),
    }
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
