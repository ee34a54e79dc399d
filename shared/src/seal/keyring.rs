//! The data keys of the projects: made when first needed, unwrapped when used, and kept in memory briefly.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{DataKey, MasterKey, Place, SealError, Sealed};
use crate::{
    model::{Clock, ProjectId, Timestamp},
    store::{DataKeys, StoreError},
};

/// How long an unwrapped key stays in memory. A failure is never kept.
const KEPT: Duration = Duration::from_secs(5 * 60);

/// Seals and opens values under the data keys of their projects.
pub struct Keyring {
    master: Arc<dyn MasterKey>,
    store: Arc<dyn DataKeys>,
    clock: Arc<dyn Clock>,
    kept: Mutex<HashMap<(ProjectId, u32), (DataKey, Timestamp)>>,
}

impl Keyring {
    /// A keyring over a master key and the rows with the wrapped keys.
    pub fn new(master: Arc<dyn MasterKey>, store: Arc<dyn DataKeys>, clock: Arc<dyn Clock>) -> Self {
        Self { master, store, clock, kept: Mutex::default() }
    }

    /// Seals a value in its place, under the project's newest key.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] where the key cannot be had now.
    pub async fn seal(&self, place: Place<'_>, value: &str) -> Result<Sealed, SealError> {
        let (version, key) = self.newest(place.project).await?;
        Sealed::seal(&key, version, place, value)
    }

    /// Opens a value in its place.
    ///
    /// # Errors
    /// [`SealError::Broken`] where it was not sealed there; [`SealError::Unavailable`] where the key cannot be had now.
    pub async fn open(&self, place: Place<'_>, sealed: &Sealed) -> Result<String, SealError> {
        let key = self.key(place.project, sealed.version).await?;
        sealed.open(&key, place)
    }

    /// Makes a new key of the project, under which everything is sealed from now on. What was sealed before still opens.
    /// Returns its version.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] where the key cannot be made now, also because somebody else makes one.
    pub async fn rotate(&self, project: ProjectId) -> Result<u32, SealError> {
        let (newest, _) = self.newest(project).await?;
        let (_, wrapped) = self.master.generate(project).await?;
        self.store.add_data_key(project, newest + 1, &wrapped).await.map_err(unavailable)?;
        Ok(newest + 1)
    }

    async fn newest(&self, project: ProjectId) -> Result<(u32, DataKey), SealError> {
        match self.store.newest_data_key(project).await.map_err(unavailable)? {
            Some((version, _)) => Ok((version, self.key(project, version).await?)),
            None => self.first(project).await,
        }
    }

    async fn first(&self, project: ProjectId) -> Result<(u32, DataKey), SealError> {
        let (key, wrapped) = self.master.generate(project).await?;
        match self.store.add_data_key(project, 1, &wrapped).await {
            Ok(()) => {
                self.keep(project, 1, &key);
                Ok((1, key))
            }
            // Another caller made the first key meanwhile: theirs counts.
            Err(StoreError::Conflict) => Ok((1, self.key(project, 1).await?)),
            Err(error) => Err(unavailable(error)),
        }
    }

    async fn key(&self, project: ProjectId, version: u32) -> Result<DataKey, SealError> {
        if let Some(key) = self.kept(project, version) {
            return Ok(key);
        }
        let wrapped =
            self.store.data_key(project, version).await.map_err(unavailable)?.ok_or(SealError::Broken)?;
        let key = self.master.unwrap_key(project, &wrapped).await?;
        self.keep(project, version, &key);
        Ok(key)
    }

    fn kept(&self, project: ProjectId, version: u32) -> Option<DataKey> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (key, until) = kept.get(&(project, version))?;
        (self.clock.now() < *until).then(|| key.clone())
    }

    fn keep(&self, project: ProjectId, version: u32, key: &DataKey) {
        let now = self.clock.now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (_, until)| now < *until);
        kept.insert((project, version), (key.clone(), now.plus(KEPT)));
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
fn unavailable(error: StoreError) -> SealError {
    SealError::Unavailable(error.to_string())
}
