//! `GET …/triggers`: lists the triggers, for which the bus has events.

use serde_json::{Map, Value, json};
use shared::query;

use crate::{
    DROPBOX, ParagonApi,
    answer::{Answer, found},
    find, headers,
    request::Asked,
};

/// Type, title and description of each trigger, with Paragon's names. Each has an event on the bus.
const TRIGGERS: [(&str, &str, &str); 3] = [
    (
        "TRIGGER_DROPBOX_FILE_CREATED",
        "File Created",
        "A file was added to what is synced of the account; the event File Created on the bus.",
    ),
    (
        "TRIGGER_DROPBOX_FILE_UPDATED",
        "File Updated",
        "A file has other content or facts; the event File Updated on the bus.",
    ),
    (
        "TRIGGER_DROPBOX_FILE_DELETED",
        "File Deleted",
        "A file was deleted in Dropbox; the event File Deleted on the bus.",
    ),
];

/// Lists the triggers of the named integrations, or of all. An unknown integration has none.
pub(crate) async fn list(api: &ParagonApi, asked: &Asked<'_>) -> Answer {
    if let Some(id) = headers::credential(asked.headers)? {
        find::linked(api, asked, id).await?;
    }
    let named = query::field(asked.query, "integrations");
    let is_asked = named.is_none_or(|named| named.split(',').any(|one| one.trim() == DROPBOX));
    let triggers: Map<String, Value> = is_asked
        .then(|| (DROPBOX.to_owned(), TRIGGERS.into_iter().map(shown).collect()))
        .into_iter()
        .collect();
    Ok(found(&json!({"triggers": triggers})))
}

/// Returns a trigger as JSON. Dropbox notifies of changes, so no trigger needs polling; none has parameters.
fn shown((kind, title, description): (&str, &str, &str)) -> Value {
    json!({
        "type": kind,
        "triggerModel": "WEBHOOK",
        "title": title,
        "description": description,
        "parameters": [],
    })
}
