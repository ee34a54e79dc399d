//! From a grant to a connection that works.

use http::StatusCode;
use shared::{
    answer::ApiError,
    dropbox::{DropboxError, Grant, OauthApp},
    model::{Connection, ConnectionId, ConnectionStatus, Event, EventBody, Target, WalkReason},
    queue::Outgoing,
    store::{Link, OtherAccount, StoreError, Wake},
};

use crate::connect::Connect;

/// So often the tokens of a reconnect are stored over a refresh that came in between.
const ATTEMPTS: u32 = 5;

impl Connect {
    /// Links the account to the user: a new connection, or one that they had, working again.
    pub(crate) async fn link_account(
        &self,
        link: &Link,
        app: &OauthApp,
        grant: Grant,
    ) -> Result<ConnectionId, ApiError> {
        let connection = match self.choose(link, app, &grant).await {
            Ok(Some(held)) => self.reconnect(held, &grant).await?,
            Ok(None) => match self.add(link, app, &grant).await? {
                Some(added) => added,
                // The same user linked the same account in another browser meanwhile.
                None => {
                    let held = self.held(link, app, &grant).await?.ok_or(StoreError::Conflict)?;
                    self.reconnect(held, &grant).await?
                }
            },
            Err(refused) => {
                self.give_back(&grant).await;
                return Err(refused);
            }
        };
        self.begin_sync(&connection).await?;
        Ok(connection.id)
    }

    /// The connection that this account belongs to, if the user has one already.
    async fn choose(
        &self,
        link: &Link,
        app: &OauthApp,
        grant: &Grant,
    ) -> Result<Option<Connection>, ApiError> {
        check_scopes(app, grant)?;
        let held = self.held(link, app, grant).await?;
        let is_asked_for = |id| held.as_ref().is_some_and(|held| held.id == id);
        match link.connection {
            Some(id) if !is_asked_for(id) && link.other_account == OtherAccount::Refuse => {
                Err(other_account())
            }
            _ => Ok(held),
        }
    }

    async fn held(
        &self,
        link: &Link,
        app: &OauthApp,
        grant: &Grant,
    ) -> Result<Option<Connection>, StoreError> {
        let all = self.connections.connections_of_user(link.project, &link.user).await?;
        Ok(all.into_iter().find(|held| held.account == grant.account && held.app == app.key))
    }

    /// Adds a connection. `None` where the user has one of this account by now.
    async fn add(&self, link: &Link, app: &OauthApp, grant: &Grant) -> Result<Option<Connection>, ApiError> {
        let account = self.dropbox.current_account(&grant.access).await.map_err(|error| unread(&error))?;
        let id = ConnectionId::random();
        let tokens = self.tokens.seal(link.project, id, grant, 1).await?;
        let connection = Connection {
            id,
            project: link.project,
            user: link.user.clone(),
            app: app.key.clone(),
            account: account.id,
            root: account.root,
            profile: account.profile,
            scopes: grant.scopes.clone(),
            status: ConnectionStatus::Active,
            created_at: self.clock.now(),
            reconnects: 0,
            receipt: None,
        };
        let project = self.projects.project(link.project).await?;
        let everything = project.is_some_and(|project| project.settings.select_everything);
        let selected = everything.then_some(Target::Everything);
        match self.connections.add_connection(&connection, &tokens, selected).await {
            Ok(()) => Ok(Some(connection)),
            Err(StoreError::Conflict) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends at Dropbox what was granted and is not used.
    async fn give_back(&self, grant: &Grant) {
        if let Err(error) = self.dropbox.revoke(&grant.access).await {
            tracing::warn!(%error, "tokens that are not used could not be revoked");
        }
    }

    async fn reconnect(&self, connection: Connection, grant: &Grant) -> Result<Connection, ApiError> {
        self.replace_tokens(&connection, grant).await?;
        let connection = self.as_granted(connection, grant).await;
        self.connections.reconnect(&connection).await?;
        let now = self.clock.now();
        // What was missed while the tokens did not work is found by comparing.
        self.schedules.wake(connection.id, Wake { at: Some(now), resync_at: Some(now), failures: 0 }).await?;
        Ok(connection)
    }

    /// The connection with the scopes that are granted now, and as its account is now. Where Dropbox does not tell of the
    /// account, the comparison that follows asks again.
    async fn as_granted(&self, connection: Connection, grant: &Grant) -> Connection {
        let scopes = if grant.scopes.is_empty() { connection.scopes.clone() } else { grant.scopes.clone() };
        let connection = Connection { scopes, ..connection };
        match self.dropbox.current_account(&grant.access).await {
            Ok(account) => connection.with_account(account.root, account.profile),
            Err(error) => {
                tracing::warn!(connection = %connection.id, %error, "the account could not be read");
                connection
            }
        }
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

/// What was asked for must be granted: better to say so now than to fail later.
fn check_scopes(app: &OauthApp, grant: &Grant) -> Result<(), ApiError> {
    let granted = |scope: &&String| grant.scopes.contains(scope);
    let missing: Vec<&str> =
        app.terms.scopes.iter().filter(|scope| !granted(scope)).map(String::as_str).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("Dropbox did not grant {}; tick them in the app's settings.", missing.join(", "));
    Err(ApiError::new(StatusCode::FORBIDDEN, "scopes_missing", message))
}

fn other_account() -> ApiError {
    let message =
        "This is another Dropbox account than the one to be connected again; start again and choose that.";
    ApiError::new(StatusCode::CONFLICT, "other_account", message)
}

fn unread(error: &DropboxError) -> ApiError {
    tracing::error!(%error, "an account could not be read");
    let message = "Dropbox did not say whose account this is; start again.";
    ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_refused", message)
}
