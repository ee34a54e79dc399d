//! `POST …/runs/{run}/replay`: another run of what a run did, from its beginning or from one of its steps.

use shared::{
    answer::ApiError,
    members::Members,
    store::StoreError,
    users::user_not_found,
    workflows::{Document, Position, Run, RunMessage, RunState, StartedBy, StepRecord, new_run_id, runs_for},
};

use super::from::{self, Nowhere};
use crate::{
    WorkflowsApi,
    answer::{Answer, accepted},
    find, to_json,
};

/// Repeats a run from the step that the body names.
pub(crate) async fn replay(api: &WorkflowsApi, run: &Run, body: &[u8]) -> Answer {
    let mut members = Members::of(body)?;
    let must_be = "the position or the id of a step, as GET …/runs/{run}/steps has it";
    let from = members.optional("from", must_be, |value| value.as_str().map(str::to_owned))?;
    members.end(&["from"])?;
    let again = again(api, run, from.as_deref()).await?;
    Ok(accepted(&to_json::run(&again)))
}

/// Repeats a run: with the same version of the document, for the same user, with the same data and settings. What was
/// done before the step is taken over, and not done again.
///
/// # Errors
/// 404 if the workflow is gone; 400 if `from` is no step of it; 409 if the run did not come as far, if the workflow
/// does not run for the user any more, or if the connection was disconnected; 404 if the user was deleted.
pub(crate) async fn again(api: &WorkflowsApi, run: &Run, from: Option<&str>) -> Result<Run, ApiError> {
    check_enabled(api, run).await?;
    let document = api.store.workflow_document(run.project, run.workflow, run.version).await?;
    let document = document.ok_or_else(find::no_workflow)?;
    let (position, records) = match from {
        None => (Position::FIRST, Vec::new()),
        Some(from) => {
            let position = from::position(&document, from).map_err(refused)?;
            let records = done_before(api, run, &document, &position).await?;
            (position, records)
        }
    };
    let now = api.clock.now();
    let again = Run {
        id: new_run_id(run.workflow, now),
        started_by: StartedBy::Replay,
        started_at: now,
        state: RunState::Running { position, failures: 0, due_at: None },
        steps: u32::try_from(records.len()).unwrap_or(u32::MAX),
        revision: 1,
        response: None,
        replay_of: Some(run.id),
        ..run.clone()
    };
    // First what its steps refer to, so that no step comes too early.
    for record in &records {
        api.store.keep_step(again.id, record).await?;
    }
    match api.store.add_run(&again).await {
        Err(StoreError::Conflict) => {
            // Nothing is left of it.
            api.store.remove_run(again.project, again.id).await?;
            return Err(if run.connection.is_some() { disconnected() } else { user_not_found() });
        }
        added => added?,
    };
    api.ask(&RunMessage::step(again.project, again.id)).await?;
    Ok(again)
}

async fn check_enabled(api: &WorkflowsApi, run: &Run) -> Result<(), ApiError> {
    let (project, id) = (run.project, run.workflow);
    let (workflow, decided) =
        tokio::try_join!(api.store.workflow(project, id), api.store.enablement(project, id, &run.user))?;
    let workflow = workflow.ok_or_else(find::no_workflow)?;
    if runs_for(&workflow.document, decided.as_ref()) {
        return Ok(());
    }
    let message = "The workflow is not enabled for this user any more.";
    Err(ApiError::conflict("workflow_not_enabled", message))
}

/// Returns the records of the steps before one that the run has done, or failed to do.
async fn done_before(
    api: &WorkflowsApi,
    run: &Run,
    document: &Document,
    position: &Position,
) -> Result<Vec<StepRecord>, ApiError> {
    if api.store.step_records(run.id, std::slice::from_ref(position)).await?.is_empty() {
        let message = "The run did not come as far as this step; name one that it has done, or failed to do.";
        return Err(ApiError::conflict("step_not_done", message));
    }
    let before = from::before(document, position);
    Ok(api.store.step_records(run.id, &before).await?)
}

fn refused(nowhere: Nowhere) -> ApiError {
    let must_be = match nowhere {
        Nowhere::Missing => {
            "from must be the position or the id of a step of the run's version of the workflow."
        }
        Nowhere::Ambiguous => {
            "from must be a position such as 2.7.1, since this step is done for each item of a list."
        }
    };
    ApiError::invalid("malformed_body", must_be)
}

fn disconnected() -> ApiError {
    let message = "The account in which the run was done is not connected any more.";
    ApiError::conflict("connection_gone", message)
}
