//! Position up to which a stream has been delivered.

use serde::{Deserialize, Serialize};

use super::Stream;
use crate::{
    model::Timestamp,
    store::{Log, Notices, StoreError},
};

/// Position up to which a stream has been delivered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Number of the last change that is done with: delivered, or left out by the filter.
    pub change: u64,
    /// Number of the last notice that is done with.
    pub notice: u64,
}

impl Position {
    /// Returns the position after which the events since a time begin, as far as they are still kept.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    pub async fn before(
        at: Timestamp,
        stream: Stream,
        log: &dyn Log,
        notices: &dyn Notices,
    ) -> Result<Self, StoreError> {
        let notice = notices.last_notice_before(stream, at).await?;
        let change = match stream {
            Stream::Connection(connection) => log.last_change_before(connection, at).await?,
            Stream::Project(_) => 0,
        };
        Ok(Self { change, notice })
    }
}
