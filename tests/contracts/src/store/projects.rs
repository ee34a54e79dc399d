//! Contract of the store's projects and their data keys.

use shared::{
    dropbox::{AppTerms, RedirectPath},
    model::{ApiKey, AppKey, KeyAlgorithm, ProjectId, UserKey, UserTokenRules},
    seal::{Sealed, WrappedKey},
    store::{AppStore, DataKeys, Projects, SealedApp, UserKeys},
};

use super::{StoreHarness, conflict, ok};
use crate::samples;

fn wrapped(text: &str) -> WrappedKey {
    WrappedKey::from_bytes(text.as_bytes())
}

/// A project is found by its id and by its key.
pub async fn a_project_is_found(harness: &impl StoreHarness) {
    let store = harness.store();
    let (project, key) = (samples::project(), ApiKey::of_project(ProjectId::random()).hash());
    ok(store.add_project(&project, &key).await);
    assert_eq!(ok(store.project(project.id).await), Some(project.clone()));
    assert_eq!(ok(store.project_of_key(&key).await), Some(project.id));
}

/// An unknown project is not found.
pub async fn an_unknown_project_is_not_found(harness: &impl StoreHarness) {
    let store = harness.store();
    assert_eq!(ok(store.project(ProjectId::random()).await), None);
    assert_eq!(ok(store.project_of_key(&ApiKey::of_project(ProjectId::random()).hash()).await), None);
}

/// A project with a taken id conflicts, and its key is not stored.
pub async fn a_taken_project_id_conflicts(harness: &impl StoreHarness) {
    let store = harness.store();
    let (project, key) = (samples::project(), ApiKey::of_project(ProjectId::random()).hash());
    ok(store.add_project(&project, &ApiKey::of_project(ProjectId::random()).hash()).await);
    let mut other = project.clone();
    other.name = "an impostor".to_owned();
    conflict(&store.add_project(&other, &key).await);
    assert_eq!(ok(store.project(project.id).await), Some(project));
    assert_eq!(ok(store.project_of_key(&key).await), None);
}

/// A project with a taken key conflicts, and is not stored.
pub async fn a_taken_api_key_conflicts(harness: &impl StoreHarness) {
    let store = harness.store();
    let (one, two, key) =
        (samples::project(), samples::project(), ApiKey::of_project(ProjectId::random()).hash());
    ok(store.add_project(&one, &key).await);
    conflict(&store.add_project(&two, &key).await);
    assert_eq!(ok(store.project(two.id).await), None);
    assert_eq!(ok(store.project_of_key(&key).await), Some(one.id));
}

/// A project's keys for user tokens are replaced as a whole, and only if they are still the ones that were
/// read.
pub async fn user_keys_are_replaced(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), samples::project());
    ok(store.add_project(&project, &ApiKey::of_project(ProjectId::random()).hash()).await);
    let key = |id: &str| UserKey {
        id: id.to_owned(),
        algorithm: KeyAlgorithm::EdDsa,
        public_key: "a public key".to_owned(),
    };
    let both = [key("1"), key("2")];
    ok(store.replace_user_keys(project.id, &project.user_keys, &both).await);
    conflict(&store.replace_user_keys(project.id, &project.user_keys, &both[..1]).await);
    conflict(&store.replace_user_keys(ProjectId::random(), &[], &both).await);
    let stored = ok(store.project(project.id).await).map(|project| project.user_keys);
    assert_eq!(stored.as_deref(), Some(&both[..]));
    let rules = UserTokenRules { audience_required: false, ..UserTokenRules::default() };
    ok(store.set_user_token_rules(project.id, &rules).await);
    conflict(&store.set_user_token_rules(ProjectId::random(), &rules).await);
    assert_eq!(ok(store.project(project.id).await).map(|project| project.user_tokens), Some(rules));
}

