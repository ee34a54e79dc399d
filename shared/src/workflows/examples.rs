//! Examples of what triggers and steps have. A reference that no example has cannot exist; null stands for
//! anything.

use serde_json::{Map, Value, json};

use super::{Setting, SettingKind, Step, StepKind, Trigger, trigger_data::item_name};
use crate::delivery::EventType;

/// Returns an example of `{{ trigger }}`. With several types of events it has what any of them has.
pub(super) fn of_trigger(trigger: &Trigger) -> Value {
    match trigger {
        Trigger::Event { filter } => {
            let kinds = EventType::ALL.iter().filter(|kind| filter.includes_type(**kind));
            kinds.map(|kind| of_event(*kind)).reduce(either).unwrap_or_default()
        }
        Trigger::ApplicationEvent { name } => {
            let mut event = of_event(EventType::Application);
            event["name"] = json!(name);
            event
        }
        Trigger::Request {} => {
            json!({"type": "request", "time": TIME, "user": "user-1", "body": null, "query": null})
        }
        Trigger::Schedule { .. } => json!({"type": "schedule", "time": TIME, "user": "user-1"}),
    }
}

/// Returns an example of `{{ settings }}`.
pub(super) fn of_settings(settings: &[Setting]) -> Value {
    let example = |setting: &Setting| match (&setting.default, setting.kind) {
        (Some(default), _) => default.clone(),
        (None, SettingKind::Text) => json!("text"),
        (None, SettingKind::Number) => json!(1),
        (None, SettingKind::Boolean) => json!(true),
        (None, SettingKind::Folder) => json!("/Reports"),
    };
    settings.iter().map(|setting| (setting.id.clone(), example(setting))).collect::<Map<_, _>>().into()
}

/// Returns an example of `{{ steps.<id> }}`.
pub(super) fn of_step(step: &Step) -> Value {
    let output = match &step.kind {
        StepKind::Action { .. } | StepKind::Dropbox { .. } => Value::Null,
        StepKind::Http { .. } => json!({"status": 200, "headers": null, "body": null}),
        StepKind::Condition { .. } => json!({"result": true}),
        StepKind::ForEach { .. } => json!({"count": 3}),
        StepKind::Delay { .. } => json!({"until": TIME}),
        StepKind::Response { status, .. } => json!({"status": status, "body": null}),
    };
    if !step.continue_on_error {
        return output;
    }
    either(output, json!({"error": {"code": "http_failed", "message": "The address does not answer."}}))
}

/// Returns an example of what there is besides, by first names.
pub(super) fn of_run() -> [(&'static str, Value); 6] {
    let id = "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a";
    [
        ("user", json!({"id": "user-1"})),
        ("connection", json!({"id": id})),
        ("project", json!({"id": id})),
        ("workflow", json!({"id": id, "name": "Reports", "version": 1})),
        ("run", json!({"id": id, "started_at": TIME})),
        ("step", json!({"id": "save", "idempotency_key": format!("{id}:2.then.0")})),
    ]
}

const TIME: &str = "2026-01-31T12:00:00Z";
const REV: &str = "015f9a1c0b7e4d0";

/// Returns an example that has what either has.
fn either(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (name, value) in other {
                let merged = match one.remove(&name) {
                    Some(there) => either(there, value),
                    None => value,
                };
                one.insert(name, merged);
            }
            Value::Object(one)
        }
        (one, other) if std::mem::discriminant(&one) == std::mem::discriminant(&other) => one,
        _ => Value::Null,
    }
}

/// Returns an example of what an event of this type starts a run with, with all that it may have.
fn of_event(kind: EventType) -> Value {
    let mut event = json!({
        "id": "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a:3",
        "type": kind,
        "time": TIME,
        "project": "bca70f30-3198-4c7d-b70e-914243208258",
        "user": "user-1",
        "connection": "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a",
    });
    if let (Some(name), Some(members)) = (item_name(kind), event.as_object_mut()) {
        members.insert("item".to_owned(), item(name));
        members.insert(name.to_owned(), item(name));
    }
    either(event, of_kind(kind))
}

fn item(kind: &str) -> Value {
    let item = json!({
        "id": "id:a4ayc_80_OEAAAAAAAAAXw",
        "kind": kind,
        "name": "Report.pdf",
        "path": "/New/Report.pdf",
        "path_lower": "/new/report.pdf",
        "size": 1024,
    });
    if kind == "folder" {
        return item;
    }
    let of_a_file = json!({
        "rev": REV,
        "content_hash": "e3b0",
        "export_as": "docx",
        "export_by_name": true,
        "symlink_target": "/Other",
        "server_modified": TIME,
    });
    either(item, of_a_file)
}

