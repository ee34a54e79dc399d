//! An object of the project's bucket as a source, read in parts.

use std::sync::Arc;

use bytes::Bytes;
use shared::{
    answer::ApiError,
    caller::CallerKind,
    content::ContentReader,
    model::{Connection, ConnectionId, ContentKey, ProjectId},
};

use super::{progress::Progress, source::changed};
use crate::actions::account::Account;

/// Maximum length of a key, in bytes, as in S3.
const LONGEST_KEY: usize = 1_024;

/// An object that is read from an offset.
pub(super) struct ObjectSource {
    content: Arc<dyn ContentReader>,
    key: ContentKey,
    offset: u64,
    size: Option<u64>,
    version: Option<String>,
}

impl ObjectSource {
    /// Opens the object with this key, if it exists and the caller may read it.
    pub(super) async fn open(
        account: &Account<'_>,
        key: &str,
        progress: Option<&Progress>,
    ) -> Result<Self, ApiError> {
        let Connection { project, user, .. } = &account.connection;
        let connections = &account.actions.proxy.store;
        let own = connections.connections_of_user(*project, user).await?;
        if !is_allowed(key, *project, account.caller, &own) {
            return Err(missing());
        }
        let key = ContentKey::listed(key.to_owned());
        let mut object = Self::new(account.actions.content.clone(), key, progress);
        object.know().await?;
        Ok(object)
    }

    /// Checks that the object exists, and finds its size, before anything is sent.
    pub(super) async fn know(&mut self) -> Result<(), ApiError> {
        self.read(0, 1).await.map(drop)
    }

    /// Creates the source, at the offset where an earlier call stopped.
    pub(super) fn new(content: Arc<dyn ContentReader>, key: ContentKey, progress: Option<&Progress>) -> Self {
        let (offset, version) = match progress {
            Some(progress) => (progress.offset, Some(progress.version.clone())),
            None => (0, None),
        };
        Self { content, key, offset, size: None, version }
    }

    pub(super) async fn piece(&mut self, size: usize) -> Result<Bytes, ApiError> {
        let bytes = self.read(self.offset, size as u64).await?;
        self.offset += bytes.len() as u64;
        Ok(bytes)
    }

    pub(super) fn size(&self) -> Option<u64> {
        self.size
    }

    pub(super) fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Reads a part, and fails if the object's content has changed since the first one.
    async fn read(&mut self, offset: u64, length: u64) -> Result<Bytes, ApiError> {
        let part = self.content.part(&self.key, offset, length).await;
        let part = part.map_err(|error| ApiError::unavailable(&error))?;
        let part = part.ok_or_else(missing)?;
        if self.version.get_or_insert_with(|| part.version.clone()) != &part.version {
            return Err(changed());
        }
        self.size = Some(part.size);
        Ok(part.bytes)
    }
}

/// Whether a caller may read the object with this key: the project's server may read any of the project, and
/// a user those of their own connections.
fn is_allowed(key: &str, own_project: ProjectId, caller: CallerKind, own: &[Connection]) -> bool {
    let mut parts = key.split('/');
    let (project, connection) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    let is_key = key.len() <= LONGEST_KEY && key.split('/').all(is_plain) && parts.next().is_some();
    let is_own = || {
        let named: Option<ConnectionId> = connection.parse().ok();
        own.iter().any(|one| Some(one.id) == named && one.id.to_string() == connection)
    };
    is_key && project == own_project.to_string() && (caller == CallerKind::ApiKey || is_own())
}

/// 404: the object does not exist, or the caller may not read it.
fn missing() -> ApiError {
    ApiError::not_found("object_not_found", "There is no object of this key that the caller may have.")
}
