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
use crate::api::error::{LookupError, ReadError};
use crate::api::failure::Failure;
use crate::api::path::READ;
use crate::api::wire::FileMetadata;
use crate::content::{Entry, FileContent, Opened};

/// How often the metadata of a file that changes is brought up to date before giving up
const ATTEMPTS: usize = 3;

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
    let (entry, file) = spawn_blocking(move || open(&caller, &arg)).await??;
    let content = entry.file().context("only files are opened")?;
    let etag = format!("\"{}\"", content.rev);
    let mut response = match headers.get(IF_NONE_MATCH) {
        Some(known) if known.as_bytes() == etag.as_bytes() => not_modified(),
        _ => send(&headers, content, file).await?,
    };
    let result = ascii::json(&FileMetadata::new(&entry, content))?;
    response.headers_mut().insert("dropbox-api-result", HeaderValue::try_from(result)?);
    response.headers_mut().insert(ETAG, HeaderValue::try_from(etag)?);
    response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    Ok(response)
}

/// Opens the file that the argument names, in the state that its metadata tells
fn open(caller: &Caller, arg: &DownloadArg) -> Result<(Entry, File), Failure> {
    let error = |path| ReadError::Path { path };
    let refuse = |path| Err(Failure::endpoint(error(path)));
    let path = match &arg.rev {
        Some(rev) => READ.read("rev", &format!("rev:{rev}"), &caller.view.namespaces),
        None => READ.read("path", &arg.path, &caller.view.namespaces),
    };
    let locator = path.map_err(|problem| Failure::reading(problem, error))?;
    let Some((tree, locator)) = caller.resolve(&locator)? else { return refuse(LookupError::NotFound) };
    for _ in 0..ATTEMPTS {
        let Some(entry) = tree.find(&locator)? else { return refuse(LookupError::NotFound) };
        if entry.file().is_none() {
            return refuse(LookupError::NotFile);
        }
        match tree.account.open_file(&entry)? {
            Opened::File(file) => return Ok((tree.shown(&entry), file)),
            Opened::Unreadable => return refuse(LookupError::RestrictedContent),
            Opened::Changed => drop(tree.current(&locator)?),
        }
    }
    Err(anyhow::anyhow!("the file keeps changing").into())
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
