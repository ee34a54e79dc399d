//! What claims say, read a second time and by other means.

use serde_json::Value;

use crate::residents::{NOW, PROJECTS};

const PERMISSIONS: &str = "urn:useparagon:connect:permissions";
/// Clocks may differ by so many seconds.
const LEEWAY: u64 = 60;

/// The user that the claims name, where they hold now, here, and for Dropbox.
pub(super) fn user(claims: &Value) -> Option<String> {
    let claims = claims.as_object().map(|_| claims)?;
    let is_good = is_in_time(claims)? && is_for_us(&claims["aud"])? && may_use_dropbox(&claims[PERMISSIONS])?;
    let (sub, id) = (text(&claims["sub"])?, text(&claims["id"])?);
    let user = sub.or(id)?;
    let is_an_id = (1..=255).contains(&user.len()) && !user.chars().any(char::is_control);
    (is_good && is_an_id).then(|| user.to_owned())
}

/// A text, or nothing; `None` for what is neither.
fn text(value: &Value) -> Option<Option<&str>> {
    if value.is_null() { Some(None) } else { value.as_str().map(Some) }
}

fn is_in_time(claims: &Value) -> Option<bool> {
    let now = NOW.unix_seconds();
    let begun = if claims["nbf"].is_null() { 0 } else { claims["nbf"].as_u64()? };
    let end = claims["exp"].as_u64()?;
    Some(begun <= now + LEEWAY && end.checked_add(LEEWAY).is_none_or(|end| now < end))
}

fn is_for_us(audience: &Value) -> Option<bool> {
    let id = PROJECTS[0].0.to_string();
    let is_ours = |name: &str| name == id || name.ends_with(&format!("/{id}"));
    match audience {
        Value::Null => Some(true),
        Value::String(name) => Some(is_ours(name)),
        Value::Array(names) => {
            let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
            Some(names?.into_iter().any(is_ours))
        }
        _ => None,
    }
}

fn may_use_dropbox(permissions: &Value) -> Option<bool> {
    if permissions.is_null() {
        return Some(true);
    }
    let permissions = permissions.as_object()?;
    let said = ["integration:dropbox", "integration:*", "*"].iter().find_map(|name| permissions.get(*name));
    Some(said == Some(&Value::Bool(true)))
}
