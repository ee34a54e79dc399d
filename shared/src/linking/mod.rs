//! The making of a connection from a grant of Dropbox's, and its disconnection.

mod disconnect;
mod follow;
mod given;

use http::StatusCode;

pub use self::{
    disconnect::disconnect,
    follow::follow_as_user,
    given::{GivenToken, GivenTokens, MAX_GIVEN_TOKEN, NotTaken, is_token, try_given},
};
use crate::{
    answer::ApiError,
    dropbox::{Dropbox, DropboxError, Grant, OauthApp},
    events::Bus,
    model::{
        Clock, Connection, ConnectionId, ConnectionStatus, Event, EventBody, Lane, ProjectId, Tags, Target,
        UserId, WalkReason,
    },
    queue::Requests,
    store::{
        ChoiceStore, Connections, Dynamo, OtherAccount, Projects, Schedules, SourceTags, StoreError,
        TokenStore, Users, Wake, tag_source,
    },
    tokens::Tokens,
};

/// The user for whom an account is linked, and the terms.
#[derive(Debug, Clone, Copy)]
pub struct LinkFor<'a> {
    /// The project.
    pub project: ProjectId,
    /// The user.
    pub user: &'a UserId,
    /// The connection to connect again, if the link is about one.
    pub connection: Option<ConnectionId>,
    /// Treatment of another account than that connection's.
    pub other_account: OtherAccount,
    /// The requested scopes.
    pub scopes: &'a [String],
    /// The tags to add to those of the connection.
    pub tags: &'a Tags,
    /// Whether the user chooses next: until then nothing of a new account is selected.
    pub chooses: bool,
}

/// A connection that has the granted tokens.
pub struct Stored {
    /// The connection.
    pub connection: Connection,
    /// Result of the writes after the tokens. The tokens are stored in any case.
    pub then: Result<(), StoreError>,
}

/// Attempts to store new tokens when a concurrent refresh wins the race.
const ATTEMPTS: u32 = 5;

/// The part of the table that linking reads and writes.
pub trait LinkingStore:
    ChoiceStore + Connections + Projects + Schedules + SourceTags + TokenStore + Users
{
}

impl LinkingStore for Dynamo {}

/// Linking of accounts, with its dependencies.
#[derive(Clone, Copy)]
pub struct Linking<'a> {
    /// The table.
    pub store: &'a dyn LinkingStore,
    /// Sealing of tokens.
    pub tokens: &'a Tokens,
    /// Client for Dropbox.
    pub dropbox: &'a Dropbox,
    /// Requests for walks.
    pub requests: &'a Requests,
    /// The event bus.
    pub bus: &'a dyn Bus,
    /// The clock.
    pub clock: &'a dyn Clock,
}

