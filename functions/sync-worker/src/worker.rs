//! The worker and its dependencies.

use std::sync::Arc;

use shared::{
    content::ContentStore,
    dropbox_calls::DropboxCalls,
    events::Bus,
    metrics::{Metric, Metrics, Subject},
    model::{Clock, Connection, Lane, Linked, WalkReason},
    queue::{Queue, Requests},
    store::WorkLeases,
};

use crate::{Capacity, Failure, TimeBudget, store::Store};

/// The worker's dependencies: ports only.
pub struct Worker {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Leases, so that one invocation works on a connection at a time.
    pub leases: Arc<dyn WorkLeases>,
    /// Calls of Dropbox.
    pub calls: Arc<DropboxCalls>,
    /// Requests for walks and transfers.
    pub requests: Requests,
    /// Event bus.
    pub bus: Arc<dyn Bus>,
    /// Queue of deliveries to endpoints.
    pub deliveries: Arc<dyn Queue>,
    /// Queue of runs of workflows.
    pub run_queue: Arc<dyn Queue>,
    /// Bucket.
    pub content: Arc<dyn ContentStore>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
    /// Time budget of an invocation.
    pub time: TimeBudget,
    /// Capacity that the runs of transfers of this process share.
    pub capacity: Arc<Capacity>,
}

impl Worker {
    /// Counts an event in the connection's metrics.
    pub(crate) fn count(&self, connection: &Connection, metric: Metric, amount: u64) {
        self.metrics.count(Subject::of(connection), metric, amount);
    }

    /// Asks for a walk of the connection.
    pub(crate) async fn ask_for_walk(
        &self,
        of: Linked,
        lane: Lane,
        reason: WalkReason,
    ) -> Result<(), Failure> {
        self.requests.walk(of, lane, reason).await?;
        Ok(())
    }

    /// Asks for a run of the connection's transfers.
    pub(crate) async fn ask_for_transfers(&self, of: Linked) -> Result<(), Failure> {
        self.requests.transfers(of).await?;
        Ok(())
    }
}
