//! Simulated services, and Dropline running on them.

use std::sync::Arc;

use local_adapters::EmbeddedDynamo;
use shared::{model::Clock, store::StoreError};

use super::{
    attempts::Attempts,
    bucket::SimulatedBucket,
    bus::SimulatedBus,
    clock::VirtualClock,
    dice::dice,
    dropbox::SimulatedDropbox,
    gate::Gate,
    history::History,
    limits,
    other_project::{self, OtherProject},
    pauses::Pauses,
    queue::SimulatedQueue,
    refreshes::Refreshes,
    settings,
    store::StoreFaults,
    wiring::{self, TRANSFERS_TIMEOUT, WALK_TIMEOUT, Wiring},
};

/// Simulated services.
pub(super) struct Ports {
    pub(super) store: Arc<StoreFaults>,
    pub(super) dropbox: Arc<SimulatedDropbox>,
    /// Queue of ticks.
    pub(super) ticks: Arc<SimulatedQueue>,
    pub(super) changes: Arc<SimulatedQueue>,
    pub(super) bulk: Arc<SimulatedQueue>,
    pub(super) transfers: Arc<SimulatedQueue>,
    pub(super) bus: Arc<SimulatedBus>,
    pub(super) bucket: SimulatedBucket,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) attempts: Arc<Attempts>,
}

impl Ports {
    /// Returns every queue, with Lambda's timeout for its messages in milliseconds.
    pub(super) fn queues(&self) -> [(&Arc<SimulatedQueue>, u64); 4] {
        [
            (&self.ticks, WALK_TIMEOUT),
            (&self.changes, WALK_TIMEOUT),
            (&self.bulk, WALK_TIMEOUT),
            (&self.transfers, TRANSFERS_TIMEOUT),
        ]
    }
}

/// The services, the recorded history, and Dropline on top of them.
pub(super) struct Fixture {
    pub(super) gate: Arc<Gate>,
    pub(super) history: Arc<History>,
    pub(super) pauses: Arc<Pauses>,
    pub(super) ports: Ports,
    pub(super) wiring: Wiring,
    pub(super) dynamo: EmbeddedDynamo,
    pub(super) other_project: OtherProject,
}

impl Fixture {
    pub(super) async fn new(seed: u64) -> Result<Self, StoreError> {
        let clock = VirtualClock::begin();
        let gate = Gate::new(seed, clock);
        let history = Arc::new(History::default());
        let pauses = Arc::new(Pauses::new(history.clone()));
        let refreshes = Arc::new(Refreshes::new(history.clone()));
        let queue = |kind| Arc::new(SimulatedQueue::new(kind, gate.clone(), history.clone()));
        let ports = Ports {
            store: Arc::new(StoreFaults::new(gate.clone(), history.clone(), refreshes.clone())),
            dropbox: Arc::new(SimulatedDropbox::new(gate.clone(), pauses.clone(), refreshes)),
            ticks: queue(wiring::TICKS),
            changes: queue(wiring::CHANGES),
            bulk: queue(wiring::BULK),
            transfers: queue(wiring::TRANSFERS),
            bus: Arc::new(SimulatedBus::new(gate.clone(), history.clone())),
            bucket: SimulatedBucket::new(gate.clone()),
            clock: Arc::new(clock),
            attempts: Arc::default(),
        };
        let unavailable = |error: local_adapters::EmbeddedError| StoreError::Unavailable(error.to_string());
        let dynamo = EmbeddedDynamo::open(None).map_err(unavailable)?;
        let settings = settings::draw(&mut dice(seed, "settings"));
        let mut wiring =
            Wiring::new(&dynamo, &ports, settings, limits::draw(&mut dice(seed, "limits"))).await?;
        wiring.limit_files(settings::draw_file_limit(&mut dice(seed, "file limit"))).await?;
        wiring.follow_manually(settings::draw_manual(&mut dice(seed, "manual"))).await?;
        let other_project = other_project::add(&wiring, &dynamo, &ports.bucket).await?;
        Ok(Self { gate, history, pauses, ports, wiring, dynamo, other_project })
    }

    /// Returns the milliseconds since the start.
    pub(super) fn now(&self) -> u64 {
        self.gate.clock.elapsed()
    }
}
