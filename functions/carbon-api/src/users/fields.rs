//! Fields that name users.

use serde_json::Value;
use shared::{model::UserId, store::MAX_USERS_AT_ONCE};

use crate::fields::{Fields, Read, WrongField, list};

/// Reads the project's own id of a user.
pub(super) fn user_id(value: &Value) -> Read<UserId> {
    let Some(text) = value.as_str() else {
        return Err(vec![WrongField::new("str type expected", "type_error.str")]);
    };
    text.parse().map_err(|error| vec![WrongField::new(format!("{error}"), "value_error.user_id")])
}

/// Reads the users in `customer_ids`, each once: at least one, and at most as many as can be changed at once.
pub(super) fn customer_ids(fields: &mut Fields) -> Option<Vec<UserId>> {
    let mut users = fields.required("customer_ids", list(1..=MAX_USERS_AT_ONCE, user_id))?;
    users.sort();
    users.dedup();
    Some(users)
}
