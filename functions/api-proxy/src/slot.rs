//! Slots for long polls: a limited number at a time for a project's own callers, and fewer for callers
//! without credentials.

use std::{sync::Arc, time::Duration};

use shared::{
    model::{ProjectId, Timestamp},
    store::{Lease, Leases, POLLS, STRANGERS_POLLS, STRANGERS_POLLS_IN_ALL, StoreError},
};
use uuid::Uuid;

/// Maximum number of the slots shared by all projects that are tried for a free one, since each attempt is a
/// write.
const LOOKS: u8 = 8;

/// The caller who polls.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Poller {
    /// A caller with the project's API key or one of its user tokens.
    Own,
    /// A caller without credentials: Dropbox's SDKs, or anyone else.
    Stranger,
}

/// A slot in use. It becomes free when it is given back, when it is dropped because the caller disconnected,
/// and at the latest when its time is up.
pub(crate) struct Slot {
    leases: Arc<dyn Leases>,
    taken: Vec<(Lease, Uuid)>,
}

impl Slot {
    /// Takes a free slot of a project, if there is one.
    pub(crate) async fn take(
        leases: &Arc<dyn Leases>,
        project: ProjectId,
        poller: Poller,
        now: Timestamp,
        time: Duration,
    ) -> Result<Option<Self>, StoreError> {
        let mut slot = Self { leases: leases.clone(), taken: Vec::new() };
        for choice in choices(project, poller) {
            let Some(taken) = first_free(leases.as_ref(), choice, now, now.plus(time)).await? else {
                slot.give_back().await?;
                return Ok(None);
            };
            slot.taken.push(taken);
        }
        Ok(Some(slot))
    }

    /// Gives the slot back.
    pub(crate) async fn give_back(mut self) -> Result<(), StoreError> {
        end_leases(self.leases.as_ref(), &mut self.taken).await
    }
}

/// Ends leases, the last first, and removes them from `taken`. After an error, the remaining ones are still
/// there.
async fn end_leases(leases: &dyn Leases, taken: &mut Vec<(Lease, Uuid)>) -> Result<(), StoreError> {
    while let Some((lease, holder)) = taken.last().copied() {
        leases.end_lease(lease, holder).await?;
        taken.pop();
    }
    Ok(())
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.taken.is_empty() {
            return;
        }
        // The task gets the leases and not a `Slot`: if a runtime dropped it at shutdown, that would spawn
        // another task.
        let (leases, mut taken) = (self.leases.clone(), std::mem::take(&mut self.taken));
        tokio::spawn(async move {
            if let Err(error) = end_leases(leases.as_ref(), &mut taken).await {
                tracing::warn!(%error, "a long poll's slot is not free before its time is over");
            }
        });
    }
}

/// Returns lists of leases; one lease of each list is needed.
fn choices(project: ProjectId, poller: Poller) -> Vec<Vec<Lease>> {
    match poller {
        Poller::Own => vec![(0..POLLS).map(|slot| Lease::Poll(project, slot)).collect()],
        Poller::Stranger => {
            let [start, ..] = Uuid::new_v4().into_bytes();
            let of_all = (0..LOOKS).map(|look| start.wrapping_add(look) % STRANGERS_POLLS_IN_ALL);
            vec![
                (0..STRANGERS_POLLS).map(|slot| Lease::StrangersPoll(project, slot)).collect(),
                of_all.map(Lease::AnyStrangersPoll).collect(),
            ]
        }
    }
}

async fn first_free(
    leases: &dyn Leases,
    choice: Vec<Lease>,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<(Lease, Uuid)>, StoreError> {
    for lease in choice {
        if let Some(holder) = leases.take_lease(lease, now, until).await? {
            return Ok(Some((lease, holder)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use shared::model::{Clock, SystemClock};

    use super::*;

    /// In-memory leases that never expire.
    #[derive(Default)]
    struct Board(Mutex<Vec<(Lease, Uuid)>>);

    #[async_trait]
    impl Leases for Board {
        async fn take_lease(
            &self,
            lease: Lease,
            _: Timestamp,
            _: Timestamp,
        ) -> Result<Option<Uuid>, StoreError> {
            let (mut taken, holder) = (self.0.lock().unwrap(), Uuid::new_v4());
            let free = taken.iter().all(|(other, _)| *other != lease);
            Ok(free.then(|| {
                taken.push((lease, holder));
                holder
            }))
        }

        async fn end_lease(&self, lease: Lease, holder: Uuid) -> Result<(), StoreError> {
            self.0.lock().unwrap().retain(|taken| *taken != (lease, holder));
            Ok(())
        }
    }

    impl Board {
        fn taken(&self) -> usize {
            self.0.lock().unwrap().len()
        }
    }

    async fn take(board: &Arc<Board>, project: ProjectId, poller: Poller) -> Option<Slot> {
        let leases: Arc<dyn Leases> = board.clone();
        Slot::take(&leases, project, poller, SystemClock.now(), Duration::from_secs(60)).await.unwrap()
    }

    // T35
    #[tokio::test]
    async fn strangers_leave_a_projects_own_slots_alone() {
        let (board, project) = (Arc::new(Board::default()), ProjectId::random());
        let mut strangers = Vec::new();
        for _ in 0..16 {
            strangers.extend(take(&board, project, Poller::Stranger).await);
        }
        assert_eq!(strangers.len(), usize::from(STRANGERS_POLLS));
        let mut own = Vec::new();
        for _ in 0..=POLLS {
            own.extend(take(&board, project, Poller::Own).await);
        }
        assert_eq!(own.len(), usize::from(POLLS));
        let other = take(&board, ProjectId::random(), Poller::Stranger).await;
        assert!(other.is_some(), "another project's share is its own");
    }

    #[tokio::test]
    async fn strangers_of_all_projects_have_so_many_slots_together() {
        let (board, mut slots) = (Arc::new(Board::default()), Vec::new());
        for _ in 0..100 {
            slots.extend(take(&board, ProjectId::random(), Poller::Stranger).await);
        }
        assert!(slots.len() <= usize::from(STRANGERS_POLLS_IN_ALL), "{}", slots.len());
        assert_eq!(board.taken(), 2 * slots.len(), "who gets none keeps nothing");
    }

    #[tokio::test]
    async fn a_slot_is_free_when_it_is_given_back_and_when_its_caller_has_gone() {
        let (board, project) = (Arc::new(Board::default()), ProjectId::random());
        for poller in [Poller::Own, Poller::Stranger] {
            take(&board, project, poller).await.unwrap().give_back().await.unwrap();
            assert_eq!(board.taken(), 0, "{poller:?}");
            drop(take(&board, project, poller).await.unwrap());
            while board.taken() > 0 {
                tokio::task::yield_now().await;
            }
        }
    }
}
