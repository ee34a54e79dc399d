//! Contract of the store's API keys.

use shared::{
    model::{ApiKey, ProjectId, Timestamp},
    store::{ApiKeys, Projects, StoredApiKey},
};

use super::{StoreHarness, conflict, ok, winners};
use crate::samples;

fn new_key(at: u64) -> StoredApiKey {
    StoredApiKey { hash: ApiKey::of_project(ProjectId::random()).hash(), created_at: Timestamp(at) }
}

async fn listed(store: &impl ApiKeys, project: ProjectId) -> Vec<StoredApiKey> {
    let mut keys = ok(store.api_keys(project).await);
    keys.sort_by_key(|key| key.created_at);
    keys
}

/// A project can have several API keys; a removed one is rejected, and the others still work.
pub async fn an_api_key_is_replaced(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), samples::project());
    let (old, new) = (ApiKey::of_project(ProjectId::random()).hash(), new_key(7));
    ok(store.add_project(&project, &old).await);
    ok(store.add_api_key(project.id, &new).await);
    assert!(!ok(store.remove_api_key(ProjectId::random(), &old, None).await), "another project's key");
    assert!(ok(store.remove_api_key(project.id, &old, None).await));
    assert!(!ok(store.remove_api_key(project.id, &old, None).await), "it is gone already");
    assert_eq!(ok(store.project_of_key(&old).await), None);
    assert_eq!(ok(store.project_of_key(&new.hash).await), Some(project.id));
}

/// An API key can only be added to an existing project, and not to a second one.
pub async fn an_api_key_belongs_to_one_project(harness: &impl StoreHarness) {
    let (store, owner, other) = (harness.store(), samples::project(), samples::project());
    let (key, unknown) = (new_key(1), new_key(2));
    ok(store.add_project(&owner, &key.hash).await);
    ok(store.add_project(&other, &ApiKey::of_project(ProjectId::random()).hash()).await);
    conflict(&store.add_api_key(other.id, &key).await);
    conflict(&store.add_api_key(ProjectId::random(), &unknown).await);
    assert_eq!(ok(store.project_of_key(&key.hash).await), Some(owner.id));
    assert_eq!(ok(store.project_of_key(&unknown.hash).await), None);
    assert_eq!(listed(store, other.id).await.len(), 1, "and none of them is listed");
}

/// Only the keys of the project are listed, from its first one on, without removed ones.
pub async fn a_projects_api_keys_are_listed(harness: &impl StoreHarness) {
    let (store, project, other) = (harness.store(), samples::project(), samples::project());
    let first =
        StoredApiKey { hash: ApiKey::of_project(ProjectId::random()).hash(), created_at: project.created_at };
    let later = new_key(project.created_at.0 + 1);
    ok(store.add_project(&project, &first.hash).await);
    ok(store.add_project(&other, &ApiKey::of_project(ProjectId::random()).hash()).await);
    ok(store.add_api_key(project.id, &later).await);
    assert_eq!(listed(store, project.id).await, [first.clone(), later.clone()]);
    assert!(ok(store.remove_api_key(project.id, &first.hash, None).await));
    assert_eq!(listed(store, project.id).await, [later]);
    assert!(listed(store, ProjectId::random()).await.is_empty());
}

/// If two keys remove each other at the same time, at least one stays.
pub async fn two_api_keys_do_not_remove_each_other(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), samples::project());
    let (one, two) = (ApiKey::of_project(ProjectId::random()).hash(), new_key(1));
    ok(store.add_project(&project, &one).await);
    ok(store.add_api_key(project.id, &two).await);
    let results = tokio::join!(
        store.remove_api_key(project.id, &one, Some(&two.hash)),
        store.remove_api_key(project.id, &two.hash, Some(&one)),
    );
    // If the two transactions collide, the database may refuse both.
    let removed = [results.0, results.1].into_iter().filter(|removed| matches!(removed, Ok(true))).count();
    assert!(removed <= 1);
    assert_eq!(listed(store, project.id).await.len(), 2 - removed);
    assert!(!ok(store
        .remove_api_key(project.id, &one, Some(&ApiKey::of_project(ProjectId::random()).hash()))
        .await));
}

/// Adding a key a second time conflicts.
pub async fn an_api_key_is_added_once(harness: &impl StoreHarness) {
    let (store, project, key) = (harness.store(), samples::project(), new_key(1));
    ok(store.add_project(&project, &ApiKey::of_project(ProjectId::random()).hash()).await);
    ok(store.add_api_key(project.id, &key).await);
    assert_eq!(winners(vec![store.add_api_key(project.id, &key).await]), 0);
    assert_eq!(listed(store, project.id).await.len(), 2);
}

/// Runs every case of [`api_keys`](crate::store::api_keys) as a separate test.
#[macro_export]
macro_rules! api_keys_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::api_keys:
            an_api_key_is_replaced
            an_api_key_belongs_to_one_project
            a_projects_api_keys_are_listed
            two_api_keys_do_not_remove_each_other
            an_api_key_is_added_once
        }
    };
}
