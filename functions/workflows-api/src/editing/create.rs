//! `POST …/workflows`: makes a workflow.

use serde_json::Value;
use shared::{
    answer::ApiError,
    members::Members,
    model::{ProjectId, WorkflowId},
    workflows::{Workflow, limits::MOST_WORKFLOWS},
};

use super::document::{self, document};
use crate::{
    WorkflowsApi,
    answer::{Answer, made},
    to_json, trigger,
};

/// Makes a workflow. Those made at the same time may exceed their maximum number by some. It runs for nobody before it is enabled, unless its document says otherwise.
pub(crate) async fn add(api: &WorkflowsApi, project: ProjectId, body: &[u8]) -> Answer {
    let mut members = Members::of(body)?;
    let document = document(&mut members)?;
    let paused = members.optional("paused", "true or false", Value::as_bool)?.unwrap_or(false);
    members.end(&["document", "paused"])?;
    let document = match document::checked(&document) {
        Ok(document) => document,
        Err(problems) => return Ok(document::refused(&problems)),
    };
    if api.store.workflows(project).await?.len() >= MOST_WORKFLOWS {
        let message = format!("The project has {MOST_WORKFLOWS} workflows; delete one that is not used.");
        return Err(ApiError::conflict("too_many_workflows", message));
    }
    let now = api.clock.now();
    let (id, version) = (WorkflowId::random(), 1);
    let workflow = Workflow { id, project, version, paused, created_at: now, updated_at: now, document };
    api.store.add_workflow(&workflow).await?;
    if let Err(error) = trigger::set(api, &workflow).await {
        // Nobody knows its id, so that nobody could ask for the rest.
        api.store.remove_workflow(project, id, now).await?;
        return Err(error);
    }
    Ok(made(&to_json::workflow(&workflow)))
}
