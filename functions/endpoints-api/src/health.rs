//! Health of an endpoint, as JSON.

use serde_json::{Value, json};
use shared::{model::Timestamp, store::StoredEndpoint};

/// Returns the state of an endpoint, the reason as a sentence, and its failures since its last success.
pub(crate) fn to_json(found: &StoredEndpoint) -> Value {
    let health = &found.health;
    let stopped = found.stopped_because();
    let (state, reason) = if stopped.is_some() {
        (if health.disabled.is_some() { "disabled" } else { "paused" }, stopped)
    } else if health.failing_since.is_some() {
        ("failing", Some("No request has succeeded since failing_since; events wait, and are tried again."))
    } else {
        ("active", None)
    };
    let date = |at: Option<Timestamp>| at.map(|at| at.to_string());
    json!({
        "state": state,
        "reason": reason,
        "failing_since": date(health.failing_since),
        "failures": health.failures,
        "retry_at": date(health.retry_at),
        "last_error": health.last_error,
        "last_error_code": health.last_error_code,
        "disabled_at": date(health.disabled.as_ref().map(|disabled| disabled.at)),
    })
}
