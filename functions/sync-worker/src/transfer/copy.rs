//! The stream itself: bytes count only when their hash is the one that Dropbox named.

use reqwest::Response;
use shared::{
    content::Upload,
    dropbox::{ContentHasher, DropboxError},
};

use crate::Failure;

/// What a copy came to.
pub(super) enum Copied {
    /// All bytes are in the bucket, and are those that Dropbox named.
    Whole,
    /// Dropbox sent other bytes, or fewer; nothing of them is in the bucket.
    OtherBytes,
}

/// Copies a download to an upload, which is completed only where the bytes are right.
pub(super) async fn copy(
    response: Response,
    mut upload: Box<dyn Upload>,
    size: u64,
    content_hash: Option<&str>,
) -> Result<Copied, Failure> {
    match pour(response, upload.as_mut()).await {
        Ok((copied, hash)) if copied == size && content_hash.is_none_or(|wanted| wanted == hash) => {
            upload.complete().await?;
            Ok(Copied::Whole)
        }
        Ok(_) => {
            upload.abort().await?;
            Ok(Copied::OtherBytes)
        }
        Err(failure) => {
            upload.abort().await?;
            Err(failure)
        }
    }
}

async fn pour(mut response: Response, upload: &mut dyn Upload) -> Result<(u64, String), Failure> {
    let (mut copied, mut hasher) = (0, ContentHasher::new());
    while let Some(bytes) = response.chunk().await.map_err(cut)? {
        copied += bytes.len() as u64;
        hasher.update(&bytes);
        upload.write(bytes).await?;
    }
    Ok((copied, hasher.finish()))
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
fn cut(error: reqwest::Error) -> Failure {
    DropboxError::Unavailable(error.to_string()).into()
}
