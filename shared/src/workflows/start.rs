//! Starts of runs: whether a run starts, and once for each cause.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;

use super::{
    Position, Run, RunMessage, RunState, StartedBy, Workflow, limits, new_run_id, run_id, runs_for,
    settings_of,
};
use crate::{
    model::{Clock, Connection, ConnectionId, ConnectionStatus, ProjectId, RunId, Timestamp, UserId},
    queue::{Queue, QueueError},
    store::{Connections, Dynamo, Enablement, Runs, StoreError, Users, Workflows},
};

/// The part of the table that is read and written to start runs: workflows and for whom they are enabled, runs, users,
/// because none starts for one who was deleted, and their connections.
pub trait StarterStore: Connections + Runs + Users + Workflows {}

impl StarterStore for Dynamo {}

/// Ports for starting runs.
#[derive(Clone)]
pub struct Starter {
    /// The table.
    pub store: Arc<dyn StarterStore>,
    /// The queue of runs.
    pub queue: Arc<dyn Queue>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
}

/// A run to start.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The user for whom.
    pub user: UserId,
    /// The connection that an event is about, or that the caller names.
    pub connection: Option<ConnectionId>,
    /// Cause of the start.
    pub cause: Cause,
    /// `{{ trigger }}`.
    pub trigger: Value,
}

/// Cause of a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// An event. It starts a workflow once.
    Event {
        /// The event's id.
        id: String,
        /// Time at which it happened.
        at: Timestamp,
    },
    /// A request. Each starts a run.
    Request,
    /// A time of the workflow's schedule. It starts a workflow once for each user.
    Schedule {
        /// The time.
        at: Timestamp,
    },
}

/// Whether a run has started.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly all are runs")]
pub enum Started {
    /// It has, now or when the same cause came before.
    Run(Run),
    /// It has not, and will not.
    Not(NotStarted),
}

/// Reason why a run does not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotStarted {
    /// The workflow is paused.
    #[error("the workflow is paused")]
    Paused,
    /// It is not enabled for the user.
    #[error("the workflow is not enabled for this user")]
    NotEnabled,
    /// The user has enabled it for other connections only.
    #[error("the user has enabled the workflow for another account")]
    OtherConnection,
    /// The user was deleted.
    #[error("the user was deleted")]
    UserDeleted,
    /// The connection does not exist, or is disconnected.
    #[error("the account is not connected any more")]
    ConnectionGone,
    /// The trigger's data are too large.
    #[error("what starts the workflow is larger than {} KB", limits::LARGEST_TRIGGER / 1024)]
    TriggerTooLarge,
}

