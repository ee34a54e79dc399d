//! Runs: one execution of a workflow's steps.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Position;
use crate::model::{ConnectionId, ProjectId, RunId, Tags, Timestamp, UserId, WorkflowId};

/// A run of a workflow for a user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its id. Runs that started later have greater ids.
    pub id: RunId,
    /// The project.
    pub project: ProjectId,
    /// The workflow.
    pub workflow: WorkflowId,
    /// The version of its document.
    pub version: u64,
    /// The user for whom it runs.
    pub user: UserId,
    /// The connection in which its steps are done; absent if the user had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// Cause of its start.
    pub started_by: StartedBy,
    /// `{{ trigger }}`: the event's data, the request or the time.
    pub trigger: Value,
    /// `{{ settings }}`: the user's settings of the workflow when it started.
    #[serde(default)]
    pub settings: Tags,
    /// Time at which it started, in milliseconds since 1970.
    pub started_at: Timestamp,
    /// State.
    pub state: RunState,
    /// Number of times that it was written. It is written only if nobody else wrote it meanwhile.
    pub revision: u64,
    /// Number of steps that are done.
    #[serde(default)]
    pub steps: u32,
    /// Answer of a `response` step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
    /// The run that it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<RunId>,
}

/// Cause of a run's start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StartedBy {
    /// An event, with its id.
    Event {
        /// The event's id.
        id: String,
    },
    /// A request.
    Request,
    /// Its schedule.
    Schedule,
    /// Somebody who had a run repeated.
    Replay,
}

/// State of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RunState {
    /// A step is to be done.
    Running {
        /// The step.
        position: Position,
        /// Number of its attempts that have failed.
        #[serde(default)]
        failures: u32,
        /// Time from which it is done; absent for at once. A delay, or the next attempt.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_at: Option<Timestamp>,
    },
    /// All steps are done.
    Succeeded {
        /// Time at which it ended.
        at: Timestamp,
    },
    /// A step has failed.
    Failed {
        /// Time at which it ended.
        at: Timestamp,
        /// The step's id.
        step: String,
        /// Why.
        error: StepError,
    },
    /// Somebody has ended it.
    Cancelled {
        /// Time at which it ended.
        at: Timestamp,
    },
}

impl RunState {
    /// Returns its name in answers.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Running { .. } => "running",
            Self::Succeeded { .. } => "succeeded",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// Whether it waits for a time: a delay, or the next attempt.
    #[must_use]
    pub fn waits(&self) -> bool {
        matches!(self, Self::Running { due_at: Some(_), .. })
    }

    /// Whether nothing more happens.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !matches!(self, Self::Running { .. })
    }
}

/// An answer to the request that started a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// A step of a run that was done, or has failed. There is one for each position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Position of the step.
    pub position: Position,
    /// The step's id.
    pub step: String,
    /// Time at which the last attempt began, in milliseconds since 1970.
    pub at: Timestamp,
    /// Duration of the last attempt, in milliseconds.
    pub ms: u64,
    /// Number of attempts.
    pub attempts: u32,
    /// Its input, after references were replaced: cut to 8 KB, without secrets. For people.
    pub input: Value,
    /// Its output, if it succeeded: at most 256 KB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// Reason why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<StepError>,
}

/// Reason why a step failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepError {
    /// A code for programs, such as `reference_missing`, `dropbox_refused`, `http_failed`.
    pub code: String,
    /// A sentence for people, without secrets.
    pub message: String,
}
