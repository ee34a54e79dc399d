//! `DELETE …/workflows/{workflow}`.

use http::{HeaderValue, Response, StatusCode, header::X_CONTENT_TYPE_OPTIONS};
use lambda_http::Body;
use shared::workflows::Workflow;

use crate::{WorkflowsApi, answer::Answer, trigger};

/// Deletes a workflow, and for whom it was enabled. Nothing starts it any more; runs that have begun go on, and are
/// kept as all are.
pub(crate) async fn delete(api: &WorkflowsApi, workflow: &Workflow) -> Answer {
    trigger::remove(api, workflow).await?;
    api.store.remove_workflow(workflow.project, workflow.id, api.clock.now()).await?;
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}
