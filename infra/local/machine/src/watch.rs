//! Who hears what is asked of the adapters: for instance, to know what AWS would bill for it.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use crate::DynamoCall;

/// Something that was asked of an adapter.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// A request to the table. The answer, JSON, names the units that it consumed (`ConsumedCapacity`).
    Table {
        /// The request.
        call: DynamoCall<'a>,
        /// What was answered.
        answer: &'a str,
    },
    /// Messages that were sent to a queue in one call.
    Sent {
        /// The size of each. Bytes.
        bytes: &'a [usize],
    },
    /// A message that was received.
    Received {
        /// The queue's name.
        queue: &'a str,
        /// The message's group.
        group: Option<&'a str>,
        /// Its size. Bytes.
        bytes: usize,
    },
    /// A message that was acknowledged.
    Acknowledged,
    /// A delivery whose visibility was set.
    VisibilitySet,
    /// Events that were published in one call.
    Published {
        /// The size of each. Bytes.
        bytes: &'a [usize],
    },
    /// An object that was written to the bucket.
    Stored {
        /// Its size.
        bytes: u64,
    },
    /// An object that was copied within the bucket.
    Copied,
    /// An object whose bytes were read, or whose size was.
    Read,
    /// A page of the bucket's keys.
    Listed,
}

/// Hears what is asked of the adapters.
pub trait Watch: Send + Sync {
    /// Something was asked. Not told of: what broke before it could take effect.
    fn asked(&self, asked: &Asked<'_>);
}

/// The place of an adapter's watch. Clones are the same place.
#[derive(Clone, Default)]
pub(crate) struct Watched(Arc<OnceLock<Arc<dyn Watch>>>);

impl Watched {
    /// From now on `watch` hears. The first stays.
    pub(crate) fn by(&self, watch: Arc<dyn Watch>) {
        drop(self.0.set(watch));
    }

    /// Who hears, if anybody does.
    pub(crate) fn watch(&self) -> Option<&dyn Watch> {
        self.0.get().map(AsRef::as_ref)
    }

    pub(crate) fn tell(&self, asked: &Asked<'_>) {
        if let Some(watch) = self.watch() {
            watch.asked(asked);
        }
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.watch().is_some() { "watched" } else { "unwatched" })
    }
}
