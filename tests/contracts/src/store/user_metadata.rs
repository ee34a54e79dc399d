//! Contract of the store's user metadata, which applications keep with their users.

use shared::{
    model::{ConnectionId, ProjectId, Tags, Timestamp, UserChange, UserDeletion, UserId},
    store::{StoreError, StoredMetadata, UserMetadata, Users, change_user_metadata},
};

use super::{StoreHarness, conflict, ok};

/// Expiry in the future.
const LATER: Timestamp = Timestamp(100_000_000_000_000);

fn user(id: &str) -> UserId {
    id.parse().expect("it is an id of a user")
}

fn object(text: &str) -> Tags {
    serde_json::from_str(text).expect("it is an object")
}

async fn merge(harness: &impl StoreHarness, project: ProjectId, id: &UserId, text: &str) {
    let store = harness.store();
    let change = |metadata: &mut Tags| -> Result<(), StoreError> {
        metadata.extend(object(text));
        Ok(())
    };
    ok(change_user_metadata(store, store, (project, id), Timestamp(9), change).await);
}

async fn read(harness: &impl StoreHarness, project: ProjectId, id: &UserId) -> Tags {
    ok(harness.store().user_metadata(project, id).await).metadata
}

/// A user has no metadata at first, and then what was stored last; storing it creates the user, and changes
/// nothing else.
pub async fn the_metadata_given_last_is_read(harness: &impl StoreHarness) {
    let (store, project, id) = (harness.store(), ProjectId::random(), user("u"));
    assert_eq!(ok(store.user_metadata(project, &id).await), StoredMetadata::default());
    let first = object(r#"{"Name": "Zoë ☃", "n": 0.1, "list": [1, {"deep": null}]}"#);
    ok(store.replace_user_metadata(project, &id, 0, &first, Timestamp(1)).await);
    assert_eq!(ok(store.user_metadata(project, &id).await), StoredMetadata { metadata: first, version: 1 });
    let hours =
        UserChange { auto_sync: Some(Some(false)), resync_hours: Some(Some(6)), ..UserChange::default() };
    ok(store.change_users(project, std::slice::from_ref(&id), hours, Timestamp(2)).await);
    ok(store.replace_user_metadata(project, &id, 1, &Tags::new(), Timestamp(3)).await);
    assert_eq!(read(harness, project, &id).await, Tags::new());
    let found = ok(store.user(project, &id).await).expect("the user is known");
    assert_eq!((found.created_at, found.updated_at), (Timestamp(1), Timestamp(3)));
    assert_eq!((found.settings.auto_sync, found.settings.resync_hours), (Some(false), Some(6)));
    assert_eq!(read(harness, ProjectId::random(), &id).await, Tags::new());
}

/// A change based on an outdated version conflicts, and concurrent changes add up.
pub async fn changes_of_metadata_add_up(harness: &impl StoreHarness) {
    let (store, project, id) = (harness.store(), ProjectId::random(), user("u"));
    conflict(&store.replace_user_metadata(project, &id, 1, &Tags::new(), Timestamp(1)).await);
    let changes = ["{\"a\": 1}", "{\"b\": 2}", "{\"c\": 3}"].map(|text| merge(harness, project, &id, text));
    futures_util::future::join_all(changes).await;
    assert_eq!(read(harness, project, &id).await, object(r#"{"a": 1, "b": 2, "c": 3}"#));
    conflict(&store.replace_user_metadata(project, &id, 0, &Tags::new(), Timestamp(1)).await);
}

/// A deletion removes the metadata; a user who returns starts without any.
pub async fn metadata_goes_with_the_user(harness: &impl StoreHarness) {
    let (store, project, id) = (harness.store(), ProjectId::random(), user("u"));
    merge(harness, project, &id, r#"{"Email": "zoe@example.com"}"#).await;
    let deletion =
        UserDeletion { connections: vec![ConnectionId::random()], ..UserDeletion::new(Timestamp(5)) };
    ok(store.note_deletion(project, &id, &deletion, LATER).await);
    assert_eq!(read(harness, project, &id).await, Tags::new());
    conflict(&store.replace_user_metadata(project, &id, 0, &object("{\"a\": 1}"), Timestamp(6)).await);
    merge(harness, project, &id, r#"{"a": 1}"#).await;
    assert_eq!(read(harness, project, &id).await, object(r#"{"a": 1}"#));
    assert_eq!(ok(store.user(project, &id).await).and_then(|user| user.deletion), None);
}

/// Runs every case of [`user_metadata`](crate::store::user_metadata) as a separate test.
#[macro_export]
macro_rules! user_metadata_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::user_metadata:
            the_metadata_given_last_is_read
            changes_of_metadata_add_up
            metadata_goes_with_the_user
        }
    };
}
