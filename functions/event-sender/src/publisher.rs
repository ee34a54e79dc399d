//! The port to the queues and buses of applications.

use async_trait::async_trait;
use http::HeaderMap;
use shared::{
    delivery::{AwsDestination, AwsPlace},
    model::ProjectId,
};

/// Maximum number of entries in a call (Amazon SQS, `SendMessageBatch`; Amazon EventBridge, `PutEvents`).
pub(crate) const MOST_IN_CALL: usize = 10;
/// Maximum size of the entries of a call, in bytes: what queues and buses take that were set up before their maximum
/// became 1 MiB.
pub(crate) const LARGEST_CALL: usize = 256 * 1024;
/// Room for what an entry has besides its body, in bytes: names and values of at most seven headers, and its type.
pub(crate) const BESIDES_BODY: usize = 4 * 1024;

/// A message of a queue, or an event of a bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its `webhook-id`.
    pub id: String,
    /// The text: JSON.
    pub body: String,
    /// Id, time and signatures, as in a request.
    pub headers: HeaderMap,
    /// Type of its event; `None` if it lists several.
    pub event_type: Option<&'static str>,
    /// Id of its connection, or of its project if the event is of none. Entries of a group keep their order, where the
    /// queue has one.
    pub group: String,
}

/// Reason why a queue or bus has not taken an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub kind: RefusalKind,
    /// AWS's own code and words, or why there was no answer.
    pub said: String,
}

impl Refusal {
    /// Returns the refusal of an entry of which there is no outcome.
    pub(crate) fn missing() -> Self {
        Self { kind: RefusalKind::Unexpected, said: "there is no outcome".to_owned() }
    }
}

/// Kind of a [`Refusal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The role cannot be assumed.
    RoleNotAssumed,
    /// The role may not send there.
    AccessDenied,
    /// There is no such queue or bus.
    NotFound,
    /// The queue's key cannot be used.
    KeyDenied,
    /// AWS asks for less.
    Throttled,
    /// This entry is refused; others may be taken.
    EntryRefused,
    /// AWS was not reached, or cannot take anything now.
    Unavailable,
    /// AWS has refused the call for another reason.
    Unexpected,
}

impl RefusalKind {
    /// Returns the code, as endpoints and attempts show it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::RoleNotAssumed => "role_not_assumed",
            Self::AccessDenied => "access_denied",
            Self::NotFound => "destination_not_found",
            Self::KeyDenied => "key_denied",
            Self::Throttled => "throttled",
            Self::EntryRefused => "message_refused",
            Self::Unavailable => "unavailable",
            Self::Unexpected => "unexpected_answer",
        }
    }

    /// Returns the reason as a sentence.
    #[must_use]
    pub fn sentence(self, place: &AwsPlace) -> String {
        let (what, action) = match place {
            AwsPlace::Queue(_) => ("queue", "sqs:SendMessage"),
            AwsPlace::Bus(_) => ("event bus", "events:PutEvents and events:DescribeEventBus"),
        };
        match self {
            Self::RoleNotAssumed => {
                "The role cannot be assumed: it must be there, and its trust policy must let Dropline's event sender \
                 assume it with this endpoint's external_id."
                    .to_owned()
            }
            Self::AccessDenied => {
                format!("The role may not send to the {what}: it needs {action}, and nothing may deny it.")
            }
            Self::NotFound => format!("There is no such {what}."),
            Self::KeyDenied => format!(
                "The key of the {what} cannot be used: the role needs kms:GenerateDataKey and kms:Decrypt for it."
            ),
            Self::Throttled => format!("AWS asks for fewer calls to the {what}."),
            Self::EntryRefused => format!("The {what} does not take this message."),
            Self::Unavailable => "AWS did not answer, or can take nothing now.".to_owned(),
            Self::Unexpected => format!("AWS refused the call to the {what}."),
        }
    }
}

/// Client for the queues and buses of applications.
#[async_trait]
pub trait Publisher: Send + Sync {
    /// Puts entries, in their order and in one call, and returns for each the id that AWS gave it, or why it was not
    /// taken. There are at most 10, of 256 KiB together.
    async fn publish(
        &self,
        to: &AwsDestination,
        project: ProjectId,
        entries: &[Entry],
    ) -> Vec<Result<String, Refusal>>;
}
