//! `GET …/sdk/integrations`: lists Dropbox, the only integration.

use serde_json::{Value, json};
use shared::{
    model::{ConnectionStatus, Project, ProjectId},
    store::StoreError,
    workflows::Workflow,
};

use crate::{
    DROPBOX, ParagonApi,
    answer::{Answer, found},
    ids, inputs,
    request::AuthorizedRequest,
    workflows::{listed, meta},
};

const NAME: &str = "Dropbox";
/// Dropbox's blue.
const BRAND_COLOR: &str = "#0061fe";

pub(crate) async fn list(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let (project, connections, workflows) = tokio::try_join!(
        api.store.project(request.caller.project),
        api.store.connections_of_user(request.caller.project, &request.caller.user),
        in_order(api, request.caller.project),
    )?;
    let is_linked = connections.iter().any(|one| one.status != ConnectionStatus::Disconnected);
    let all: Vec<Value> = project.iter().map(|project| to_json(project, &workflows, is_linked)).collect();
    Ok(found(&json!(all)))
}

/// Returns the project's workflows, oldest first.
pub(crate) async fn in_order(api: &ParagonApi, project: ProjectId) -> Result<Vec<Workflow>, StoreError> {
    let mut all = api.store.workflows(project).await?;
    all.sort_by_key(|workflow| (workflow.created_at, workflow.id));
    Ok(all)
}

/// Data sources of fields: the key under which `POST …/sdk/actions` lists them, and the title.
const SOURCES: [(&str, &str); 2] = [("folders", "Folder"), ("files", "File")];

/// Returns the integration. It needs nothing from a user except the consent at Dropbox.
pub(crate) fn to_json(project: &Project, workflows: &[Workflow], is_linked: bool) -> Value {
    let id = ids::integration(project.id);
    let created_at = project.created_at.to_string();
    json!({
        "id": id,
        "projectId": project.id,
        "type": DROPBOX,
        "name": NAME,
        "brandColor": BRAND_COLOR,
        "isActive": true,
        "authenticationType": "oauth",
        "dateCreated": created_at,
        "hasCredential": is_linked,
        "connectedUserLimitReached": false,
        "needPreOauthInputs": false,
        "workflows": listed(workflows),
        "configs": [{
            "id": ids::integration_config(project.id),
            "integrationId": id,
            "dateCreated": created_at,
            "values": {
                "workflowMeta": meta(workflows),
                "sharedMeta": {"inputs": inputs::to_json(&project.settings.inputs)},
            },
        }],
        "sdkIntegrationConfig": {
            // If there were one, the SDK would ask the user to choose it.
            "accountTypes": [],
            "oauthInputs": [],
            "authConfigInputs": [],
            "postOauthInputs": [],
            "dataSources": sources(),
        },
    })
}

fn sources() -> Value {
    let source = |(key, title): (&str, &str)| {
        let json = json!({
            "type": "DYNAMIC_DATA_SOURCE",
            "title": title,
            "cacheKey": key,
            "refreshDependencies": [],
            "supportPagination": true,
        });
        (key.to_owned(), json)
    };
    SOURCES.into_iter().map(source).collect()
}
