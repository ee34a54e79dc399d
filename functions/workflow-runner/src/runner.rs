//! The runner's dependencies.

use std::{sync::Arc, time::Duration};

use shared::{
    metrics::{Metric, Metrics, Subject},
    model::Clock,
    queue::Queue,
    store::Leases,
    workflows::{Run, Starter},
};

use crate::{Account, Http, store::Store};

/// The runner's dependencies: ports only.
pub struct Runner {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Leases for the steps of a project that call somebody at the same time.
    pub leases: Arc<dyn Leases>,
    /// Dropbox.
    pub account: Arc<dyn Account>,
    /// Client for addresses in the public internet.
    pub http: Arc<dyn Http>,
    /// Starts runs.
    pub starter: Starter,
    /// The queue of runs.
    pub queue: Arc<dyn Queue>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
    /// Time after which a message that removes many runs leaves the rest to another one.
    pub work_time: Duration,
}

/// Value of [`Runner::work_time`], except in tests.
pub const WORK_TIME: Duration = Duration::from_secs(60);

/// Time after which a step counts as dead, so that its message comes again and its slot is free: somewhat longer than the
/// function's timeout, as in `infra/template.yaml`.
pub const STEP_TIME: Duration = Duration::from_secs(200);

/// Time after which an action that saves a file leaves the rest to another message. The last piece's upload and the
/// finish may each take another minute, and the function's timeout is three.
pub const SAVE_TIME: Duration = Duration::from_secs(45);

impl Runner {
    /// Counts something of a run.
    pub(crate) fn count(&self, run: &Run, metric: Metric) {
        let subject = Subject { project: Some(run.project), connection: run.connection, reason: None };
        self.metrics.count(subject, metric, 1);
    }
}
