//! The port to leases: rights that only one caller at a time has, on whatever machine.

use async_trait::async_trait;
use uuid::Uuid;

use super::StoreError;
use crate::model::{ConnectionId, ProjectId, Timestamp};

/// Maximum number of concurrent long polls of a project's own callers.
pub const POLLS: u8 = 16;
/// Maximum number of concurrent long polls of one project by callers without credentials.
pub const STRANGERS_POLLS: u8 = 4;
/// Maximum number of concurrent long polls by callers without credentials, of all projects together.
pub const STRANGERS_POLLS_IN_ALL: u8 = 32;

/// Identity of a lease's holder: a new one each time that a lease is taken.
pub type Holder = Uuid;

/// Something that only one caller at a time may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// The refresh of a connection's tokens (invariant I6).
    Refresh(ConnectionId),
    /// The work of a connection's walker, in whichever lane the walk came (invariant I5).
    Walk(ConnectionId),
    /// The processing of a connection's transfers.
    Transfers(ConnectionId),
    /// One of a project's concurrent long polls, numbered from 0 to below [`POLLS`].
    Poll(ProjectId, u8),
    /// One of a project's long polls by callers without credentials, below [`STRANGERS_POLLS`].
    StrangersPoll(ProjectId, u8),
    /// One of all projects' long polls by callers without credentials, below [`STRANGERS_POLLS_IN_ALL`].
    AnyStrangersPoll(u8),
    /// One of a project's steps of workflows that are done at the same time, below its setting `concurrent_steps`.
    Step(ProjectId, u8),
}

/// Store of leases. A lease ends by itself if its holder dies.
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes a lease until `until`, and returns its holder. Returns `None` while another holds it.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn take_lease(
        &self,
        lease: Lease,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Uuid>, StoreError>;

    /// Ends a lease. Does nothing if it has expired, or if another holds it by now.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn end_lease(&self, lease: Lease, holder: Uuid) -> Result<(), StoreError>;
}
