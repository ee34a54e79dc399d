//! `files/export`.

use std::io::Read;

use anyhow::Context;
use axum::{body::Body, response::Response};
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use crate::{
    api::{
        ascii,
        caller::Caller,
        error::ExportError,
        export::{Access, Format},
        failure::Failure,
        opening::{self, Opening},
        wire::FileMetadata,
    },
    content::ContentHasher,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportArg {
    path: String,
    export_format: Option<String>,
}

#[derive(Debug, Serialize)]
struct ExportResult {
    export_metadata: ExportMetadata,
    file_metadata: FileMetadata,
}

#[derive(Debug, Serialize)]
struct ExportMetadata {
    name: String,
    size: usize,
    export_hash: String,
}

/// Sends the bytes of a file that cannot be downloaded, in another format.
pub(crate) async fn export(caller: Caller, arg: ExportArg, _: HeaderMap) -> Result<Response, Failure> {
    let (result, bytes) = spawn_blocking(move || convert(&caller, &arg)).await??;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert("dropbox-api-result", HeaderValue::try_from(ascii::json(&result)?)?);
    Ok(response)
}

fn convert(caller: &Caller, arg: &ExportArg) -> Result<(ExportResult, Vec<u8>), Failure> {
    let Opening { displayed, mut file, .. } = opening::open(caller, "path", &arg.path)?;
    let entry = &displayed.entry;
    let format = choose(entry.path.name(), arg.export_format.as_deref()).map_err(Failure::endpoint)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let bytes = format.convert(bytes);
    let content = entry.file().context("only files are opened")?;
    let mut hasher = ContentHasher::new();
    hasher.update(&bytes);
    let export_metadata = ExportMetadata {
        name: format.rename(entry.path.name()),
        size: bytes.len(),
        export_hash: hasher.finish(),
    };
    Ok((ExportResult { export_metadata, file_metadata: FileMetadata::new(&displayed, content) }, bytes))
}

fn choose(name: &str, wanted: Option<&str>) -> Result<Format, ExportError> {
    let formats = match Access::of(name) {
        Access::Export(formats) => formats,
        Access::ExportAs(format) if wanted.is_none() => return Ok(format),
        Access::ExportAs(_) => return Err(ExportError::InvalidExportFormat),
        Access::Download | Access::Never => return Err(ExportError::NonExportable),
    };
    let is_wanted = |format: &&Format| wanted.is_none_or(|wanted| wanted == format.name);
    formats.iter().find(is_wanted).copied().ok_or(ExportError::InvalidExportFormat)
}
