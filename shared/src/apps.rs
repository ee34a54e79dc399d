//! The Dropbox apps: the deployment's, and those that projects have of their own.

use std::sync::Arc;

use crate::{
    dropbox::{AppTerms, OauthApp},
    model::{AppKey, AppSecret, Project, ProjectId},
    seal::{Keyring, Owner, Place, SealError, Sealed},
    store::{AppStore, SealedApp, StoreError},
};

const SECRET: &str = "secret";
const PREVIOUS_SECRET: &str = "previous secret";

/// Why an app is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is none with this key.
    #[error("there is no Dropbox app {0}")]
    Unknown(AppKey),
    /// It cannot be read or written now.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its secret cannot be sealed or opened now.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Finds the Dropbox app that a project or a connection works through.
pub struct Apps {
    deployments: OauthApp,
    own: OwnApps,
}

impl Apps {
    /// The deployment's app, and those of projects.
    #[must_use]
    pub fn new(deployments: OauthApp, own: OwnApps) -> Self {
        Self { deployments, own }
    }

    /// The deployment's own.
    #[must_use]
    pub fn deployments(&self) -> &OauthApp {
        &self.deployments
    }

    /// The app through which a project links accounts now.
    ///
    /// # Errors
    /// See [`AppError`].
    pub async fn of_project(&self, project: &Project) -> Result<OauthApp, AppError> {
        match &project.app {
            Some(key) => self.with_key(key).await,
            None => Ok(self.deployments.clone()),
        }
    }

    /// The app with this key, as a connection or a notification names it.
    ///
    /// # Errors
    /// See [`AppError`].
    pub async fn with_key(&self, key: &AppKey) -> Result<OauthApp, AppError> {
        if *key == self.deployments.key { Ok(self.deployments.clone()) } else { self.own.with_key(key).await }
    }
}

/// The Dropbox apps of projects that have their own.
pub struct OwnApps {
    store: Arc<dyn AppStore>,
    keyring: Arc<Keyring>,
}

impl OwnApps {
    /// The apps in `store`, their secrets under `keyring`.
    pub fn new(store: Arc<dyn AppStore>, keyring: Arc<Keyring>) -> Self {
        Self { store, keyring }
    }

    /// The app with this key.
    ///
    /// # Errors
    /// See [`AppError`].
    pub async fn with_key(&self, key: &AppKey) -> Result<OauthApp, AppError> {
        let sealed = self.store.app(key).await?.ok_or_else(|| AppError::Unknown(key.clone()))?;
        self.open(sealed).await
    }

    /// Makes an app the project's own. Of one that it has already, another secret replaces the one before, which is
    /// still accepted of webhooks; the same secret ends that.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is no such project, or the app is another's.
    pub async fn put(
        &self,
        project: ProjectId,
        key: &AppKey,
        secret: &AppSecret,
        terms: AppTerms,
    ) -> Result<(), AppError> {
        let previous = self.secret_before(project, key).await?.filter(|held| held != secret);
        let previous_secret = match &previous {
            Some(previous) => Some(self.seal(place(project, key, PREVIOUS_SECRET), previous).await?),
            None => None,
        };
        let secret = self.seal(place(project, key, SECRET), secret).await?;
        Ok(self
            .store
            .put_app(&SealedApp { key: key.clone(), project, secret, previous_secret, terms })
            .await?)
    }

    async fn secret_before(&self, project: ProjectId, key: &AppKey) -> Result<Option<AppSecret>, AppError> {
        match self.store.app(key).await?.filter(|held| held.project == project) {
            Some(held) => Ok(Some(self.open(held).await?.secret)),
            None => Ok(None),
        }
    }

    async fn seal(&self, place: Place<'_>, secret: &AppSecret) -> Result<Sealed, SealError> {
        self.keyring.seal(place, secret.expose()).await
    }

    async fn open(&self, app: SealedApp) -> Result<OauthApp, AppError> {
        let SealedApp { key, project, secret, previous_secret, terms } = app;
        let secret = self.keyring.open(place(project, &key, SECRET), &secret).await?;
        let previous_secret = match &previous_secret {
            Some(previous) => Some(self.keyring.open(place(project, &key, PREVIOUS_SECRET), previous).await?),
            None => None,
        };
        let previous_secret = previous_secret.map(AppSecret::new);
        Ok(OauthApp { key, secret: AppSecret::new(secret), previous_secret, terms })
    }
}

fn place<'a>(project: ProjectId, key: &'a AppKey, field: &'a str) -> Place<'a> {
    Place { project, owner: Owner::App(key), field }
}
