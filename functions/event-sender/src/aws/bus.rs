//! Events of Amazon EventBridge.

use std::{sync::PoisonError, time::Duration};

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use shared::{delivery::BusArn, events::SOURCE, model::Timestamp};

use super::{
    refusals::{self, CallFailure},
    sessions::Session,
};
use crate::{Entry, Refusal};

/// Time after which a bus is looked for again.
const AGAIN: Duration = Duration::from_secs(60);

/// Puts events in one call. Returns for each its id, or why it was not taken.
pub(super) async fn put(
    session: &Session,
    bus: &BusArn,
    now: Timestamp,
    entries: &[Entry],
) -> Result<Vec<Result<String, Refusal>>, CallFailure> {
    look_for(session, bus, now).await?;
    let events = entries.iter().map(|entry| event(bus, entry)).collect();
    let request = session.events.put_events().set_entries(Some(events));
    let answer = request.send().await.map_err(|error| CallFailure::of(&error))?;
    if answer.entries().len() != entries.len() {
        return Err(CallFailure::unexpected("the answer does not name all events"));
    }
    // The outcomes are in the order of the events.
    let outcomes = answer.entries().iter().map(|outcome| match (outcome.error_code(), outcome.event_id()) {
        (None, Some(id)) => Ok(id.to_owned()),
        (Some(code), _) => Err(refusals::of_entry(code, outcome.error_message())),
        (None, None) => Err(refusals::unexpected("the answer has no id for the event")),
    });
    Ok(outcomes.collect())
}

/// Makes sure that a bus is there, unless it was a minute ago: AWS takes events for one that is not, and drops them
/// (EventBridge User Guide, *Sending events with `PutEvents`*).
async fn look_for(session: &Session, bus: &BusArn, now: Timestamp) -> Result<(), CallFailure> {
    let seen = session.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if seen.is_some_and(|(other, at)| other == *bus && now.since(at) < AGAIN) {
        return Ok(());
    }
    let request = session.events.describe_event_bus().name(bus.name());
    request.send().await.map_err(|error| CallFailure::of(&error))?;
    *session.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some((bus.clone(), now));
    Ok(())
}

/// An event has no room for signatures: whoever may put events on the bus is decided by its account.
fn event(bus: &BusArn, entry: &Entry) -> PutEventsRequestEntry {
    PutEventsRequestEntry::builder()
        .event_bus_name(bus.as_str())
        .source(SOURCE)
        .set_detail_type(entry.event_type.map(str::to_owned))
        .resources(&entry.group)
        .detail(&entry.body)
        .build()
}
