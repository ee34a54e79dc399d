//! The worker and its dependencies.

use std::sync::Arc;

use shared::{
    content::ContentStore,
    dropbox_calls::DropboxCalls,
    events::Bus,
    metrics::{Metric, Metrics, Subject},
    model::{Clock, Connection, Lane, Linked, WalkReason},
    queue::{Queue, Requests},
    store::{
        ChoiceStore, Connections, HealthStore, Items, Labels, Leases, Log, Projects, Purges, Runs, Schedules,
        Transfers, Users,
    },
};

use crate::{Failure, TimeBudget};

/// The worker's dependencies: ports only.
pub struct Worker {
    /// Projects, for their settings.
    pub projects: Arc<dyn Projects>,
    /// Users, for settings that apply to their connections.
    pub users: Arc<dyn Users>,
    /// Connections.
    pub connections: Arc<dyn Connections>,
    /// Times at which connections are next worked on.
    pub schedules: Arc<dyn Schedules>,
    /// Health of connections.
    pub health: Arc<dyn HealthStore>,
    /// Leases, so that one invocation works on a connection at a time.
    pub leases: Arc<dyn Leases>,
    /// Choices about connections: selections, exclusions, confirmations.
    pub choices: Arc<dyn ChoiceStore>,
    /// Purges of disconnected connections.
    pub purges: Arc<dyn Purges>,
    /// Change log.
    pub log: Arc<dyn Log>,
    /// Items.
    pub items: Arc<dyn Items>,
    /// Labels, which say what a client's request has selected.
    pub labels: Arc<dyn Labels>,
    /// Pending transfers.
    pub transfers: Arc<dyn Transfers>,
    /// Calls of Dropbox.
    pub calls: Arc<DropboxCalls>,
    /// Requests for walks and transfers.
    pub requests: Requests,
    /// Event bus.
    pub bus: Arc<dyn Bus>,
    /// Queue of deliveries to endpoints.
    pub deliveries: Arc<dyn Queue>,
    /// Runs of workflows, which are removed with their connection.
    pub runs: Arc<dyn Runs>,
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