fn of_kind(kind: EventType) -> Value {
    match kind {
        EventType::FileCreated | EventType::FileUpdated => change("created", &content()),
        EventType::FolderCreated | EventType::FolderUpdated => {
            change("created", &json!({"content": {"state": "none"}}))
        }
        EventType::FileMoved => change("moved", &either(content(), json!({"from": "/old/report.pdf"}))),
        EventType::FolderMoved => change("moved", &json!({"content": {"state": "none"}, "from": "/old"})),
        EventType::FileDeleted
        | EventType::FileRemoved
        | EventType::FolderDeleted
        | EventType::FolderRemoved => change("deleted", &json!({"why": "deleted"})),
        EventType::FileReady => json!({"content": {
            "state": "ready", "rev": REV, "key": "project/connection/file/rev", "size": 1024,
            "content_hash": "e3b0",
            "exported_as": "docx",
        }}),
        EventType::FileFailed => json!({"content": {"state": "failed", "rev": REV, "reason": "locked"}}),
        EventType::Connected | EventType::NeedsReauthorization | EventType::SyncCancelled => json!({}),
        EventType::Disconnected => json!({"receipt": {
            "requested_at": TIME, "revoked": true, "items": 10, "objects": 10, "finished_at": TIME,
        }}),
        EventType::Degraded => json!({
            "code": "locked", "scope": null, "work": "walk", "since": TIME, "failures": 5, "retry_at": TIME,
            "message": "It is locked.", "remedy": "Wait.",
        }),
        EventType::Recovered => json!({"work": "walk", "since": TIME, "at": TIME}),
        EventType::DeletionsHeld => json!({"deletions": 9, "items": 10, "since": TIME}),
        EventType::FileLimitReached => json!({"max_files": 100}),
        EventType::Resynced => json!({
            "at": TIME, "listed": 10, "agreed": 10, "created": 0, "updated": 0, "moved": 0, "deleted": 0,
            "held": 0,
            "refused": 0, "missed": 0, "notified_at": TIME, "paths_restored": 0, "unreadable": 0, "duplicates": 0,
        }),
        EventType::FilesQueued | EventType::FilesProcessed => json!({"request_id": "request-1", "number": 3}),
        EventType::SelectionListed => json!({"target": "everything", "number": 3}),
        EventType::SelectionMissing | EventType::SelectionRestored => json!({"target": "everything"}),
        EventType::SelectionRefused => json!({
            "target": "everything", "code": "restricted_content", "summary": "restricted_content/..",
        }),
        EventType::Application => json!({
            "name": "Invoice Paid", "payload": null, "configuration": null, "sent_by": "api_key", "sent_at": TIME,
        }),
        EventType::UserDeleted => json!({"requested_at": TIME}),
        EventType::EndpointDisabled => json!({
            "endpoint": "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a", "reason": "failing", "message": "It fails.",
            "failing_since": TIME,
        }),
    }
}

fn change(kind: &str, more: &Value) -> Value {
    either(json!({"number": 3, "kind": kind}), more.clone())
}

/// State of a file's bytes after a change, with all that it may have.
fn content() -> Value {
    let exported = json!({"size": 1024, "content_hash": "e3b0"});
    json!({"content": {"state": "pending", "rev": REV, "exported": exported, "reason": "too_large"}})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{delivery::body::samples, workflows::trigger_data};

    /// Whether an example has all that a value has, with the same types.
    fn covers(example: &Value, value: &Value) -> Result<(), String> {
        match (example, value) {
            (Value::Null, _) | (_, Value::Null) => Ok(()),
            (Value::Object(example), Value::Object(value)) => value.iter().try_for_each(|(name, value)| {
                let example = example.get(name).ok_or_else(|| name.clone())?;
                covers(example, value).map_err(|inner| format!("{name}.{inner}"))
            }),
            _ if std::mem::discriminant(example) == std::mem::discriminant(value) => Ok(()),
            _ => Err(format!("{example} and {value}")),
        }
    }

    #[test]
    fn examples_have_what_events_have() {
        for event in samples::all() {
            let kind = EventType::of(&event);
            let mut trigger = trigger_data::of_event(&event, samples::AT);
            // The samples' folders have the revision of their files.
            if trigger["item"]["kind"] == "folder" {
                for name in ["item", "folder", "content"] {
                    trigger
                        .get_mut(name)
                        .and_then(Value::as_object_mut)
                        .and_then(|members| members.remove("rev"));
                }
            }
            let given = covers(&of_event(kind), &trigger);
            assert_eq!(given, Ok(()), "{}", kind.as_str());
        }
    }

    #[test]
    fn with_several_types_there_is_what_any_of_them_has() {
        let filter =
            serde_json::from_value(json!({"types": ["file.ready", "file.deleted", "file.moved"]})).unwrap();
        let trigger = of_trigger(&Trigger::Event { filter });
        for (way, kind) in [
            ("/content/key", json!("project/connection/file/rev")),
            ("/why", json!("deleted")),
            ("/from", json!("/old/report.pdf")),
            ("/file/path", json!("/New/Report.pdf")),
        ] {
            assert_eq!(trigger.pointer(way), Some(&kind), "{way}");
        }
        assert_eq!(trigger.get("folder"), None);
    }

    #[test]
    fn a_step_has_an_error_only_if_the_run_goes_on_after_one() {
        let step = |more: Value| {
            let step = either(json!({"id": "a", "type": "http", "url": "https://example.com"}), more);
            of_step(&serde_json::from_value(step).unwrap())
        };
        assert_eq!(step(json!({})), json!({"status": 200, "headers": null, "body": null}));
        assert!(step(json!({"continue_on_error": true}))["error"]["code"].is_string());
    }
}
