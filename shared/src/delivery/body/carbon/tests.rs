use serde_json::{Value, json};

use super::{
    super::samples::{self, AT, FILE},
    *,
};
use crate::{
    integers,
    model::{Change, ChangeKind, Content, Metadata, NotFetched, Removal, TroubleCode},
};

/// The integer of the file that change 1 has created, in data source 2.
const NUMBER: &str = "1073741825";

fn told(event: &Event) -> Vec<Value> {
    messages(&[Occurrence { event, at: AT }], 2).iter().map(payload).collect()
}

fn payload(message: &Message) -> Value {
    let body: Value = serde_json::from_slice(&message.to_body()).unwrap();
    assert_eq!(body.as_object().unwrap().len(), 1);
    serde_json::from_str(body["payload"].as_str().unwrap()).unwrap()
}

fn sample(kind: EventType) -> Event {
    samples::all().into_iter().find(|event| EventType::of(event) == kind).unwrap()
}

fn changed(kind: ChangeKind) -> Event {
    let change = Change { number: 3, kind, item: samples::metadata(), drops: None, created: Some(1) };
    Event::change(&samples::connection(), change)
}

fn created(number: u64, content: Content) -> Event {
    let item = Metadata { id: format!("id:{number}").as_str().into(), ..samples::metadata() };
    let kind = ChangeKind::Created { content };
    Event::change(&samples::connection(), Change { number, kind, item, drops: None, created: None })
}

fn skipped(reason: NotFetched) -> Content {
    Content::Skipped { rev: "015f".into(), reason }
}

fn file(number: u64) -> String {
    ((2 << 29) + number).to_string()
}

/// Type, type of the object, its id, and what else is said, of each message.
fn brief(payloads: &[Value]) -> Value {
    let one = |payload: &Value| {
        let object = &payload["object"];
        let additional: Value =
            serde_json::from_str(object["additional_information"].as_str().unwrap()).unwrap();
        json!([payload["webhook_type"], object["object_type"], object["object_id"], additional])
    };
    payloads.iter().map(one).collect()
}

