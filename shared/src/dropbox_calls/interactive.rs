//! Calls of Dropbox for somebody who waits for the answer: errors as the APIs tell them.

use super::{CallError, CallRows, DropboxCalls};
use crate::{
    answer::{ApiError, dropbox_unreachable, needs_reauth},
    dropbox::{Dropbox, DropboxError, Session},
    model::{Connection, ConnectionStatus},
};

impl DropboxCalls {
    /// Makes a call that reads.
    ///
    /// # Errors
    /// 404 `item_not_found`, 409 `needs_reauth`, 429 during a pause, 502 `dropbox_unreachable`, and 503.
    pub async fn ask<T, F>(
        &self,
        connection: &Connection,
        call: impl Fn(Dropbox, Session) -> F + Send + Sync,
    ) -> Result<T, ApiError>
    where
        T: Send,
        F: Future<Output = Result<T, DropboxError>> + Send,
    {
        self.ask_with(connection, self.rows(connection.id).await?, call).await
    }

    /// Does the same as [`Self::ask`] with the connection's rows, if they have been read.
    ///
    /// # Errors
    /// See [`Self::ask`].
    pub async fn ask_with<T, F>(
        &self,
        connection: &Connection,
        rows: CallRows,
        call: impl Fn(Dropbox, Session) -> F + Send + Sync,
    ) -> Result<T, ApiError>
    where
        T: Send,
        F: Future<Output = Result<T, DropboxError>> + Send,
    {
        if connection.status != ConnectionStatus::Active {
            return Err(needs_reauth());
        }
        self.call_with(connection, rows, call).await.map_err(failed)
    }
}

fn failed(error: CallError) -> ApiError {
    match error {
        // The item is not a folder, or does not exist.
        CallError::Dropbox(DropboxError::NotFound(_) | DropboxError::Refused(409, _)) => {
            ApiError::not_found("item_not_found", "The account has no such folder.")
        }
        CallError::Dropbox(error) => {
            tracing::warn!(%error, "a call to Dropbox failed");
            dropbox_unreachable()
        }
        error => error.into(),
    }
}
