//! `POST …/endpoints/preview`: a filter compared with the latest events of a connection. Nothing is sent.

use std::collections::BTreeMap;

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, found},
    delivery::{
        EventType, Matcher,
        body::{Envelope, Occurrence},
    },
    members::Members,
    model::{ConnectionName, Event, ProjectId, Timestamp},
};

use crate::{EndpointsApi, filter, find, latest};

/// Default number of events that are looked at.
const USUAL: u64 = 100;
/// Maximum number of events that are looked at.
const MOST: u64 = 1_000;
/// Maximum number of events in the answer.
const SHOWN: usize = 20;

/// Says which of the latest events a filter wants.
pub(crate) async fn preview(
    api: &EndpointsApi,
    project: ProjectId,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    let mut members = Members::of(body)?;
    let filter = filter::read(&mut members)?.unwrap_or_default();
    let name = members.required("connection", "a connection's id or integer", |value| {
        ConnectionName::of_value(value).ok()
    })?;
    let last = members.optional("last", &format!("a whole number of events from 1 to {MOST}"), |value| {
        value.as_u64().filter(|last| (1..=MOST).contains(last))
    })?;
    members.end(&["filter", "connection", "last"])?;
    let matcher = filter.compiled().map_err(|error| ApiError::unavailable(&error))?;
    let connection = find::connection(api, project, name).await?;
    let events = latest::events(api, &connection, last.unwrap_or(USUAL)).await?;
    Ok(found(&compared(&matcher, &events)))
}

fn compared(matcher: &Matcher, events: &[(Event, Timestamp)]) -> Value {
    let matched: Vec<&(Event, Timestamp)> = events.iter().filter(|(event, _)| matcher.wants(event)).collect();
    let mut by_type: BTreeMap<&str, u64> = BTreeMap::new();
    for (event, _) in &matched {
        *by_type.entry(EventType::of(event).as_str()).or_default() += 1;
    }
    let envelope = |(event, at): &&(Event, Timestamp)| Envelope::of(&Occurrence { event, at: *at });
    let first: Vec<Envelope> = matched.iter().take(SHOWN).map(envelope).collect();
    json!({
        "looked_at": events.len(),
        "matched": matched.len(),
        "left_out": events.len() - matched.len(),
        "matched_by_type": by_type,
        "events": first,
    })
}