#[test]
fn a_body_has_the_form_of_the_example_in_carbons_library() {
    let told = messages(&[Occurrence { event: &sample(EventType::FileReady), at: AT }], 2);
    let body = String::from_utf8(told[1].to_body()).unwrap();
    assert!(body.starts_with(r#"{"payload":"{\""#), "{body}");
    let object = json!({"object_type": "FILE", "object_id": NUMBER, "additional_information": "null"});
    assert_eq!(
        payload(&told[1]),
        json!({
            "webhook_type": "FILE_READY", "obj": object, "object": object, "customer_id": "user-1",
            "timestamp": "1769860800",
        })
    );
}

#[test]
fn files_are_told_of_by_their_integers() {
    assert_eq!(
        brief(&told(&sample(EventType::FileReady))),
        json!([["FILE_SYNCING", "FILE", NUMBER, null], ["FILE_READY", "FILE", NUMBER, null]])
    );
    let reason = json!({"code": "locked", "reason": NotFetched::Locked.sentence()});
    assert_eq!(brief(&told(&sample(EventType::FileFailed))), json!([["FILE_ERROR", "FILE", NUMBER, reason]]));
    for why in [Removal::Deleted, Removal::MovedOut, Removal::Deselected] {
        let deleted = changed(ChangeKind::Deleted { why });
        assert_eq!(brief(&told(&deleted)), json!([["FILE_DELETED", "FILE", NUMBER, null]]), "{why:?}");
    }
    assert_eq!(told(&changed(ChangeKind::Deleted { why: Removal::DeselectedQuietly })), Vec::<Value>::new());
}

#[test]
fn a_file_of_an_older_deployment_is_told_of_by_dropboxs_id() {
    let mut event = changed(ChangeKind::Deleted { why: Removal::Deleted });
    let EventBody::Change(change) = &mut event.body else { panic!("it is a change") };
    change.created = None;
    assert_eq!(brief(&told(&event)), json!([["FILE_DELETED", "FILE", FILE, null]]));
}

#[test]
fn created_files_are_told_of_together_and_skipped_ones_by_reason() {
    let events = [
        created(5, Content::Pending { rev: "015f".into() }),
        created(6, skipped(NotFetched::TooLarge)),
        created(7, skipped(NotFetched::UnwantedFormat)),
        created(8, skipped(NotFetched::TooLarge)),
    ];
    assert!(are_told_together(&events[0], &events[3]));
    let run: Vec<Occurrence<'_>> = events.iter().map(|event| Occurrence { event, at: AT }).collect();
    let told = messages(&run, 2);
    let why = |reason: NotFetched| json!({"code": reason.as_str(), "reason": reason.sentence()});
    assert_eq!(
        brief(&told.iter().map(payload).collect::<Vec<_>>()),
        json!([
            ["FILES_CREATED", "FILE_LIST", [file(5), file(6), file(7), file(8)], null],
            ["FILES_SKIPPED", "FILE_LIST", [file(6), file(8)], why(NotFetched::TooLarge)],
            ["FILES_SKIPPED", "FILE_LIST", [file(7)], why(NotFetched::UnwantedFormat)],
        ])
    );
    assert_ne!(messages(&run[..3], 2)[0].id, told[0].id, "another list has another id");
}

#[test]
fn a_file_that_is_skipped_later_is_told_of_and_other_updates_are_not() {
    let content = Some(skipped(NotFetched::TooLarge));
    let updated = changed(ChangeKind::Updated { content });
    assert_eq!(brief(&told(&updated))[0][0], "FILES_SKIPPED");
    assert!(!is_told(&changed(ChangeKind::Updated { content: None })));
    assert!(!is_told(&changed(ChangeKind::Moved { from: "/a".to_owned(), content: None })));
}

#[test]
fn data_sources_requests_and_users_are_told_of() {
    let connection = samples::connection();
    let user = integers::user(connection.project, &connection.user).to_string();
    let request = json!({"request_id": "request-1", "upload_id": null, "data_source_id": "2"});
    for (kind, expected) in [
        (
            EventType::Connected,
            json!([["ADD", "DATA_SOURCE", "2", null], ["DATA_SOURCE_READY", "DATA_SOURCE", "2", null]]),
        ),
        (
            EventType::FilesQueued,
            json!([
                ["ALL_UPLOADED_FILES_QUEUED", "UPLOAD_REQUEST_ID", "request-1", request],
                ["UPDATE", "DATA_SOURCE", "2", null],
            ]),
        ),
        (
            EventType::FilesProcessed,
            json!([
                ["ALL_FILES_PROCESSED", "UPLOAD_REQUEST_ID", "request-1", request],
                ["DATA_SOURCE_READY", "DATA_SOURCE", "2", null],
            ]),
        ),
        (EventType::Resynced, json!([["DATA_SOURCE_READY", "DATA_SOURCE", "2", null]])),
        (EventType::SyncCancelled, json!([["CANCEL", "DATA_SOURCE", "2", null]])),
        (EventType::Disconnected, json!([["REVOKE", "DATA_SOURCE", "2", {"reason": "disconnected"}]])),
        (
            EventType::NeedsReauthorization,
            json!([["REVOKE", "DATA_SOURCE", "2", {"reason": "needs_reauthorization"}]]),
        ),
        (
            EventType::FileLimitReached,
            json!([["FILE_SYNC_LIMIT_REACHED", "ORGANIZATION_USER", user, {"max_files": 100}]]),
        ),
        (EventType::UserDeleted, json!([["ORGANIZATION_USER_DELETED", "ORGANIZATION_USER", user, null]])),
    ] {
        assert_eq!(brief(&told(&sample(kind))), expected, "{kind:?}");
    }
}

#[test]
fn trouble_is_told_of_if_it_is_dropboxs_rate_limit() {
    let mut degraded = sample(EventType::Degraded);
    assert!(!is_told(&degraded));
    let EventBody::ConnectionDegraded(trouble) = &mut degraded.body else { panic!("it is degraded") };
    (trouble.code, trouble.retry_at) = (TroubleCode::RateLimited, Some(AT));
    let additional = json!({"reason": "It is locked.", "retry_at": "2026-01-31T12:00:00.25Z"});
    assert_eq!(brief(&told(&degraded)), json!([["RATE_LIMIT_ERROR", "DATA_SOURCE", "2", additional]]));
}

#[test]
fn a_request_without_an_id_is_told_of_by_its_data_source() {
    let mut event = sample(EventType::FilesProcessed);
    let EventBody::FilesProcessed(request) = &mut event.body else { panic!("it is processed") };
    request.request_id = None;
    let told = brief(&told(&event));
    assert_eq!((&told[0][0], &told[0][1]), (&json!("ALL_FILES_PROCESSED"), &json!("DATA_SOURCE")));
}

#[test]
fn a_test_is_about_nothing() {
    let checkup = Message::checkup("test".to_owned(), AT);
    assert_eq!(brief(&[payload(&checkup)]), json!([["CHECKUP", "NONE", null, null]]));
    assert_eq!(payload(&checkup)["customer_id"], Value::Null);
}

#[test]
fn types_of_which_nothing_is_told_are_known_and_ids_are_unique() {
    let mut ids = std::collections::BTreeSet::new();
    for event in samples::all() {
        let occurrence = Occurrence { event: &event, at: AT };
        let told = messages(&[occurrence], 2);
        assert!(told.is_empty() || may_be_told(EventType::of(&event)), "{}", event.id);
        assert_eq!(told.is_empty(), !is_told(&event));
        assert!(told.into_iter().all(|message| ids.insert(message.id)), "{}", event.id);
    }
    assert!(!may_be_told(EventType::FolderCreated) && !may_be_told(EventType::Application));
}
