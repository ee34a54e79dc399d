//! Counts the rounds of requests to the database that a piece of work makes one after the other.
//!
//! Requests that are made in parallel are one round; a request that needs the answer to another one is in a
//! later round. So each request waits until the rest of the work cannot go on, and then all are sent together.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use tokio::sync::oneshot;

tokio::task_local! {
    static ROUNDS: Rounds;
}

/// Runs `work`, and counts the rounds of requests that it makes, in this task, to embedded databases.
pub async fn count_rounds<F: Future>(work: F) -> (F::Output, usize) {
    let rounds = Rounds::default();
    let mut work = pin!(ROUNDS.scope(rounds.clone(), work));
    let output = poll_fn(|context| {
        loop {
            let woken = Arc::new(Woken { by_itself: AtomicBool::default(), outer: context.waker().clone() });
            let waker = Waker::from(woken.clone());
            if let Poll::Ready(output) = work.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Poll::Ready(output);
            }
            // A task that has woken itself goes on: it may have more requests for this round.
            if woken.by_itself.load(Ordering::SeqCst) || !rounds.begin_next() {
                return Poll::Pending;
            }
        }
    });
    let output = output.await;
    (output, rounds.state().count)
}

/// Waits for the round of a request, if rounds are counted. The request ends when the returned value is dropped.
pub(super) async fn turn() -> Option<Turn> {
    let rounds = ROUNDS.try_with(Rounds::clone).ok()?;
    let (begin, begun) = oneshot::channel();
    rounds.state().waiting.push(begin);
    begun.await.ok()
}

/// Rounds of one piece of work.
#[derive(Clone, Default)]
struct Rounds(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    count: usize,
    /// Requests of the next round.
    waiting: Vec<oneshot::Sender<Turn>>,
    in_progress: usize,
}

impl Rounds {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the waiting requests, if there are any and none is in progress. Returns whether it did.
    fn begin_next(&self) -> bool {
        let mut state = self.state();
        if state.in_progress > 0 || state.waiting.is_empty() {
            return false;
        }
        state.count += 1;
        let waiting = std::mem::take(&mut state.waiting);
        state.in_progress = waiting.len();
        drop(state);
        for begin in waiting {
            // If the request was dropped meanwhile, its turn is dropped here.
            drop(begin.send(Turn(self.clone())));
        }
        true
    }
}

/// A request that is in progress.
pub(super) struct Turn(Rounds);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.state().in_progress -= 1;
    }
}

/// Waker that notes whether the task is woken while it is polled.
struct Woken {
    by_itself: AtomicBool,
    outer: Waker,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.by_itself.store(true, Ordering::SeqCst);
        self.outer.wake_by_ref();
    }
}
