//! From a grant of Dropbox's to a connection that works, and the end of one.

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
        ChoiceStore, Connections, OtherAccount, Projects, Schedules, SourceTags, StoreError, TokenStore,
        Users, Wake, tag_source,
    },
    tokens::Tokens,
};

/// For whom an account is linked, and how.
#[derive(Debug, Clone, Copy)]
pub struct LinkFor<'a> {
    /// The project.
    pub project: ProjectId,
    /// The user.
    pub user: &'a UserId,
    /// The connection that is to work again, where it is about one.
    pub connection: Option<ConnectionId>,
    /// What becomes of another account than that connection's.
    pub other_account: OtherAccount,
    /// The scopes that were asked for.
    pub scopes: &'a [String],
    /// The tags that the data source gets beside those that it has.
    pub tags: &'a Tags,
}

/// A connection that has the tokens that were granted.
pub struct Stored {
    /// The connection.
    pub connection: Connection,
    /// What came of the rest that had to be stored. The tokens are the connection's in any case.
    pub then: Result<(), StoreError>,
}

/// So often the tokens of a reconnect are stored over a refresh that came in between.
const ATTEMPTS: u32 = 5;

/// What links accounts.
#[derive(Clone, Copy)]
pub struct Linking<'a> {
    /// The projects.
    pub projects: &'a dyn Projects,
    /// The connections.
    pub connections: &'a dyn Connections,
    /// When they are next worked on.
    pub schedules: &'a dyn Schedules,
    /// Their tokens at rest.
    pub token_store: &'a dyn TokenStore,
    /// The users of the projects, and how their accounts are followed.
    pub users: &'a dyn Users,
    /// What is chosen for connections.
    pub choices: &'a dyn ChoiceStore,
    /// The tags that their project gives them.
    pub source_tags: &'a dyn SourceTags,
    /// What seals tokens.
    pub tokens: &'a Tokens,
    /// Dropbox.
    pub dropbox: &'a Dropbox,
    /// What asks for walks.
    pub requests: &'a Requests,
    /// The bus.
    pub bus: &'a dyn Bus,
    /// The time.
    pub clock: &'a dyn Clock,
}

impl Linking<'_> {
    /// Stores what was granted: as the tokens of a new connection, or of one that the user had, which works again.
    ///
    /// # Errors
    /// 403 where a scope is missing, 409 where it is another account than the one that was meant, 502 where Dropbox does
    /// not say whose account it is; 503 where it cannot be stored.
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
        // The same user linked the same account in another browser meanwhile.
        let known = self.known(whose, app, grant).await?.ok_or(StoreError::Conflict)?;
        self.reconnect(whose, known, grant).await
    }

    /// The connection that this account belongs to, if the user has one already.
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
        let all = self.connections.connections_of_user(whose.project, whose.user).await?;
        Ok(all.into_iter().find(|one| one.account == grant.account && one.app == app.key))
    }

    /// Adds a connection. `None` where the user has one of this account by now.
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
        };
        let project = self.projects.project(whose.project).await?;
        let everything = project.is_some_and(|project| project.settings.select_everything);
        let selected = everything.then_some(Target::Everything);
        match self.connections.add_connection(&connection, &tokens, selected).await {
            Ok(()) => Ok(Some(connection)),
            Err(StoreError::Conflict) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives a connection that the user has the new tokens.
    async fn reconnect(
        &self,
        whose: &LinkFor<'_>,
        connection: Connection,
        grant: &Grant,
    ) -> Result<Stored, ApiError> {
        self.replace_tokens(&connection, grant).await?;
        let connection = self.as_granted(connection, grant).await;
        let then = match self.connections.reconnect(&connection).await {
            // It was disconnected meanwhile: its tokens are nobody's.
            Err(StoreError::Conflict) => return Err(StoreError::Conflict.into()),
            Err(error) => Err(error),
            Ok(()) => self.wake(&connection).await,
        };
        let tagged = tag_source(self.source_tags, connection.id, whose.tags).await;
        Ok(Stored { connection, then: then.and(tagged) })
    }

    /// Gives a new connection its tags, and lets it be followed as its user's accounts are.
    async fn begin_as_the_user(&self, connection: &Connection, tags: &Tags) -> Result<(), StoreError> {
        self.users.add_user(connection.project, &connection.user, self.clock.now()).await?;
        let user = self.users.user(connection.project, &connection.user).await?;
        if let Some(settings) = user.map(|user| user.settings).filter(|settings| !settings.is_empty()) {
            follow_as_user(self.choices, connection.id, settings).await?;
        }
        tag_source(self.source_tags, connection.id, tags).await
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
            let stored = self.token_store.tokens(connection.id).await?;
            let replaced = stored.map_or(0, |tokens| tokens.version);
            let tokens = self.tokens.seal(connection.project, connection.id, grant, replaced + 1).await?;
            match self.token_store.replace_tokens(connection.id, &tokens, replaced).await {
                Err(StoreError::Conflict) => {}
                stored => return Ok(stored?),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Queues the first walk, and publishes *Connected*.
    ///
    /// # Errors
    /// 503 where queue or bus cannot be reached.
    pub async fn begin_sync(&self, connection: &Connection) -> Result<(), ApiError> {
        let walk = self.requests.walk(connection.into(), Lane::Bulk, WalkReason::Connected);
        let news = vec![Event::news(connection, self.clock.now(), EventBody::Connected)];
        let (asked, published) = tokio::join!(walk, self.bus.publish(news));
        asked?;
        published.map_err(|error| ApiError::unavailable(&error))
    }
}

/// What was asked for must be granted: better to say so now than to fail later.
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
