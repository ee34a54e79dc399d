//! Purposes of endpoints.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Endpoint, Stream};
use crate::model::{ConnectionId, EndpointId, ProjectId, Tags};

/// Purpose of an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Purpose {
    /// It gets what its filter wants, of all connections of its project.
    #[default]
    Events,
    /// It is the address, and has the keys, of its project's trigger subscriptions, and gets nothing for itself. A
    /// project has one at most.
    Triggers,
    /// It is a user's subscription to a trigger.
    Subscription(Subscription),
}

impl Purpose {
    pub(super) fn is_events(&self) -> bool {
        *self == Self::Events
    }
}

/// A subscription to a trigger (Paragon, *Subscribe to Trigger*).
///
/// It is an endpoint that gets the events of one connection, is stored with it, and goes with it. Its requests are
/// signed with the keys of its project's endpoint for triggers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    /// The connection.
    pub connection: ConnectionId,
    /// The trigger's parameters, as the client has sent them. The endpoint's filter says what they mean.
    #[serde(default)]
    pub parameters: Tags,
}

impl Endpoint {
    /// Returns the id of a project's endpoint for triggers. It is derived, so there is one at most.
    #[must_use]
    pub fn for_triggers(project: ProjectId) -> EndpointId {
        EndpointId(Uuid::new_v5(&project.0, b"endpoint:triggers"))
    }

    /// Returns the subscription, if it is one.
    #[must_use]
    pub fn subscription(&self) -> Option<&Subscription> {
        match &self.purpose {
            Purpose::Subscription(subscription) => Some(subscription),
            Purpose::Events | Purpose::Triggers => None,
        }
    }

    /// Returns the stream with which it is stored: its project's, or that of its subscription's connection.
    #[must_use]
    pub fn home(&self) -> Stream {
        self.subscription().map_or(Stream::Project(self.project), |of| Stream::Connection(of.connection))
    }

    /// Returns the endpoint for which its signing keys are sealed.
    #[must_use]
    pub fn keys_of(&self) -> EndpointId {
        self.subscription().map_or(self.id, |_| Self::for_triggers(self.project))
    }

    /// Returns the endpoint for which the headers of its requests are sealed. As of its address: those of a subscription
    /// without one are those of its project's endpoint for triggers.
    #[must_use]
    pub fn headers_of(&self) -> EndpointId {
        if self.url.is_empty() { self.keys_of() } else { self.id }
    }

    /// Returns a subscription as requests are made to it: with the keys, signatures and order of its project's endpoint
    /// for triggers, and with the address and headers of that, unless it has its own.
    #[must_use]
    pub fn through(self, triggers: &Self) -> Self {
        let (url, headers) = match self.url.is_empty() {
            true => (triggers.url.clone(), triggers.headers.clone()),
            false => (self.url, self.headers),
        };
        let (keys, signatures, order) = (triggers.keys.clone(), triggers.signatures.clone(), triggers.order);
        Self { url, headers, keys, signatures, order, ..self }
    }
}
