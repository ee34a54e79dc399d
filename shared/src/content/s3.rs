//! The port on Amazon S3: one request for a small object, a multipart upload for a larger one.

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::{get_object::GetObjectError, head_object::HeadObjectError},
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use bytes::{Bytes, BytesMut};

use super::{ContentError, ContentStore, KeyPage, SavedUpload, Upload};
use crate::{
    aws::{LazyClient, describe},
    error_chain::error_chain,
    model::{ConnectionId, ContentKey, ProjectId},
};

/// Size of a part, and of the largest object that is written in one request, in bytes. S3 requires at least 5
/// MiB per part, and at most 10,000 parts.
const PART: usize = 8 * 1024 * 1024;
/// Number of parts after which the size of a part quadruples, so that 10,000 parts suffice for any size that
/// Dropbox stores (2 TB). Only files above 16 GB take more memory than one part of 8 MiB.
const GROW_AFTER: usize = 2_000;
/// Largest object that S3 copies in one request, in bytes.
const LARGEST_COPY: u64 = 5 * 1024 * 1024 * 1024;

/// Returns the size of the part after so many, in bytes.
fn part_size(parts: usize) -> usize {
    PART << (parts / GROW_AFTER * 2)
}

/// Returns how much memory an upload of an object of this size takes at most, in bytes: twice a part, because
/// a buffer grows by doubling.
#[must_use]
pub fn memory_of_upload(size: u64) -> u64 {
    let (mut parts, mut rest) = (0, size);
    loop {
        let part = part_size(parts) as u64;
        let of_this_size = part * GROW_AFTER as u64;
        // The fifth size is enough for anything.
        if rest <= of_this_size || parts >= 4 * GROW_AFTER {
            return rest.min(part) * 2;
        }
        rest -= of_this_size;
        (parts, rest) = (parts + GROW_AFTER, rest.max(part));
    }
}

/// An S3 bucket.
#[derive(Debug, Clone)]
pub struct S3Content {
    pub(super) client: LazyClient<Client>,
    pub(super) bucket: String,
}

impl S3Content {
    /// Returns the bucket with this name.
    pub fn new(client: impl Into<LazyClient<Client>>, bucket: impl Into<String>) -> Self {
        Self { client: client.into(), bucket: bucket.into() }
    }

    fn new_upload(&self, key: &ContentKey) -> S3Upload {
        S3Upload {
            client: self.client.clone(),
            bucket: self.bucket.clone(),
            key: key.as_str().to_owned(),
            buffer: BytesMut::new(),
            id: None,
            parts: Vec::new(),
            sent: 0,
        }
    }
}

#[async_trait]
impl ContentStore for S3Content {
    async fn upload(&self, key: &ContentKey) -> Result<Box<dyn Upload>, ContentError> {
        Ok(Box::new(self.new_upload(key)))
    }

