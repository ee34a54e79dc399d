//! Slots for long polls: a limited number at a time for callers with credentials, and fewer for callers without.

use std::{sync::Arc, time::Duration};

use shared::{
    model::{ProjectId, Timestamp},
    store::{
        ALL_POLLS_WITHOUT_CREDENTIALS, Holder, Lease, Leases, POLLS_WITH_CREDENTIALS,
        POLLS_WITHOUT_CREDENTIALS, StoreError,
    },
};
use uuid::Uuid;

/// Maximum number of the slots shared by all projects that are tried for a free one, since each attempt is a write.
const MAX_ATTEMPTS: u8 = 8;
// Otherwise a slot would be tried twice, or the sum of its number and an attempt's could overflow.
const _: () = assert!(
    MAX_ATTEMPTS <= ALL_POLLS_WITHOUT_CREDENTIALS && ALL_POLLS_WITHOUT_CREDENTIALS <= u8::MAX - MAX_ATTEMPTS
);

/// The caller who polls.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Poller {
    /// A caller with the project's API key or one of its user tokens.
    WithCredentials,
    /// A caller without: Dropbox's SDKs, or anyone else.
    WithoutCredentials,
}

/// The slots that a long poll has taken. They become free when they are given back, when they are dropped because the
/// caller disconnected, and at the latest when their time is up.
pub(crate) struct PollSlots {
    leases: Arc<dyn Leases>,
    taken: Vec<TakenSlot>,
}

/// A slot that is taken.
#[derive(Clone, Copy)]
struct TakenSlot {
    lease: Lease,
    holder: Holder,
}

impl PollSlots {
    /// Takes the slots that a poll needs, for `duration`; none, if one of them cannot be had.
    pub(crate) async fn take(
        leases: &Arc<dyn Leases>,
        project: ProjectId,
        poller: Poller,
        now: Timestamp,
        duration: Duration,
    ) -> Result<Option<Self>, StoreError> {
        let mut slots = Self { leases: leases.clone(), taken: Vec::new() };
        for group in needed_slots(project, poller) {
            let Some(slot) = take_first_free(leases.as_ref(), group, now, now.plus(duration)).await? else {
                slots.give_back().await?;
                return Ok(None);
            };
            slots.taken.push(slot);
        }
        Ok(Some(slots))
    }

    /// Gives the slots back. After an error, the drop gives those back that remain.
    pub(crate) async fn give_back(mut self) -> Result<(), StoreError> {
        end_leases(self.leases.as_ref(), &mut self.taken).await
    }
}

/// Gives back in a task what is still taken: when the caller disconnected, and after an error of
/// [`PollSlots::take`] or [`PollSlots::give_back`].
impl Drop for PollSlots {
    fn drop(&mut self) {
        if self.taken.is_empty() {
            return;
        }
        // The task gets the leases and not a `PollSlots`: if a runtime dropped that at shutdown, it would spawn
        // another task.
        let (leases, mut taken) = (self.leases.clone(), std::mem::take(&mut self.taken));
        tokio::spawn(async move {
            if let Err(error) = end_leases(leases.as_ref(), &mut taken).await {
                tracing::warn!(%error, "a long poll's slot is not free before its time is over");
            }
        });
    }
}

/// Ends leases, the last first, and removes them from `taken`. After an error, the remaining ones are still there.
async fn end_leases(leases: &dyn Leases, taken: &mut Vec<TakenSlot>) -> Result<(), StoreError> {
    while let Some(TakenSlot { lease, holder }) = taken.last().copied() {
        leases.end_lease(lease, holder).await?;
        taken.pop();
    }
    Ok(())
}

