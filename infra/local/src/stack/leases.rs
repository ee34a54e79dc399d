//! Leases of the worker in real time, because work does not go faster when the clock does.

use std::sync::Arc;

use async_trait::async_trait;
use shared::{
    model::{Clock, SystemClock, Timestamp},
    store::{Dynamo, Lease, Leases, StoreError},
};
use uuid::Uuid;

/// Leases that last as long as the caller requests, but in real time, whatever the caller's clock shows.
pub(super) struct RealTimeLeases(pub(super) Arc<Dynamo>);

#[async_trait]
impl Leases for RealTimeLeases {
    async fn take_lease(
        &self,
        lease: Lease,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Uuid>, StoreError> {
        let here = SystemClock.now();
        self.0.take_lease(lease, here, here.plus(until.since(now))).await
    }

    async fn end_lease(&self, lease: Lease, holder: Uuid) -> Result<(), StoreError> {
        self.0.end_lease(lease, holder).await
    }
}
