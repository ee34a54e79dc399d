//! Contract of the store's changes to projects' settings.

use shared::{
    model::{
        Accent, ApiKey, Brake, Family, Formats, InputKind, InputOption, LogoPicture, PortalInput, ProjectId,
        ProjectSettings, SettingsChange,
    },
    store::{Logos, Projects, SettingsStore},
};

use super::{StoreHarness, conflict, ok};
use crate::samples;

/// All named settings are changed at once.
pub async fn all_settings_are_changed(harness: &impl StoreHarness) {
    let (store, mut project) = (harness.store(), samples::project());
    ok(store.add_project(&project, &ApiKey::of_project(ProjectId::random()).hash()).await);
    let formats = Formats::Only { families: vec![Family::Text], endings: vec!["pdf".to_owned()] };
    let inputs = vec![PortalInput {
        id: "kind".to_owned(),
        kind: InputKind::Choice,
        title: "Kind".to_owned(),
        hint: Some("What it is".to_owned()),
        required: true,
        default: Some("a".into()),
        options: vec![InputOption { value: "a".to_owned(), label: "A".to_owned() }],
    }];
    let change = SettingsChange {
        name: Some("Renamed".to_owned()),
        return_origins: Some(vec!["https://new.example".to_owned()]),
        max_file_bytes: Some(7),
        formats: Some(formats.clone()),
        select_everything: Some(!project.settings.select_everything),
        brake: Some(Brake { percent: 1, items: 2 }),
        resync_seconds: Some(3 * 60 * 60),
        accent: Some(Some(Accent([1, 2, 3]))),
        logo: Some(Some(logo(9))),
        inputs: Some(inputs.clone()),
        concurrent_steps: Some(3),
        concurrent_transfers: Some(2),
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
        logo: Some(logo(9).logo),
        inputs,
        concurrent_steps: 3,
        concurrent_transfers: 2,
    };
    assert_eq!(ok(store.project(project.id).await), Some(project.clone()));
    assert_eq!(ok(store.logo(project.id).await), Some(logo(9)));
}

/// A WebP picture of this width, with every byte in it, as large as a logo may be.
fn logo(width: u8) -> LogoPicture {
    let pixels = (0..=u8::MAX).cycle().take(32_000).collect::<Vec<u8>>();
    let chunk = [&b"\x2f"[..], &[width - 1, 0, 0, 0], &pixels, b"\0"].concat();
    let length = |bytes: usize| u32::try_from(bytes).expect("it is small").to_le_bytes();
    let file = [&b"RIFF"[..], &length(chunk.len() + 12), b"WEBPVP8L", &length(chunk.len()), &chunk].concat();
    LogoPicture::of(file).expect("it is a picture")
}

/// A logo is replaced as a whole, and removed, together with what the project's row says of it.
pub async fn a_logo_is_replaced_and_removed(harness: &impl StoreHarness) {
    let (store, project, other) = (harness.store(), samples::project(), samples::project());
    for one in [&project, &other] {
        ok(store.add_project(one, &ApiKey::of_project(ProjectId::random()).hash()).await);
        assert_eq!(ok(store.logo(one.id).await), None);
    }
    let set = |logo| SettingsChange { logo: Some(logo), ..SettingsChange::default() };
    for picture in [Some(logo(1)), Some(logo(2)), None, None, Some(logo(1))] {
        ok(store.change_settings(project.id, &set(picture.clone())).await);
        assert_eq!(ok(store.logo(project.id).await), picture);
        let told = ok(store.project(project.id).await).expect("there is the project").settings.logo;
        assert_eq!(told, picture.map(|picture| picture.logo));
        // Other changes leave it.
        let renamed = SettingsChange { name: Some("Renamed".to_owned()), ..SettingsChange::default() };
        ok(store.change_settings(project.id, &renamed).await);
    }
    assert_eq!(ok(store.logo(project.id).await), Some(logo(1)));
    assert_eq!(ok(store.logo(other.id).await), None);
    let nobody = ProjectId::random();
    conflict(&store.change_settings(nobody, &set(Some(logo(1)))).await);
    assert_eq!(ok(store.logo(nobody).await), None, "nothing is stored for a project that there is not");
}

/// Other settings stay, even if two callers change different ones at the same time.
pub async fn other_settings_stay(harness: &impl StoreHarness) {
    let (store, mut project) = (harness.store(), samples::project());
    ok(store.add_project(&project, &ApiKey::of_project(ProjectId::random()).hash()).await);
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
            a_logo_is_replaced_and_removed
        }
    };
}