/// Returns groups of slots; a poll needs one slot of each group.
fn needed_slots(project: ProjectId, poller: Poller) -> Vec<Vec<Lease>> {
    match poller {
        Poller::WithCredentials => {
            vec![(0..POLLS_WITH_CREDENTIALS).map(|slot| Lease::Poll(project, slot)).collect()]
        }
        Poller::WithoutCredentials => vec![
            (0..POLLS_WITHOUT_CREDENTIALS).map(|slot| Lease::PollWithoutCredentials(project, slot)).collect(),
            some_of_all_projects().map(Lease::AnyPollWithoutCredentials).collect(),
        ],
    }
}

/// Returns the numbers of some of the slots that all projects share, beginning with a random one.
fn some_of_all_projects() -> impl Iterator<Item = u8> {
    let [random, ..] = Uuid::new_v4().into_bytes();
    let first = random % ALL_POLLS_WITHOUT_CREDENTIALS;
    (0..MAX_ATTEMPTS).map(move |attempt| (first + attempt) % ALL_POLLS_WITHOUT_CREDENTIALS)
}

/// Takes the first slot of a group that is free.
async fn take_first_free(
    leases: &dyn Leases,
    group: Vec<Lease>,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<TakenSlot>, StoreError> {
    for lease in group {
        if let Some(holder) = leases.take_lease(lease, now, until).await? {
            return Ok(Some(TakenSlot { lease, holder }));
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

    async fn take(board: &Arc<Board>, project: ProjectId, poller: Poller) -> Option<PollSlots> {
        let leases: Arc<dyn Leases> = board.clone();
        PollSlots::take(&leases, project, poller, SystemClock.now(), Duration::from_secs(60)).await.unwrap()
    }

    // T35
    #[tokio::test]
    async fn polls_without_credentials_leave_the_slots_of_those_with_alone() {
        let (board, project) = (Arc::new(Board::default()), ProjectId::random());
        let mut without = Vec::new();
        for _ in 0..16 {
            without.extend(take(&board, project, Poller::WithoutCredentials).await);
        }
        assert_eq!(without.len(), usize::from(POLLS_WITHOUT_CREDENTIALS));
        let mut with = Vec::new();
        for _ in 0..=POLLS_WITH_CREDENTIALS {
            with.extend(take(&board, project, Poller::WithCredentials).await);
        }
        assert_eq!(with.len(), usize::from(POLLS_WITH_CREDENTIALS));
        let other = take(&board, ProjectId::random(), Poller::WithoutCredentials).await;
        assert!(other.is_some(), "another project's share is its own");
    }

    #[tokio::test]
    async fn polls_without_credentials_of_all_projects_have_so_many_slots_together() {
        let (board, mut polls) = (Arc::new(Board::default()), Vec::new());
        for _ in 0..100 {
            polls.extend(take(&board, ProjectId::random(), Poller::WithoutCredentials).await);
        }
        assert!(polls.len() <= usize::from(ALL_POLLS_WITHOUT_CREDENTIALS), "{}", polls.len());
        assert_eq!(board.taken(), 2 * polls.len(), "who gets none keeps nothing");
    }

    #[test]
    fn no_slot_of_all_projects_is_tried_twice() {
        for _ in 0..100 {
            let mut slots: Vec<u8> = some_of_all_projects().collect();
            slots.sort_unstable();
            slots.dedup();
            assert_eq!(slots.len(), usize::from(MAX_ATTEMPTS));
            assert!(slots.iter().all(|slot| *slot < ALL_POLLS_WITHOUT_CREDENTIALS), "{slots:?}");
        }
    }

    #[tokio::test]
    async fn slots_are_free_when_they_are_given_back_and_when_their_caller_has_gone() {
        let (board, project) = (Arc::new(Board::default()), ProjectId::random());
        for poller in [Poller::WithCredentials, Poller::WithoutCredentials] {
            take(&board, project, poller).await.unwrap().give_back().await.unwrap();
            assert_eq!(board.taken(), 0, "{poller:?}");
            drop(take(&board, project, poller).await.unwrap());
            while board.taken() > 0 {
                tokio::task::yield_now().await;
            }
        }
    }
}
