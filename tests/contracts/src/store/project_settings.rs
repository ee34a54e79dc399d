//! Contract of the store's changes to projects' settings.

use shared::{
    model::{Accent, ApiKey, Brake, Family, Formats, ProjectId, ProjectSettings, SettingsChange},
    store::{Projects, SettingsStore},
};

use super::{StoreHarness, conflict, ok};
use crate::samples;

/// All named settings are changed at once.
pub async fn all_settings_are_changed(harness: &impl StoreHarness) {
    let (store, mut project) = (harness.store(), samples::project());
    ok(store.add_project(&project, &ApiKey::random().hash()).await);
    let formats = Formats::Only { families: vec![Family::Text], endings: vec!["pdf".to_owned()] };
    let change = SettingsChange {
        name: Some("Renamed".to_owned()),
        return_origins: Some(vec!["https://new.example".to_owned()]),
        max_file_bytes: Some(7),
        formats: Some(formats.clone()),
        select_everything: Some(!project.settings.select_everything),
        brake: Some(Brake { percent: 1, items: 2 }),
        resync_seconds: Some(3 * 60 * 60),
        accent: Some(Some(Accent([1, 2, 3]))),
    };
    ok(store.change_settings(project.id, &change).await);
    project.name = "Renamed".to_owned();
    project.return_origins = vec!["https://new.example".to_owned()];
    project.settings = ProjectSettings {
        max_file_bytes: 7,
        formats,
        select_everything: !project.settings.select_everything,
        brake: Brake { percent: 1, items: 2 },
        resync_seconds: 3 * 60 * 60,
        accent: Some(Accent([1, 2, 3])),
    };
    assert_eq!(ok(store.project(project.id).await), Some(project));
}

/// Other settings stay, even if two callers change different ones at the same time.
pub async fn other_settings_stay(harness: &impl StoreHarness) {
    let (store, mut project) = (harness.store(), samples::project());
    ok(store.add_project(&project, &ApiKey::random().hash()).await);
    let size = SettingsChange { max_file_bytes: Some(9), ..SettingsChange::default() };
    let brake = Brake { percent: 9, items: 9 };
    let deletions = SettingsChange { brake: Some(brake), ..SettingsChange::default() };
    let (one, two) =
        tokio::join!(store.change_settings(project.id, &size), store.change_settings(project.id, &deletions));
    ok(one);
    ok(two);
    ok(store.change_settings(project.id, &SettingsChange::default()).await);
    project.settings = ProjectSettings { max_file_bytes: 9, brake, ..project.settings };
    assert_eq!(ok(store.project(project.id).await), Some(project));
}

/// Changing the settings of an unknown project conflicts.
pub async fn an_unknown_project_has_no_settings(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ProjectId::random());
    let change = SettingsChange { name: Some("Nobody".to_owned()), ..SettingsChange::default() };
    conflict(&store.change_settings(id, &change).await);
    conflict(&store.change_settings(id, &SettingsChange::default()).await);
    assert_eq!(ok(store.project(id).await), None);
}

/// Runs every case of [`project_settings`](crate::store::project_settings) as a separate test.
#[macro_export]
macro_rules! project_settings_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::project_settings:
            all_settings_are_changed
            other_settings_stay
            an_unknown_project_has_no_settings
        }
    };
}
