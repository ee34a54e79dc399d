//! Progress of the delivery of a stream to an endpoint.

use serde::{Deserialize, Serialize};

use super::Position;
use crate::model::Timestamp;

/// Progress of the delivery of a stream to an endpoint: one row, whatever is waiting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Up to where the stream is done with; absent before the first delivery. `position` is a reserved word of
    /// the table.
    #[serde(default, rename = "reached", skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Whether rows of the streams are known to end with the position. Then the last ones are not read again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ends_rows: bool,
    /// Number of failures in a row.
    #[serde(default)]
    pub failures: u32,
    /// Time of the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Requests that failed and were passed over; empty for an ordered endpoint. At most [`Self::MOST_PARKED`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parked: Vec<Parked>,
}

impl Progress {
    /// Maximum number of requests that are passed over. When there are as many, the others wait.
    pub const MOST_PARKED: usize = 100;
}

/// Events that were passed over, to be delivered again later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// The position before their first one.
    pub from: Position,
    /// The position of the last one.
    pub to: Position,
    /// Number of failures.
    pub failures: u32,
    /// Time from which they are tried again.
    pub retry_at: Timestamp,
}
