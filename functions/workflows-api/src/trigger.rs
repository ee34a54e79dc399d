//! The start of a workflow: the endpoint through which it hears of events, and the time of its schedule.

use shared::{
    answer::ApiError,
    delivery::{Endpoint, remove_endpoint},
    store::StoreError,
    workflows::{Trigger, Workflow, next_time},
};

use crate::WorkflowsApi;

/// Maximum number of attempts at a change, if others change the endpoint at the same time.
const ATTEMPTS: u32 = 5;

/// Makes events and times start a workflow as its document says, whatever did before. Idempotent.
pub(crate) async fn set(api: &WorkflowsApi, workflow: &Workflow) -> Result<(), ApiError> {
    for _ in 0..ATTEMPTS {
        match listen(api, workflow).await {
            Err(StoreError::Conflict) => {}
            set => {
                set?;
                return Ok(schedule(api, workflow).await?);
            }
        }
    }
    Err(ApiError::unavailable(&StoreError::Conflict))
}

/// Makes nothing start a workflow any more. If only the deliveries are not removed, their rows expire.
pub(crate) async fn remove(api: &WorkflowsApi, workflow: &Workflow) -> Result<(), ApiError> {
    api.store.schedule_workflow(workflow.project, workflow.id, None).await?;
    Ok(forget(api, workflow).await?)
}

async fn listen(api: &WorkflowsApi, workflow: &Workflow) -> Result<(), StoreError> {
    let stored = api.store.endpoint(workflow.project, workflow.endpoint()).await?;
    let before = stored.map(|stored| stored.endpoint);
    let version = before.as_ref().map_or(1, |before| before.version + 1);
    match (before, workflow.listener(version, api.clock.now())) {
        (None, None) => Ok(()),
        (None, Some(new)) => api.store.add_endpoint(&new).await,
        (Some(before), Some(new)) if before.filter == new.filter => Ok(()),
        // The positions in the streams stay: the new filter is applied to all that has happened since.
        (Some(before), Some(new)) => {
            let (version, filter) = (new.version, new.filter);
            api.store.change_endpoint(&Endpoint { version, filter, ..before }).await
        }
        (Some(_), None) => forget(api, workflow).await,
    }
}

async fn forget(api: &WorkflowsApi, workflow: &Workflow) -> Result<(), StoreError> {
    match api.store.endpoint(workflow.project, workflow.endpoint()).await? {
        Some(stored) => remove_endpoint(&*api.store, &*api.store, &stored.endpoint).await,
        None => Ok(()),
    }
}

async fn schedule(api: &WorkflowsApi, workflow: &Workflow) -> Result<(), StoreError> {
    let at = match workflow.document.trigger {
        Trigger::Schedule { every_minutes, at_minute } => {
            Some(next_time(every_minutes, at_minute, api.clock.now()))
        }
        _ => None,
    };
    api.store.schedule_workflow(workflow.project, workflow.id, at).await
}
