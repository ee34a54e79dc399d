//! Independent second interpretation of claims.

use serde_json::Value;
use shared::model::UserId;

use crate::known::{NOW, PROJECTS};

const PERMISSIONS: &str = "urn:useparagon:connect:permissions";
/// Tolerated difference of clocks, in seconds.
const LEEWAY: f64 = 60.0;
/// Longest life of a token, in seconds.
const LONGEST: f64 = 86_400.0;

/// Returns the user that the claims name, if they are valid now, for this audience, and for Dropbox.
pub(super) fn user(claims: &Value) -> Option<String> {
    let claims = claims.as_object().map(|_| claims)?;
    let is_good = is_in_time(claims)? && is_for_us(&claims["aud"])? && may_use_dropbox(&claims[PERMISSIONS])?;
    let (sub, id) = (text(&claims["sub"])?, text(&claims["id"])?);
    let user = sub.or(id)?;
    let is_an_id = user.parse::<UserId>().is_ok();
    (is_good && is_an_id).then(|| user.to_owned())
}

/// Returns the text, if there is one; `None` for any other type than text or null.
fn text(value: &Value) -> Option<Option<&str>> {
    if value.is_null() { Some(None) } else { value.as_str().map(Some) }
}

fn is_in_time(claims: &Value) -> Option<bool> {
    #[allow(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
    let now = NOW.unix_seconds() as f64;
    let or =
        |name: &str, usual: f64| if claims[name].is_null() { Some(usual) } else { claims[name].as_f64() };
    let (made, begun, end) = (or("iat", now)?, or("nbf", now)?, claims["exp"].as_f64()?);
    let is_short = end - made <= LONGEST && end - now <= LONGEST + LEEWAY;
    Some(is_short && made <= now + LEEWAY && begun <= now + LEEWAY && now < end + LEEWAY)
}

fn is_for_us(audience: &Value) -> Option<bool> {
    let id = PROJECTS[0].0.to_string();
    let ours = [id.clone(), format!("useparagon.com/{id}"), format!("https://useparagon.com/{id}")];
    let is_ours = |name: &str| ours.iter().any(|own| own == name);
    match audience {
        Value::Null => Some(false),
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
