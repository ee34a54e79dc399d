//! `POST /v2/projects/{project}/sdk/events/trigger`: an event of the application's own, published on the bus.

use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    model::{ApplicationEvent, Event},
};

use crate::{
    ParagonApi,
    answer::{Answer, accepted},
    credential::configuration_of,
    document::document,
    fields::{Fields, Read, text},
    find, headers,
    request::AuthorizedRequest,
};

/// Maximum length of an event's name, in bytes.
const MAX_NAME: usize = 128;
/// Maximum size of an event's payload as JSON, in bytes.
const MAX_PAYLOAD: usize = 48 * 1024;

/// Publishes an event. If the caller selects a credential and a configuration for it, they must be the
/// user's.
pub(crate) async fn publish(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let fields = Fields::of(request.body)?;
    let name = fields.required("name", name)?;
    let payload = fields.optional("payload", document(MAX_PAYLOAD))?.unwrap_or_default();
    let configuration = headers::configuration(request.headers)?;
    let connection = match headers::credential(request.headers)? {
        Some(id) => Some(find::linked(api, request, id).await?),
        None => None,
    };
    if let Some(named) = configuration {
        let connection = connection.as_ref().ok_or_else(find::without_credential)?;
        let stored = api.store.credential_settings(connection.id).await?;
        configuration_of(connection, &stored.settings, Some(named)).ok_or_else(find::no_configuration)?;
    }
    let sent_by = request.caller.kind.as_str().to_owned();
    let event = ApplicationEvent { name, payload, configuration, sent_by, at: api.clock.now() };
    let about = connection.map(|connection| connection.id);
    let event = Event::application(request.caller.project, request.caller.user.clone(), about, event);
    let id = event.id.clone();
    api.bus.publish(vec![event]).await.map_err(|error| ApiError::unavailable(&error))?;
    Ok(accepted(&json!({"id": id})))
}

/// Reads a name that rules can match and people can read.
fn name(value: &Value) -> Read<String> {
    let name = text(1..=MAX_NAME)(value)?;
    if name.trim() == name && !name.contains(char::is_control) {
        return Ok(name);
    }
    Err("must have no blanks at its ends and no control characters".to_owned())
}