/// The newest data key is the one with the highest version, compared as a number; older ones stay readable.
pub async fn the_newest_data_key_has_the_highest_version(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    assert_eq!(ok(store.newest_data_key(project).await), None);
    for version in [1, 10, 9] {
        ok(store.add_data_key(project, version, &wrapped(&version.to_string())).await);
    }
    assert_eq!(ok(store.newest_data_key(project).await), Some((10, wrapped("10"))));
    assert_eq!(ok(store.data_key(project, 9).await), Some(wrapped("9")));
    assert_eq!(ok(store.data_key(project, 2).await), None);
}

/// A data key never changes: a second one with the same version conflicts.
pub async fn a_taken_data_key_version_conflicts(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    ok(store.add_data_key(project, 1, &wrapped("first")).await);
    conflict(&store.add_data_key(project, 1, &wrapped("second")).await);
    assert_eq!(ok(store.data_key(project, 1).await), Some(wrapped("first")));
}

/// Data keys belong to one project, and are not part of its record (invariant I1).
pub async fn data_keys_of_projects_are_apart(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), samples::project());
    ok(store.add_project(&project, &ApiKey::of_project(ProjectId::random()).hash()).await);
    ok(store.add_data_key(project.id, 1, &wrapped("mine")).await);
    let other = ProjectId::random();
    assert_eq!(ok(store.newest_data_key(other).await), None);
    assert_eq!(ok(store.data_key(other, 1).await), None);
    assert_eq!(ok(store.project(project.id).await), Some(project));
}

fn app(project: ProjectId) -> SealedApp {
    SealedApp {
        key: AppKey::from(project.to_string().as_str()),
        project,
        secret: Sealed { version: 1, data: "secret".to_owned() },
        previous_secret: None,
        terms: AppTerms { scopes: vec!["files.content.read".to_owned()], redirect: RedirectPath::Oauth },
    }
}

/// A Dropbox app is found by its key, and its project uses it from then on.
pub async fn an_app_is_found_and_used(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), samples::project());
    ok(store.add_project(&project, &ApiKey::of_project(ProjectId::random()).hash()).await);
    let first = app(project.id);
    assert_eq!(ok(store.app(&first.key).await), None);
    ok(store.put_app(&first).await);
    let replaced = SealedApp { previous_secret: Some(first.secret.clone()), ..first.clone() };
    ok(store.put_app(&replaced).await);
    assert_eq!(ok(store.app(&first.key).await), Some(replaced));
    let used = ok(store.project(project.id).await).and_then(|project| project.app);
    assert_eq!(used, Some(first.key));
}

/// A Dropbox app belongs to one project, which must exist.
pub async fn an_app_belongs_to_one_project(harness: &impl StoreHarness) {
    let (store, owner, other) = (harness.store(), samples::project(), samples::project());
    for project in [&owner, &other] {
        ok(store.add_project(project, &ApiKey::of_project(ProjectId::random()).hash()).await);
    }
    let stored = app(owner.id);
    ok(store.put_app(&stored).await);
    conflict(&store.put_app(&SealedApp { project: other.id, ..stored.clone() }).await);
    let unknown = app(ProjectId::random());
    conflict(&store.put_app(&unknown).await);
    assert_eq!(ok(store.app(&stored.key).await), Some(stored));
    assert_eq!(ok(store.app(&unknown.key).await), None);
    assert_eq!(ok(store.project(other.id).await), Some(other));
}

/// Runs every case of [`projects`](crate::store::projects) as a separate test.
#[macro_export]
macro_rules! projects_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::projects:
            a_project_is_found
            an_unknown_project_is_not_found
            a_taken_project_id_conflicts
            a_taken_api_key_conflicts
            user_keys_are_replaced
            the_newest_data_key_has_the_highest_version
            a_taken_data_key_version_conflicts
            data_keys_of_projects_are_apart
            an_app_is_found_and_used
            an_app_belongs_to_one_project
        }
    };
}
