//! The sender's dependencies.

use std::{sync::Arc, time::Duration};

use shared::{events::Bus, metrics::Metrics, model::Clock, queue::Queue, seal::Keyring, workflows::Starter};

use crate::{Outbound, Publisher, store::Store};

/// The sender's dependencies: ports only.
pub struct Sender {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Opens the keys of endpoints.
    pub keyring: Arc<Keyring>,
    /// Client for the addresses of endpoints.
    pub outbound: Arc<dyn Outbound>,
    /// Client for endpoints that are queues and buses.
    pub publisher: Arc<dyn Publisher>,
    /// The queue of deliveries.
    pub queue: Arc<dyn Queue>,
    /// Announces what happens to endpoints.
    pub bus: Arc<dyn Bus>,
    /// Starts runs of workflows.
    pub starter: Starter,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
    /// Time budget of a message.
    pub time: TimeBudget,
}

/// Time budget of a message.
#[derive(Debug, Clone, Copy)]
pub struct TimeBudget {
    /// Time after which no further request is made.
    pub work: Duration,
    /// Time after which another sender may take over. Longer than the function's timeout, as in
    /// `infra/template.yaml`.
    pub lease: Duration,
    /// Time after which progress is stored while requests are made.
    pub between_writes: Duration,
}

impl Default for TimeBudget {
    fn default() -> Self {
        Self {
            work: Duration::from_secs(60),
            lease: Duration::from_secs(130),
            between_writes: Duration::from_secs(2),
        }
    }
}
