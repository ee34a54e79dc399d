//! Dropbox apps: the deployment's, and those of projects.

use std::sync::Arc;

use crate::{
    dropbox::{AppTerms, OauthApp},
    model::{AppKey, AppSecret, Project, ProjectId},
    seal::{EncryptionContext, Keyring, Owner, SealError, Sealed},
    store::{AppStore, SealedApp, StoreError},
};

const SECRET: &str = "secret";
const PREVIOUS_SECRET: &str = "previous secret";

/// Reason why an app is not available.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no app with this key.
    #[error("there is no Dropbox app {0}")]
    Unknown(AppKey),
    /// The app cannot be read or written now.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its secret cannot be sealed or opened now.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Lookup of the Dropbox app of a project or a connection.
pub struct Apps {
    deployments: OauthApp,
    own: OwnApps,
}

impl Apps {
    /// Returns the lookup of the deployment's app and the projects' own apps.
    #[must_use]
    pub fn new(deployments: OauthApp, own: OwnApps) -> Self {
        Self { deployments, own }
    }

    /// Returns the deployment's app.
    #[must_use]
    pub fn deployments(&self) -> &OauthApp {
        &self.deployments
    }

    /// Returns the app through which a project links accounts now.
    ///
    /// # Errors
    /// See [`AppError`].
    pub async fn of_project(&self, project: &Project) -> Result<OauthApp, AppError> {
        match &project.app {
            Some(key) => self.with_key(key).await,
            None => Ok(self.deployments.clone()),
        }
    }

    /// Returns the app with this key, as named by a connection or a notification.
    ///
    /// # Errors
    /// See [`AppError`].
    pub async fn with_key(&self, key: &AppKey) -> Result<OauthApp, AppError> {
        if *key == self.deployments.key { Ok(self.deployments.clone()) } else { self.own.with_key(key).await }
    }
}

/// The projects' own Dropbox apps.
pub struct OwnApps {
    store: Arc<dyn AppStore>,
    keyring: Arc<Keyring>,
}

impl OwnApps {
    /// Returns the apps in `store`, with their secrets sealed under `keyring`.
    pub fn new(store: Arc<dyn AppStore>, keyring: Arc<Keyring>) -> Self {
        Self { store, keyring }
    }

    /// Returns the app with this key.
    ///
    /// # Errors
    /// See [`AppError`].
    pub async fn with_key(&self, key: &AppKey) -> Result<OauthApp, AppError> {
        let sealed = self.store.app(key).await?.ok_or_else(|| AppError::Unknown(key.clone()))?;
        self.open(sealed).await
    }

    /// Makes an app the project's own. If the project has the app already, a new secret replaces the stored
    /// one, which is still accepted for webhooks; storing the same secret again ends that.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such project, or the app belongs to another project.
    pub async fn put(
        &self,
        project: ProjectId,
        key: &AppKey,
        secret: &AppSecret,
        terms: AppTerms,
    ) -> Result<(), AppError> {
        let previous = self.secret_before(project, key).await?.filter(|stored| stored != secret);
        let previous_secret = match &previous {
            Some(previous) => Some(self.seal(context(project, key, PREVIOUS_SECRET), previous).await?),
            None => None,
        };
        let secret = self.seal(context(project, key, SECRET), secret).await?;
        Ok(self
            .store
            .put_app(&SealedApp { key: key.clone(), project, secret, previous_secret, terms })
            .await?)
    }

    async fn secret_before(&self, project: ProjectId, key: &AppKey) -> Result<Option<AppSecret>, AppError> {
        match self.store.app(key).await?.filter(|stored| stored.project == project) {
            Some(stored) => Ok(Some(self.open(stored).await?.secret)),
            None => Ok(None),
        }
    }

    async fn seal(&self, context: EncryptionContext<'_>, secret: &AppSecret) -> Result<Sealed, SealError> {
        self.keyring.seal(context, secret.expose()).await
    }

    async fn open(&self, app: SealedApp) -> Result<OauthApp, AppError> {
        let SealedApp { key, project, secret, previous_secret, terms } = app;
        let secret = self.keyring.open(context(project, &key, SECRET), &secret).await?;
        let previous_secret = match &previous_secret {
            Some(previous) => {
                Some(self.keyring.open(context(project, &key, PREVIOUS_SECRET), previous).await?)
            }
            None => None,
        };
        let previous_secret = previous_secret.map(AppSecret::new);
        Ok(OauthApp { key, secret: AppSecret::new(secret), previous_secret, terms })
    }
}

fn context<'a>(project: ProjectId, key: &'a AppKey, field: &'a str) -> EncryptionContext<'a> {
    EncryptionContext { project, owner: Owner::App(key), field }
}
