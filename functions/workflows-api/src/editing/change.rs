//! `PATCH …/workflows/{workflow}`: another document, a pause, or its end.

use serde_json::Value;
use shared::{answer::ApiError, members::Members, store::StoreError, workflows::Workflow};

use super::document::{self, document_if_any};
use crate::{
    WorkflowsApi,
    answer::{Answer, found},
    to_json, trigger,
};

/// Changes a workflow. Runs that have begun go on with the document with which they began. If the answer is lost or
/// 503, the same request again completes the change.
pub(crate) async fn change(api: &WorkflowsApi, stored: Workflow, body: &[u8]) -> Answer {
    let mut members = Members::of(body)?;
    let given = document_if_any(&mut members)?;
    let paused = members.optional("paused", "true or false", Value::as_bool)?;
    let version = members.optional("version", "the number of the version that is changed", Value::as_u64)?;
    members.end(&["document", "paused", "version"])?;
    let mut workflow = stored.clone();
    if let Some(given) = given {
        workflow.document = match document::checked(&given) {
            Ok(document) => document,
            Err(problems) => return Ok(document::refused(&problems)),
        };
    }
    workflow.paused = paused.unwrap_or(stored.paused);
    if version.is_some_and(|version| version != stored.version) {
        return Err(changed());
    }
    if workflow != stored {
        workflow.version += 1;
        workflow.updated_at = api.clock.now();
        match api.store.change_workflow(&workflow).await {
            Err(StoreError::Conflict) => return Err(changed().after(1)),
            written => written?,
        }
    }
    trigger::set(api, &workflow).await?;
    Ok(found(&to_json::workflow(&workflow)))
}

fn changed() -> ApiError {
    let message = "Somebody else has changed this workflow; read it again, then change it.";
    ApiError::conflict("workflow_changed", message)
}
