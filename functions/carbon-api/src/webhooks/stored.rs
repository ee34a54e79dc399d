//! Webhooks as JSON, without their keys.

use serde_json::{Value, json};
use shared::{
    delivery::{Endpoint, Format},
    integers,
    model::Timestamp,
    store::StoredEndpoint,
};

use crate::{CarbonApi, answer::Refusal, request::AuthorizedRequest};

/// Returns the project's webhooks.
pub(super) async fn all(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Vec<StoredEndpoint>, Refusal> {
    let mut endpoints = api.store.endpoints(request.caller.project).await?;
    endpoints.retain(|stored| stored.endpoint.format == Format::Carbon);
    Ok(endpoints)
}

/// Returns the integer of a webhook.
pub(super) fn number(endpoint: &Endpoint) -> u64 {
    integers::webhook(endpoint.project, endpoint.id)
}

/// Returns the time of the last change that is known of a webhook: it was made, its keys were replaced, or it was
/// disabled.
pub(super) fn updated_at(stored: &StoredEndpoint) -> Timestamp {
    let keys = stored.endpoint.keys.iter().map(|key| key.created_at);
    let disabled = stored.health.disabled.iter().map(|disabled| disabled.at);
    keys.chain(disabled).fold(stored.endpoint.created_at, Timestamp::max)
}

/// Returns a webhook. One that gets nothing any more is flagged.
pub(super) fn webhook(stored: &StoredEndpoint) -> Value {
    let endpoint = &stored.endpoint;
    let reason = stored.stopped_because();
    json!({
        "id": number(endpoint),
        "organization_id": integers::organization(endpoint.project),
        "url": endpoint.url,
        "status": if reason.is_some() { "FLAGGED" } else { "ACTIVE" },
        "status_reason": reason,
        "created_at": endpoint.created_at.to_string(),
        "updated_at": updated_at(stored).to_string(),
    })
}
