//! The port to leases: what only one caller at a time may do, on whatever machine.

use async_trait::async_trait;
use uuid::Uuid;

use super::StoreError;
use crate::model::{ConnectionId, ProjectId, Timestamp};

/// Maximum number of long polls that a project's own callers may have under way at the same time.
pub const POLLS: u8 = 16;
/// Maximum number of long polls of one project that callers without credentials may have under way at the same time.
pub const STRANGERS_POLLS: u8 = 4;
/// The same of all projects together.
pub const STRANGERS_POLLS_IN_ALL: u8 = 32;

/// Who holds a lease: another each time that one is taken.
pub type Holder = Uuid;

/// What only one caller at a time may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// Refresh a connection's tokens (invariant I6).
    Refresh(ConnectionId),
    /// Work as a connection's walker, whichever lane the walk came in (invariant I5).
    Walk(ConnectionId),
    /// See to a connection's transfers.
    Transfers(ConnectionId),
    /// Have one of a project's long polls under way, numbered from 0 and below [`POLLS`].
    Poll(ProjectId, u8),
    /// The same without credentials, below [`STRANGERS_POLLS`].
    StrangersPoll(ProjectId, u8),
    /// The same of whatever project, below [`STRANGERS_POLLS_IN_ALL`].
    AnyStrangersPoll(u8),
}

/// Leases. One ends by itself, should its holder die.
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes a lease until then, and says who holds it now. `None` while another holds it.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn take_lease(
        &self,
        lease: Lease,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Uuid>, StoreError>;

    /// Gives a lease back. Nothing happens where it ended meanwhile, or where another holds it by now.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn end_lease(&self, lease: Lease, holder: Uuid) -> Result<(), StoreError>;
}
