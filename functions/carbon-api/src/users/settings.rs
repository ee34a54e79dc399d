//! Fields that say how the accounts of users are followed and limited: of some users, or of all users of a
//! project.

use serde_json::Value;
use shared::model::{RESYNC_HOURS, UserChange};

use super::sources;
use crate::fields::{Fields, Read, WrongField};

/// Largest file limit that is accepted: the largest integer that every client reads exactly.
const MAX_LIMIT: u64 = (1 << 53) - 1;
/// Limits that Dropline does not keep. They may be sent with -1, which is none.
const NOT_KEPT: [&str; 3] = ["max_characters", "max_characters_per_file", "max_characters_per_upload"];

/// Reads the fields.
pub(crate) fn change(fields: &mut Fields) -> UserChange {
    for limit in NOT_KEPT {
        fields.optional(limit, no_limit);
    }
    UserChange {
        auto_sync: fields.optional("auto_sync_enabled_sources", sources::include_dropbox).map(Some),
        resync_hours: fields.optional("auto_sync_interval", interval),
        max_files: fields.optional("max_files", limit),
        max_files_per_upload: fields.optional("max_files_per_upload", limit),
    }
}

/// Reads hours, or -1 for the project's default.
fn interval(value: &Value) -> Read<Option<u64>> {
    match (value.as_i64(), value.as_u64()) {
        (Some(-1), _) => Ok(None),
        (_, Some(hours)) if RESYNC_HOURS.contains(&hours) => Ok(Some(hours)),
        _ => Err(vec![WrongField::new("must be one of 3, 6, 12, 24, or -1", "value_error.interval")]),
    }
}

/// Reads a number of files, or -1 for the project's default, which is unlimited unless it was set.
fn limit(value: &Value) -> Read<Option<u64>> {
    match (value.as_i64(), value.as_u64()) {
        (Some(-1), _) => Ok(None),
        (_, Some(files)) if files <= MAX_LIMIT => Ok(Some(files)),
        _ => Err(vec![WrongField::new("must be a number of files, or -1", "value_error.limit")]),
    }
}

fn no_limit(value: &Value) -> Read<()> {
    if value.as_i64() == Some(-1) {
        return Ok(());
    }
    let message = "Dropline keeps no such limit, so nothing would stop at it; leave it out, or send -1";
    Err(vec![WrongField::new(message, "value_error.not_supported")])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_limit_is_a_number_of_files_or_none() {
        assert_eq!(limit(&json!(-1)), Ok(None));
        assert_eq!((limit(&json!(0)), limit(&json!(7))), (Ok(Some(0)), Ok(Some(7))));
        for wrong in [json!(-2), json!(1.5), json!("7"), json!(true), json!(1_u64 << 53), json!([])] {
            assert!(limit(&wrong).is_err(), "{wrong}");
        }
    }
}
