//! Data of an event, in the words of the API.

use serde_json::{Value, json};

use super::Occurrence;
use crate::{
    model::{ApplicationEvent, Degraded, EventBody, ItemId, Metadata, Recovered, Target},
    representation,
};

/// Returns what happened.
///
/// Every event has `id` (the same as on the bus) and `project`, and `user` and `connection` if it is about one.
/// Changes have `number`, `kind`, `item` and `content` as in the change log.
#[must_use]
pub fn data(occurrence: &Occurrence<'_>) -> Value {
    let event = occurrence.event;
    let mut data = of_body(&event.body);
    data["id"] = json!(event.id);
    data["project"] = json!(event.project);
    if let Some(user) = &event.user {
        data["user"] = json!(user);
    }
    if let Some(connection) = event.connection {
        data["connection"] = json!(connection);
    }
    data
}

fn of_body(body: &EventBody) -> Value {
    match body {
        EventBody::Change(change) => representation::change(change),
        EventBody::Ready { item, rev, key, size, content_hash, exported_as, metadata, created: _ } => {
            let mut content = json!({
                "state": "ready",
                "rev": rev,
                "key": key,
                "size": size,
                "content_hash": content_hash,
            });
            if let Some(format) = exported_as {
                content["exported_as"] = json!(format);
            }
            json!({"item": of_file(item, metadata.as_ref()), "content": content})
        }
        EventBody::Failed { item, rev, reason, metadata, created: _ } => json!({
            "item": of_file(item, metadata.as_ref()),
            "content": {"state": "failed", "rev": rev, "reason": reason},
        }),
        EventBody::Connected | EventBody::NeedsReauth | EventBody::SyncCancelled => json!({}),
        EventBody::ConnectionDegraded(degraded) => of_degraded(degraded),
        EventBody::ConnectionRecovered(Recovered { work, since, at }) => {
            json!({"work": work, "since": since.to_string(), "at": at.to_string()})
        }
        EventBody::Disconnected(receipt) => json!({"receipt": representation::receipt(receipt)}),
        EventBody::Listed { selection, number } => {
            json!({"target": target(selection), "number": number})
        }
        EventBody::FilesQueued(request) | EventBody::FilesProcessed(request) => {
            json!({"request_id": request.request_id, "number": request.number})
        }
        EventBody::UserDeleted { requested_at } => json!({"requested_at": requested_at.to_string()}),
        EventBody::SelectionMissing { selection } | EventBody::SelectionRestored { selection } => {
            json!({"target": target(selection)})
        }
        EventBody::SelectionRefused { selection, code, summary } => {
            json!({"target": target(selection), "code": code, "summary": summary})
        }
        EventBody::DeletionsHeld(held) => representation::held_deletions(*held),
        EventBody::FileLimitReached { max_files } => json!({"max_files": max_files}),
        EventBody::Resynced(report) => representation::resync_report(report),
        EventBody::Application(event) => of_application(event),
        EventBody::EndpointDisabled { endpoint, reason, failing_since } => json!({
            "endpoint": endpoint,
            "reason": reason,
            "message": reason.sentence(),
            "failing_since": failing_since.map(|since| since.to_string()),
        }),
    }
}

/// Returns the file of an event about bytes: its metadata, or only its id.
fn of_file(id: &ItemId, file: Option<&Metadata>) -> Value {
    file.map_or_else(|| json!({"id": id}), representation::metadata)
}

fn of_degraded(degraded: &Degraded) -> Value {
    json!({
        "code": degraded.code,
        "scope": degraded.scope,
        "work": degraded.work,
        "since": degraded.since.to_string(),
        "failures": degraded.failures,
        "retry_at": degraded.retry_at.map(|at| at.to_string()),
        "message": degraded.message,
        "remedy": degraded.remedy,
    })
}

fn of_application(event: &ApplicationEvent) -> Value {
    json!({
        "name": event.name,
        "payload": event.payload,
        "configuration": event.configuration,
        "sent_by": event.sent_by,
        "sent_at": event.at.to_string(),
    })
}

fn target(target: &Target) -> &str {
    representation::target(target)
}

#[cfg(test)]
mod tests {
    use super::{
        super::samples::{self, AT, FILE},
        *,
    };
    use crate::delivery::EventType;

    fn of(kind: EventType) -> Value {
        let event = samples::all().into_iter().find(|event| EventType::of(event) == kind).unwrap();
        data(&Occurrence { event: &event, at: AT })
    }

    #[test]
    fn a_change_has_the_members_of_the_change_log() {
        let data = of(EventType::FileMoved);
        let (item, connection) = (samples::metadata(), samples::connection());
        assert_eq!(
            data,
            json!({
                "id": format!("{}:3", connection.id),
                "project": connection.project,
                "user": "user-1",
                "connection": connection.id,
                "number": 3,
                "kind": "moved",
                "from": "/old/report.pdf",
                "item": representation::metadata(&item),
            })
        );
        assert_eq!((&data["item"]["path"], &data["item"]["size"]), (&json!("/New/Report.pdf"), &json!(1024)));
        assert_eq!(of(EventType::FileRemoved)["why"], "deselected");
        assert_eq!(of(EventType::FileCreated)["content"]["state"], "pending");
    }

    #[test]
    fn bytes_come_with_their_key_and_the_file_if_it_is_known() {
        let data = of(EventType::FileReady);
        assert_eq!(data["item"]["path"], "/New/Report.pdf");
        assert_eq!(
            data["content"],
            json!({"state": "ready", "rev": "015f9a1c0b7e4d0", "key": "p/c/f/r", "size": 1024, "content_hash": "e3b0"})
        );
        let failed = of(EventType::FileFailed);
        assert_eq!(failed["item"], json!({"id": FILE}));
        assert_eq!(
            failed["content"],
            json!({"state": "failed", "rev": "015f9a1c0b7e4d0", "reason": "locked"})
        );
    }

    #[test]
    fn times_are_dates_and_targets_are_texts() {
        let degraded = of(EventType::Degraded);
        assert_eq!(
            (&degraded["since"], &degraded["code"]),
            (&json!("2026-01-31T12:00:00.25Z"), &json!("locked"))
        );
        assert_eq!(of(EventType::Recovered)["at"], "2026-01-31T12:00:00.25Z");
        assert_eq!(of(EventType::Resynced)["at"], "2026-01-31T12:00:00.25Z");
        assert_eq!(of(EventType::DeletionsHeld)["since"], "2026-01-31T12:00:00.25Z");
        assert_eq!(of(EventType::Disconnected)["receipt"]["requested_at"], "2026-01-31T12:00:00.25Z");
        assert_eq!(of(EventType::SelectionListed)["target"], "everything");
        assert_eq!(of(EventType::SelectionRefused)["target"], FILE);
    }

    #[test]
    fn an_applications_event_about_no_connection_names_none() {
        let data = of(EventType::Application);
        assert!(data.get("connection").is_none());
        assert_eq!((&data["name"], &data["payload"]), (&json!("Invoice Paid"), &json!({"number": 42})));
    }
}
