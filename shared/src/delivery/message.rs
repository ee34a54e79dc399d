//! Messages of the queue of deliveries.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use uuid::Uuid;

use super::{Stream, signature::MessageId};
use crate::{
    model::{ConnectionOwner, EndpointId, ProjectId, Timestamp, UserId},
    queue::Outgoing,
};

/// A message on the queue of deliveries. Its group is the endpoint, so that the queue is fair between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum DeliveryMessage {
    /// Deliver what a stream has for an endpoint.
    #[serde(rename = "deliver.v1")]
    Deliver {
        /// The endpoint.
        endpoint: EndpointId,
        /// The stream.
        stream: Stream,
        /// Owner of the stream's connection, if whoever sends the message knows it: the event sender need not read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<ConnectionOwner>,
    },
    /// Deliver to an endpoint what all streams have for it that wait.
    #[serde(rename = "deliver_all.v1")]
    DeliverAll {
        /// The endpoint.
        endpoint: EndpointId,
        /// The stream after which to go on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Stream>,
    },
    /// Deliver what waits for the trigger subscriptions that have no address of their own: their project's is another one
    /// by now. A message does it for some users' connections, and sends the message for the next.
    #[serde(rename = "deliver_subscriptions.v1")]
    DeliverSubscriptions {
        /// The project.
        project: ProjectId,
        /// Its endpoint for triggers.
        endpoint: EndpointId,
        /// The user after whom to go on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<UserId>,
    },
    /// Post an event to an endpoint that says nothing, to see how it answers.
    #[serde(rename = "test.v1")]
    Test {
        /// The project.
        project: ProjectId,
        /// The endpoint.
        endpoint: EndpointId,
        /// Id of the test.
        id: Uuid,
    },
    /// Deliver to an endpoint, from all streams of a project, what has happened since a time, also what was
    /// delivered before. A message does it for some users' connections, and sends the message for the next.
    #[serde(rename = "replay.v1")]
    Replay {
        /// The project.
        project: ProjectId,
        /// The endpoint.
        endpoint: EndpointId,
        /// The time; 0 for everything that is kept.
        since: Timestamp,
        /// The user after whom to go on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<UserId>,
    },
}

impl DeliveryMessage {
    fn endpoint(&self) -> EndpointId {
        match self {
            Self::Deliver { endpoint, .. }
            | Self::DeliverAll { endpoint, .. }
            | Self::DeliverSubscriptions { endpoint, .. }
            | Self::Test { endpoint, .. }
            | Self::Replay { endpoint, .. } => *endpoint,
        }
    }

    /// Returns the message for the queue, to be delivered after `delay`, or after [`Outgoing::LONGEST_DELAY`] if
    /// that is shorter.
    ///
    /// # Panics
    /// Never: the type has no map with keys that are not text.
    #[must_use]
    pub fn after(&self, delay: Duration) -> Outgoing {
        let body = serde_json::to_string(self).expect("a message is plain JSON");
        Outgoing::in_group(self.endpoint().to_string(), body, delay)
    }

    /// Returns the message for the queue, to be delivered at once.
    #[must_use]
    pub fn at_once(&self) -> Outgoing {
        self.after(Duration::ZERO)
    }

    /// Reads a message.
    ///
    /// # Errors
    /// Fails if it is not one of ours; sending it again would not help.
    pub fn from_json(body: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(body)
    }
}

/// Returns the id of a test's request, under which the attempt is listed.
#[must_use]
pub fn id_of_test(project: ProjectId, test: Uuid) -> MessageId {
    MessageId::of(&format!("{project}:test:{test}"))
}
