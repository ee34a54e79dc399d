//! `GET …/sdk/me`: returns the user and their connections.

use serde_json::{Value, json};
use shared::model::{Connection, ConnectionStatus};

use crate::{
    DROPBOX, ParagonApi,
    answer::{Answer, found},
    credential,
    linked::{Linked, linked},
    request::AuthorizedRequest,
};

/// Features that Paragon sells separately and the SDK checks for: connecting accounts from pages of the
/// application's own, and metadata of users.
const FEATURES: [&str; 2] = ["headless-cp", "user-metadata"];

pub(crate) async fn get(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let caller = &request.caller;
    let (linked, metadata) = tokio::try_join!(
        linked(api, caller.project, &caller.user),
        api.store.user_metadata(caller.project, &caller.user),
    )?;
    Ok(found(&json!({
        "authenticated": true,
        "userId": caller.user,
        "integrations": {DROPBOX: dropbox(&linked)},
        "meta": metadata.metadata,
        "resources": [],
        "project": {"id": caller.project, "billingPlan": "free", "accessibleFeatures": FEATURES},
    })))
}

/// Returns all connections, and the state of the one that calls without a selection use. `enabled` says
/// whether that one works: if it is true the SDK refuses to connect again, and a connection that does not
/// work must be connected again.
fn dropbox(linked: &[Linked]) -> Value {
    let all: Vec<Value> = linked.iter().map(|(one, settings)| credential::to_json(one, settings)).collect();
    let mut json = json!({"enabled": false, "allCredentials": all});
    let meant = Connection::preferred(linked.iter().map(|(one, _)| one.clone()).collect());
    let Some((meant, settings)) =
        linked.iter().find(|(one, _)| meant.as_ref().is_some_and(|meant| meant.id == one.id))
    else {
        return json;
    };
    json["enabled"] = json!(meant.status == ConnectionStatus::Active);
    json["credentialId"] = json!(meant.id);
    json["credentialStatus"] = json!(credential::status(meant));
    json["providerId"] = json!(meant.account);
    json["providerData"] = json!({});
    if let Some(default) = credential::configuration_of(meant, settings, None) {
        json["credentialConfigId"] = json!(default.id);
        json["sharedSettings"] = json!(default.shared_settings);
        json["workflowSettings"] = json!(default.workflow_settings);
    }
    json
}
