//! Settings as JSON.

use serde_json::{Value, json};
use shared::{
    model::{Project, UserSettings},
    representation,
};

use crate::users;

/// Seconds in an hour.
const HOUR: u64 = 60 * 60;

/// Returns the settings in the form in which they can be sent again.
pub(super) fn settings(project: &Project, defaults: UserSettings) -> Value {
    let settings = &project.settings;
    json!({
        "name": project.name,
        "return_origins": project.return_origins,
        "max_file_bytes": settings.max_file_bytes,
        "formats": representation::formats(&settings.formats),
        "select_everything": settings.select_everything,
        "deletion_brake": {"percent": settings.brake.percent, "items": settings.brake.items},
        "resync_hours": hours(settings.resync_seconds),
        "concurrent_steps": settings.concurrent_steps,
        "concurrent_transfers": settings.concurrent_transfers,
        "appearance": {"accent": settings.accent, "logo": logo(project)},
        "inputs": settings.inputs,
        "user_defaults": users::settings_to_json(defaults),
    })
}

/// Returns the path of the project's logo below the deployment's address.
pub(super) fn logo_path(project: &Project) -> Option<String> {
    let logo = project.settings.logo.as_ref()?;
    Some(format!("/projects/{}/theme/{}", project.id, logo.file_name()))
}

/// Returns the logo without its picture.
fn logo(project: &Project) -> Value {
    let path = logo_path(project);
    project.settings.logo.as_ref().map_or(Value::Null, |logo| {
        json!({
            "path": path,
            "media_type": logo.format.media_type(),
            "width": logo.width,
            "height": logo.height,
            "bytes": logo.bytes,
        })
    })
}

/// Returns whole hours as an integer. An operator may have set an interval with a fraction.
fn hours(seconds: u64) -> Value {
    if seconds.is_multiple_of(HOUR) {
        return json!(seconds / HOUR);
    }
    json!(std::time::Duration::from_secs(seconds).as_secs_f64() / 3600.0)
}
