//! Settings of a user, or defaults for all users of a project: how accounts are followed, and how many files
//! are fetched.

use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    members::Members,
    model::{RESYNC_HOURS, UserChange, UserSettings},
};

/// Names of the members of a change.
const MEMBERS: [&str; 3] = ["automatic_sync", "resync_hours", "max_files"];
/// Largest file limit that is accepted.
const MAX_LIMIT: u64 = 1_000_000_000;

/// Reads a change, and refuses other members.
pub(crate) fn read(mut members: Members) -> Result<UserChange, ApiError> {
    let change = UserChange {
        auto_sync: members.optional("automatic_sync", "true, false, or null for the project's", flag)?,
        resync_hours: members.optional("resync_hours", "3, 6, 12, 24, or null for the project's", hours)?,
        max_files: members.optional(
            "max_files",
            "a whole number of files, or null for the project's",
            files,
        )?,
        ..UserChange::default()
    };
    members.end(&MEMBERS)?;
    Ok(change)
}

/// Returns the settings in the form in which they can be sent again. Null stands for a setting without a value.
pub(crate) fn to_json(settings: UserSettings) -> Value {
    json!({
        "automatic_sync": settings.auto_sync,
        "resync_hours": settings.resync_hours,
        "max_files": settings.max_files,
    })
}

/// Reads true, false, or null for the project's default.
fn flag(value: &Value) -> Option<Option<bool>> {
    if value.is_null() { Some(None) } else { value.as_bool().map(Some) }
}

/// Reads hours, or null for the project's default.
fn hours(value: &Value) -> Option<Option<u64>> {
    match value.as_u64() {
        None => value.is_null().then_some(None),
        Some(hours) => RESYNC_HOURS.contains(&hours).then_some(Some(hours)),
    }
}

/// Reads a number of files, or null for the project's default.
fn files(value: &Value) -> Option<Option<u64>> {
    match value.as_u64() {
        None => value.is_null().then_some(None),
        Some(files) => (files <= MAX_LIMIT).then_some(Some(files)),
    }
}
