//! Main loop: time, messages and processes.

use std::{collections::BTreeMap, sync::Arc};

use shared::queue::Outgoing;
use sync_worker::Worker;
use tokio::sync::Notify;

use super::{fixture::Fixture, process::Process};

/// Largest number of processes that handle messages of one queue.
const PARALLEL: usize = 4;

/// A running simulation.
pub(super) struct Run {
    pub(super) fixture: Fixture,
    pub(super) processes: BTreeMap<u64, Process>,
    pub(super) started: u64,
    pub(super) worker: Arc<Worker>,
    pub(super) anyone: Arc<Notify>,
    /// Time at which the connection is next woken, according to the store.
    pub(super) wake_at: Option<u64>,
    /// End of Dropbox's pause, according to the store.
    pub(super) paused_until: u64,
    pub(super) ticked_at: u64,
    /// Arrival times of Dropbox's notifications.
    pub(super) notifications: Vec<u64>,
}

impl Run {
    pub(super) fn new(fixture: Fixture) -> Self {
        let worker = Arc::new(fixture.wiring.worker(&fixture.ports));
        Self {
            fixture,
            processes: BTreeMap::new(),
            started: 0,
            worker,
            anyone: Arc::default(),
            wake_at: None,
            paused_until: 0,
            ticked_at: 0,
            notifications: Vec::new(),
        }
    }

    /// Runs until a time.
    pub(super) async fn until(&mut self, moment: u64) {
        loop {
            self.run_awake();
            let next = self.next().await.unwrap_or(u64::MAX);
            if next > moment {
                self.sleep(moment).await;
                if self.fixture.now() >= moment {
                    return;
                }
                continue;
            }
            self.sleep(next).await;
            self.happen().await;
        }
    }

    /// Runs until no message or process is left, and returns true; or returns false at the limit. Future
    /// ticks do not count.
    pub(super) async fn until_idle(&mut self, limit: u64) -> bool {
        loop {
            self.run_awake();
            let notification = self.notifications.iter().min().copied();
            let next = [self.next_effect(), self.next_message(), notification].into_iter().flatten().min();
            match next {
                None if self.processes.is_empty() => return true,
                None => return false,
                Some(next) if next > limit => return false,
                Some(next) => self.sleep(next).await,
            }
            self.happen().await;
        }
    }

    /// Returns the time of the next event.
    async fn next(&mut self) -> Option<u64> {
        let tick = self.next_tick().await;
        let notification = self.notifications.iter().min().copied();
        [self.next_effect(), self.next_message(), tick, notification].into_iter().flatten().min()
    }

    fn next_effect(&self) -> Option<u64> {
        let deadline = self.processes.values().map(|process| process.deadline).min();
        self.fixture.gate.next().into_iter().chain(deadline).min()
    }

    fn next_message(&self) -> Option<u64> {
        let queues = self.fixture.ports.queues().map(|(queue, _)| queue);
        let free = queues.into_iter().filter(|queue| self.at_work(queue) < PARALLEL);
        free.filter_map(|queue| queue.next()).min()
    }

    async fn sleep(&self, moment: u64) {
        let moment = self.fixture.gate.clock.at(moment);
        tokio::select! {
            biased;
            () = tokio::time::sleep_until(moment) => {}
            () = self.anyone.notified() => {}
        }
    }

    /// Processes the events that are due now.
    async fn happen(&mut self) {
        let now = self.fixture.now();
        if self.next_tick().await.is_some_and(|tick| tick <= now) {
            self.ticked_at = now;
            self.fixture.ports.ticks.put(&Outgoing::tick(), now);
        }
        self.notify_due(now).await;
        self.end_overdue(now);
        if self.fixture.gate.next().is_some_and(|next| next <= now) {
            self.fixture.gate.grant();
        }
        self.run_awake();
        for (queue, timeout) in self.fixture.ports.queues().map(|(queue, timeout)| (queue.clone(), timeout)) {
            while self.at_work(&queue) < PARALLEL && self.start(&queue, timeout).await {
                self.run_awake();
            }
        }
    }
}
