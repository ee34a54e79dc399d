//! Endpoints: what of an application receives events.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Destination, EventType, Filter, Purpose, body::carbon, signature::Scheme, trigger};
use crate::{
    model::{EndpointId, Event, ProjectId, Tags, Timestamp},
    seal::{EncryptionContext, Owner, Sealed},
};

/// Time without any success after which an endpoint is disabled.
pub const PATIENCE: Duration = Duration::from_secs(5 * 24 * 60 * 60);

/// An endpoint, as its project has set it up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Its project.
    pub project: ProjectId,
    /// Number of times that it was changed. A change is written only if nobody else changed it meanwhile.
    pub version: u64,
    /// Purpose.
    #[serde(default, skip_serializing_if = "Purpose::is_events")]
    pub purpose: Purpose,
    /// Receiver of the events.
    #[serde(default, skip_serializing_if = "Destination::is_address")]
    pub destination: Destination,
    /// The address to which events are posted; empty for a subscription that has none of its own, and for any other
    /// destination.
    pub url: String,
    /// The project's own text about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Filter of the events that are delivered.
    #[serde(default)]
    pub filter: Filter,
    /// Form of the body.
    #[serde(default)]
    pub format: Format,
    /// Signatures of each request.
    pub signatures: Vec<Scheme>,
    /// Treatment of the events after one that fails.
    #[serde(default)]
    pub order: Order,
    /// Maximum number of events in a request: 1 to [`Self::LARGEST_BATCH`].
    pub batch: u16,
    /// Whether its project has paused it.
    #[serde(default)]
    pub paused: bool,
    /// Time at which it was made, in milliseconds since 1970.
    pub created_at: Timestamp,
    /// Events from before this time are not delivered, unless the position of a stream is set.
    pub starts_at: Timestamp,
    /// Signing keys, newest first; a subscription has none of its own.
    pub keys: Vec<EndpointKey>,
    /// Further request headers, sealed: a JSON object of names and values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Sealed>,
}

impl Endpoint {
    /// Maximum number of events in a request.
    pub const LARGEST_BATCH: u16 = 100;

    /// Returns the encryption context under which an endpoint's signing keys are sealed.
    #[must_use]
    pub fn context_of_keys(project: ProjectId, id: EndpointId) -> EncryptionContext<'static> {
        EncryptionContext { project, owner: Owner::Endpoint(id), field: "signing keys" }
    }

    /// Returns the encryption context under which an endpoint's further request headers are sealed.
    #[must_use]
    pub fn context_of_headers(project: ProjectId, id: EndpointId) -> EncryptionContext<'static> {
        EncryptionContext { project, owner: Owner::Endpoint(id), field: "request headers" }
    }

    /// Returns the keys with which a request is signed at this time, newest first.
    pub fn keys_at(&self, now: Timestamp) -> impl Iterator<Item = &EndpointKey> {
        self.keys.iter().filter(move |key| key.valid_until.is_none_or(|until| now < until))
    }

    /// Whether it may want events of this type.
    #[must_use]
    pub fn wants(&self, kind: EventType) -> bool {
        let may_have_body = match self.format {
            Format::Standard => true,
            Format::Paragon { .. } => trigger::of(kind).is_some(),
            Format::Carbon => carbon::may_be_told(kind),
        };
        self.purpose != Purpose::Triggers && may_have_body && self.filter.includes_type(kind)
    }
}

/// Signing keys of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointKey {
    /// The keys, sealed.
    pub sealed: Sealed,
    /// The public key of the asymmetric signature: `whpk_…`.
    pub public: String,
    /// Time at which they were made.
    pub created_at: Timestamp,
    /// Time from which requests are no longer signed with them; absent for the newest keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
}

/// Form of a request's body.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Format {
    /// The envelope of Standard Webhooks.
    #[default]
    Standard,
    /// Paragon's body of a trigger subscription.
    Paragon {
        /// The application's own data about the subscription, repeated in each request.
        #[serde(default)]
        metadata: Tags,
    },
    /// Carbon's body of a webhook.
    Carbon,
}

impl Format {
    /// Whether there is a body for an event.
    #[must_use]
    pub fn has_body(&self, event: &Event) -> bool {
        match self {
            Self::Standard => true,
            Self::Paragon { .. } => trigger::of(EventType::of(event)).is_some(),
            Self::Carbon => carbon::is_told(event),
        }
    }

    /// Whether an event and the next one may be in the same request.
    #[must_use]
    pub fn joins(&self, one: &Event, next: &Event) -> bool {
        match self {
            Self::Standard => true,
            Self::Paragon { .. } => false,
            Self::Carbon => carbon::are_told_together(one, next),
        }
    }
}

/// Treatment of the events after one that fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// They wait: the events of a connection arrive in their order.
    #[default]
    Ordered,
    /// They are delivered, and the failed one is tried again later. Several requests are made at the same
    /// time.
    Parallel,
}

/// Health of an endpoint, from its answers. The sender writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointHealth {
    /// Time of the first failure since the last success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Number of failures since the last success.
    #[serde(default)]
    pub failures: u32,
    /// Time before which nothing is sent: the endpoint asked for it, or fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// The last failure since the last success, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// Its code, if it has one: [`DeliveryError::code`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error_code: Option<String>,
    /// Reason why nothing is sent any more, until its project enables it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Disabled>,
}

/// Reason why a request to an endpoint has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryError {
    /// A code, if the endpoint is a queue or bus, such as `access_denied`.
    pub code: Option<&'static str>,
    /// The reason as a sentence.
    pub sentence: String,
}

impl From<String> for DeliveryError {
    fn from(sentence: String) -> Self {
        Self { code: None, sentence }
    }
}

impl From<&str> for DeliveryError {
    fn from(sentence: &str) -> Self {
        sentence.to_owned().into()
    }
}

/// Reason for which an endpoint was disabled, and the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    /// The reason.
    pub reason: DisabledReason,
    /// Time at which it was disabled.
    pub at: Timestamp,
}

/// Reason why an endpoint was disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisabledReason {
    /// It answered 410.
    Gone,
    /// No request has succeeded for five days.
    Failing,
}

impl DisabledReason {
    /// Returns the reason as a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Gone => "The endpoint answered 410 Gone.",
            Self::Failing => "No request has succeeded for five days.",
        }
    }
}
