//! Observers of requests to the adapters, for instance to count what AWS would bill.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use crate::DynamoCall;

/// A request to an adapter.
#[derive(Debug, Clone, Copy)]
pub enum Operation<'a> {
    /// A request to the table. The response, as JSON, names the units that it consumed (`ConsumedCapacity`).
    Table {
        /// Request.
        call: DynamoCall<'a>,
        /// Response.
        answer: &'a str,
    },
    /// Messages sent to a queue in one call.
    Sent {
        /// Name of the queue.
        queue: &'a str,
        /// Size of each, in bytes.
        bytes: &'a [usize],
    },
    /// A message that was received.
    Received {
        /// Name of the queue.
        queue: &'a str,
        /// Group of the message.
        group: Option<&'a str>,
        /// Size, in bytes.
        bytes: usize,
    },
    /// A message that was acknowledged.
    Acknowledged {
        /// Name of the queue.
        queue: &'a str,
    },
    /// A delivery whose visibility timeout was changed.
    VisibilitySet {
        /// Name of the queue.
        queue: &'a str,
    },
    /// Events published in one call.
    Published {
        /// Size of each, in bytes.
        bytes: &'a [usize],
    },
    /// An object written to the bucket.
    Stored {
        /// Size, in bytes.
        bytes: u64,
    },
    /// An object copied within the bucket.
    Copied,
    /// An object whose bytes or size were read.
    Read,
    /// A page of the bucket's keys.
    Listed,
}

/// Observer of requests to the adapters.
pub trait Watch: Send + Sync {
    /// Reports a request, unless it failed before it could take effect.
    fn observe(&self, observe: &Operation<'_>);
}

/// Slot for an adapter's observer. Clones share the slot.
#[derive(Clone, Default)]
pub(crate) struct Watched(Arc<OnceLock<Arc<dyn Watch>>>);

impl Watched {
    /// Sets the observer. Only the first one is kept.
    pub(crate) fn by(&self, watch: Arc<dyn Watch>) {
        drop(self.0.set(watch));
    }

    /// Returns the observer, if there is one.
    pub(crate) fn watch(&self) -> Option<&dyn Watch> {
        self.0.get().map(AsRef::as_ref)
    }

    pub(crate) fn tell(&self, observe: &Operation<'_>) {
        if let Some(watch) = self.watch() {
            watch.observe(observe);
        }
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.watch().is_some() { "watched" } else { "unwatched" })
    }
}
