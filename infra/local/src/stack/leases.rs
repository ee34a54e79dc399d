//! The worker's leases, by this machine's own time: work does not go faster because a day is shorter.

use std::sync::Arc;

use async_trait::async_trait;
use shared::{
    model::{Clock, SystemClock, Timestamp},
    store::{Dynamo, Lease, Leases, StoreError},
};
use uuid::Uuid;

/// Leases that last for as long as the caller says, whatever the caller's clock shows.
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
