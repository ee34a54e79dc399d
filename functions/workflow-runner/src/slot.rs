//! Slots: how many steps of a project call somebody at the same time.

use shared::{
    model::ProjectId,
    store::{Holder, Lease, StoreError},
};

use crate::{Runner, runner::STEP_TIME};

/// Maximum number of slots that are tried for a free one, since each attempt is a write.
const MOST_LOOKS: u8 = 4;
/// A slot in use.
pub(crate) struct Slot {
    lease: Lease,
    holder: Holder,
}

/// Takes a slot of a project; `None` if those that were looked at are in use. Runs of a project that was removed meanwhile
/// have as many as one that has chosen nothing: they end by themselves.
pub(crate) async fn take(runner: &Runner, project: ProjectId) -> Result<Option<Slot>, StoreError> {
    let settings = runner.store.project(project).await?.map(|found| found.settings).unwrap_or_default();
    let slots = settings.concurrent_steps.max(1);
    let first = fastrand::u8(0..slots);
    for number in looks(first, slots) {
        let lease = Lease::Step(project, number);
        let now = runner.clock.now();
        if let Some(holder) = runner.leases.take_lease(lease, now, now.plus(STEP_TIME)).await? {
            return Ok(Some(Slot { lease, holder }));
        }
    }
    Ok(None)
}

/// Returns the slots to look at, beginning with one. They are far apart, because neighbours are taken together.
fn looks(first: u8, slots: u8) -> impl Iterator<Item = u8> {
    let looks = MOST_LOOKS.min(slots);
    let apart = slots / looks;
    (0..looks).map(move |look| (first + look * apart) % slots)
}

/// Gives a slot back. If that fails, it is free when its time is over.
pub(crate) async fn give_back(runner: &Runner, slot: Slot) {
    if let Err(error) = runner.leases.end_lease(slot.lease, slot.holder).await {
        tracing::warn!(%error, "a slot is not free before its time is over");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use shared::model::MOST_CONCURRENT_STEPS;

    use super::*;

    #[test]
    fn different_slots_are_looked_at_and_all_of_a_few() {
        for slots in 1..=MOST_CONCURRENT_STEPS {
            for first in 0..slots {
                let seen: BTreeSet<u8> = looks(first, slots).collect();
                assert_eq!(seen.len(), usize::from(slots.min(MOST_LOOKS)), "{first} of {slots}");
                assert!(seen.contains(&first) && seen.iter().all(|slot| *slot < slots));
            }
        }
    }
}
