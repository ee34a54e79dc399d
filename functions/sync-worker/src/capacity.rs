//! Capacity that the runs of transfers of one process share: memory, and the number of transfers at a time.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use shared::{content::memory_of_upload, model::AppKey};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Memory for bytes that were received and are not in the bucket yet, in bytes: half of what a worker may use.
const MEMORY: u64 = 64 * 1024 * 1024;
/// Unit in which it is shared, in bytes.
const UNIT: u64 = 64 * 1024;

/// Capacity of a process for transfers.
///
/// On AWS an invocation has a process for itself, and so one run; on one machine several runs share it.
#[derive(Debug)]
pub struct Capacity {
    memory: Semaphore,
    /// Number of runs in progress for each app.
    runs: Mutex<BTreeMap<AppKey, u32>>,
}

impl Default for Capacity {
    fn default() -> Self {
        Self { memory: Semaphore::new(units(MEMORY) as usize), runs: Mutex::default() }
    }
}

impl Capacity {
    /// Adds a run for a connection of an app, until the result is dropped.
    pub(crate) fn join(&self, app: &AppKey) -> Share<'_> {
        *self.runs().entry(app.clone()).or_default() += 1;
        Share { capacity: self, app: app.clone() }
    }

    /// Waits for the memory that a file of this size takes, in bytes, and keeps it until the result is
    /// dropped. A file that takes more than there is gets all of it.
    pub(crate) async fn room_for(&self, size: u64) -> Option<SemaphorePermit<'_>> {
        let needed = units(memory_of_upload(size)).clamp(1, units(MEMORY));
        // The semaphore is never closed.
        self.memory.acquire_many(needed).await.ok()
    }

    fn runs(&self) -> MutexGuard<'_, BTreeMap<AppKey, u32>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

/// Share of a run in what its app's runs do at the same time.
#[derive(Debug)]
pub(crate) struct Share<'a> {
    capacity: &'a Capacity,
    app: AppKey,
}

impl Share<'_> {
    /// Returns this run's part of `most`: as much as each other run of the app has, and at least one.
    pub(crate) fn of(&self, most: u32) -> u32 {
        let runs = self.capacity.runs().get(&self.app).copied().unwrap_or_default().max(1);
        (most / runs).max(1)
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut runs = self.capacity.runs();
        if let Some(number) = runs.get_mut(&self.app) {
            *number -= 1;
            if *number == 0 {
                runs.remove(&self.app);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const MIB: u64 = 1024 * 1024;

    #[test]
    fn runs_of_an_app_share_what_one_has_alone_and_each_has_one_at_least() {
        let capacity = Capacity::default();
        let (app, other) = (AppKey::from("app"), AppKey::from("other"));
        let first = capacity.join(&app);
        let stranger = capacity.join(&other);
        assert_eq!((first.of(32), stranger.of(32)), (32, 32));
        let second = capacity.join(&app);
        assert_eq!((first.of(32), second.of(32), stranger.of(32)), (16, 16, 32));
        let third = capacity.join(&app);
        assert_eq!((first.of(32), second.of(8), third.of(2)), (10, 2, 1));
        drop((first, third));
        assert_eq!(second.of(32), 32);
        drop((second, stranger));
        assert_eq!(capacity.runs().len(), 0);
    }

    /// Returns how many files of a size find room at the same time.
    fn fit(size: u64) -> usize {
        let capacity = Capacity::default();
        let room = || capacity.room_for(size).now_or_never().flatten();
        std::iter::from_fn(room).collect::<Vec<_>>().len()
    }

    #[test]
    fn many_small_files_and_few_large_ones_have_room_at_the_same_time() {
        assert_eq!((fit(0), fit(10_000)), (1024, 1024));
        assert_eq!(fit(MIB), 32);
        assert_eq!((fit(8 * MIB), fit(1024 * MIB)), (4, 4));
        assert_eq!(fit(20 * 1024 * MIB), 1, "its parts are larger");
        assert_eq!(fit(u64::MAX), 1);
    }

    #[tokio::test]
    async fn a_large_file_is_not_overtaken_by_small_ones_for_ever() {
        let capacity = Capacity::default();
        let first = capacity.room_for(8 * MIB).await;
        let mut large = Box::pin(capacity.room_for(u64::MAX));
        assert!(large.as_mut().now_or_never().is_none());
        let mut small = Box::pin(capacity.room_for(1));
        assert!(small.as_mut().now_or_never().is_none(), "there is room, but somebody waits already");
        drop(first);
        let large = large.await;
        assert!(small.as_mut().now_or_never().is_none());
        drop(large);
        assert!(small.await.is_some());
    }
}
