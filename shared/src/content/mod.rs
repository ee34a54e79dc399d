//! The bucket that files' bytes are mirrored into: one port for who writes it and one for who only reads, and their S3
//! adapter.

mod s3;
mod s3_links;
mod s3_reader;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

pub use s3::S3Content;

use crate::model::{ConnectionId, ContentKey, ProjectId};

/// The bucket could not be reached or refused. Trying again later may work.
#[derive(Debug, thiserror::Error)]
#[error("content: {0}")]
pub struct ContentError(pub String);

/// The bucket.
#[async_trait]
pub trait ContentStore: Send + Sync {
    /// Begins to write `key`. Nothing is visible under it before [`Upload::complete`]; an upload that is dropped
    /// leaves nothing behind that is ever read.
    ///
    /// # Errors
    /// Where the bucket cannot be reached.
    async fn upload(&self, key: &ContentKey) -> Result<Box<dyn Upload>, ContentError>;

    /// Goes on with an upload that was saved under `token`. `None` where nothing is left of it.
    ///
    /// # Errors
    /// Where the bucket cannot be reached.
    async fn resume(&self, key: &ContentKey, token: &str) -> Result<Option<Box<dyn Upload>>, ContentError>;

    /// Copies what lies under `from` to `to`, within the bucket. False where there is nothing under `from`, or where
    /// the bucket copies nothing so large.
    ///
    /// # Errors
    /// Where the bucket cannot be reached.
    async fn copy(&self, from: &ContentKey, to: &ContentKey) -> Result<bool, ContentError>;

    /// How many bytes lie under `key`; `None` where there is nothing.
    ///
    /// # Errors
    /// Where the bucket cannot be reached.
    async fn size(&self, key: &ContentKey) -> Result<Option<u64>, ContentError>;

    /// All bytes under `key`; `None` where there is nothing. For small content and tests: it is held in memory.
    ///
    /// # Errors
    /// Where the bucket cannot be reached.
    async fn read(&self, key: &ContentKey) -> Result<Option<Bytes>, ContentError>;

    /// Up to a thousand keys of a connection's objects after the given one, in their order.
    ///
    /// # Errors
    /// Where the bucket cannot be reached.
    async fn list(
        &self,
        project: ProjectId,
        connection: ConnectionId,
        after: Option<&ContentKey>,
    ) -> Result<Vec<ContentKey>, ContentError>;

    /// Removes what lies under `key`, if anything.
    ///
    /// # Errors
    /// Where the bucket cannot be reached.
    async fn remove(&self, key: &ContentKey) -> Result<(), ContentError>;
}

/// A part of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPart {
    /// Its bytes: as many as were asked for, unless the object ends before.
    pub bytes: Bytes,
    /// The size of the whole object, in bytes.
    pub size: u64,
    /// What names this very content of the object: two parts with the same version are parts of one content.
    pub version: String,
}

/// Reads objects of the bucket, in constant memory, and can do nothing else to it.
#[async_trait]
pub trait ContentReader: Send + Sync {
    /// At most `length` bytes, and at least one is to be asked for, of what lies under `key`, from `offset` on. At the
    /// object's end or behind it there are none. `None` where there is no object.
    ///
    /// # Errors
    /// Where the bucket cannot be reached.
    async fn part(
        &self,
        key: &ContentKey,
        offset: u64,
        length: u64,
    ) -> Result<Option<ObjectPart>, ContentError>;
}

/// Makes links by which anybody can fetch an object for a while, without any other key.
#[async_trait]
pub trait ContentLinks: Send + Sync {
    /// A link to what lies under `key`, whether there is anything or not, that ends after `valid`: seven days at most.
    /// Whoever follows it is told to save the bytes under `name`.
    ///
    /// # Errors
    /// Where there are no credentials to sign with.
    async fn link(&self, key: &ContentKey, name: &str, valid: Duration) -> Result<String, ContentError>;
}

/// The header that tells a browser to save what it gets, under this name ([RFC 6266](https://www.rfc-editor.org/rfc/rfc6266)).
#[must_use]
pub fn saved_as(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    format!("attachment; filename*=UTF-8''{}", name.bytes().map(encode).collect::<String>())
}

/// An upload that can be gone on with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedUpload {
    /// What the bucket calls it.
    pub token: String,
    /// Bytes that are in it: a multiple of 4 MiB, the blocks of Dropbox's content hash.
    pub bytes: u64,
}

/// One object being written, in constant memory.
#[async_trait]
pub trait Upload: Send {
    /// Adds bytes at the end.
    ///
    /// # Errors
    /// Where the bucket cannot be reached. The upload is of no use any more.
    async fn write(&mut self, bytes: Bytes) -> Result<(), ContentError>;

    /// Makes the object visible under its key, whole, in place of what was there.
    ///
    /// # Errors
    /// Where the bucket cannot be reached. Whether the object is there is then unknown.
    async fn complete(self: Box<Self>) -> Result<(), ContentError>;

    /// Leaves the upload to be gone on with later, by the token that is returned. Bytes that do not fill a whole
    /// piece are thrown away; `None` where that is all of them.
    ///
    /// # Errors
    /// Where the bucket cannot be reached.
    async fn save(self: Box<Self>) -> Result<Option<SavedUpload>, ContentError>;

    /// Throws away what was written.
    ///
    /// # Errors
    /// Where the bucket cannot be reached. The bucket's lifecycle rule removes what is left.
    async fn abort(self: Box<Self>) -> Result<(), ContentError>;
}
