//! `files/download`.

use anyhow::Context;
use axum::response::Response;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use tokio::task::spawn_blocking;

use crate::api::{
    ascii,
    caller::Caller,
    failure::Failure,
    opening::{self, Opening},
    serving,
    wire::FileMetadata,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DownloadArg {
    path: String,
    rev: Option<String>,
}

/// Sends the bytes of a file.
pub(crate) async fn download(
    caller: Caller,
    arg: DownloadArg,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let opened = spawn_blocking(move || match &arg.rev {
        Some(rev) => opening::open_download(&caller, "rev", &format!("rev:{rev}")),
        None => opening::open_download(&caller, "path", &arg.path),
    });
    let Opening { displayed, file, .. } = opened.await??;
    let content = displayed.entry.file().context("only files are opened")?;
    let mut response = serving::serve(&headers, content, file).await?;
    let result = ascii::json(&FileMetadata::new(&displayed, content))?;
    response.headers_mut().insert("dropbox-api-result", HeaderValue::try_from(result)?);
    Ok(response)
}
