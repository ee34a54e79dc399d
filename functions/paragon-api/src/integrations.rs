//! `GET …/sdk/integrations`: lists Dropbox, the only integration.

use serde_json::{Value, json};
use shared::model::{ConnectionStatus, Project};

use crate::{
    DROPBOX, ParagonApi,
    answer::{Answer, found},
    ids, inputs,
    request::Asked,
};

const NAME: &str = "Dropbox";
/// Dropbox's blue.
const BRAND_COLOR: &str = "#0061fe";

pub(crate) async fn list(api: &ParagonApi, asked: &Asked<'_>) -> Answer {
    let (project, connections) = tokio::try_join!(
        api.projects.project(asked.caller.project),
        api.connections.connections_of_user(asked.caller.project, &asked.caller.user),
    )?;
    let is_linked = connections.iter().any(|one| one.status != ConnectionStatus::Disconnected);
    let all: Vec<Value> = project.iter().map(|project| shown(project, is_linked)).collect();
    Ok(found(&json!(all)))
}

/// Data sources of fields: the key under which `POST …/sdk/actions` lists them, and the title.
const SOURCES: [(&str, &str); 2] = [("folders", "Folder"), ("files", "File")];

/// Returns the integration. It has no workflows, and needs nothing from a user except the consent at Dropbox.
pub(crate) fn shown(project: &Project, is_linked: bool) -> Value {
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
        "workflows": [],
        "configs": [{
            "id": ids::integration_config(project.id),
            "integrationId": id,
            "dateCreated": created_at,
            "values": {"workflowMeta": {}, "sharedMeta": {"inputs": inputs::shown(&project.settings.inputs)}},
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
        let shown = json!({
            "type": "DYNAMIC_DATA_SOURCE",
            "title": title,
            "cacheKey": key,
            "refreshDependencies": [],
            "supportPagination": true,
        });
        (key.to_owned(), shown)
    };
    SOURCES.into_iter().map(source).collect()
}
