//! `GET …/sdk/portal`: what the portal at `/ui` shows, and whether the page that has framed it is the
//! project's.

use futures_util::future::try_join_all;
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    model::{Choices, Connection, Head, Selection, SelectionState, Target, web_origin},
    query,
    store::StoreError,
};

use crate::{
    ParagonApi,
    answer::{Answer, found},
    credential,
    linked::linked,
    request::AuthorizedRequest,
};

/// Returns the project's name, the path of its logo below the deployment's address, and the user's accounts. For an origin that the project has not registered only
/// that is said, because the portal shows nothing there.
pub(crate) async fn get(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let caller = &request.caller;
    let project = api.store.project(caller.project).await?.ok_or_else(gone)?;
    let origin = query::field(request.query, "origin").and_then(|origin| web_origin(&origin).ok());
    if !origin.is_some_and(|origin| project.has_origin_of(&origin)) {
        return Ok(found(&json!({"origin_registered": false})));
    }
    let linked = linked(api, caller.project, &caller.user).await?;
    let accounts = try_join_all(linked.iter().map(|(one, _)| account(api, one))).await?;
    let logo = project.settings.logo.as_ref();
    let logo = logo.map(|logo| format!("projects/{}/theme/{}", project.id, logo.file_name()));
    let json = json!({"origin_registered": true, "name": project.name, "logo": logo, "accounts": accounts});
    Ok(found(&json))
}

async fn account(api: &ParagonApi, connection: &Connection) -> Result<Value, StoreError> {
    let (head, choices) = tokio::try_join!(api.store.head(connection.id), api.store.choices(connection.id))?;
    Ok(to_json(connection, &head, &choices))
}

fn to_json(connection: &Connection, head: &Head, choices: &Choices) -> Value {
    let stays = |one: &&Selection| one.state != SelectionState::Deselected;
    let selections: Vec<&Selection> = choices.selections.iter().filter(stays).collect();
    json!({
        "id": connection.id,
        "status": credential::status(connection),
        "account": connection.account,
        "email": connection.profile.email,
        "created_at": connection.created_at.to_string(),
        "last_synced_at": head.drained_at.map(|at| at.to_string()),
        "everything": selections.iter().any(|one| one.target == Target::Everything),
        "selections": selections.iter().filter(|one| one.target != Target::Everything).count(),
    })
}

/// 404: the project was removed after its caller was checked.
fn gone() -> ApiError {
    ApiError::not_found("project_not_found", "There is no such project.")
}
