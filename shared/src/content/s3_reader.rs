//! The reading port on Amazon S3: a range request for each part.

use async_trait::async_trait;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use bytes::Bytes;

use super::{ContentError, ContentReader, ObjectPart, S3Content, s3::failed};
use crate::{error_chain::error_chain, model::ContentKey};

/// Error codes of S3 for a missing object. The second is for a role that may not list the bucket, such as one
/// that only reads.
const MISSING: [&str; 2] = ["NoSuchKey", "AccessDenied"];
/// Error code of S3 for a range without bytes, also that of an empty object.
const NO_SUCH_BYTES: &str = "InvalidRange";

#[async_trait]
impl ContentReader for S3Content {
    async fn part(
        &self,
        key: &ContentKey,
        offset: u64,
        length: u64,
    ) -> Result<Option<ObjectPart>, ContentError> {
        let range = format!("bytes={offset}-{}", offset.saturating_add(length.max(1) - 1));
        let request = self.client.get_object().bucket(&self.bucket).key(key.as_str()).range(range);
        match request.send().await {
            Ok(object) => {
                let size = object.content_range().and_then(|range| range.split_once('/')?.1.parse().ok());
                let size = size.ok_or_else(|| ContentError("a part without its range".to_owned()))?;
                let version = object.e_tag().unwrap_or_default().to_owned();
                let bytes = object.body.collect().await.map_err(|error| ContentError(error_chain(&error)))?;
                Ok(Some(ObjectPart { bytes: bytes.into_bytes(), size, version }))
            }
            Err(error) if has_code(&error, &[NO_SUCH_BYTES]) => self.no_bytes(key).await,
            Err(error) if has_code(&error, &MISSING) => Ok(missing(&error)),
            Err(error) => Err(failed(error)),
        }
    }
}

impl S3Content {
    /// Returns the empty part: of an empty object, or behind the end.
    async fn no_bytes(&self, key: &ContentKey) -> Result<Option<ObjectPart>, ContentError> {
        let head = self.client.head_object().bucket(&self.bucket).key(key.as_str()).send().await;
        let head = head.map_err(failed)?;
        let size = head.content_length().and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
        let version = head.e_tag().unwrap_or_default().to_owned();
        Ok(Some(ObjectPart { bytes: Bytes::new(), size, version }))
    }
}

fn has_code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>, codes: &[&str]) -> bool {
    error.as_service_error().and_then(ProvideErrorMetadata::code).is_some_and(|code| codes.contains(&code))
}

/// Returns `None`, and logs a line that distinguishes a role without permission from a missing object.
fn missing<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<ObjectPart> {
    if has_code(error, &[MISSING[1]]) {
        tracing::warn!("the bucket denied a read: there is no such object, or the role may not read");
    }
    None
}
