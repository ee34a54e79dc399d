//! Processes: how they start, continue, and end.

use std::{sync::Arc, task::Poll};

use super::{
    draw::Identity,
    process::Process,
    queue::{MOST_RECEIVES, SimulatedQueue},
    run::Run,
    wiring,
};

impl Run {
    /// Returns the number of processes that handle messages of a queue.
    pub(super) fn at_work(&self, queue: &Arc<SimulatedQueue>) -> usize {
        self.processes.values().filter(|process| Arc::ptr_eq(&process.queue, queue)).count()
    }

    /// Ends the processes whose invocations have timed out, as Lambda does.
    pub(super) fn end_overdue(&mut self, now: u64) {
        let overdue = self.processes.iter().filter(|(_, process)| process.deadline <= now);
        for id in overdue.map(|(id, _)| *id).collect::<Vec<_>>() {
            let process = &self.processes[&id];
            // A frozen process could not know how late it was.
            if !process.was_frozen {
                let what = format!("{} worked until Lambda ended it", process.name);
                self.fixture.history.broken("budget", what);
            }
            self.end(id, "timed out");
        }
    }

    /// Starts a process on the next message, if there is one.
    pub(super) async fn start(&mut self, queue: &Arc<SimulatedQueue>, timeout: u64) -> bool {
        let now = self.fixture.now();
        let Some(delivery) = queue.receive(now) else { return false };
        self.started += 1;
        let (id, name) = (self.started, format!("{}-{}", queue.name(), self.started));
        self.read_schedule().await;
        self.fixture.pauses.tell(id, self.paused_until);
        let gentle = delivery.receives + 2 >= MOST_RECEIVES;
        let known = Identity { name: name.clone(), gentle, crashed: false, frozen: 0 };
        self.fixture.gate.state().processes.insert(id, known);
        self.fixture
            .gate
            .note(&name, &format!("starts on {} (delivery {})", delivery.body, delivery.receives));
        let work = Box::pin(wiring::handle(self.worker.clone(), delivery.body.clone(), delivery.receives));
        let process = Process::new(name, queue.clone(), delivery, now + timeout, work, self.anyone.clone());
        self.processes.insert(id, process);
        true
    }

    /// Runs every process that can continue.
    pub(super) fn run_awake(&mut self) {
        while let Some(id) = self.processes.iter().find(|(_, process)| process.is_awake()).map(|(id, _)| *id)
        {
            self.poll(id);
        }
    }

    fn poll(&mut self, id: u64) {
        let Some(process) = self.processes.get_mut(&id) else { return };
        self.fixture.gate.state().current = Some(id);
        let polled = process.poll();
        self.fixture.gate.state().current = None;
        let state = self.fixture.gate.state().processes.get(&id).cloned();
        if let Some(state) = &state {
            process.deadline += state.frozen;
            process.was_frozen |= state.frozen > 0;
            self.fixture.gate.thaw(id);
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

    /// Ends a process as crashed, and discards the memory of its container.
    fn crash(&mut self, id: u64) {
        self.end(id, "crashes");
        self.worker = Arc::new(self.fixture.wiring.worker(&self.fixture.ports));
    }

    fn end(&mut self, id: u64, how: &str) {
        if let Some(process) = self.processes.remove(&id) {
            self.fixture.gate.note(&process.name, how);
        }
        self.fixture.gate.state().processes.remove(&id);
    }
}
