//! From a grant to a connection that works.

use http::StatusCode;
use shared::{
    answer::ApiError,
    dropbox::{DropboxError, Grant, NotHeld, OauthApp, UnheldGrant},
    metrics::{Metric, Subject},
    model::{Connection, ConnectionId, ConnectionStatus, Event, EventBody, Lane, Target, WalkReason},
    store::{Link, OtherAccount, StoreError, Wake},
};

use crate::{callback::not_exchanged, connect::Connect};

/// A connection that has the tokens that were granted.
struct Held {
    connection: Connection,
    /// What came of the rest that had to be stored. The tokens are the connection's in any case.
    then: Result<(), StoreError>,
}

/// Why an account was not linked, as the browser is told.
struct LinkError(ApiError);

impl From<DropboxError> for LinkError {
    /// Of a grant that lacks what it must have.
    fn from(lacking: DropboxError) -> Self {
        Self(not_exchanged(&lacking))
    }
}

/// So often the tokens of a reconnect are stored over a refresh that came in between.
const ATTEMPTS: u32 = 5;

impl Connect {
    /// Links the account to the user: a new connection, or one that they had, working again. What was granted is stored
    /// then; where it is not, it is ended at Dropbox.
    pub(crate) async fn link_account(
        &self,
        link: &Link,
        app: &OauthApp,
        grant: UnheldGrant,
    ) -> Result<ConnectionId, ApiError> {
        let held =
            grant.hold(async |grant| self.store_grant(link, app, grant).await.map_err(LinkError)).await;
        let Held { connection, then } = held.map_err(|lost| self.revoked(link, lost))?;
        then?;
        self.begin_sync(&connection).await?;
        Ok(connection.id)
    }

    /// Stores what was granted, as the tokens of a connection.
    async fn store_grant(&self, link: &Link, app: &OauthApp, grant: &Grant) -> Result<Held, ApiError> {
        if let Some(held) = self.choose(link, app, grant).await? {
            return self.reconnect(held, grant).await;
        }
        if let Some(connection) = self.add(link, app, grant).await? {
            return Ok(Held { connection, then: Ok(()) });
        }
        // The same user linked the same account in another browser meanwhile.
        let held = self.held(link, app, grant).await?.ok_or(StoreError::Conflict)?;
        self.reconnect(held, grant).await
    }

    /// Why a grant was not stored, with a note where it could not be ended either.
    fn revoked(&self, link: &Link, lost: NotHeld<LinkError>) -> ApiError {
        if let Err(error) = lost.revoked {
            tracing::error!(link = %link.id, %error, "tokens that are not stored could not be revoked");
            self.metrics.count(Subject::of_project(link.project), Metric::GrantsNotRevoked, 1);
        }
        lost.error.0
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

    /// Gives a connection that the user has the new tokens.
    async fn reconnect(&self, connection: Connection, grant: &Grant) -> Result<Held, ApiError> {
        self.replace_tokens(&connection, grant).await?;
        let connection = self.as_granted(connection, grant).await;
        let then = match self.connections.reconnect(&connection).await {
            // It was disconnected meanwhile: its tokens are nobody's.
            Err(StoreError::Conflict) => return Err(StoreError::Conflict.into()),
            Err(error) => Err(error),
            Ok(()) => self.wake(&connection).await,
        };
        Ok(Held { connection, then })
    }

    /// What was missed while the tokens did not work is found by comparing.
    async fn wake(&self, connection: &Connection) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.schedules.wake(connection.id, Wake { at: Some(now), resync_at: Some(now), failures: 0 }).await
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
        let walk = self.requests.walk(connection.into(), Lane::Bulk, WalkReason::Connected);
        let news = vec![Event::news(connection, self.clock.now(), EventBody::Connected)];
        let (asked, published) = tokio::join!(walk, self.bus.publish(news));
        asked?;
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
