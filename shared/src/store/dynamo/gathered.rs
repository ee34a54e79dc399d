//! Reads of single rows that a task asks for at the same time, gathered into one request.
//!
//! The first read of a round waits until its task has asked for all that it can ask for without an answer; then the rows
//! of the round are read, consistently, after each of them was asked for. Tasks do not share rounds, so that what one of
//! them asks for is nothing to another.

use std::{
    collections::HashMap,
    fmt,
    future::poll_fn,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
    task::AtomicWaker,
};
use tokio::task::{Id, try_id, yield_now};

use super::{Dynamo, keys::Key, table::Row};
use crate::{aws::Direct, store::StoreError};

/// Rows of a round.
type Rows = Result<Arc<Found>, StoreError>;

/// Rows by their keys, each with the number of its readers. The last one takes it.
struct Found(Mutex<HashMap<Key, (Row, usize)>>);

/// Whoever waits for a round drives it, so no reader depends on another one that gives up.
type Reading = BoxFuture<'static, Rows>;

/// The rounds of reads.
#[derive(Clone)]
pub(super) struct Gathered {
    /// The table, as rounds read it.
    direct: Direct,
    /// The round of each task that is open for more reads.
    open: Arc<Mutex<HashMap<Option<Id>, Round>>>,
}

struct Round {
    keys: Arc<Mutex<Vec<Key>>>,
    /// It ends when nobody waits for it any more.
    rows: WeakShared<Reading>,
}

impl Gathered {
    /// Returns no rounds yet. They read the table directly.
    pub(super) fn new(direct: Direct) -> Self {
        Self { direct, open: Arc::default() }
    }

    /// Reads a row with the others of its round.
    pub(super) async fn get(&self, alone: &Dynamo, key: &Key) -> Result<Option<Row>, StoreError> {
        Ok(self.joined(alone, key).await?.take(key))
    }

    /// Adds a key to the open round of this task.
    fn joined(&self, alone: &Dynamo, key: &Key) -> Shared<Reading> {
        let (mut open, task) = (lock(&self.open), try_id());
        if let Some(round) = open.get(&task)
            && let Some(rows) = round.rows.upgrade()
        {
            lock(&round.keys).push(key.clone());
            return rows;
        }
        // Of tasks that were stopped in the middle.
        open.retain(|_, round| round.rows.upgrade().is_some());
        let keys = Arc::new(Mutex::new(vec![key.clone()]));
        let rows = self.clone().closed(task, keys.clone(), alone.clone()).boxed().shared();
        if let Some(rows) = rows.downgrade() {
            open.insert(task, Round { keys, rows });
        }
        rows
    }

    /// Closes a round once its task has asked for everything, and reads its rows.
    async fn closed(self, task: Option<Id>, keys: Arc<Mutex<Vec<Key>>>, alone: Dynamo) -> Rows {
        next_turn().await;
        // From here on, who asks opens another round.
        lock(&self.open).remove(&task);
        let asked = std::mem::take(&mut *lock(&keys));
        let mut keys = asked.clone();
        keys.sort();
        keys.dedup();
        if let [key] = keys.as_slice() {
            let row = alone.get_alone(key).await?;
            return Ok(Found::of(row.map(|row| (key.clone(), row)), &asked));
        }
        let rows = alone.read_directly(&self.direct, keys).await?;
        Ok(Found::of(rows.into_iter().filter_map(|row| Some((Key::of(&row)?, row))), &asked))
    }
}

impl Found {
    /// Returns rows that were asked for by these keys.
    fn of(rows: impl IntoIterator<Item = (Key, Row)>, asked: &[Key]) -> Arc<Self> {
        let readers = |key: &Key| asked.iter().filter(|one| *one == key).count();
        let rows = rows.into_iter().map(|(key, row)| {
            let readers = readers(&key);
            (key, (row, readers))
        });
        Arc::new(Self(Mutex::new(rows.collect())))
    }

    /// Returns a row to one of its readers.
    fn take(&self, key: &Key) -> Option<Row> {
        let mut rows = lock(&self.0);
        let (row, readers) = rows.get_mut(key)?;
        *readers = readers.saturating_sub(1);
        if *readers > 0 {
            return Some(row.clone());
        }
        rows.remove(key).map(|(row, _)| row)
    }
}

/// Waits until the runtime has run what can be run now. Unlike after [`yield_now`] alone, it does not matter how often
/// this is polled meanwhile: each reader of a round does.
async fn next_turn() {
    let turn = Arc::new(Turn::default());
    let mut has_yielded = false;
    poll_fn(|context| {
        if turn.has_come.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        turn.reader.register(context.waker());
        if !std::mem::replace(&mut has_yielded, true) {
            // Never ready at once: the runtime wakes the turn.
            let waker = Waker::from(turn.clone());
            let _ = pin!(yield_now()).poll(&mut Context::from_waker(&waker));
        }
        Poll::Pending
    })
    .await;
}

#[derive(Default)]
struct Turn {
    has_come: AtomicBool,
    reader: AtomicWaker,
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.has_come.store(true, Ordering::Release);
        self.reader.wake();
    }
}

impl fmt::Debug for Gathered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gathered")
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
