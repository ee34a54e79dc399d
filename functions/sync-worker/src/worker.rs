//! What the worker works with.

use std::sync::Arc;

use shared::{
    content::ContentStore,
    dropbox::{Dropbox, DropboxError},
    events::Bus,
    model::{AccessToken, Clock, Connection},
    queue::Queue,
    store::{Connections, Items, Log, Projects, Schedules},
    tokens::{TokenError, Tokens},
};

/// What the worker works with: ports only.
pub struct Worker {
    /// The projects, for their settings.
    pub projects: Arc<dyn Projects>,
    /// The connections.
    pub connections: Arc<dyn Connections>,
    /// When they are next worked on.
    pub schedules: Arc<dyn Schedules>,
    /// The change log.
    pub log: Arc<dyn Log>,
    /// The items.
    pub items: Arc<dyn Items>,
    /// The access tokens.
    pub tokens: Arc<Tokens>,
    /// Dropbox.
    pub dropbox: Dropbox,
    /// `sync.fifo`.
    pub sync_queue: Arc<dyn Queue>,
    /// The transfer queue.
    pub transfer_queue: Arc<dyn Queue>,
    /// The bus.
    pub bus: Arc<dyn Bus>,
    /// The bucket.
    pub content: Arc<dyn ContentStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Worker {
    /// Calls Dropbox with the connection's token; once more with a new one where Dropbox calls it expired.
    pub(crate) async fn with_token<T, F>(
        &self,
        connection: &Connection,
        call: impl Fn(Dropbox, AccessToken) -> F + Send,
    ) -> Result<T, TokenError>
    where
        F: Future<Output = Result<T, DropboxError>> + Send,
    {
        let token = self.tokens.access(connection).await?;
        match call(self.dropbox.clone(), token.clone()).await {
            Err(DropboxError::TokenExpired) => {
                let fresh = self.tokens.access_instead_of(connection, &token).await?;
                Ok(call(self.dropbox.clone(), fresh).await?)
            }
            answer => Ok(answer?),
        }
    }
}
