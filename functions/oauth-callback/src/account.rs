//! From a grant to a connection that works.

use http::StatusCode;
use shared::{
    answer::ApiError,
    dropbox::Grant,
    model::{Connection, ConnectionId, ConnectionStatus, Event, EventBody, Target, WalkReason},
    queue::Outgoing,
    store::{Link, StoreError, Wake},
};

use crate::connect::{Connect, SCOPES};

/// So often the tokens of a reconnect are stored over a refresh that came in between.
const ATTEMPTS: u32 = 5;

impl Connect {
    /// Links the account to the user: a new connection, or the one that they had, working again.
    pub(crate) async fn link_account(&self, link: &Link, grant: Grant) -> Result<ConnectionId, ApiError> {
        check_scopes(&grant)?;
        let connection = match self.held(link, &grant).await? {
            Some(connection) => self.reconnect(connection, &grant).await?,
            None => match self.add(link, &grant).await {
                // The same user linked the same account in another browser meanwhile.
                Err(StoreError::Conflict) => {
                    let held = self.held(link, &grant).await?.ok_or(StoreError::Conflict)?;
                    self.reconnect(held, &grant).await?
                }
                added => added?,
            },
        };
        self.begin_sync(&connection).await?;
        Ok(connection.id)
    }

    async fn held(&self, link: &Link, grant: &Grant) -> Result<Option<Connection>, StoreError> {
        let all = self.connections.connections_of_user(link.project, &link.user).await?;
        Ok(all.into_iter().find(|held| held.account == grant.account && held.app == self.app.key))
    }

    async fn add(&self, link: &Link, grant: &Grant) -> Result<Connection, StoreError> {
        let unavailable = |error: &dyn std::fmt::Display| StoreError::Unavailable(error.to_string());
        let account =
            self.dropbox.current_account(&grant.access).await.map_err(|error| unavailable(&error))?;
        let id = ConnectionId::random();
        let tokens =
            self.tokens.seal(link.project, id, grant, 1).await.map_err(|error| unavailable(&error))?;
        let connection = Connection {
            id,
            project: link.project,
            user: link.user.clone(),
            app: self.app.key.clone(),
            account: account.id,
            root: account.root,
            scopes: grant.scopes.clone(),
            status: ConnectionStatus::Active,
            created_at: self.clock.now(),
            reconnects: 0,
        };
        let project = self.projects.project(link.project).await?;
        let everything = project.is_some_and(|project| project.settings.select_everything);
        let selected = everything.then_some(Target::Everything);
        self.connections.add_connection(&connection, &tokens, selected).await?;
        Ok(connection)
    }

    async fn reconnect(&self, connection: Connection, grant: &Grant) -> Result<Connection, ApiError> {
        self.replace_tokens(&connection, grant).await?;
        self.connections.reconnect(connection.id).await?;
        let now = self.clock.now();
        // What was missed while the tokens did not work is found by comparing.
        self.schedules.wake(connection.id, Wake { at: Some(now), resync_at: Some(now), failures: 0 }).await?;
        Ok(connection)
    }

    /// Stores what was granted, also where a refresh of the tokens before comes in between.
    async fn replace_tokens(&self, connection: &Connection, grant: &Grant) -> Result<(), ApiError> {
        for _ in 0..ATTEMPTS {
            let held = self.token_store.tokens(connection.id).await?;
            let replaced = held.map_or(0, |tokens| tokens.version);
            let tokens = self.tokens.seal(connection.project, connection.id, grant, replaced + 1).await?;
            match self.token_store.replace_tokens(connection.id, &tokens, replaced).await {
                Err(StoreError::Conflict) => {}
                stored => return Ok(stored?),
            }
        }
        Err(StoreError::Conflict.into())
    }

    async fn begin_sync(&self, connection: &Connection) -> Result<(), ApiError> {
        let sent_at = self.clock.now();
        let walk = vec![Outgoing::walk(connection.id, WalkReason::Connected, sent_at)];
        let news = vec![Event::news(connection, sent_at, EventBody::Connected)];
        let (sent, published) = tokio::join!(self.sync_queue.send(walk), self.bus.publish(news));
        sent.map_err(|error| ApiError::unavailable(&error))?;
        published.map_err(|error| ApiError::unavailable(&error))
    }
}

/// Without these scopes nothing could be synced: better to say so now than to fail later.
fn check_scopes(grant: &Grant) -> Result<(), ApiError> {
    let missing: Vec<&str> =
        SCOPES.into_iter().filter(|scope| !grant.scopes.iter().any(|granted| granted == scope)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("Dropbox did not grant {}; tick them in the app's settings.", missing.join(", "));
    Err(ApiError::new(StatusCode::FORBIDDEN, "scopes_missing", message))
}
