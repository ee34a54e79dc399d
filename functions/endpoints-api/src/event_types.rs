//! `GET …/event-types`: the types of events that a filter can choose.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{answer::found, delivery::EventType};

/// Lists all types, with a sentence about each.
pub(crate) fn list() -> Response<Body> {
    let to_json = |kind: &EventType| json!({"type": kind, "description": kind.description()});
    let listed: Vec<Value> = EventType::ALL.iter().map(to_json).collect();
    found(&json!({"event_types": listed}))
}
