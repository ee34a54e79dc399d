//! What the worker works with.

use std::sync::Arc;

use shared::{
    content::ContentStore,
    dropbox::{Dropbox, DropboxError, Session},
    events::Bus,
    metrics::{Metric, Metrics, Subject},
    model::{AccessToken, Clock, Connection, Lane, Linked, WalkReason},
    queue::Requests,
    store::{
        ChoiceStore, Connections, HealthStore, Items, Leases, Log, Projects, Purges, Schedules, Transfers,
        Users,
    },
    tokens::{TokenError, Tokens},
};

use crate::{Failure, RetryBudget, TimeBudget};

/// What the worker works with: ports only.
pub struct Worker {
    /// The projects, for their settings.
    pub projects: Arc<dyn Projects>,
    /// Their users, for what is chosen for the users' accounts.
    pub users: Arc<dyn Users>,
    /// The connections.
    pub connections: Arc<dyn Connections>,
    /// When they are next worked on.
    pub schedules: Arc<dyn Schedules>,
    /// Their health.
    pub health: Arc<dyn HealthStore>,
    /// Who is at work on them.
    pub leases: Arc<dyn Leases>,
    /// What was chosen for them.
    pub choices: Arc<dyn ChoiceStore>,
    /// Their end.
    pub purges: Arc<dyn Purges>,
    /// The change log.
    pub log: Arc<dyn Log>,
    /// The items.
    pub items: Arc<dyn Items>,
    /// The transfers that are to be seen to.
    pub transfers: Arc<dyn Transfers>,
    /// The access tokens.
    pub tokens: Arc<Tokens>,
    /// Dropbox.
    pub dropbox: Dropbox,
    /// What asks for walks and transfers.
    pub requests: Requests,
    /// The bus.
    pub bus: Arc<dyn Bus>,
    /// The bucket.
    pub content: Arc<dyn ContentStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where is counted what happens.
    pub metrics: Arc<dyn Metrics>,
    /// How often a call may be repeated at once.
    pub budget: RetryBudget,
    /// How long an invocation works.
    pub time: TimeBudget,
}

impl Worker {
    /// Asks Dropbox something. An answer that did not come is asked for once more, where the budget allows it and no
    /// pause was asked for meanwhile.
    pub(crate) async fn with_session<T, F>(
        &self,
        connection: &Connection,
        call: impl Fn(Dropbox, Session) -> F + Send + Sync,
    ) -> Result<T, TokenError>
    where
        F: Future<Output = Result<T, DropboxError>> + Send,
    {
        self.budget.earn();
        match self.with_token(connection, &call).await {
            Err(TokenError::Dropbox(DropboxError::Unavailable(_) | DropboxError::Unreadable(_)))
                if self.budget.spend() =>
            {
                self.with_token(connection, &call).await
            }
            answer => answer,
        }
    }

    /// Calls Dropbox with the connection's token, rooted where its paths are; once more with a new token where
    /// Dropbox calls it expired.
    async fn with_token<T, F>(
        &self,
        connection: &Connection,
        call: &(impl Fn(Dropbox, Session) -> F + Send + Sync),
    ) -> Result<T, TokenError>
    where
        F: Future<Output = Result<T, DropboxError>> + Send,
    {
        let path_root = connection.root.path_root().map(str::to_owned);
        let session = |token: &AccessToken| Session { token: token.clone(), path_root: path_root.clone() };
        let tokens = &self.tokens;
        let token = tokens.access(connection).await?;
        tokens.keep_silent(connection.id)?;
        match call(self.dropbox.clone(), session(&token)).await {
            Err(DropboxError::TokenExpired) => {
                let fresh = tokens.access_instead_of(connection, &token).await?;
                tokens.keep_silent(connection.id)?;
                let answer = call(self.dropbox.clone(), session(&fresh)).await;
                tokens.told(connection.id, answer.map_err(TokenError::from))
            }
            answer => tokens.told(connection.id, answer.map_err(TokenError::from)),
        }
    }

    /// Counts what happened to a connection.
    pub(crate) fn count(&self, connection: &Connection, metric: Metric, amount: u64) {
        self.metrics.count(Subject::of(connection), metric, amount);
    }

    /// Fails like a call that Dropbox limited, where it asked for silence and that has not ended (invariant I7).
    pub(crate) async fn heed_pause(&self, connection: &Connection) -> Result<(), Failure> {
        let now = self.clock.now();
        match self.schedules.schedule(connection.id).await?.pause(now) {
            Some(until) => Err(DropboxError::RateLimited(until.since(now)).into()),
            None => Ok(()),
        }
    }

    /// Asks for a walk of the connection.
    pub(crate) async fn ask_for_walk(
        &self,
        of: Linked,
        lane: Lane,
        reason: WalkReason,
    ) -> Result<(), Failure> {
        self.requests.walk(of, lane, reason).await?;
        Ok(())
    }

    /// Asks for the connection's transfers to be seen to.
    pub(crate) async fn ask_for_transfers(&self, of: Linked) -> Result<(), Failure> {
        self.requests.transfers(of).await?;
        Ok(())
    }
}
