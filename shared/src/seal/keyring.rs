//! Data keys of the projects: created when first needed, unwrapped when used, and cached briefly.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{DataKey, EncryptionContext, MasterKey, SealError, Sealed};
use crate::{
    model::{Clock, ProjectId, Timestamp},
    store::{DataKeys, StoreError},
};

/// Time for which an unwrapped key is cached. Failures are never cached.
const KEPT: Duration = Duration::from_secs(5 * 60);

/// Sealing and opening of values under the data keys of their projects.
pub struct Keyring {
    master: Arc<dyn MasterKey>,
    store: Arc<dyn DataKeys>,
    clock: Arc<dyn Clock>,
    kept: Mutex<HashMap<(ProjectId, u32), (DataKey, Timestamp)>>,
}

impl Keyring {
    /// Returns a keyring over a master key and the rows of the wrapped keys.
    pub fn new(master: Arc<dyn MasterKey>, store: Arc<dyn DataKeys>, clock: Arc<dyn Clock>) -> Self {
        Self { master, store, clock, kept: Mutex::default() }
    }

    /// Seals a value for its context, under the project's newest key.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] if the key is not available now.
    pub async fn seal(&self, context: EncryptionContext<'_>, value: &str) -> Result<Sealed, SealError> {
        let (version, key) = self.newest(context.project).await?;
        Sealed::seal(&key, version, context, value)
    }

    /// Opens a value of this context.
    ///
    /// # Errors
    /// [`SealError::Broken`] if it was not sealed for this context; [`SealError::Unavailable`] if the key is
    /// not available now.
    pub async fn open(&self, context: EncryptionContext<'_>, sealed: &Sealed) -> Result<String, SealError> {
        let key = self.key(context.project, sealed.version).await?;
        sealed.open(&key, context)
    }

    /// Creates a new key of the project, under which everything is sealed from now on, and returns its
    /// version. Values sealed before can still be opened.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] if the key cannot be created now, or another caller creates one at the same
    /// time.
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
            // Another caller has created the first key meanwhile: theirs is used.
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

    use async_trait::async_trait;

    use super::*;
    use crate::{
        model::ConnectionId,
        seal::{Owner, WrappedKey},
    };

    /// A master key that counts requests, and a store of the keys that it wrapped.
    #[derive(Default)]
    struct Vault {
        asked: AtomicU64,
        is_out: AtomicBool,
        rows: Mutex<Vec<WrappedKey>>,
    }

    #[async_trait]
    impl MasterKey for Vault {
        async fn generate(&self, _: ProjectId) -> Result<(DataKey, WrappedKey), SealError> {
            let number = u8::try_from(self.rows.lock().unwrap().len()).unwrap();
            Ok((DataKey::new([number; 32]), WrappedKey::from_bytes(&[number; 32])))
        }

        async fn unwrap_key(&self, _: ProjectId, wrapped: &WrappedKey) -> Result<DataKey, SealError> {
            self.asked.fetch_add(1, SeqCst);
            if self.is_out.load(SeqCst) {
                return Err(SealError::Unavailable("out".to_owned()));
            }
            wrapped.to_bytes()?.as_slice().try_into().map(DataKey::new).map_err(|_| SealError::Broken)
        }
    }

    #[async_trait]
    impl DataKeys for Vault {
        async fn newest_data_key(&self, _: ProjectId) -> Result<Option<(u32, WrappedKey)>, StoreError> {
            let rows = self.rows.lock().unwrap();
            Ok(rows.last().map(|key| (u32::try_from(rows.len()).unwrap(), key.clone())))
        }

        async fn data_key(&self, _: ProjectId, version: u32) -> Result<Option<WrappedKey>, StoreError> {
            Ok(self.rows.lock().unwrap().get(version as usize - 1).cloned())
        }

        async fn add_data_key(&self, _: ProjectId, _: u32, key: &WrappedKey) -> Result<(), StoreError> {
            self.rows.lock().unwrap().push(key.clone());
            Ok(())
        }
    }

    #[derive(Default)]
    struct Hands(AtomicU64);

    impl Clock for Hands {
        fn now(&self) -> Timestamp {
            Timestamp(self.0.load(SeqCst))
        }
    }

    struct Room {
        vault: Arc<Vault>,
        hands: Arc<Hands>,
        keyring: Keyring,
        project: ProjectId,
    }

    impl Room {
        fn new() -> Self {
            let (vault, hands) = (Arc::new(Vault::default()), Arc::new(Hands::default()));
            let keyring = Keyring::new(vault.clone(), vault.clone(), hands.clone());
            Self { vault, hands, keyring, project: ProjectId::random() }
        }

        /// Another process, which has nothing cached.
        fn another(&self) -> Keyring {
            Keyring::new(self.vault.clone(), self.vault.clone(), self.hands.clone())
        }

        fn context(&self) -> EncryptionContext<'_> {
            EncryptionContext {
                project: self.project,
                owner: Owner::Connection(ConnectionId(self.project.0)),
                field: "access",
            }
        }

        fn asked(&self) -> u64 {
            self.vault.asked.swap(0, SeqCst)
        }
    }

    #[tokio::test]
    async fn a_key_is_kept_for_five_minutes() {
        let room = Room::new();
        let sealed = room.keyring.seal(room.context(), "token").await.unwrap();
        let other = room.another();
        for (minutes, asked) in [(0, 1), (4, 0), (5, 1), (6, 0)] {
            room.hands.0.store(minutes * 60_000, SeqCst);
            assert_eq!(other.open(room.context(), &sealed).await.unwrap(), "token");
            assert_eq!(room.asked(), asked, "after {minutes} minutes");
        }
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let room = Room::new();
        let sealed = room.keyring.seal(room.context(), "token").await.unwrap();
        let other = room.another();
        room.vault.is_out.store(true, SeqCst);
        for _ in 0..2 {
            let failed = other.open(room.context(), &sealed).await;
            assert!(matches!(failed, Err(SealError::Unavailable(_))), "{failed:?}");
            assert_eq!(room.asked(), 1);
        }
        room.vault.is_out.store(false, SeqCst);
        assert_eq!(other.open(room.context(), &sealed).await.unwrap(), "token");
    }

    #[tokio::test]
    async fn after_a_rotation_the_newest_key_seals_and_every_key_opens() {
        let room = Room::new();
        let old = room.keyring.seal(room.context(), "old").await.unwrap();
        assert_eq!(room.another().rotate(room.project).await.unwrap(), 2);
        let new = room.keyring.seal(room.context(), "new").await.unwrap();
        assert_eq!((old.version, new.version), (1, 2));
        for keyring in [&room.keyring, &room.another()] {
            assert_eq!(keyring.open(room.context(), &old).await.unwrap(), "old");
            assert_eq!(keyring.open(room.context(), &new).await.unwrap(), "new");
        }
    }
}
