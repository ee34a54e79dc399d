//! Workers with one port replaced.

use sync_worker::Worker;

/// Creates a worker with the same ports, some of which the caller can replace.
pub(crate) fn copy_of(worker: &Worker) -> Worker {
    Worker {
        projects: worker.projects.clone(),
        users: worker.users.clone(),
        connections: worker.connections.clone(),
        schedules: worker.schedules.clone(),
        health: worker.health.clone(),
        leases: worker.leases.clone(),
        choices: worker.choices.clone(),
        purges: worker.purges.clone(),
        log: worker.log.clone(),
        items: worker.items.clone(),
        labels: worker.labels.clone(),
        transfers: worker.transfers.clone(),
        calls: worker.calls.clone(),
        requests: worker.requests.clone(),
        bus: worker.bus.clone(),
        deliveries: worker.deliveries.clone(),
        runs: worker.runs.clone(),
        run_queue: worker.run_queue.clone(),
        content: worker.content.clone(),
        clock: worker.clock.clone(),
        metrics: worker.metrics.clone(),
        time: worker.time,
    }
}
