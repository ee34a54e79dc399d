//! The bucket with the mirrored bytes of files: ports for writing, for reading and for links, and their S3
//! adapter.

mod s3;
mod s3_links;
mod s3_reader;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

pub use s3::{S3Content, memory_of_upload};

use crate::model::{ConnectionId, ContentKey, ProjectId};

/// The bucket could not be reached, or refused the request. Trying again later may work.
#[derive(Debug, thiserror::Error)]
#[error("content: {0}")]
pub struct ContentError(pub String);

/// A part of the list of a connection's objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPage {
    /// Their keys.
    pub keys: Vec<ContentKey>,
    /// Whether no object came after them when they were listed.
    pub is_end: bool,
}

/// The bucket.
#[async_trait]
pub trait ContentStore: Send + Sync {
    /// Begins to write `key`. Nothing is visible under it before [`Upload::complete`]; an upload that is
    /// dropped leaves nothing behind that is ever read.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached.
    async fn upload(&self, key: &ContentKey) -> Result<Box<dyn Upload>, ContentError>;

    /// Resumes an upload that was saved under `token`. Returns `None` if nothing is left of it.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached.
    async fn resume(&self, key: &ContentKey, token: &str) -> Result<Option<Box<dyn Upload>>, ContentError>;

    /// Copies the object `from` to `to`, within the bucket. Returns false if there is no such object, or it
    /// is too large for the bucket to copy.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached.
    async fn copy(&self, from: &ContentKey, to: &ContentKey) -> Result<bool, ContentError>;

    /// Returns the size of an object in bytes; `None` if it does not exist.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached.
    async fn size(&self, key: &ContentKey) -> Result<Option<u64>, ContentError>;

    /// Returns all bytes of an object; `None` if it does not exist. For small content and tests, because the
    /// bytes are in memory.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached.
    async fn read(&self, key: &ContentKey) -> Result<Option<Bytes>, ContentError>;

    /// Lists a connection's objects after the given one, in the order of their keys: at most a thousand.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached.
    async fn list(
        &self,
        project: ProjectId,
        connection: ConnectionId,
        after: Option<&ContentKey>,
    ) -> Result<KeyPage, ContentError>;

    /// Removes an object, if it exists.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached.
    async fn remove(&self, key: &ContentKey) -> Result<(), ContentError>;
}

/// A part of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPart {
    /// Its bytes: as many as requested, unless the object ends before.
    pub bytes: Bytes,
    /// The size of the whole object, in bytes.
    pub size: u64,
    /// Version of the object's content: parts with the same version belong to the same content.
    pub version: String,
}

/// Reader of the bucket's objects, in constant memory, without any other permission.
#[async_trait]
pub trait ContentReader: Send + Sync {
    /// Returns at most `length` bytes of an object, from `offset` on; `length` is at least 1. At the object's
    /// end or behind it, the part is empty. Returns `None` if the object does not exist.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached.
    async fn part(
        &self,
        key: &ContentKey,
        offset: u64,
        length: u64,
    ) -> Result<Option<ObjectPart>, ContentError>;
}

/// Maker of links by which anybody can fetch an object for a while, without a key.
#[async_trait]
pub trait ContentLinks: Send + Sync {
    /// Returns a link to the object `key`, whether it exists or not. The link expires after `valid`, which is
    /// at most seven days, and makes a browser save the bytes under `name`.
    ///
    /// # Errors
    /// Fails if there are no credentials to sign with.
    async fn link(&self, key: &ContentKey, name: &str, valid: Duration) -> Result<String, ContentError>;
}

/// Returns the value of the header that makes a browser save the body under this name ([RFC
/// 6266](https://www.rfc-editor.org/rfc/rfc6266)).
#[must_use]
pub fn saved_as(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    format!("attachment; filename*=UTF-8''{}", name.bytes().map(encode).collect::<String>())
}

/// An upload that can be resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedUpload {
    /// The bucket's id of the upload.
    pub token: String,
    /// Number of bytes uploaded: a multiple of 4 MiB, the block size of Dropbox's content hash.
    pub bytes: u64,
}

/// An object being written, in constant memory.
#[async_trait]
pub trait Upload: Send {
    /// Appends bytes.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached. The upload is then of no further use.
    async fn write(&mut self, bytes: Bytes) -> Result<(), ContentError>;

    /// Makes the whole object visible under its key, replacing an earlier one.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached. The object may then exist or not.
    async fn complete(self: Box<Self>) -> Result<(), ContentError>;

    /// Saves the upload, so that it can be resumed by the returned token. Bytes that do not fill a whole part
    /// are discarded; returns `None` if that is all of them.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached.
    async fn save(self: Box<Self>) -> Result<Option<SavedUpload>, ContentError>;

    /// Discards what was written.
    ///
    /// # Errors
    /// Fails if the bucket cannot be reached. The bucket's lifecycle rule removes what is left.
    async fn abort(self: Box<Self>) -> Result<(), ContentError>;
}
