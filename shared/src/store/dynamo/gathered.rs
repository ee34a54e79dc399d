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

use super::{Dynamo, items, keys::Key, table::Row};
use crate::store::StoreError;

/// Rows of a round by their keys.
type Rows = Result<Arc<HashMap<Key, Row>>, StoreError>;

/// Whoever waits for a round drives it, so no reader depends on another one that gives up.
type Reading = BoxFuture<'static, Rows>;

/// The round of each task that is open for more reads.
#[derive(Clone, Default)]
pub(super) struct Gathered(Arc<Mutex<HashMap<Option<Id>, Round>>>);

struct Round {
    keys: Arc<Mutex<Vec<Key>>>,
    /// It ends when nobody waits for it any more.
    rows: WeakShared<Reading>,
}

impl Gathered {
    /// Reads a row with the others of its round.
    pub(super) async fn get(&self, alone: &Dynamo, key: &Key) -> Result<Option<Row>, StoreError> {
        Ok(self.joined(alone, key).await?.get(key).cloned())
    }

    /// Adds a key to the open round of this task.
    fn joined(&self, alone: &Dynamo, key: &Key) -> Shared<Reading> {
        let (mut open, task) = (lock(&self.0), try_id());
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
        lock(&self.0).remove(&task);
        let keys = std::mem::take(&mut *lock(&keys));
        alone.read(keys).await
    }
}

impl Dynamo {
    async fn read(&self, mut keys: Vec<Key>) -> Rows {
        keys.sort();
        keys.dedup();
        if let [key] = keys.as_slice() {
            let row = self.get_alone(key).await?;
            return Ok(Arc::new(row.into_iter().map(|row| (key.clone(), row)).collect()));
        }
        let rows = self.batch(keys, items::Reading::Consistent).await?;
        let keyed = rows.into_iter().filter_map(|row| Some((Key::of(&row)?, row)));
        Ok(Arc::new(keyed.collect()))
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
