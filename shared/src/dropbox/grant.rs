//! Grants: the tokens for which a code was exchanged, until they are stored.
//!
//! After the exchange only this process has the tokens, and nobody else could revoke them. So a grant comes
//! as an [`UnstoredGrant`], which gives its tokens only to a function that stores them, and revokes them at
//! Dropbox if that fails, for whatever reason (T25).

use std::time::Duration;

use super::{Dropbox, DropboxError};
use crate::model::{AccessToken, AccountId, RefreshToken};

/// The result of exchanging a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The access token.
    pub access: AccessToken,
    /// The refresh token.
    pub refresh: RefreshToken,
    /// Lifetime of `access`.
    pub life: Duration,
    /// The account that was linked.
    pub account: AccountId,
    /// The granted scopes; the requested ones if Dropbox names none (RFC 6749, 5.1).
    pub scopes: Vec<String>,
}

/// A grant that is not stored yet.
#[must_use = "tokens that are neither stored nor revoked stay valid at Dropbox"]
pub struct UnstoredGrant {
    dropbox: Dropbox,
    access: AccessToken,
    /// The grant, or the error that names what it lacks.
    grant: Result<Grant, DropboxError>,
}

/// A grant that was not stored.
#[derive(Debug)]
pub struct NotStored<E> {
    /// The reason.
    pub error: E,
    /// Result of revoking its tokens at Dropbox.
    pub revoked: Result<(), DropboxError>,
}

impl UnstoredGrant {
    pub(super) fn new(dropbox: &Dropbox, access: AccessToken, grant: Result<Grant, DropboxError>) -> Self {
        Self { dropbox: dropbox.clone(), access, grant }
    }

    /// Passes the grant to `store`. If that fails, revokes the tokens at Dropbox.
    ///
    /// # Errors
    /// Fails if `store` fails, or if Dropbox has granted less than an account and a refresh token.
    pub async fn store_or_revoke<T, E: From<DropboxError>>(
        self,
        store: impl AsyncFnOnce(&Grant) -> Result<T, E>,
    ) -> Result<T, NotStored<E>> {
        let stored = match &self.grant {
            Ok(grant) => store(grant).await,
            Err(lacking) => Err(lacking.clone().into()),
        };
        match stored {
            Ok(stored) => Ok(stored),
            Err(error) => Err(NotStored { error, revoked: self.dropbox.revoke(&self.access).await }),
        }
    }
}
