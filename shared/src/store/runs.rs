//! The port to runs of workflows, and their steps. Both are kept for 90 days.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    model::{ConnectionId, ProjectId, RunId, Timestamp, UserId, WorkflowId},
    workflows::{Position, Run, StepRecord},
};

/// Filter of a list of runs. Every given condition must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Workflow.
    pub workflow: Option<WorkflowId>,
    /// User.
    pub user: Option<UserId>,
    /// In this connection.
    pub connection: Option<ConnectionId>,
    /// With a state of this name.
    pub status: Option<&'static str>,
    /// Earliest time of the trigger, which is the time in the run's id.
    pub since: Option<Timestamp>,
    /// Time before which the trigger happened.
    pub before: Option<Timestamp>,
    /// Whether it waits for a time: a delay, or its next attempt.
    pub waits: Option<bool>,
    /// Whether the list begins with the oldest, and not with the newest.
    pub oldest_first: bool,
}

/// A page of runs.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPage {
    /// The runs, in the order of the filter.
    pub runs: Vec<Run>,
    /// The run after which the next page begins; `None` at the end. A page may be short, or empty, and not the last.
    pub next: Option<RunId>,
}

/// A page of runs, and the number of all.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedRuns {
    /// The page; `None` if it would begin after the runs that were looked at.
    pub page: Option<RunPage>,
    /// Number of all runs that the filter allows; `None` if there were more to look at.
    pub total: Option<u64>,
}

/// Removal of a user's runs, for functions that do nothing else with runs.
#[async_trait]
pub trait RunRemoval: Send + Sync {
    /// Removes some of a user's runs with their records, at most `limit`; only those in one connection, if given.
    /// Returns their number: 0 at the end.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some may have been removed.
    async fn remove_runs(
        &self,
        project: ProjectId,
        user: &UserId,
        connection: Option<ConnectionId>,
        limit: u16,
    ) -> Result<u64, StoreError>;
}

/// Store of runs.
#[async_trait]
pub trait Runs: RunRemoval {
    /// Adds a run. Returns false if there is one with its id. It is found in the index of what is due five minutes
    /// after its start, in case nobody begins with it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its connection is gone or disconnected, or if it has none and its user was deleted. Fails if the store cannot be reached.
    async fn add_run(&self, run: &Run) -> Result<bool, StoreError>;

    /// Returns the time at which an event first came to a workflow: `at`, unless it has come before. An event may be
    /// recorded twice, each time with the time of the record, and the ids of runs begin with a time.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn first_came(
        &self,
        workflow: WorkflowId,
        event: &str,
        at: Timestamp,
    ) -> Result<Timestamp, StoreError>;

    /// Returns a run.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn run(&self, project: ProjectId, id: RunId) -> Result<Option<Run>, StoreError>;

    /// Replaces the state and the answer of a run whose stored revision is the one before `run`'s, together with
    /// the record of a step if given. The run is found in the index of what is due from `wake_at` on, if given.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it has another revision, or is gone; nothing is written then.
    async fn change_run(
        &self,
        run: &Run,
        record: Option<&StepRecord>,
        wake_at: Option<Timestamp>,
    ) -> Result<(), StoreError>;

    /// Returns a page of a project's runs after one. Reads at most 1,000 rows.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn runs(
        &self,
        project: ProjectId,
        filter: &RunFilter,
        after: Option<RunId>,
        limit: u16,
    ) -> Result<RunPage, StoreError>;

    /// Returns the page of a project's runs after the first `skipped`, and counts all. Looks at no more than `looked_at`
    /// runs of those that the filter's times and user allow, which should be 10,000 at most.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn counted_runs(
        &self,
        project: ProjectId,
        filter: &RunFilter,
        skipped: u64,
        limit: u16,
        looked_at: usize,
    ) -> Result<CountedRuns, StoreError>;

    /// Removes a run and the records of its steps.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some records may have been removed.
    async fn remove_run(&self, project: ProjectId, id: RunId) -> Result<(), StoreError>;

    /// Stores the record of a step, in place of an earlier one of the same position.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn keep_step(&self, run: RunId, record: &StepRecord) -> Result<(), StoreError>;

    /// Returns the records of the steps at these positions, as far as there are any.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn step_records(&self, run: RunId, positions: &[Position]) -> Result<Vec<StepRecord>, StoreError>;

    /// Returns a page of the records of a run's steps after a position, at most `limit`, in the order of the positions
    /// as text. Fewer are no sign of the end, because records may be large: it is an empty page.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn steps(
        &self,
        run: RunId,
        after: Option<&Position>,
        limit: u16,
    ) -> Result<Vec<StepRecord>, StoreError>;
}
