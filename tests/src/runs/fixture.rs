//! Everything that a seed needs: the product over simulated ports.

use std::{sync::Arc, time::Duration};

use contracts::samples;
use fastrand::Rng;
use local_adapters::{EmbeddedDynamo, RecordedMetrics};
use shared::{
    model::{Clock, Connection, ConnectionId, ProjectId, UserId, WorkflowId},
    store::{Connections, Dynamo, Workflows, dynamo::create_table},
    workflows::{Cause, Start, Starter, Workflow},
};
use uuid::Uuid;
use workflow_runner::Runner;

use super::{documents, outside::Outside};
use crate::{
    deliveries::{
        ScriptClock,
        faults::{Chances, Faults, Table},
        mailbox::Mailbox,
    },
    simulation::Undisturbed,
};

pub(super) const PROJECT: ProjectId = ProjectId(Uuid::from_u128(1));
const CONNECTION: ConnectionId = ConnectionId(Uuid::from_u128(2));
const TABLE: &str = "dropline";

/// A run that is to start, once, however often it is tried.
pub(super) struct RequestedRun {
    pub(super) workflow: Workflow,
    pub(super) start: Start,
    /// Whether somebody was told that it has started.
    pub(super) is_started: bool,
}

/// The product over simulated ports.
pub(super) struct Fixture {
    pub(super) rng: Rng,
    pub(super) clock: Arc<ScriptClock>,
    pub(super) faults: Arc<Faults>,
    /// The table without faults.
    pub(super) truth: Arc<Dynamo>,
    /// The table as the functions see it.
    store: Arc<Dynamo>,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) outside: Arc<Outside>,
    workflows: Vec<Workflow>,
    pub(super) asked: Vec<RequestedRun>,
}

impl Fixture {
    pub(super) async fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ 0xf10e);
        let clock = Arc::new(ScriptClock::default());
        let faults = Faults::new(seed, chances(&mut rng));
        let dynamo = EmbeddedDynamo::open(None).expect("an empty table can be made");
        let client = dynamo.inline_client(Arc::new(Undisturbed));
        create_table(&client, TABLE).await.expect("an empty table can be made");
        let truth = Arc::new(Dynamo::new(client, TABLE));
        let table = dynamo.inline_client(Arc::new(Table(faults.clone())));
        let mut fixture = Self {
            mailbox: Mailbox::new(faults.clone(), clock.clone()),
            outside: Outside::new(faults.clone()),
            store: Arc::new(Dynamo::new(table, TABLE)),
            workflows: Vec::new(),
            asked: Vec::new(),
            rng,
            clock,
            faults,
            truth,
        };
        fixture.connect().await;
        for number in 0..fixture.rng.u128(1..4) {
            fixture.write(WorkflowId(Uuid::from_u128(100 + number))).await;
        }
        fixture
    }

    async fn connect(&self) {
        let created_at = self.clock.now();
        let connection = Connection { id: CONNECTION, project: PROJECT, created_at, ..samples::connection() };
        let added = self.truth.add_connection(&connection, &samples::tokens(1), None).await;
        added.expect("the store answers");
    }

    async fn write(&mut self, id: WorkflowId) {
        let (at, document) = (self.clock.now(), documents::document(&mut self.rng));
        let workflow = Workflow {
            id,
            project: PROJECT,
            version: 1,
            paused: false,
            created_at: at,
            updated_at: at,
            document,
        };
        self.truth.add_workflow(&workflow).await.expect("the store answers");
        self.workflows.push(workflow);
    }

    /// Makes up a run that is to start.
    pub(super) fn ask(&mut self) {
        let workflow = self.rng.choice(&self.workflows).expect("there is one").clone();
        let cause = Cause::Event { id: format!("event:{}", self.asked.len()), at: self.clock.now() };
        let trigger = documents::trigger(&mut self.rng);
        let start = Start { user: user(), connection: Some(CONNECTION), cause, trigger };
        self.asked.push(RequestedRun { workflow, start, is_started: false });
    }

    /// Returns what starts runs in a process.
    pub(super) fn starter(&self) -> Starter {
        Starter { store: self.store.clone(), queue: self.mailbox.clone(), clock: self.clock.clone() }
    }

    /// Returns the runner of a process.
    pub(super) fn runner(&self) -> Runner {
        Runner {
            store: self.store.clone(),
            leases: self.store.clone(),
            account: self.outside.clone(),
            http: self.outside.clone(),
            starter: self.starter(),
            queue: self.mailbox.clone(),
            clock: self.clock.clone(),
            metrics: Arc::new(RecordedMetrics::default()),
            work_time: Duration::from_secs(60),
        }
    }
}

fn user() -> UserId {
    samples::connection().user
}

/// Returns the chances of a seed: some seeds have few faults, some have many.
fn chances(rng: &mut Rng) -> Chances {
    let mut chance = |most: u32| if rng.bool() { rng.u32(0..most) } else { 0 };
    Chances {
        refused: chance(60),
        lost: chance(60),
        death: chance(30),
        queue: chance(200),
        endpoint: chance(500),
    }
}