    async fn resume(&self, key: &ContentKey, token: &str) -> Result<Option<Box<dyn Upload>>, ContentError> {
        let listed = self.client.list_parts().bucket(&self.bucket).key(key.as_str()).upload_id(token);
        let parts = match listed.into_paginator().items().send().try_collect().await {
            Ok(parts) => parts,
            Err(error) if is_missing(&error, "NoSuchUpload") => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut upload = self.new_upload(key);
        upload.id = Some(token.to_owned());
        for part in parts {
            upload.sent += part.size().and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
            let part =
                CompletedPart::builder().set_part_number(part.part_number).set_e_tag(part.e_tag).build();
            upload.parts.push(part);
        }
        Ok(Some(Box::new(upload)))
    }

    async fn copy(&self, from: &ContentKey, to: &ContentKey) -> Result<bool, ContentError> {
        if self.size(from).await?.is_none_or(|size| size > LARGEST_COPY) {
            return Ok(false);
        }
        let request = self
            .client
            .copy_object()
            .copy_source(format!("{}/{}", self.bucket, from.as_str()))
            .bucket(&self.bucket)
            .key(to.as_str());
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) if is_missing(&error, "NoSuchKey") => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    async fn size(&self, key: &ContentKey) -> Result<Option<u64>, ContentError> {
        match self.client.head_object().bucket(&self.bucket).key(key.as_str()).send().await {
            Ok(head) => {
                Ok(Some(head.content_length().and_then(|size| u64::try_from(size).ok()).unwrap_or_default()))
            }
            Err(error) if error.as_service_error().is_some_and(HeadObjectError::is_not_found) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    async fn read(&self, key: &ContentKey) -> Result<Option<Bytes>, ContentError> {
        match self.client.get_object().bucket(&self.bucket).key(key.as_str()).send().await {
            Ok(object) => Ok(Some(
                object.body.collect().await.map_err(|error| ContentError(error_chain(&error)))?.into_bytes(),
            )),
            Err(error) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    async fn list(
        &self,
        project: ProjectId,
        connection: ConnectionId,
        after: Option<&ContentKey>,
    ) -> Result<KeyPage, ContentError> {
        let request = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(ContentKey::all_of(project, connection))
            .set_start_after(after.map(|after| after.as_str().to_owned()));
        let answer = request.send().await.map_err(failed)?;
        let is_end = answer.is_truncated != Some(true);
        let objects = answer.contents.unwrap_or_default().into_iter();
        Ok(KeyPage {
            keys: objects.filter_map(|object| object.key).map(ContentKey::listed).collect(),
            is_end,
        })
    }

    async fn remove(&self, key: &ContentKey) -> Result<(), ContentError> {
        self.client
            .delete_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .send()
            .await
            .map(drop)
            .map_err(failed)
    }
}

struct S3Upload {
    client: LazyClient<Client>,
    bucket: String,
    key: String,
    buffer: BytesMut,
    /// Id of the multipart upload, once there is more than one part.
    id: Option<String>,
    parts: Vec<CompletedPart>,
    /// Number of bytes in those parts.
    sent: u64,
}

impl S3Upload {
    async fn begin(&mut self) -> Result<String, ContentError> {
        if let Some(id) = &self.id {
            return Ok(id.clone());
        }
        let request = self.client.create_multipart_upload().bucket(&self.bucket).key(&self.key);
        let answer = request.send().await.map_err(failed)?;
        let id = answer.upload_id().ok_or_else(|| ContentError("no upload id".to_owned()))?.to_owned();
        self.id = Some(id.clone());
        Ok(id)
    }

    async fn send_part(&mut self, bytes: Bytes) -> Result<(), ContentError> {
        let id = self.begin().await?;
        let number = i32::try_from(self.parts.len() + 1).map_err(|error| ContentError(error.to_string()))?;
        let size = bytes.len() as u64;
        let answer = self
            .client
            .upload_part()
            .bucket(&self.bucket)
            .key(&self.key)
            .upload_id(id)
            .part_number(number)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(failed)?;
        self.parts.push(CompletedPart::builder().part_number(number).set_e_tag(answer.e_tag).build());
        self.sent += size;
        Ok(())
    }
}

#[async_trait]
impl Upload for S3Upload {
    async fn write(&mut self, bytes: Bytes) -> Result<(), ContentError> {
        self.buffer.extend_from_slice(&bytes);
        // A full part is kept until more bytes come, so that the last part may be as large as the others.
        while self.buffer.len() > part_size(self.parts.len()) {
            let part = self.buffer.split_to(part_size(self.parts.len())).freeze();
            self.send_part(part).await?;
        }
        Ok(())
    }

    async fn complete(mut self: Box<Self>) -> Result<(), ContentError> {
        let rest = self.buffer.split().freeze();
        if self.id.is_none() {
            let request = self.client.put_object().bucket(&self.bucket).key(&self.key);
            return request.body(ByteStream::from(rest)).send().await.map(drop).map_err(failed);
        }
        self.send_part(rest).await?;
        let parts =
            CompletedMultipartUpload::builder().set_parts(Some(std::mem::take(&mut self.parts))).build();
        self.client
            .complete_multipart_upload()
            .bucket(&self.bucket)
            .key(&self.key)
            .set_upload_id(self.id.take())
            .multipart_upload(parts)
            .send()
            .await
            .map(drop)
            .map_err(failed)
    }

    async fn save(self: Box<Self>) -> Result<Option<SavedUpload>, ContentError> {
        // Parts are whole multiples of a block; the bytes that do not fill one are fetched again.
        Ok(self.id.map(|token| SavedUpload { token, bytes: self.sent }))
    }

    async fn abort(self: Box<Self>) -> Result<(), ContentError> {
        let Some(id) = self.id else { return Ok(()) };
        let request = self.client.abort_multipart_upload().bucket(&self.bucket).key(&self.key).upload_id(id);
        request.send().await.map(drop).map_err(failed)
    }
}

fn is_missing<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>, code: &str) -> bool {
    error.as_service_error().is_some_and(|error| error.code() == Some(code))
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
pub(super) fn failed<E: ProvideErrorMetadata, R>(error: SdkError<E, R>) -> ContentError {
    ContentError(describe(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    #[test]
    fn an_upload_takes_twice_its_largest_part() {
        for (size, most) in [
            (0, 0),
            (1_000, 2_000),
            (8 * MIB, 16 * MIB),
            (9 * MIB, 16 * MIB),
            (16_000 * MIB, 16 * MIB),
            (16_001 * MIB, 16 * MIB),
            (16_032 * MIB, 64 * MIB),
            (80_000 * MIB, 64 * MIB),
            (2_097_152 * MIB, 4_096 * MIB),
            (u64::MAX, 4_096 * MIB),
        ] {
            assert_eq!(memory_of_upload(size), most, "{size}");
        }
    }
}
