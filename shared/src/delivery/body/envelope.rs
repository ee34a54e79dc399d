//! Bodies in the form of Standard Webhooks.

use serde::Serialize;
use serde_json::Value;

use super::{Occurrence, data};
use crate::delivery::EventType;

/// One event in the form of Standard Webhooks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Envelope {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// Time at which it happened, in ISO 8601. It stays the same for every attempt.
    pub timestamp: String,
    /// Data of the event.
    pub data: Value,
}

impl Envelope {
    /// Returns the envelope of an event.
    #[must_use]
    pub fn of(occurrence: &Occurrence<'_>) -> Self {
        Self {
            kind: EventType::of(occurrence.event),
            timestamp: occurrence.at.to_string(),
            data: data(occurrence),
        }
    }

    /// Returns the body of a delivery of one event: compact JSON.
    ///
    /// # Panics
    /// Never: an envelope has only names that are texts.
    #[must_use]
    pub fn to_body(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an envelope is JSON")
    }

    /// Returns the body of a delivery of several events: a JSON array, in their order.
    ///
    /// # Panics
    /// Never, like [`Self::to_body`].
    #[must_use]
    pub fn to_batch(envelopes: &[Self]) -> Vec<u8> {
        serde_json::to_vec(envelopes).expect("envelopes are JSON")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::samples::{self, AT},
        *,
    };

    fn envelope(event: &crate::model::Event) -> Envelope {
        Envelope::of(&Occurrence { event, at: AT })
    }

    #[test]
    fn a_body_has_the_standards_three_members_and_the_types_name() {
        for event in samples::all() {
            let envelope = envelope(&event);
            let body: Value = serde_json::from_slice(&envelope.to_body()).unwrap();
            let members: Vec<&String> = body.as_object().unwrap().keys().collect();
            assert_eq!(members, ["data", "timestamp", "type"]);
            assert_eq!(body["type"], EventType::of(&event).as_str());
            assert_eq!(body["timestamp"], "2026-01-31T12:00:00.25Z");
            assert_eq!(body["data"]["id"], event.id);
        }
    }

    #[test]
    fn a_batch_is_an_array_in_order() {
        let envelopes: Vec<Envelope> = samples::all().iter().map(envelope).collect();
        let body: Value = serde_json::from_slice(&Envelope::to_batch(&envelopes)).unwrap();
        let types: Vec<&Value> = body.as_array().unwrap().iter().map(|one| &one["type"]).collect();
        assert_eq!(json!(types), json!(EventType::ALL));
        assert_eq!(Envelope::to_batch(&[]), b"[]");
    }
}
