//! Slots: how many steps of a project call somebody at the same time.

use std::time::Duration;

use shared::{
    model::ProjectId,
    store::{Holder, Lease, STEPS, StoreError},
};

use crate::Runner;

/// Maximum number of slots that are tried for a free one, since each attempt is a write.
const LOOKS: u8 = 4;
/// Time after which a slot is free although nobody gave it back: longer than the function's timeout, as in
/// `infra/template.yaml`.
const TIME: Duration = Duration::from_secs(200);

/// A slot in use.
pub(crate) struct Slot {
    lease: Lease,
    holder: Holder,
}

/// Takes a slot of a project; `None` if those that were looked at are in use.
pub(crate) async fn take(runner: &Runner, project: ProjectId) -> Result<Option<Slot>, StoreError> {
    let first = fastrand::u8(0..STEPS);
    for look in 0..LOOKS {
        // Far apart, because neighbours are taken together.
        let lease = Lease::Step(project, (first + look * (STEPS / LOOKS)) % STEPS);
        let now = runner.clock.now();
        if let Some(holder) = runner.leases.take_lease(lease, now, now.plus(TIME)).await? {
            return Ok(Some(Slot { lease, holder }));
        }
    }
    Ok(None)
}

/// Gives a slot back. If that fails, it is free when its time is over.
pub(crate) async fn give_back(runner: &Runner, slot: Slot) {
    if let Err(error) = runner.leases.end_lease(slot.lease, slot.holder).await {
        tracing::warn!(%error, "a slot is not free before its time is over");
    }
}
