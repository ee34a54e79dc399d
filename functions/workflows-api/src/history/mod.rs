//! Paragon's Task History: runs in its words. Its documentation shows the list as `workflowExecutions`, its published
//! description as `data`; both are there.

mod list;
mod page;
mod query;

use std::time::Duration;

use serde_json::{Value, json};
use shared::workflows::{Run, RunState, StepRecord};

pub(crate) use self::list::list;
use crate::{
    WorkflowsApi,
    answer::{Answer, found, made},
    runs, to_json,
};

/// Maximum number of steps of a run that are shown.
const STEPS: u16 = 100;

/// `GET …/task-history/workflow-executions/{execution}`: one run, with its first steps, in the order in which they ended.
pub(crate) async fn show(api: &WorkflowsApi, run: &Run) -> Answer {
    let mut records = api.store.steps(run.id, None, STEPS).await?;
    records.sort_by(|one, other| (one.at, &one.position).cmp(&(other.at, &other.position)));
    let mut json = execution(run);
    json["stepExecutions"] = records.iter().map(|record| step(run, record)).collect();
    Ok(found(&json))
}

/// Returns a step of a run, without what it was given and gave.
fn step(run: &Run, record: &StepRecord) -> Value {
    let size = |value: Option<&Value>| value.map_or(0, |value| value.to_string().len()).to_string();
    json!({
        "id": record.position,
        "stepId": record.step,
        "workflowExecutionId": run.id,
        "status": if record.error.is_some() { "FAILED" } else { "SUCCEEDED" },
        "start": record.at.to_string(),
        "end": record.at.plus(Duration::from_millis(record.ms)).to_string(),
        "inputSize": size(Some(&record.input)),
        "outputSize": size(record.output.as_ref()),
    })
}

/// `POST …/task-history/workflow-executions/{execution}/replay`: repeats a run from its beginning.
pub(crate) async fn replay(api: &WorkflowsApi, run: &Run) -> Answer {
    Ok(made(&execution(&runs::again(api, run, None).await?)))
}

/// Returns a run as an execution.
fn execution(run: &Run) -> Value {
    let ended_at = to_json::ended_at(run);
    json!({
        "id": run.id,
        "userId": run.user,
        "workflowId": run.workflow,
        "status": status(&run.state),
        "taskCount": run.steps,
        "runDuration": ended_at.map(|at| at.0.saturating_sub(run.started_at.0)),
        "dateStarted": run.started_at.to_string(),
        "dateEnded": ended_at.map(|at| at.to_string()),
    })
}

/// Returns the state of a run in Paragon's words, and ours for a run that somebody has ended.
fn status(state: &RunState) -> &'static str {
    match state {
        RunState::Running { due_at: Some(_), .. } => "DELAYED",
        RunState::Running { .. } => "EXECUTING",
        RunState::Succeeded { .. } => "SUCCEEDED",
        RunState::Failed { .. } => "FAILED",
        RunState::Cancelled { .. } => "CANCELLED",
    }
}
