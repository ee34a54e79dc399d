//! Calls to Dropbox for one connection, with its token and root, and none during a pause.

use http::StatusCode;

use crate::{
    answer::{ApiError, needs_reauth, paused},
    dropbox::{Dropbox, DropboxError, Session},
    model::{Clock, Connection, ConnectionId, ConnectionStatus, Schedule},
    store::{Schedules, SealedTokens, StoreError},
    tokens::Tokens,
};

/// Dependencies of calls to Dropbox for one connection.
#[derive(Clone, Copy)]
pub struct Account<'a> {
    /// Times of connections, with their pauses.
    pub schedules: &'a dyn Schedules,
    /// Access tokens.
    pub tokens: &'a Tokens,
    /// Dropbox client.
    pub dropbox: &'a Dropbox,
    /// Clock.
    pub clock: &'a dyn Clock,
}

/// Rows of a connection that a call needs beside the connection's own.
#[derive(Debug, Clone)]
pub struct CallRows {
    schedule: Schedule,
    tokens: Option<SealedTokens>,
}

impl Account<'_> {
    /// Reads what a call needs, at the same time as others read the connection.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    pub async fn rows(&self, id: ConnectionId) -> Result<CallRows, StoreError> {
        let (schedule, tokens) = tokio::try_join!(self.schedules.schedule(id), self.tokens.sealed(id))?;
        Ok(CallRows { schedule, tokens })
    }

    /// Calls Dropbox; once more with a new token if Dropbox reports the first one as expired. A pause that
    /// Dropbox asks for is stored.
    ///
    /// # Errors
    /// 404 `item_not_found`, 409 `needs_reauth`, 429 during a pause, 502 `dropbox_unreachable`, and 503.
    pub async fn ask<T, F>(
        &self,
        connection: &Connection,
        call: impl Fn(Dropbox, Session) -> F,
    ) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, DropboxError>>,
    {
        self.ask_with(connection, self.rows(connection.id).await?, call).await
    }

    /// Does the same as [`Self::ask`] with the connection's rows, if they have been read.
    ///
    /// # Errors
    /// The same.
    pub async fn ask_with<T, F>(
        &self,
        connection: &Connection,
        rows: CallRows,
        call: impl Fn(Dropbox, Session) -> F,
    ) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, DropboxError>>,
    {
        if connection.status != ConnectionStatus::Active {
            return Err(needs_reauth());
        }
        let now = self.clock.now();
        if let Some(until) = rows.schedule.pause(now) {
            return Err(paused(until.since(now)));
        }
        let path_root = connection.root.path_root().map(str::to_owned);
        let token = self.tokens.access_of(connection, rows.tokens).await?;
        let session = Session { token, path_root };
        let answer = match call(self.dropbox.clone(), session.clone()).await {
            Err(DropboxError::TokenExpired) => {
                let token = self.tokens.access_instead_of(connection, &session.token).await?;
                call(self.dropbox.clone(), Session { token, ..session }).await
            }
            answer => answer,
        };
        if let Err(DropboxError::RateLimited(wait)) = &answer {
            self.schedules.pause(connection.id, self.clock.now().plus(*wait)).await?;
        }
        answer.map_err(failed)
    }
}

fn failed(error: DropboxError) -> ApiError {
    match error {
        DropboxError::NeedsReauth(_) => needs_reauth(),
        DropboxError::RateLimited(wait) => paused(wait),
        // The item is not a folder, or does not exist.
        DropboxError::NotFound(_) | DropboxError::Refused(409, _) => not_found(),
        error => {
            tracing::warn!(%error, "a call to Dropbox failed");
            let message = "Dropbox did not answer; ask again in a few seconds.";
            ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_unreachable", message).after(5)
        }
    }
}

/// 404: the account has no such folder.
fn not_found() -> ApiError {
    ApiError::not_found("item_not_found", "The account has no such folder.")
}
