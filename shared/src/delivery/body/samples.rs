//! One event of each type, for tests.

use serde_json::json;

use crate::{
    delivery::{Disabled, DisabledReason},
    model::{
        AccountProfile, ApplicationEvent, Change, ChangeKind, Connection, ConnectionStatus, Content,
        Degraded, EndpointId, Event, EventBody, FilesRequest, HeldDeletions, ItemKind, Metadata, NotFetched,
        Receipt, Recovered, Removal, ResyncReport, Rev, RootInfo, Target, Timestamp, TroubleCode, Work,
    },
};

/// 2026-01-31T12:00:00.25Z.
pub(crate) const AT: Timestamp = Timestamp(1_769_860_800_250);
/// Id of the file.
pub(crate) const FILE: &str = "id:a4ayc_80_OEAAAAAAAAAXw";

/// Returns the connection of the events.
pub(crate) fn connection() -> Connection {
    let namespace = || "1".to_owned();
    Connection {
        id: "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a".parse().unwrap(),
        project: "bca70f30-3198-4c7d-b70e-914243208258".parse().unwrap(),
        user: "user-1".parse().unwrap(),
        app: "app".into(),
        account: "dbid:one".into(),
        root: RootInfo { root_namespace: namespace(), home_namespace: namespace(), app_folder: false },
        profile: AccountProfile::default(),
        scopes: Vec::new(),
        status: ConnectionStatus::Active,
        created_at: Timestamp(0),
        reconnects: 0,
        receipt: None,
        cancellation: None,
    }
}

/// Returns the file's metadata.
pub(crate) fn metadata() -> Metadata {
    serde_json::from_value(json!({
        "id": FILE, "kind": "file", "name": "Report.pdf", "path_lower": "/new/report.pdf",
        "path_display": "/New/Report.pdf", "rev": "015f9a1c0b7e4d0", "size": 1024,
    }))
    .unwrap()
}

/// Returns one event of each type, in the order of the types.
pub(crate) fn all() -> Vec<Event> {
    let connection = connection();
    let bodies = changes().into_iter().map(EventBody::Change).chain(others());
    let event = |(index, body): (usize, EventBody)| match body {
        EventBody::Change(change) => Event::change(&connection, change),
        EventBody::Application(event) => {
            Event::application(connection.project, connection.user.clone(), None, event)
        }
        EventBody::UserDeleted { requested_at } => {
            Event::user_deleted(connection.project, connection.user.clone(), requested_at)
        }
        EventBody::EndpointDisabled { endpoint, reason, failing_since } => {
            let disabled = Disabled { reason, at: AT };
            Event::endpoint_disabled(connection.project, endpoint, &disabled, failing_since)
        }
        body => Event::new(&connection, &format!("sample:{index}"), body),
    };
    bodies.enumerate().map(event).collect()
}

fn changes() -> Vec<Change> {
    let kinds = || {
        [
            ChangeKind::Created { content: Content::Pending { rev: rev() } },
            ChangeKind::Updated { content: None },
            ChangeKind::Moved { from: "/old/report.pdf".to_owned(), content: None },
            ChangeKind::Deleted { why: Removal::Deleted },
            ChangeKind::Deleted { why: Removal::Deselected },
        ]
    };
    let files = kinds().map(|kind| (ItemKind::File, kind)).into_iter();
    let both = files.chain(kinds().map(|kind| (ItemKind::Folder, kind)));
    let change = |(number, (item, kind))| {
        let item = Metadata { kind: item, ..metadata() };
        Change { number, kind, item, drops: None, created: Some(1) }
    };
    (1..).zip(both).map(change).collect()
}

fn others() -> Vec<EventBody> {
    let selection = || Target::Item(FILE.into());
    vec![
        EventBody::Ready {
            item: FILE.into(),
            rev: rev(),
            key: "p/c/f/r".to_owned(),
            size: 1024,
            content_hash: "e3b0".to_owned(),
            exported_as: None,
            metadata: Some(metadata()),
            created: Some(1),
        },
        EventBody::Failed {
            item: FILE.into(),
            rev: rev(),
            reason: NotFetched::Locked,
            metadata: None,
            created: Some(1),
        },
        EventBody::Connected,
        EventBody::Disconnected(Receipt::requested(AT)),
        EventBody::NeedsReauth,
        EventBody::ConnectionDegraded(Degraded {
            code: TroubleCode::Locked,
            scope: None,
            work: Work::Walk,
            since: AT,
            failures: 5,
            retry_at: None,
            message: "It is locked.".to_owned(),
            remedy: "Wait.".to_owned(),
        }),
        EventBody::ConnectionRecovered(Recovered { work: Work::Walk, since: AT, at: AT }),
        EventBody::DeletionsHeld(HeldDeletions { deletions: 9, items: 10, since: AT }),
        EventBody::FileLimitReached { max_files: 100 },
        EventBody::Resynced(ResyncReport { at: AT.0, ..ResyncReport::default() }),
        EventBody::FilesQueued(files_request()),
        EventBody::FilesProcessed(files_request()),
        EventBody::SyncCancelled,
        EventBody::Listed { selection: Target::Everything, number: 3 },
        EventBody::SelectionMissing { selection: selection() },
        EventBody::SelectionRefused {
            selection: selection(),
            code: "restricted_content".to_owned(),
            summary: "restricted_content/..".to_owned(),
        },
        EventBody::SelectionRestored { selection: selection() },
        EventBody::Application(ApplicationEvent {
            name: "Invoice Paid".to_owned(),
            payload: json!({"number": 42}).as_object().unwrap().clone(),
            configuration: None,
            sent_by: "api_key".to_owned(),
            at: AT,
        }),
        EventBody::UserDeleted { requested_at: AT },
        EventBody::EndpointDisabled {
            endpoint: EndpointId::random(),
            reason: DisabledReason::Failing,
            failing_since: Some(AT),
        },
    ]
}

/// Returns a files request of a client.
pub(crate) fn files_request() -> FilesRequest {
    FilesRequest { request_id: Some("request-1".to_owned()), last: Target::Everything, number: 3 }
}

fn rev() -> Rev {
    "015f9a1c0b7e4d0".into()
}
