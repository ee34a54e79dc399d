//! Paragon's Task History: runs in its words. Its documentation shows the list as `workflowExecutions`, its published
//! description as `data`; both are there.

mod list;
mod query;

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::workflows::{Run, RunState};

pub(crate) use self::list::list;
use crate::{
    WorkflowsApi,
    answer::{Answer, found},
    runs, shown,
};

/// `GET …/task-history/workflow-executions/{execution}`: one run.
pub(crate) fn show(run: &Run) -> Response<Body> {
    found(&execution(run))
}

/// `POST …/task-history/workflow-executions/{execution}/replay`: repeats a run from its beginning.
pub(crate) async fn replay(api: &WorkflowsApi, run: &Run) -> Answer {
    Ok(found(&execution(&runs::again(api, run, None).await?)))
}

/// Returns a run as an execution.
fn execution(run: &Run) -> Value {
    let ended_at = shown::ended_at(run);
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

/// Returns the state of a run in Paragon's words. Its documents have two; the others are those of a run that has not
/// ended, and of one that somebody has ended.
fn status(state: &RunState) -> &'static str {
    match state {
        RunState::Running { .. } => "EXECUTING",
        RunState::Succeeded { .. } => "SUCCEEDED",
        RunState::Failed { .. } => "FAILED",
        RunState::Cancelled { .. } => "CANCELLED",
    }
}
