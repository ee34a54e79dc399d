//! `GET …/sdk/integrations`: Dropbox, the only one.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    caller::Caller,
    model::{ConnectionStatus, Project},
};

use super::{DROPBOX, ids};
use crate::{FilesApi, routes::found};

const NAME: &str = "Dropbox";
/// Dropbox's blue.
const BRAND_COLOR: &str = "#0061fe";

impl FilesApi {
    pub(crate) async fn integrations(&self, caller: &Caller) -> Result<Response<Body>, ApiError> {
        let (project, connections) = tokio::try_join!(
            self.projects.project(caller.project),
            self.connections.connections_of_user(caller.project, &caller.user),
        )?;
        let is_linked = connections.iter().any(|one| one.status != ConnectionStatus::Disconnected);
        let all: Vec<Value> = project.iter().map(|project| shown(project, is_linked)).collect();
        Ok(found(&json!(all)))
    }
}

/// The integration. It has no workflows, and asks a user for nothing but the consent at Dropbox.
fn shown(project: &Project, is_linked: bool) -> Value {
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
            "values": {"workflowMeta": {}, "sharedMeta": {"inputs": []}},
        }],
        "sdkIntegrationConfig": {
            "accountTypes": [{"id": "default", "scheme": "oauth", "oauthParameters": []}],
            "oauthInputs": [],
            "authConfigInputs": [],
            "postOauthInputs": [],
            "dataSources": {},
        },
    })
}
