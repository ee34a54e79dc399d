//! Leases of the worker in real time, because work does not go faster when the clock does.

use std::sync::Arc;

use async_trait::async_trait;
use shared::{
    model::{Clock, ConnectionId, Head, SystemClock, Timestamp},
    store::{Dynamo, HeadLease, Holder, Lease, Leases, StoreError, WorkLeases},
};
use uuid::Uuid;

/// Leases that last as long as the caller requests, but in real time, whatever the caller's clock shows.
pub(super) struct RealTimeLeases {
    pub(super) store: Arc<Dynamo>,
    /// The caller's clock.
    pub(super) clock: Arc<dyn Clock>,
}

#[async_trait]
impl Leases for RealTimeLeases {
    async fn take_lease(
        &self,
        lease: Lease,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Uuid>, StoreError> {
        let here = SystemClock.now();
        self.store.take_lease(lease, here, here.plus(until.since(now))).await
    }

    async fn end_lease(&self, lease: Lease, holder: Uuid) -> Result<(), StoreError> {
        self.store.end_lease(lease, holder).await
    }
}

#[async_trait]
impl WorkLeases for RealTimeLeases {
    async fn take_head(
        &self,
        connection: ConnectionId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<HeadLease, StoreError> {
        let here = SystemClock.now();
        self.store.take_head(connection, here, here.plus(until.since(now))).await
    }

    async fn first_head(&self, connection: ConnectionId, until: Timestamp) -> Result<Head, StoreError> {
        let rest = until.since(self.clock.now());
        self.store.first_head(connection, SystemClock.now().plus(rest)).await
    }

    async fn release_head(&self, connection: ConnectionId, walker: Holder) -> Result<(), StoreError> {
        self.store.release_head(connection, walker).await
    }
}
