//! The loop: time, messages and processes.

use std::{collections::BTreeMap, sync::Arc, task::Poll};

use shared::{model::WalkReason, queue::Outgoing};
use sync_worker::Worker;
use tokio::sync::Notify;

use super::{
    clock::VirtualClock,
    gate,
    process::Process,
    queue::{MOST_RECEIVES, SimulatedQueue},
    stage::Stage,
    wiring::{self, TIMEOUTS},
};

/// Processes at work on messages of one queue.
const PARALLEL: usize = 4;
/// The schedule of ticks.
const MINUTE: u64 = 60_000;

/// A simulation that runs.
pub(super) struct Run {
    pub(super) stage: Stage,
    processes: BTreeMap<u64, Process>,
    started: u64,
    worker: Arc<Worker>,
    anyone: Arc<Notify>,
    /// When the connection is next to be woken, as the store has it.
    wake_at: Option<u64>,
    /// Until when Dropbox asked for silence, as the store has it.
    paused_until: u64,
    ticked_at: u64,
    /// When Dropbox's notifications arrive.
    notifications: Vec<u64>,
}

impl Run {
    pub(super) fn new(stage: Stage) -> Self {
        let worker = Arc::new(stage.wiring.worker(&stage.ports));
        Self {
            stage,
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

    /// Goes on until a moment.
    pub(super) async fn until(&mut self, moment: u64) {
        loop {
            self.settle();
            let next = self.next().await.unwrap_or(u64::MAX);
            if next > moment {
                self.sleep(moment).await;
                if self.stage.now() >= moment {
                    return;
                }
                continue;
            }
            self.sleep(next).await;
            self.happen().await;
        }
    }

    /// Goes on until nothing waits or is under way; ticks for a time to come do not count.
    pub(super) async fn until_idle(&mut self, limit: u64) -> bool {
        loop {
            self.settle();
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

    /// When the next thing happens by itself.
    async fn next(&mut self) -> Option<u64> {
        let tick = self.next_tick().await;
        let notification = self.notifications.iter().min().copied();
        [self.next_effect(), self.next_message(), tick, notification].into_iter().flatten().min()
    }

    fn next_effect(&self) -> Option<u64> {
        let deadline = self.processes.values().map(|process| process.deadline).min();
        self.stage.gate.next().into_iter().chain(deadline).min()
    }

    fn next_message(&self) -> Option<u64> {
        let queues = [&self.stage.ports.sync, &self.stage.ports.transfer];
        let free = queues.into_iter().filter(|queue| self.at_work(queue) < PARALLEL);
        free.filter_map(|queue| queue.next()).min()
    }

    /// The next minute at which a tick would find the connection due. The others would find nothing.
    pub(super) async fn next_tick(&mut self) -> Option<u64> {
        self.read_schedule().await;
        let due = self.wake_at?.max(self.ticked_at + 1);
        Some(due.div_ceil(MINUTE) * MINUTE)
    }

    async fn read_schedule(&mut self) {
        if self.stage.gate.take_schedule_touched() {
            let schedule = self.stage.wiring.schedule().await;
            self.wake_at = schedule.wake_at.map(VirtualClock::since_beginning);
            self.paused_until = schedule.paused_until.map_or(0, VirtualClock::since_beginning);
        }
    }

    /// The schedule was changed by hand.
    pub(super) fn schedule_changed(&self) {
        self.stage.gate.touch_schedule();
    }

    async fn sleep(&self, moment: u64) {
        let moment = self.stage.gate.clock.at(moment);
        tokio::select! {
            biased;
            () = tokio::time::sleep_until(moment) => {}
            () = self.anyone.notified() => {}
        }
    }

    /// What is due now.
    async fn happen(&mut self) {
        let now = self.stage.now();
        if self.next_tick().await.is_some_and(|tick| tick <= now) {
            self.ticked_at = now;
            self.stage.ports.sync.put(&Outgoing::tick(), now);
        }
        self.notify_due(now);
        self.end_overdue(now);
        if self.stage.gate.next().is_some_and(|next| next <= now) {
            self.stage.gate.grant();
        }
        self.settle();
        for (place, queue) in
            [self.stage.ports.sync.clone(), self.stage.ports.transfer.clone()].iter().enumerate()
        {
            while self.at_work(queue) < PARALLEL && self.start(queue, TIMEOUTS[place]).await {
                self.settle();
            }
        }
    }

    /// A notification of Dropbox arrives at a moment.
    pub(super) fn notify_at(&mut self, moment: u64) {
        self.notifications.push(moment);
    }

    fn notify_due(&mut self, now: u64) {
        let due = self.notifications.extract_if(.., |at| *at <= now).count();
        for _ in 0..due {
            let message = wiring::walk(WalkReason::Notified, self.stage.ports.clock.as_ref());
            self.stage.ports.sync.put(&message, now);
            self.stage.gate.note("webhook", "arrives");
        }
    }

    fn at_work(&self, queue: &Arc<SimulatedQueue>) -> usize {
        self.processes.values().filter(|process| Arc::ptr_eq(&process.queue, queue)).count()
    }

    /// Lambda ends an invocation that takes too long.
    fn end_overdue(&mut self, now: u64) {
        let overdue = self.processes.iter().filter(|(_, process)| process.deadline <= now);
        for id in overdue.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.end(id, "timed out");
        }
    }

    /// Starts a process on the next message, if there is one.
    async fn start(&mut self, queue: &Arc<SimulatedQueue>, timeout: u64) -> bool {
        let now = self.stage.now();
        let Some(delivery) = queue.receive(now) else { return false };
        self.started += 1;
        let (id, name) = (self.started, format!("{}-{}", queue.name(), self.started));
        self.read_schedule().await;
        self.stage.pauses.tell(id, self.paused_until);
        let gentle = delivery.receives + 2 >= MOST_RECEIVES;
        let known = gate::Process { name: name.clone(), gentle, crashed: false, frozen: 0 };
        self.stage.gate.state().processes.insert(id, known);
        self.stage.gate.note(&name, &format!("starts on {} (delivery {})", delivery.body, delivery.receives));
        let work = Box::pin(wiring::handle(self.worker.clone(), delivery.body.clone()));
        let process = Process::new(name, queue.clone(), delivery, now + timeout, work, self.anyone.clone());
        self.processes.insert(id, process);
        true
    }

    /// Lets every process go on that can.
    fn settle(&mut self) {
        while let Some(id) = self.processes.iter().find(|(_, process)| process.is_awake()).map(|(id, _)| *id)
        {
            self.poll(id);
        }
    }

    fn poll(&mut self, id: u64) {
        let Some(process) = self.processes.get_mut(&id) else { return };
        self.stage.gate.state().current = Some(id);
        let polled = process.poll();
        self.stage.gate.state().current = None;
        let state = self.stage.gate.state().processes.get(&id).cloned();
        if let Some(state) = &state {
            process.deadline += state.frozen;
            self.stage.gate.thaw(id);
        }
        match polled {
            Poll::Ready(Ok(())) => {
                process.queue.acknowledge(&process.delivery);
                self.end(id, "ends");
            }
            Poll::Ready(Err(failure)) => self.end(id, &format!("fails: {failure}")),
            Poll::Pending if state.is_some_and(|state| state.crashed) => self.crash(id),
            Poll::Pending => {}
        }
    }

    /// The process dies, and with it what its container had in memory.
    fn crash(&mut self, id: u64) {
        self.end(id, "crashes");
        self.worker = Arc::new(self.stage.wiring.worker(&self.stage.ports));
    }

    fn end(&mut self, id: u64, how: &str) {
        if let Some(process) = self.processes.remove(&id) {
            self.stage.gate.note(&process.name, how);
        }
        self.stage.gate.state().processes.remove(&id);
    }
}
