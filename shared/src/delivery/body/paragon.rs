//! Bodies in the form of Paragon's triggers.
//!
//! Source: Paragon's page *Receiving Webhooks*. Its members and their types are Paragon's; what `payload` has
//! depends on the trigger, and is described nowhere for Dropbox, so it is ours.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{Occurrence, data};
use crate::{
    delivery::{EventType, trigger},
    model::{ConnectionId, ProjectId, Tags, UserId},
};

/// A subscription to a trigger, by which an event is delivered.
#[derive(Debug, Clone, Copy)]
pub struct Subscription<'a> {
    /// Its id.
    pub id: Uuid,
    /// The metadata that the application gave it.
    pub metadata: &'a Tags,
}

/// One event in the form of Paragon's triggers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Triggered {
    /// A UUID derived from the event's id: the same for every delivery of the event.
    pub event_id: Uuid,
    /// The user, by the application's own id.
    pub user_id: UserId,
    /// Always `dropbox`.
    pub integration: &'static str,
    /// Name of the trigger.
    pub trigger_type: &'static str,
    /// Id of the subscription.
    pub trigger_subscription_id: Uuid,
    /// The credential: our connection.
    pub credential_id: ConnectionId,
    /// The project.
    pub project_id: ProjectId,
    /// Time at which it happened, in ISO 8601.
    pub date_received: String,
    /// Data of the event, as in the standard format.
    pub payload: Value,
    /// The application's metadata of the subscription.
    pub trigger_subscription_metadata: Tags,
}

impl Triggered {
    /// Returns an event in the form of Paragon's triggers; `None` if there is no trigger for it.
    #[must_use]
    pub fn of(occurrence: &Occurrence<'_>, subscription: Subscription<'_>) -> Option<Self> {
        let event = occurrence.event;
        Some(Self {
            event_id: Uuid::new_v5(&event.project.0, event.id.as_bytes()),
            user_id: event.user.clone()?,
            integration: "dropbox",
            trigger_type: trigger::of(EventType::of(event))?.name,
            trigger_subscription_id: subscription.id,
            credential_id: event.connection?,
            project_id: event.project,
            date_received: occurrence.at.to_string(),
            payload: data(occurrence),
            trigger_subscription_metadata: subscription.metadata.clone(),
        })
    }

    /// Returns the body of a delivery: compact JSON.
    ///
    /// # Panics
    /// Never: it has only names that are texts.
    #[must_use]
    pub fn to_body(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("it is JSON")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::samples::{self, AT},
        *,
    };

    #[test]
    fn a_body_has_paragons_members() {
        let id = Uuid::from_u128(7);
        let metadata = json!({"flow": "a"}).as_object().unwrap().clone();
        let connection = samples::connection();
        for event in samples::all() {
            let occurrence = Occurrence { event: &event, at: AT };
            let body = Triggered::of(&occurrence, Subscription { id, metadata: &metadata });
            assert_eq!(body.is_some(), trigger::of(EventType::of(&event)).is_some());
            let Some(body) = body else { continue };
            let json: Value = serde_json::from_slice(&body.to_body()).unwrap();
            assert_eq!(
                json,
                json!({
                    "eventId": Uuid::new_v5(&connection.project.0, event.id.as_bytes()),
                    "userId": "user-1",
                    "integration": "dropbox",
                    "triggerType": body.trigger_type,
                    "triggerSubscriptionId": id,
                    "credentialId": connection.id,
                    "projectId": connection.project,
                    "dateReceived": "2026-01-31T12:00:00.25Z",
                    "payload": data(&occurrence),
                    "triggerSubscriptionMetadata": {"flow": "a"},
                })
            );
        }
    }
}
