//! Subscriptions as JSON.

use serde_json::{Value, json};
use shared::{
    delivery::Format,
    model::Timestamp,
    store::{StoreError, StoredEndpoint},
};

use super::trigger_of;
use crate::ParagonApi;

/// Events are delivered, now or later.
pub(super) const ACTIVE: &str = "ACTIVE";
/// Nothing is delivered until the subscription is changed or enabled again.
pub(super) const ERRORED: &str = "ERRORED";

/// Returns a subscription.
pub(super) async fn subscription(api: &ParagonApi, found: &StoredEndpoint) -> Result<Value, StoreError> {
    let Some(subscription) = found.endpoint.subscription() else { return Ok(Value::Null) };
    let head = api.store.head(subscription.connection).await?;
    Ok(described(found, head.drained_at))
}

/// Returns a subscription of an account that was last found to be up to date at `drained_at`, which is
/// `dateLastReceivedEvent`. The values of headers are left out, because they may be secrets.
pub(super) fn described(found: &StoredEndpoint, drained_at: Option<Timestamp>) -> Value {
    let endpoint = &found.endpoint;
    let Some(subscription) = endpoint.subscription() else { return Value::Null };
    let looked_at = drained_at.unwrap_or_default().max(endpoint.created_at);
    let mut json = json!({
        "id": endpoint.id,
        "type": trigger_of(endpoint).map(|trigger| trigger.name),
        "parameters": subscription.parameters,
        "status": status(found),
        "dateCreated": endpoint.created_at.to_string(),
        "dateLastReceivedEvent": looked_at.to_string(),
        "credentialId": subscription.connection,
    });
    if let Some(error) = error(found) {
        json["error"] = json!(error);
    }
    if !endpoint.url.is_empty() {
        json["webhookOverride"] = json!({"url": endpoint.url});
        if let Format::Paragon { metadata } = &endpoint.format {
            json["webhookOverride"]["metadata"] = json!(metadata);
        }
    }
    json
}

/// Returns whether events are delivered, in Paragon's words.
pub(super) fn status(found: &StoredEndpoint) -> &'static str {
    if found.is_open() { ACTIVE } else { ERRORED }
}

fn error(found: &StoredEndpoint) -> Option<String> {
    let reason = found.stopped_because()?;
    let last = found.health.last_error.as_ref().filter(|_| found.health.disabled.is_some());
    Some(last.map_or_else(|| reason.to_owned(), |error| format!("{reason} Last error: {error}")))
}
