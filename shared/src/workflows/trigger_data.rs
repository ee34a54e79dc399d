//! `{{ trigger }}`: what a run was started with.

use serde_json::{Value, json};

use crate::{
    delivery::{
        EventType,
        body::{Occurrence, data},
    },
    model::{Event, Tags, Timestamp, UserId},
};

/// Returns the trigger of a run that an event starts; `at` is the time at which it happened.
///
/// It is what a delivery of the event has as `data`, with `type`, `time`, and the item under the name of its kind,
/// as `file` or `folder`.
#[must_use]
pub fn of_event(event: &Event, at: Timestamp) -> Value {
    let kind = EventType::of(event);
    let mut trigger = data(&Occurrence { event, at });
    if let (Some(name), Some(item)) = (item_name(kind), trigger.get("item").cloned()) {
        trigger[name] = item;
    }
    trigger["type"] = json!(kind);
    trigger["time"] = json!(at.to_string());
    trigger
}

/// Returns the trigger of a run that a request starts.
#[must_use]
pub fn of_request(user: &UserId, body: &Value, query: &Tags, at: Timestamp) -> Value {
    json!({"type": "request", "time": at.to_string(), "user": user, "body": body, "query": query})
}

/// Returns the trigger of a run that a schedule starts; `at` is the time at which it was due.
#[must_use]
pub fn of_schedule(user: &UserId, at: Timestamp) -> Value {
    json!({"type": "schedule", "time": at.to_string(), "user": user})
}

/// Returns the name under which events of this type have their item.
pub(super) fn item_name(kind: EventType) -> Option<&'static str> {
    match kind.as_str().split_once('.') {
        Some(("file", _)) => Some("file"),
        Some(("folder", _)) => Some("folder"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::body::samples;

    fn of(kind: EventType) -> Value {
        let event = samples::all().into_iter().find(|event| EventType::of(event) == kind).unwrap();
        of_event(&event, samples::AT)
    }

    #[test]
    fn an_event_has_its_delivery_and_the_item_by_its_kind() {
        let moved = of(EventType::FileMoved);
        assert_eq!(
            (&moved["type"], &moved["time"]),
            (&json!("file.moved"), &json!("2026-01-31T12:00:00.25Z"))
        );
        assert_eq!(
            (&moved["file"]["path"], &moved["from"]),
            (&json!("/New/Report.pdf"), &json!("/old/report.pdf"))
        );
        assert_eq!(moved["user"], "user-1");
        assert!(moved.get("folder").is_none());
        let deleted = of(EventType::FolderDeleted);
        assert_eq!(deleted["folder"], deleted["item"]);
        assert_eq!(of(EventType::FileFailed)["file"], json!({"id": samples::FILE}));
        assert_eq!(of(EventType::Application)["payload"], json!({"number": 42}));
    }

    #[test]
    fn requests_and_schedules_name_the_user() {
        let (user, at) = ("ada".parse().unwrap(), Timestamp(0));
        let query = json!({"a": "b"}).as_object().unwrap().clone();
        assert_eq!(
            of_request(&user, &json!([1]), &query, at),
            json!({
                "type": "request", "time": "1970-01-01T00:00:00Z", "user": "ada",
                "body": [1], "query": {"a": "b"},
            })
        );
        assert_eq!(of_schedule(&user, at)["type"], "schedule");
    }
}
