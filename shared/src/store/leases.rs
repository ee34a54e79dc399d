//! The port to leases: rights that only one caller at a time has, on whatever machine.

use async_trait::async_trait;
use uuid::Uuid;

use super::StoreError;
use crate::model::{ConnectionId, Head, ProjectId, Timestamp};

/// Maximum number of concurrent long polls of one project by callers with credentials.
pub const POLLS_WITH_CREDENTIALS: u8 = 16;
/// Maximum number of concurrent long polls of one project by callers without credentials.
pub const POLLS_WITHOUT_CREDENTIALS: u8 = 4;
/// Maximum number of concurrent long polls by callers without credentials, of all projects together.
pub const ALL_POLLS_WITHOUT_CREDENTIALS: u8 = 32;

/// Identity of a lease's holder: a new one each time that a lease is taken.
pub type Holder = Uuid;

/// Something that only one caller at a time may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// The refresh of a connection's tokens (invariant I6).
    Refresh(ConnectionId),
    /// The processing of a connection's transfers.
    Transfers(ConnectionId),
    /// One of a project's concurrent long polls by callers with credentials, numbered from 0 to below
    /// [`POLLS_WITH_CREDENTIALS`].
    Poll(ProjectId, u8),
    /// One of a project's long polls by callers without credentials, below [`POLLS_WITHOUT_CREDENTIALS`].
    PollWithoutCredentials(ProjectId, u8),
    /// One of all projects' long polls by callers without credentials, below [`ALL_POLLS_WITHOUT_CREDENTIALS`].
    AnyPollWithoutCredentials(u8),
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

/// Result of taking a connection's HEAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadLease {
    /// The caller is the walker. HEAD has its epoch and its lease.
    Taken(Box<Head>),
    /// Another walker has the lease.
    Held,
    /// There is no HEAD that could be taken: the connection was never walked, or its log is closed.
    Absent,
}

/// Leases of the worker. The walker's is a part of HEAD, so that one write takes both the lease and the epoch, and the
/// last commit of a walk ends it.
#[async_trait]
pub trait WorkLeases: Leases {
    /// Takes HEAD until `until`, unless another walker has it: raises the epoch, so that from then on no earlier walker of
    /// the connection can commit anything (invariant I5).
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn take_head(
        &self,
        connection: ConnectionId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<HeadLease, StoreError>;

    /// Makes a connection's first HEAD, and takes it until `until`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is one, or if the connection is disconnected: a purged log does not start again.
    /// Fails if the store cannot be reached.
    async fn first_head(&self, connection: ConnectionId, until: Timestamp) -> Result<Head, StoreError>;

    /// Ends the lease on HEAD, and leaves the rest of it as it is. Does nothing if it has ended, or if another walker has
    /// taken HEAD by now.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn release_head(&self, connection: ConnectionId, walker: Holder) -> Result<(), StoreError>;
}
