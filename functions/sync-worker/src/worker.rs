//! The worker and its dependencies.

use std::sync::Arc;

use shared::{
    content::ContentStore,
    dropbox::{Dropbox, DropboxError, Session},
    events::Bus,
    metrics::{Metric, Metrics, Subject},
    model::{AccessToken, Clock, Connection, Lane, Linked, WalkReason},
    queue::{Queue, Requests},
    store::{
        ChoiceStore, Connections, HealthStore, Items, Labels, Leases, Log, Projects, Purges, Runs, Schedules,
        Transfers, Users,
    },
    tokens::{TokenError, Tokens},
};

use crate::{Failure, RetryBudget, TimeBudget};

/// The worker's dependencies: ports only.
pub struct Worker {
    /// Projects, for their settings.
    pub projects: Arc<dyn Projects>,
    /// Users, for settings that apply to their connections.
    pub users: Arc<dyn Users>,
    /// Connections.
    pub connections: Arc<dyn Connections>,
    /// Times at which connections are next worked on.
    pub schedules: Arc<dyn Schedules>,
    /// Health of connections.
    pub health: Arc<dyn HealthStore>,
    /// Leases, so that one invocation works on a connection at a time.
    pub leases: Arc<dyn Leases>,
    /// Choices about connections: selections, exclusions, confirmations.
    pub choices: Arc<dyn ChoiceStore>,
    /// Purges of disconnected connections.
    pub purges: Arc<dyn Purges>,
    /// Change log.
    pub log: Arc<dyn Log>,
    /// Items.
    pub items: Arc<dyn Items>,
    /// Labels, which say what a client's request has selected.
    pub labels: Arc<dyn Labels>,
    /// Pending transfers.
    pub transfers: Arc<dyn Transfers>,
    /// Access tokens.
    pub tokens: Arc<Tokens>,
    /// Dropbox client.
    pub dropbox: Dropbox,
    /// Requests for walks and transfers.
    pub requests: Requests,
    /// Event bus.
    pub bus: Arc<dyn Bus>,
    /// Queue of deliveries to endpoints.
    pub deliveries: Arc<dyn Queue>,
    /// Runs of workflows, which are removed with their connection.
    pub runs: Arc<dyn Runs>,
    /// Queue of runs of workflows.
    pub run_queue: Arc<dyn Queue>,
    /// Bucket.
    pub content: Arc<dyn ContentStore>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
    /// Budget for repeating calls at once.
    pub budget: RetryBudget,
    /// Time budget of an invocation.
    pub time: TimeBudget,
}

impl Worker {
    /// Calls Dropbox. If no usable answer comes, the call is repeated once, provided that the budget allows
    /// it and no pause was requested meanwhile.
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

    /// Calls Dropbox with the connection's token, at the connection's root. If Dropbox reports the token as
    /// expired, calls it once more with a new token.
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

    /// Counts an event in the connection's metrics.
    pub(crate) fn count(&self, connection: &Connection, metric: Metric, amount: u64) {
        self.metrics.count(Subject::of(connection), metric, amount);
    }

    /// Fails as a rate-limited call would if Dropbox has requested a pause that has not ended (invariant I7).
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

    /// Asks for a run of the connection's transfers.
    pub(crate) async fn ask_for_transfers(&self, of: Linked) -> Result<(), Failure> {
        self.requests.transfers(of).await?;
        Ok(())
    }
}
