//! `POST …/runs/{run}/cancel`: ends a run.

use shared::{
    answer::ApiError,
    members::Members,
    store::StoreError,
    workflows::{Run, RunState},
};

use crate::{
    WorkflowsApi,
    answer::{Answer, found},
    find, to_json,
};

/// Maximum number of attempts, if the runner moves the run on at the same time.
const ATTEMPTS: u32 = 10;

/// Ends a run. A step that is being done at this time is done; no further one is. Idempotent.
pub(crate) async fn cancel(api: &WorkflowsApi, mut run: Run, body: &[u8]) -> Answer {
    Members::of(body)?.end(&[])?;
    for _ in 0..ATTEMPTS {
        match run.state {
            RunState::Cancelled { .. } => return Ok(found(&to_json::run(&run))),
            RunState::Succeeded { .. } | RunState::Failed { .. } => {
                let message = "The run has ended already.";
                return Err(ApiError::conflict("run_ended", message));
            }
            RunState::Running { .. } => {}
        }
        let mut ended = run.clone();
        ended.state = RunState::Cancelled { at: api.clock.now() };
        ended.revision += 1;
        match api.store.change_run(&ended, None, None).await {
            Ok(()) => return Ok(found(&to_json::run(&ended))),
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
        run = api.store.run(run.project, run.id).await?.ok_or_else(find::no_run)?;
    }
    Err(ApiError::unavailable(&StoreError::Conflict))
}
