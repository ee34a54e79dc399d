//! In-memory bucket.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use shared::{
    content::{ContentError, ContentStore, KeyPage, SavedUpload, Upload},
    model::{ConnectionId, ContentKey, ProjectId},
};

use super::{
    faults::{Fault, Port},
    gate::{Effect, Gate},
};

/// Number of keys in one page of a list.
const LISTED: usize = 3;

/// Objects by key.
#[derive(Clone)]
pub(super) struct SimulatedBucket {
    gate: Arc<Gate>,
    objects: Arc<Mutex<BTreeMap<String, Bytes>>>,
}

impl SimulatedBucket {
    pub(super) fn new(gate: Arc<Gate>) -> Self {
        Self { gate, objects: Arc::default() }
    }

    /// Returns the object under a key.
    pub(super) fn object(&self, key: &str) -> Option<Bytes> {
        self.objects().get(key).cloned()
    }

    /// Stores an object, past the gate.
    pub(super) fn put(&self, key: &str, bytes: Bytes) {
        self.objects().insert(key.to_owned(), bytes);
    }

    /// Returns the keys of all objects.
    pub(super) fn keys(&self) -> Vec<String> {
        self.objects().keys().cloned().collect()
    }

    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Bytes>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `effect` behind the gate, with the fault drawn for it.
    async fn call<T>(
        &self,
        operation: &str,
        key: &str,
        effect: impl FnOnce() -> T + Send,
    ) -> Result<T, ContentError>
    where
        T: Send,
    {
        let granted: Effect = self.gate.enter(Port::Bucket, operation, key).await;
        let failed = |fault: Fault| ContentError(fault.words().to_owned());
        let fault = granted.fault;
        if let Some(fault @ Fault::BucketRefused) = fault {
            return Err(failed(fault));
        }
        let done = effect();
        granted.leave().await;
        fault.map_or(Ok(done), |fault| Err(failed(fault)))
    }
}

#[async_trait]
impl ContentStore for SimulatedBucket {
    async fn upload(&self, key: &ContentKey) -> Result<Box<dyn Upload>, ContentError> {
        let key = key.as_str().to_owned();
        self.call("upload", &key, || ()).await?;
        Ok(Box::new(SimulatedUpload { bucket: self.clone(), key, written: Vec::new() }))
    }

    /// Returns `None`, because no object is large enough for a saved upload.
    async fn resume(&self, key: &ContentKey, _: &str) -> Result<Option<Box<dyn Upload>>, ContentError> {
        self.call("resume", key.as_str(), || None).await
    }

    async fn copy(&self, from: &ContentKey, to: &ContentKey) -> Result<bool, ContentError> {
        let copy = || {
            let mut objects = self.objects();
            let source = objects.get(from.as_str()).cloned();
            source.map(|bytes| objects.insert(to.as_str().to_owned(), bytes)).is_some()
        };
        self.call("copy", to.as_str(), copy).await
    }

    async fn size(&self, key: &ContentKey) -> Result<Option<u64>, ContentError> {
        Ok(self.read(key).await?.map(|bytes| bytes.len() as u64))
    }

    async fn read(&self, key: &ContentKey) -> Result<Option<Bytes>, ContentError> {
        self.call("read", key.as_str(), || self.object(key.as_str())).await
    }

    async fn list(
        &self,
        project: ProjectId,
        connection: ConnectionId,
        after: Option<&ContentKey>,
    ) -> Result<KeyPage, ContentError> {
        let all = ContentKey::all_of(project, connection);
        let after = after.map_or("", ContentKey::as_str).to_owned();
        let list = || {
            let mut keys = self.keys();
            keys.retain(|key| key.starts_with(&all) && *key > after);
            let is_end = keys.len() <= LISTED;
            KeyPage { keys: keys.into_iter().take(LISTED).map(ContentKey::listed).collect(), is_end }
        };
        self.call("list", &after, list).await
    }

    async fn remove(&self, key: &ContentKey) -> Result<(), ContentError> {
        self.call("remove", key.as_str(), || drop(self.objects().remove(key.as_str()))).await
    }
}

struct SimulatedUpload {
    bucket: SimulatedBucket,
    key: String,
    written: Vec<u8>,
}

#[async_trait]
impl Upload for SimulatedUpload {
    async fn write(&mut self, bytes: Bytes) -> Result<(), ContentError> {
        let Self { bucket, key, written } = self;
        bucket.call("write", key, || written.extend_from_slice(&bytes)).await
    }

    async fn complete(self: Box<Self>) -> Result<(), ContentError> {
        let Self { bucket, key, written } = *self;
        bucket.call("complete", &key, || drop(bucket.objects().insert(key.clone(), written.into()))).await
    }

    async fn save(self: Box<Self>) -> Result<Option<SavedUpload>, ContentError> {
        self.bucket.call("save", &self.key, || None).await
    }

    async fn abort(self: Box<Self>) -> Result<(), ContentError> {
        self.bucket.call("abort", &self.key, || ()).await
    }
}
