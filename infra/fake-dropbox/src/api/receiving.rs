//! Receiving the bytes of a request.

use std::fs::File;

use axum::body::Body;
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;

use super::{error::BytesError, failure::Failure};
use crate::content::ContentHasher;

/// Largest body of a request, in bytes.
const LARGEST: u64 = 150 * 1024 * 1024;

/// Writes a body to `file`, and returns its content hash, which must equal the expected one.
pub(crate) async fn receive(body: Body, file: File, expected: Option<&str>) -> Result<String, Failure> {
    let mut file = tokio::fs::File::from_std(file);
    let mut hasher = ContentHasher::new();
    let mut stream = body.into_data_stream();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|_| Failure::Request("The request body ended early.".to_owned()))?;
        hasher.update(&bytes);
        if hasher.total() > LARGEST {
            return Err(Failure::endpoint(BytesError::PayloadTooLarge));
        }
        file.write_all(&bytes).await?;
    }
    file.flush().await?;
    let hash = hasher.finish();
    if expected.is_none_or(|expected| expected == hash) {
        Ok(hash)
    } else {
        Err(Failure::endpoint(BytesError::ContentHashMismatch))
    }
}
