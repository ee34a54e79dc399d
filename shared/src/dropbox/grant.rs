//! What a code was exchanged for, and who answers for it.
//!
//! From the exchange on, Dropbox has given tokens to this process, and to nobody else who could end them. So a grant
//! comes as an [`UnheldGrant`], which gives its tokens only to a function that stores them, and ends them at Dropbox where
//! that fails, whatever the reason (T25).

use std::time::Duration;

use super::{Dropbox, DropboxError};
use crate::model::{AccessToken, AccountId, RefreshToken};

/// What a code was exchanged for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Opens Dropbox for a while.
    pub access: AccessToken,
    /// Gets new access tokens.
    pub refresh: RefreshToken,
    /// How long `access` lives.
    pub life: Duration,
    /// The account that was linked.
    pub account: AccountId,
    /// The scopes that were granted; those that were asked for, where Dropbox names none (RFC 6749, 5.1).
    pub scopes: Vec<String>,
}

/// A grant that nobody holds yet.
#[must_use = "tokens that are neither stored nor revoked stay valid at Dropbox"]
pub struct UnheldGrant {
    dropbox: Dropbox,
    access: AccessToken,
    /// The grant, or what it lacks.
    grant: Result<Grant, DropboxError>,
}

/// A grant was not stored.
#[derive(Debug)]
pub struct NotHeld<E> {
    /// Why.
    pub error: E,
    /// Whether its tokens were ended at Dropbox.
    pub revoked: Result<(), DropboxError>,
}

impl UnheldGrant {
    pub(super) fn new(dropbox: &Dropbox, access: AccessToken, grant: Result<Grant, DropboxError>) -> Self {
        Self { dropbox: dropbox.clone(), access, grant }
    }

    /// Lets the tokens be stored. Where they are not, they are ended at Dropbox.
    ///
    /// # Errors
    /// Where they are not stored, or Dropbox has granted less than an account and a refresh token.
    pub async fn hold<T, E: From<DropboxError>>(
        self,
        store: impl AsyncFnOnce(&Grant) -> Result<T, E>,
    ) -> Result<T, NotHeld<E>> {
        let stored = match &self.grant {
            Ok(grant) => store(grant).await,
            Err(lacking) => Err(lacking.clone().into()),
        };
        match stored {
            Ok(stored) => Ok(stored),
            Err(error) => Err(NotHeld { error, revoked: self.dropbox.revoke(&self.access).await }),
        }
    }
}
