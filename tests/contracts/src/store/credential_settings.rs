//! Contract of the store's credential settings, which Paragon's clients keep with connections.

use shared::{
    model::{ConnectionId, CredentialConfiguration, CredentialSettings, Tags, Timestamp},
    store::{
        Connections, CredentialSettingsStore, Purges, StoreError, StoredSettings, change_credential_settings,
    },
};
use uuid::Uuid;

use super::{StoreHarness, conflict, ok, winners};
use crate::samples::{self, now};

async fn connection(harness: &impl StoreHarness) -> ConnectionId {
    let connection = samples::connection();
    ok(harness.store().add_connection(&connection, &samples::tokens(1), None).await);
    connection.id
}

fn called(external_id: &str) -> CredentialSettings {
    CredentialSettings { external_id: Some(external_id.to_owned()), configurations: Vec::new() }
}

fn object(text: &str) -> Tags {
    serde_json::from_str(text).expect("it is an object")
}

/// A connection has no settings at first, and then the ones stored last, with every kind of value.
pub async fn the_settings_given_last_are_read(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), connection(harness).await);
    assert_eq!(ok(store.credential_settings(id).await), StoredSettings::default());
    let configuration = CredentialConfiguration {
        external_id: Some("ü ☃".to_owned()),
        shared_settings: object(r#"{"a": ["x", {"y": null}], "n": 1.5, "big": 12345678901234567890}"#),
        workflow_settings: object(r#"{"w": {"enabled": true, "settings": {}}}"#),
        ..CredentialConfiguration::new(Uuid::new_v4(), Timestamp(7))
    };
    let first = CredentialSettings { external_id: None, configurations: vec![configuration] };
    ok(store.replace_credential_settings(id, 0, &first).await);
    assert_eq!(ok(store.credential_settings(id).await), StoredSettings { settings: first, version: 1 });
    ok(store.replace_credential_settings(id, 1, &called("x")).await);
    assert_eq!(ok(store.credential_settings(id).await), StoredSettings { settings: called("x"), version: 2 });
    assert_eq!(ok(store.credential_settings(connection(harness).await).await), StoredSettings::default());
}

/// Only one of several changes to the same version is stored.
pub async fn settings_that_have_changed_meanwhile_are_not_replaced(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), connection(harness).await);
    conflict(&store.replace_credential_settings(id, 1, &called("x")).await);
    ok(store.replace_credential_settings(id, 0, &called("x")).await);
    conflict(&store.replace_credential_settings(id, 0, &called("y")).await);
    let (one, two) = (called("one"), called("two"));
    let results = tokio::join!(
        store.replace_credential_settings(id, 1, &one),
        store.replace_credential_settings(id, 1, &two)
    );
    assert_eq!(winners(vec![results.0, results.1]), 1);
}

/// Concurrent changes are all applied, and a change that fails writes nothing.
pub async fn changes_of_settings_add_up(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), connection(harness).await);
    let add = |_| async {
        let one = CredentialConfiguration::new(Uuid::new_v4(), now());
        let change = |settings: &mut CredentialSettings| -> Result<(), StoreError> {
            settings.configurations.push(one.clone());
            Ok(())
        };
        ok(change_credential_settings(store, id, change).await);
    };
    tokio::join!(add(1), add(2), add(3));
    let refuse = |settings: &mut CredentialSettings| {
        settings.configurations.clear();
        Err(StoreError::Unavailable("refused".to_owned()))
    };
    assert!(matches!(change_credential_settings(store, id, refuse).await, Err(StoreError::Unavailable(_))));
    assert_eq!(ok(store.credential_settings(id).await).settings.configurations.len(), 3);
}

/// Settings are only stored for an existing connection that is not disconnected, so that none are written
/// after a purge.
pub async fn settings_are_a_linked_connections(harness: &impl StoreHarness) {
    let store = harness.store();
    conflict(&store.replace_credential_settings(ConnectionId::random(), 0, &called("x")).await);
    let connection = samples::connection();
    ok(store.add_connection(&connection, &samples::tokens(1), None).await);
    ok(store.replace_credential_settings(connection.id, 0, &called("x")).await);
    assert!(ok(store.disconnect(&connection, now()).await));
    conflict(&store.replace_credential_settings(connection.id, 1, &called("y")).await);
}

/// Runs every case of [`credential_settings`](crate::store::credential_settings) as a separate test.
#[macro_export]
macro_rules! credential_settings_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::credential_settings:
            the_settings_given_last_are_read
            settings_that_have_changed_meanwhile_are_not_replaced
            changes_of_settings_add_up
            settings_are_a_linked_connections
        }
    };
}
