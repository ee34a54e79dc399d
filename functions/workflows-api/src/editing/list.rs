//! `GET …/workflows` and `GET …/workflows/{workflow}`.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{model::ProjectId, workflows::Workflow};

use crate::{
    WorkflowsApi,
    answer::{Answer, found},
    to_json,
};

/// Lists the project's workflows, oldest first, without their documents: these can be large.
pub(crate) async fn list(api: &WorkflowsApi, project: ProjectId) -> Answer {
    let mut all = api.store.workflows(project).await?;
    all.sort_by_key(|workflow| (workflow.created_at, workflow.id));
    let listed: Vec<Value> = all.iter().map(in_list).collect();
    Ok(found(&json!({"workflows": listed})))
}

/// Shows one workflow.
pub(crate) fn show(workflow: &Workflow) -> Response<Body> {
    found(&to_json::workflow(workflow))
}

fn in_list(workflow: &Workflow) -> Value {
    let mut listed = to_json::workflow(workflow);
    if let Some(members) = listed.as_object_mut() {
        members.remove("document");
    }
    listed["name"] = json!(workflow.document.name);
    listed["description"] = json!(workflow.document.description);
    listed["trigger"] = json!(workflow.document.trigger);
    listed["enabled_by_default"] = json!(workflow.document.enabled_by_default);
    listed
}
