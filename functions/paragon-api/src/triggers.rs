//! `GET …/triggers`: lists the triggers.

use serde_json::{Map, Value, json};
use shared::{
    delivery::trigger::{TRIGGERS, Trigger},
    query,
};

use crate::{
    DROPBOX, ParagonApi,
    answer::{Answer, found},
    find, headers,
    request::AuthorizedRequest,
    subscriptions,
};

/// Lists the triggers of the named integrations, or of all. An unknown integration has none.
pub(crate) async fn list(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    if let Some(id) = headers::credential(request.headers)? {
        find::linked(api, request, id).await?;
    }
    let named = query::field(request.query, "integrations");
    let is_asked = named.is_none_or(|named| named.split(',').any(|one| one.trim() == DROPBOX));
    let triggers: Map<String, Value> =
        is_asked.then(|| (DROPBOX.to_owned(), TRIGGERS.iter().map(to_json).collect())).into_iter().collect();
    Ok(found(&json!({"triggers": triggers})))
}

/// Returns a trigger as JSON. Dropbox notifies of changes, so no trigger needs polling.
fn to_json(trigger: &Trigger) -> Value {
    json!({
        "type": trigger.name,
        "triggerModel": "WEBHOOK",
        "title": trigger.title,
        "description": trigger.description,
        "parameters": subscriptions::parameters_of(trigger),
    })
}
