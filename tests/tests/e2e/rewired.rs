//! Workers with one port replaced.

use sync_worker::Worker;

/// Creates a worker with the same ports, some of which the caller can replace.
pub(crate) fn copy_of(worker: &Worker) -> Worker {
    Worker {
        store: worker.store.clone(),
        leases: worker.leases.clone(),
        calls: worker.calls.clone(),
        requests: worker.requests.clone(),
        bus: worker.bus.clone(),
        deliveries: worker.deliveries.clone(),
        run_queue: worker.run_queue.clone(),
        content: worker.content.clone(),
        clock: worker.clock.clone(),
        metrics: worker.metrics.clone(),
        time: worker.time,
        capacity: worker.capacity.clone(),
    }
}