impl Linking<'_> {
    /// Stores a grant: as the tokens of a new connection, or of one that the user has already, which is then
    /// active again.
    ///
    /// # Errors
    /// 403 if a scope is missing; 409 if it is another account than the requested one; 502 if Dropbox does
    /// not report the account; 503 if the grant cannot be stored.
    pub async fn store(
        &self,
        whose: &LinkFor<'_>,
        app: &OauthApp,
        grant: &Grant,
    ) -> Result<Stored, ApiError> {
        if let Some(known) = self.choose(whose, app, grant).await? {
            return self.reconnect(whose, known, grant).await;
        }
        if let Some(connection) = self.add(whose, app, grant).await? {
            let then = self.begin_as_the_user(&connection, whose.tags).await;
            return Ok(Stored { connection, then });
        }
        // The user has linked this account in another browser meanwhile.
        let known = self.known(whose, app, grant).await?.ok_or(StoreError::Conflict)?;
        self.reconnect(whose, known, grant).await
    }

    /// Returns the user's connection of this account, if there is one already.
    async fn choose(
        &self,
        whose: &LinkFor<'_>,
        app: &OauthApp,
        grant: &Grant,
    ) -> Result<Option<Connection>, ApiError> {
        check_scopes(whose.scopes, grant)?;
        let known = self.known(whose, app, grant).await?;
        let is_asked_for = |id| known.as_ref().is_some_and(|known| known.id == id);
        match whose.connection {
            Some(id) if !is_asked_for(id) && whose.other_account == OtherAccount::Refuse => {
                Err(other_account())
            }
            _ => Ok(known),
        }
    }

    async fn known(
        &self,
        whose: &LinkFor<'_>,
        app: &OauthApp,
        grant: &Grant,
    ) -> Result<Option<Connection>, StoreError> {
        let all = self.store.connections_of_user(whose.project, whose.user).await?;
        Ok(all.into_iter().find(|one| one.account == grant.account && one.app == app.key))
    }

    /// Adds a connection. Returns `None` if the user has one of this account by now.
    async fn add(
        &self,
        whose: &LinkFor<'_>,
        app: &OauthApp,
        grant: &Grant,
    ) -> Result<Option<Connection>, ApiError> {
        let account = self.dropbox.current_account(&grant.access).await.map_err(|error| unread(&error))?;
        let id = ConnectionId::random();
        let tokens = self.tokens.seal(whose.project, id, grant, 1).await?;
        let connection = Connection {
            id,
            project: whose.project,
            user: whose.user.clone(),
            app: app.key.clone(),
            account: account.id,
            root: account.root,
            profile: account.profile,
            scopes: grant.scopes.clone(),
            status: ConnectionStatus::Active,
            created_at: self.clock.now(),
            reconnects: 0,
            receipt: None,
            cancellation: None,
        };
        let project = self.store.project(whose.project).await?;
        let everything = project.is_some_and(|project| project.settings.select_everything) && !whose.chooses;
        let selected = everything.then_some(Target::Everything);
        match self.store.add_connection(&connection, &tokens, selected).await {
            Ok(()) => Ok(Some(connection)),
            Err(StoreError::Conflict) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Stores the new tokens for a connection that the user has already.
    async fn reconnect(
        &self,
        whose: &LinkFor<'_>,
        connection: Connection,
        grant: &Grant,
    ) -> Result<Stored, ApiError> {
        self.replace_tokens(&connection, grant).await?;
        let connection = self.as_granted(connection, grant).await;
        let then = match self.store.reconnect(&connection).await {
            // It was disconnected meanwhile: its tokens belong to no connection.
            Err(StoreError::Conflict) => return Err(StoreError::Conflict.into()),
            Err(error) => Err(error),
            Ok(()) => self.wake(&connection).await,
        };
        let tagged = tag_source(self.store, connection.id, whose.tags).await;
        Ok(Stored { connection, then: then.and(tagged) })
    }

    /// Adds the tags to a new connection, and applies its user's settings.
    async fn begin_as_the_user(&self, connection: &Connection, tags: &Tags) -> Result<(), StoreError> {
        self.store.add_user(connection.project, &connection.user, self.clock.now()).await?;
        let user = self.store.user(connection.project, &connection.user).await?;
        if let Some(settings) = user.map(|user| user.settings).filter(|settings| !settings.is_empty()) {
            follow_as_user(self.store, connection.id, settings).await?;
        }
        tag_source(self.store, connection.id, tags).await
    }

    /// Makes a comparison due, which finds what was missed while the tokens did not work.
    async fn wake(&self, connection: &Connection) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.store.wake(connection.id, Wake { at: Some(now), resync_at: Some(now), failures: 0 }).await
    }

    /// Returns the connection with the scopes granted now and the current data of its account. If Dropbox
    /// does not return the account, the comparison that follows asks again.
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

    /// Stores the granted tokens, also if a concurrent refresh of the previous ones comes in between.
    async fn replace_tokens(&self, connection: &Connection, grant: &Grant) -> Result<(), ApiError> {
        for _ in 0..ATTEMPTS {
            let stored = self.store.tokens(connection.id).await?;
            let replaced = stored.map_or(0, |tokens| tokens.version);
            let tokens = self.tokens.seal(connection.project, connection.id, grant, replaced + 1).await?;
            match self.store.replace_tokens(connection.id, &tokens, replaced).await {
                Err(StoreError::Conflict) => {}
                stored => return Ok(stored?),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Queues the first walk, and publishes *Connected*.
    ///
    /// # Errors
    /// 503 if the queue or the bus cannot be reached.
    pub async fn begin_sync(&self, connection: &Connection) -> Result<(), ApiError> {
        let walk = self.requests.walk(connection.into(), Lane::Bulk, WalkReason::Connected);
        let events = vec![Event::recurring(connection, self.clock.now(), EventBody::Connected)];
        let (asked, published) = tokio::join!(walk, self.bus.publish(events));
        asked?;
        published.map_err(|error| ApiError::unavailable(&error))
    }
}

/// Checks that every requested scope was granted: better to fail now than later.
fn check_scopes(asked: &[String], grant: &Grant) -> Result<(), ApiError> {
    let granted = |scope: &&String| grant.scopes.contains(scope);
    let missing: Vec<&str> = asked.iter().filter(|scope| !granted(scope)).map(String::as_str).collect();
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
