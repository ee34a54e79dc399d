//! The refresh of tokens, by one caller at a time, on whatever machine (invariant I6).

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{ACCESS, REFRESH, TokenError, Tokens, context};
use crate::{
    dropbox::DropboxError,
    metrics::{Metric, Subject},
    model::{AccessToken, Connection, RefreshToken},
    store::{Lease, SealedTokens, StoreError},
};

/// Lifetime of the lease. A refresh takes a second; if its caller dies, another may begin after this time.
const LEASE: Duration = Duration::from_secs(10);
/// Poll interval while another caller refreshes.
const LOOK: Duration = Duration::from_millis(100);
/// Longest wait for another caller's refresh; longer than the lease, in case that caller died.
const PATIENCE: Duration = Duration::from_secs(12);

/// State of the token to be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Old {
    /// Valid for some more minutes.
    Ending,
    /// Expired.
    Ended,
}

impl Tokens {
    /// Returns a new access token in place of a stored one, from Dropbox or from the caller that is
    /// refreshing it.
    pub(super) async fn refresh(
        &self,
        connection: &Connection,
        stored: &SealedTokens,
        old: Old,
    ) -> Result<AccessToken, TokenError> {
        let end = Instant::now() + PATIENCE;
        loop {
            let (lease, now) = (Lease::Refresh(connection.id), self.clock.now());
            if let Some(holder) = self.leases.take_lease(lease, now, now.plus(LEASE)).await? {
                let refreshed = self.refresh_alone(connection, stored).await;
                if let Err(error) = self.leases.end_lease(lease, holder).await {
                    tracing::warn!(connection = %connection.id, %error, "a lease ends by itself");
                }
                return refreshed;
            }
            if old == Old::Ending {
                return self.open(connection, stored).await;
            }
            if Instant::now() >= end {
                let late = "another caller's refresh takes too long".to_owned();
                return Err(DropboxError::Unavailable(late).into());
            }
            sleep(LOOK).await;
            if let Some(current) = self.newer(connection, stored).await? {
                return Ok(current);
            }
        }
    }

    /// Returns the stored token, if it has another version by now.
    async fn newer(
        &self,
        connection: &Connection,
        than: &SealedTokens,
    ) -> Result<Option<AccessToken>, TokenError> {
        let current = self.stored(connection).await?;
        if current.version == than.version {
            return Ok(None);
        }
        self.open(connection, &current).await.map(Some)
    }

    async fn refresh_alone(
        &self,
        connection: &Connection,
        old: &SealedTokens,
    ) -> Result<AccessToken, TokenError> {
        // The lease may have been free because the refresh has been done meanwhile.
        if let Some(current) = self.newer(connection, old).await? {
            return Ok(current);
        }
        let refresh_context = context(connection.project, connection.id, REFRESH);
        let refresh = RefreshToken::new(self.keyring.open(refresh_context, &old.refresh).await?);
        let app = self.apps.with_key(&connection.app).await?;
        let now = self.clock.now();
        if let Some(until) = self.pauses.until(connection.id, now) {
            return Err(DropboxError::RateLimited(until.since(now)).into());
        }
        let new = self.dropbox.refresh(&app, &refresh).await.map_err(TokenError::from);
        self.count(connection, new.as_ref().err());
        if let Err(TokenError::Dropbox(DropboxError::RateLimited(wait))) = &new {
            self.pauses.note(connection.id, self.clock.now().plus(*wait));
        }
        let new = new?;
        let access_context = context(connection.project, connection.id, ACCESS);
        let access = self.keyring.seal(access_context, new.access.expose()).await?;
        // Sealed again even if it is the same, so that it is under the project's newest key.
        let refresh = new.refresh.unwrap_or(refresh);
        let refresh = self.keyring.seal(refresh_context, refresh.expose()).await?;
        let expires_at_ms = self.clock.now().plus(new.life);
        let tokens = SealedTokens { access, refresh, expires_at_ms, version: old.version + 1 };
        self.note_scopes(connection, new.scopes).await;
        match self.store.replace_tokens(connection.id, &tokens, old.version).await {
            // Another caller stored theirs first. Dropbox keeps both valid, so ours can be used.
            Ok(()) | Err(StoreError::Conflict) => Ok(new.access),
            Err(error) => Err(error.into()),
        }
    }

    /// Stores the scopes if they have changed. A failure does not prevent the use of the token.
    async fn note_scopes(&self, connection: &Connection, scopes: Option<Vec<String>>) {
        let Some(scopes) = scopes.filter(|scopes| !is_same(scopes, &connection.scopes)) else { return };
        if let Err(error) = self.store.update_scopes(connection.id, &scopes).await {
            tracing::warn!(connection = %connection.id, %error, "the scopes could not be stored");
        }
    }

    fn count(&self, connection: &Connection, failed: Option<&TokenError>) {
        let metric = match failed {
            None => Metric::TokenRefreshes,
            // The user has revoked the grant, which is counted where it is recorded.
            Some(TokenError::NeedsReauth) => return,
            Some(_) => Metric::TokenRefreshFailures,
        };
        self.metrics.count(Subject::of(connection), metric, 1);
    }
}

/// Returns whether two lists have the same scopes, in any order.
fn is_same(one: &[String], other: &[String]) -> bool {
    let sorted = |scopes: &[String]| {
        let mut scopes = scopes.to_vec();
        scopes.sort();
        scopes
    };
    sorted(one) == sorted(other)
}
