//! Messages of the queues: versioned, tagged JSON objects, so that an old message stays readable.

use serde::{Deserialize, Serialize};

use super::{ConnectionId, Timestamp};

/// A message on one of our queues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Message {
    /// Walk the connection's changes. On the queue of its lane, in the group of the project.
    #[serde(rename = "walk.v1")]
    Walk {
        /// The connection.
        connection: ConnectionId,
        /// The reason why it was sent. The message also stands for later requests.
        reason: WalkReason,
        /// Time at which it was sent.
        sent_at: Timestamp,
        /// Number of walks in a row that ran out of time before this one.
        #[serde(default, skip_serializing_if = "is_zero")]
        hops: u32,
        /// The lane in which it waits. Absent in messages of older deployments, whose walks did all work at
        /// once.
        #[serde(default, skip_serializing_if = "is_bulk")]
        lane: Lane,
    },
    /// Queue every connection that is due. On `sync.fifo`, in a group of its own.
    #[serde(rename = "tick.v1")]
    Tick,
    /// Process the connection's transfers. On the queue of that lane, in the group of the project.
    #[serde(rename = "transfers.v1")]
    Transfers {
        /// The connection.
        connection: ConnectionId,
        /// Whether to look also for bytes in the bucket that belong to no item.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        sweep: bool,
    },
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn is_bulk(lane: &Lane) -> bool {
    *lane == Lane::Bulk
}

/// The queue in which work waits, so that it does not wait behind work of another kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Walks that fetch changes: after notifications, choices and pauses. Expected to be short.
    Changes,
    /// Walks that take long: first syncs, full comparisons, and the rest of a short walk.
    #[default]
    Bulk,
    /// Runs of transfers.
    Transfers,
}

impl Lane {
    /// All lanes.
    pub const ALL: [Self; 3] = [Self::Changes, Self::Bulk, Self::Transfers];

    /// Returns its name in rows and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Bulk => "bulk",
            Self::Transfers => "transfers",
        }
    }

    /// Returns the lane with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.as_str() == name)
    }
}

/// Reason for a walk: that of the first request, since the message also stands for later ones.
///
/// Rows say which work is due. The reason only decides that [`Self::Connected`] asks for a run of
/// transfers, that [`Self::Notified`] announces its changes, that what [`Self::Woken`] finds counts as
/// unannounced, and that neither [`Self::Notified`] nor [`Self::Woken`] by itself walks a connection without
/// automatic sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WalkReason {
    /// The account was just connected.
    Connected,
    /// Dropbox sent a notification.
    Notified,
    /// The connection's `wake_at` has passed, or a message was lost: for a resync, another attempt, another
    /// look, or at the end of a pause.
    Woken,
    /// Somebody asked for work, or ours found some: selections, settings, a resync, a file, confirmed
    /// deletions, or a transfer that found the listing outdated.
    Chosen,
    /// The connection was disconnected: its tokens are to be revoked, and its data purged.
    Disconnected,
    /// The previous walk ran out of time.
    Continued,
}

impl Message {
    /// Returns the message as JSON.
    ///
    /// # Panics
    /// Never: the type has no map with keys that are not text.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a message is plain JSON")
    }

    /// Reads a message.
    ///
    /// # Errors
    /// Fails if it is not one of our messages; sending it again would not help.
    pub fn from_json(body: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection() -> ConnectionId {
        "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a".parse().unwrap()
    }

    /// The wire form must not change: messages of an older deployment are still queued during an upgrade.
    #[test]
    fn messages_keep_their_wire_form() {
        let golden = [
            (
                Message::Walk {
                    connection: connection(),
                    reason: WalkReason::Notified,
                    sent_at: Timestamp(1_700_000_000_000),
                    hops: 0,
                    lane: Lane::Bulk,
                },
                r#"{"type":"walk.v1","connection":"0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a","reason":"notified","sent_at":1700000000000}"#,
            ),
            (Message::Tick, r#"{"type":"tick.v1"}"#),
            (
                Message::Transfers { connection: connection(), sweep: false },
                r#"{"type":"transfers.v1","connection":"0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a"}"#,
            ),
        ];
        for (message, json) in golden {
            assert_eq!(message.to_json(), json);
            assert_eq!(Message::from_json(json).unwrap(), message);
        }
    }

    #[test]
    fn a_lane_comes_along() {
        let (reason, sent_at) = (WalkReason::Notified, Timestamp(1));
        let walk = Message::Walk { connection: connection(), reason, sent_at, hops: 0, lane: Lane::Changes };
        assert!(walk.to_json().ends_with(r#""lane":"changes"}"#), "{}", walk.to_json());
        assert_eq!(Message::from_json(&walk.to_json()).unwrap(), walk);
    }

    #[test]
    fn a_tick_may_carry_what_makes_it_unique() {
        assert_eq!(
            Message::from_json(r#"{"type":"tick.v1","at":"2026-01-01T00:00:00Z"}"#).unwrap(),
            Message::Tick
        );
    }
}
