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
pub(super) fn shown(project: &Project, defaults: UserSettings) -> Value {
    let settings = &project.settings;
    json!({
        "name": project.name,
        "return_origins": project.return_origins,
                "max_file_bytes": settings.max_file_bytes,
        "formats": representation::formats(&settings.formats),
        "select_everything": settings.select_everything,
        "deletion_brake": {"percent": settings.brake.percent, "items": settings.brake.items},
        "resync_hours": hours(settings.resync_seconds),
        "appearance": {"accent": settings.accent},
        "user_defaults": users::settings_shown(defaults),
    })
}

/// Returns whole hours as an integer. An operator may have set an interval with a fraction.
fn hours(seconds: u64) -> Value {
    if seconds.is_multiple_of(HOUR) {
        return json!(seconds / HOUR);
    }
    json!(std::time::Duration::from_secs(seconds).as_secs_f64() / 3600.0)
}
