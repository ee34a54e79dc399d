//! Messages about data sources, requests and users.

use serde_json::{Value, json};

use super::{
    files::one,
    message::{Message, Object},
};
use crate::{
    delivery::body::Occurrence,
    integers,
    model::{Event, EventBody, FilesRequest, TroubleCode},
};

/// Returns what is told of an event that is about no file.
pub(super) fn messages(occurrence: &Occurrence<'_>, ordinal: u32) -> Vec<Message> {
    let source = |kind, additional| one(occurrence, kind, source(ordinal).with(additional));
    let user = |kind, additional| one(occurrence, kind, user(occurrence.event).with(additional));
    match &occurrence.event.body {
        EventBody::Connected => {
            vec![source("ADD", Value::Null), source("DATA_SOURCE_READY", Value::Null)]
        }
        EventBody::FilesQueued(request) => vec![
            of_request(occurrence, "ALL_UPLOADED_FILES_QUEUED", request, ordinal),
            source("UPDATE", Value::Null),
        ],
        EventBody::FilesProcessed(request) => vec![
            of_request(occurrence, "ALL_FILES_PROCESSED", request, ordinal),
            source("DATA_SOURCE_READY", Value::Null),
        ],
        EventBody::Resynced(_) => vec![source("DATA_SOURCE_READY", Value::Null)],
        EventBody::SyncCancelled => vec![source("CANCEL", Value::Null)],
        EventBody::NeedsReauth => vec![source("REVOKE", json!({"reason": "needs_reauthorization"}))],
        EventBody::Disconnected(_) => vec![source("REVOKE", json!({"reason": "disconnected"}))],
        EventBody::ConnectionDegraded(degraded) if degraded.code == TroubleCode::RateLimited => {
            let retry_at = degraded.retry_at.map(|at| at.to_string());
            let additional = json!({"reason": degraded.message, "retry_at": retry_at});
            vec![source("RATE_LIMIT_ERROR", additional)]
        }
        EventBody::FileLimitReached { max_files } => {
            vec![user("FILE_SYNC_LIMIT_REACHED", json!({"max_files": max_files}))]
        }
        EventBody::UserDeleted { .. } => vec![user("ORGANIZATION_USER_DELETED", Value::Null)],
        _ => Vec::new(),
    }
}

fn source(ordinal: u32) -> Object {
    Object::new("DATA_SOURCE", ordinal.to_string())
}

fn user(event: &Event) -> Object {
    let integer = event.user.as_ref().map(|user| integers::user(event.project, user).to_string());
    Object::new("ORGANIZATION_USER", integer)
}

/// Returns a message about what a request has selected: about the data source, if the request has no id.
fn of_request(
    occurrence: &Occurrence<'_>,
    kind: &'static str,
    request: &FilesRequest,
    ordinal: u32,
) -> Message {
    let object = match &request.request_id {
        Some(id) => Object::new("UPLOAD_REQUEST_ID", id.as_str()),
        None => source(ordinal),
    };
    let additional =
        json!({"request_id": request.request_id, "upload_id": null, "data_source_id": ordinal.to_string()});
    one(occurrence, kind, object.with(additional))
}