/// Reason why nobody knows whether a run has started; to try again is safe, except for a request.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue failed. The run was added, and is found later.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl Starter {
    /// Starts a run of a workflow for a user, unless there is a reason not to. If the same cause has started it
    /// before, the run stays as it is.
    ///
    /// # Errors
    /// Fails if the store or the queue cannot be reached.
    pub async fn start(&self, workflow: &Workflow, start: Start) -> Result<Started, StartError> {
        if workflow.paused {
            return Ok(Started::Not(NotStarted::Paused));
        }
        if serde_json::to_string(&start.trigger).is_ok_and(|text| text.len() > limits::LARGEST_TRIGGER) {
            return Ok(Started::Not(NotStarted::TriggerTooLarge));
        }
        let (project, user) = (workflow.project, &start.user);
        let decision = self.store.enablement(project, workflow.id, user).await?;
        if let Err(reason) = check(workflow, decision.as_ref(), start.connection) {
            return Ok(Started::Not(reason));
        }
        if self.store.user(project, user).await?.is_some_and(|user| user.deletion.is_some()) {
            return Ok(Started::Not(NotStarted::UserDeleted));
        }
        let found = match start.connection {
            Some(named) => self.named(project, user, named, &start.cause).await?,
            None => self.preferred(project, user, decision.as_ref()).await?,
        };
        let connection = match found {
            Ok(connection) => connection,
            Err(reason) => return Ok(Started::Not(reason)),
        };
        self.add(self.run(workflow, start, decision, connection)).await
    }

    /// Returns the run at its beginning.
    fn run(
        &self,
        workflow: &Workflow,
        start: Start,
        decision: Option<Enablement>,
        connection: Option<ConnectionId>,
    ) -> Run {
        let now = self.clock.now();
        let (id, started_by) = match start.cause {
            Cause::Event { id, at } => (run_id(workflow.id, &id, at), StartedBy::Event { id }),
            Cause::Request => (new_run_id(workflow.id, now), StartedBy::Request),
            Cause::Schedule { at } => {
                (run_id(workflow.id, &format!("{at}:{}", start.user), at), StartedBy::Schedule)
            }
        };
        let chosen = decision.map(|decision| decision.settings).unwrap_or_default();
        Run {
            id,
            project: workflow.project,
            workflow: workflow.id,
            version: workflow.version,
            user: start.user,
            connection,
            started_by,
            trigger: start.trigger,
            settings: settings_of(&workflow.document, &chosen),
            started_at: now,
            state: RunState::Running { position: Position::FIRST, failures: 0, due_at: None },
            revision: 1,
            steps: 0,
            response: None,
            replay_of: None,
        }
    }

    /// Returns the connection in which a run's steps are done if none is named: the preferred one of those that were
    /// chosen; if none was chosen, of all that the user has, if there is any.
    async fn preferred(
        &self,
        project: ProjectId,
        user: &UserId,
        decision: Option<&Enablement>,
    ) -> Result<Result<Option<ConnectionId>, NotStarted>, StoreError> {
        let mut usable = self.store.connections_of_user(project, user).await?;
        let none = BTreeSet::new();
        let chosen = decision.map_or(&none, |decision| &decision.connections);
        if !chosen.is_empty() {
            let is_usable =
                |one: &Connection| chosen.contains(&one.id) && one.status != ConnectionStatus::Disconnected;
            usable.retain(is_usable);
        }
        let preferred = Connection::preferred(usable).map(|connection| connection.id);
        Ok(if preferred.is_none() && !chosen.is_empty() {
            Err(NotStarted::ConnectionGone)
        } else {
            Ok(preferred)
        })
    }

    /// Returns the named connection for a run, if it is one of the user's. News of a connection that was disconnected
    /// start a run in none.
    async fn named(
        &self,
        project: ProjectId,
        user: &UserId,
        id: ConnectionId,
        cause: &Cause,
    ) -> Result<Result<Option<ConnectionId>, NotStarted>, StoreError> {
        let found = self.store.connection(id).await?;
        Ok(match found.filter(|found| found.project == project && found.user == *user) {
            Some(found) if found.status != ConnectionStatus::Disconnected => Ok(Some(id)),
            Some(_) if matches!(cause, Cause::Event { .. }) => Ok(None),
            _ => Err(NotStarted::ConnectionGone),
        })
    }

    async fn add(&self, run: Run) -> Result<Started, StartError> {
        let (project, id) = (run.project, run.id);
        match self.store.add_run(&run).await {
            Ok(true) => {
                self.send(project, id).await?;
                return Ok(Started::Run(run));
            }
            Ok(false) => {}
            // Meanwhile it was disconnected, or the user was deleted.
            Err(StoreError::Conflict) if run.connection.is_some() => {
                return Ok(Started::Not(NotStarted::ConnectionGone));
            }
            Err(StoreError::Conflict) => return Ok(Started::Not(NotStarted::UserDeleted)),
            Err(error) => return Err(error.into()),
        }
        // Whoever added it may not have sent the message.
        let Some(stored) = self.store.run(project, id).await? else {
            return Ok(Started::Not(NotStarted::UserDeleted));
        };
        if stored.revision == run.revision {
            self.send(project, id).await?;
        }
        Ok(Started::Run(stored))
    }

    async fn send(&self, project: ProjectId, run: RunId) -> Result<(), QueueError> {
        self.queue.send(vec![RunMessage::step(project, run).at_once()]).await
    }
}

/// Checks what the user, or else the workflow's project, has decided.
fn check(
    workflow: &Workflow,
    decision: Option<&Enablement>,
    connection: Option<ConnectionId>,
) -> Result<(), NotStarted> {
    if !runs_for(&workflow.document, decision) {
        return Err(NotStarted::NotEnabled);
    }
    match decision.zip(connection) {
        Some((decision, connection)) if !decision.is_for(connection) => Err(NotStarted::OtherConnection),
        _ => Ok(()),
    }
}
