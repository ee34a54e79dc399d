//! Access tokens of connections: unsealed, and refreshed when they are about to expire.

mod refresh;

use std::{sync::Arc, time::Duration};

use self::refresh::Old;
use crate::{
    apps::{AppError, Apps},
    dropbox::{Dropbox, DropboxError, Grant},
    dropbox_calls::Pauses,
    metrics::Metrics,
    model::{AccessToken, Clock, Connection, ConnectionId, ProjectId},
    seal::{EncryptionContext, Keyring, Owner, SealError},
    store::{Leases, SealedTokens, StoreError, TokenStore},
};

/// Remaining life below which a token is refreshed before it is used, the same as in Dropbox's SDKs.
const MARGIN: Duration = Duration::from_secs(5 * 60);
const ACCESS: &str = "access";
const REFRESH: &str = "refresh";

/// Reason why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The connection has no valid tokens: it is disconnected, or its user must connect again.
    #[error("the connection has no tokens that work: the user must connect again")]
    NeedsReauth,
    /// Dropbox did not refresh the token, for another reason.
    #[error(transparent)]
    Dropbox(DropboxError),
    /// The tokens cannot be read or written now.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The tokens cannot be sealed or opened now.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl From<AppError> for TokenError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Unknown(_) => Self::Dropbox(DropboxError::AppRefused(error.to_string())),
            AppError::Store(error) => Self::Store(error),
            AppError::Seal(error) => Self::Seal(error),
        }
    }
}

impl From<DropboxError> for TokenError {
    fn from(error: DropboxError) -> Self {
        match error {
            DropboxError::NeedsReauth(_) => Self::NeedsReauth,
            error => Self::Dropbox(error),
        }
    }
}

/// Source of access tokens.
pub struct Tokens {
    store: Arc<dyn TokenStore>,
    leases: Arc<dyn Leases>,
    keyring: Arc<Keyring>,
    dropbox: Dropbox,
    apps: Arc<Apps>,
    clock: Arc<dyn Clock>,
    metrics: Arc<dyn Metrics>,
    pauses: Pauses,
}

impl Tokens {
    /// Returns a source of tokens that are stored in `store` under `keyring`, and refreshed under `leases`
    /// through the app to which they were granted.
    pub fn new(
        store: Arc<dyn TokenStore>,
        leases: Arc<dyn Leases>,
        keyring: Arc<Keyring>,
        dropbox: Dropbox,
        apps: Arc<Apps>,
        clock: Arc<dyn Clock>,
        metrics: Arc<dyn Metrics>,
    ) -> Self {
        Self { store, leases, keyring, dropbox, apps, clock, metrics, pauses: Pauses::default() }
    }

    /// Returns a token that is valid for some minutes. Dropbox is not asked for a new one during a pause.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub async fn access(&self, connection: &Connection) -> Result<AccessToken, TokenError> {
        self.access_of(connection, self.sealed(connection.id).await?).await
    }

    /// Returns the tokens as they are stored; `None` once the connection is disconnected.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    pub async fn sealed(&self, id: ConnectionId) -> Result<Option<SealedTokens>, StoreError> {
        self.store.tokens(id).await
    }

    /// Does the same as [`Self::access`] with the connection's tokens, if they have been read.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub async fn access_of(
        &self,
        connection: &Connection,
        sealed: Option<SealedTokens>,
    ) -> Result<AccessToken, TokenError> {
        let sealed = sealed.ok_or(TokenError::NeedsReauth)?;
        let now = self.clock.now();
        if sealed.expires_at_ms > now.plus(MARGIN) {
            return self.open(connection, &sealed).await;
        }
        let old = if sealed.expires_at_ms > now { Old::Ending } else { Old::Ended };
        self.refresh(connection, &sealed, old).await
    }

    /// Returns a token in place of one that Dropbox reports as expired.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub async fn access_instead_of(
        &self,
        connection: &Connection,
        expired: &AccessToken,
    ) -> Result<AccessToken, TokenError> {
        let sealed = self.stored(connection).await?;
        let current = self.open(connection, &sealed).await?;
        if current != *expired {
            // Another caller has refreshed it meanwhile.
            return Ok(current);
        }
        self.refresh(connection, &sealed, Old::Ended).await
    }

    /// Seals the tokens of a grant.
    ///
    /// # Errors
    /// Fails if they cannot be sealed now.
    pub async fn seal(
        &self,
        project: ProjectId,
        connection: ConnectionId,
        grant: &Grant,
        version: u64,
    ) -> Result<SealedTokens, SealError> {
        let Grant { access, refresh, life, .. } = grant;
        let expires_at_ms = self.clock.now().plus(*life);
        let access = self.keyring.seal(context(project, connection, ACCESS), access.expose()).await?;
        let refresh = self.keyring.seal(context(project, connection, REFRESH), refresh.expose()).await?;
        Ok(SealedTokens { access, refresh, expires_at_ms, version })
    }

    /// Returns the pauses that this process knows of.
    pub(crate) fn pauses(&self) -> &Pauses {
        &self.pauses
    }

    /// Opens a stored access token.
    async fn open(&self, connection: &Connection, sealed: &SealedTokens) -> Result<AccessToken, TokenError> {
        let context = context(connection.project, connection.id, ACCESS);
        Ok(AccessToken::new(self.keyring.open(context, &sealed.access).await?))
    }

    async fn stored(&self, connection: &Connection) -> Result<SealedTokens, TokenError> {
        self.store.tokens(connection.id).await?.ok_or(TokenError::NeedsReauth)
    }
}

fn context(project: ProjectId, connection: ConnectionId, field: &str) -> EncryptionContext<'_> {
    EncryptionContext { project, owner: Owner::Connection(connection), field }
}
