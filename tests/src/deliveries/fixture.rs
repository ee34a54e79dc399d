//! Everything that a seed needs: the product over simulated ports.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use contracts::samples;
use event_sender::{Sender, TimeBudget};
use fastrand::Rng;
use local_adapters::{EmbeddedDynamo, RecordedMetrics};
use serde_json::json;
use shared::{
    delivery::{
        Announcer, AwsDestination, AwsPlace, Destination, Endpoint, EventType, ExternalId, Filter, Format,
        Order, Ports, Purpose, Subscription, seal_keys,
        signature::{Scheme, SigningKeys},
    },
    events::Bus,
    model::{
        Clock, Connection, ConnectionId, EndpointId, Event, Head, ProjectId, Tags, Timestamp, WorkflowId,
    },
    seal::Keyring,
    store::{Connections, Dynamo, Endpoints, Workflows, dynamo::create_table},
    workflows::{Starter, Workflow},
};
use uuid::Uuid;

use super::{
    clock::ScriptClock,
    faults::{Chances, Faults, Table},
    mailbox::Mailbox,
    receiver::Receivers,
};
use crate::{
    simulation::{PlainKey, Undisturbed},
    sinks::Discard,
};

pub(super) const PROJECT: ProjectId = ProjectId(Uuid::from_u128(1));
const TABLE: &str = "dropline";
/// A connection's stream, as the simulation has made it.
pub(super) struct Source {
    pub(super) connection: Connection,
    pub(super) head: Head,
    /// Events that were committed or announced, in order: changes and notices apart.
    pub(super) changes: Vec<Event>,
    pub(super) notices: Vec<Event>,
    /// Events whose announcement has not succeeded yet.
    pub(super) unannounced: Vec<Event>,
    /// Time before which they are not announced again: whoever failed to is a message that comes again.
    pub(super) announce_at: Timestamp,
}

/// The product over simulated ports.
pub(super) struct Fixture {
    pub(super) rng: Rng,
    pub(super) clock: Arc<ScriptClock>,
    pub(super) faults: Arc<Faults>,
    /// The table without faults.
    pub(super) truth: Arc<Dynamo>,
    /// The table as the functions see it.
    pub(super) store: Arc<Dynamo>,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) receivers: Arc<Receivers>,
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) sources: BTreeMap<ConnectionId, Source>,
    pub(super) keyring: Arc<Keyring>,
}

impl Fixture {
    pub(super) async fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ 0x5eed);
        let clock = Arc::new(ScriptClock::default());
        let faults = Faults::new(seed, chances(&mut rng));
        let dynamo = EmbeddedDynamo::open(None).expect("an empty table can be made");
        let client = dynamo.inline_client(Arc::new(Undisturbed));
        create_table(&client, TABLE).await.expect("an empty table can be made");
        let truth = Arc::new(Dynamo::new(client, TABLE));
        let table = dynamo.inline_client(Arc::new(Table(faults.clone())));
        let keyring = Keyring::new(Arc::new(PlainKey), truth.clone(), clock.clone());
        let mut fixture = Self {
            mailbox: Mailbox::new(faults.clone(), clock.clone()),
            receivers: Receivers::new(faults.clone()),
            store: Arc::new(Dynamo::new(table, TABLE)),
            keyring: Arc::new(keyring),
            endpoints: Vec::new(),
            sources: BTreeMap::new(),
            rng,
            clock,
            faults,
            truth,
        };
        for number in 0..fixture.rng.u128(1..4) {
            fixture.connect(ConnectionId(Uuid::from_u128(100 + number))).await;
        }
        for number in 0..fixture.rng.u128(1..4) {
            let destination = fixture.destination(number);
            fixture.open(EndpointId(Uuid::from_u128(200 + number)), destination).await;
        }
        fixture.subscribe().await;
        if fixture.rng.bool() {
            fixture.listen(WorkflowId(Uuid::from_u128(400))).await;
        }
        fixture
    }

    async fn connect(&mut self, id: ConnectionId) {
        let connection = Connection {
            id,
            project: PROJECT,
            account: format!("dbid:{id}").as_str().into(),
            created_at: self.clock.now(),
            ..samples::connection()
        };
        let added = self.truth.add_connection(&connection, &samples::tokens(1), None).await;
        added.expect("the store answers");
        let head = samples::taken_head(self.truth.as_ref(), id).await.expect("the store answers");
        let (changes, notices, unannounced) = (Vec::new(), Vec::new(), Vec::new());
        let announce_at = self.clock.now();
        let source = Source { connection, head, changes, notices, unannounced, announce_at };
        self.sources.insert(id, source);
    }

    /// Returns an address, or a queue of the application.
    fn destination(&mut self, number: u128) -> Destination {
        if self.rng.u32(0..3) > 0 {
            return Destination::Address;
        }
        let queue = format!("https://sqs.eu-central-1.amazonaws.com/123456789012/{number}");
        Destination::Aws(AwsDestination {
            place: AwsPlace::Queue(queue.parse().expect("it is a queue")),
            role: "arn:aws:iam::123456789012:role/dropline/events".parse().expect("it is a role"),
            external_id: ExternalId::random(),
        })
    }

    async fn open(&mut self, id: EndpointId, destination: Destination) {
        let keys = SigningKeys::random();
        let now = self.clock.now();
        let keys = seal_keys(&self.keyring, PROJECT, id, &keys, now).await.expect("they can be sealed");
        let endpoint = Endpoint {
            id,
            filter: self.filter(),
            signatures: vec![Scheme::Standard],
            order: if self.rng.bool() { Order::Ordered } else { Order::Parallel },
            batch: *self.rng.choice(&[1, 1, 2, 7, 100]).expect("there are some"),
            created_at: now,
            starts_at: now,
            keys: vec![keys],
            destination,
            ..samples::endpoint(PROJECT, &format!("https://{id}.example.com/"))
        };
        self.truth.add_endpoint(&endpoint).await.expect("the store answers");
        self.endpoints.push(endpoint);
    }

    /// Makes an endpoint for triggers, and subscribes some connections.
    async fn subscribe(&mut self) {
        self.open(Endpoint::for_triggers(PROJECT), Destination::Address).await;
        let own = self.endpoints.pop().expect("it was opened");
        let triggers = Endpoint { purpose: Purpose::Triggers, version: 2, ..own };
        self.truth.change_endpoint(&triggers).await.expect("the store answers");
        for (number, connection) in (300..).zip(self.sources.keys().copied().collect::<Vec<_>>()) {
            if self.rng.bool() {
                continue;
            }
            let id = EndpointId(Uuid::from_u128(number));
            let types = [EventType::FileCreated, EventType::FileFailed].into();
            let purpose = Purpose::Subscription(Subscription { connection, parameters: Tags::new() });
            let subscription = Endpoint {
                id,
                purpose,
                url: format!("https://{id}.example.com/"),
                filter: Filter { types, connections: [connection].into(), ..self.filter() },
                format: Format::Paragon { metadata: Tags::new() },
                batch: 1,
                ..triggers.clone()
            };
            self.truth.add_endpoint(&subscription).await.expect("the store answers");
            self.endpoints.push(subscription);
        }
    }

    /// Adds a workflow that events start, for all users.
    async fn listen(&mut self, id: WorkflowId) {
        let now = self.clock.now();
        let document = json!({
            "name": "simulated",
            "trigger": {"type": "event", "filter": self.filter()},
            "enabled_by_default": true,
            "steps": [{"id": "answer", "type": "response"}],
        });
        let workflow = Workflow {
            id,
            project: PROJECT,
            version: 1,
            paused: false,
            created_at: now,
            updated_at: now,
            document: serde_json::from_value(document).expect("it is a document"),
        };
        self.truth.add_workflow(&workflow).await.expect("the store answers");
        let listener = workflow.listener(1, now).expect("events start it");
        self.truth.add_endpoint(&listener).await.expect("the store answers");
        self.endpoints.push(listener);
    }

    fn filter(&mut self) -> Filter {
        let glob = self.rng.bool().then(|| "/[a-m]*".to_owned());
        Filter { glob, ..Filter::default() }
    }

    /// Returns the announcer of a function's process.
    pub(super) fn announcer(&self) -> Announcer {
        Announcer::new(Ports {
            bus: Arc::new(Discard),
            store: self.store.clone(),
            queue: self.mailbox.clone(),
            clock: self.clock.clone(),
        })
    }

    /// Returns the sender of a process.
    pub(super) fn sender(&self) -> Sender {
        Sender {
            store: self.store.clone(),
            keyring: self.keyring.clone(),
            outbound: self.receivers.clone(),
            publisher: self.receivers.clone(),
            queue: self.mailbox.clone(),
            bus: Arc::new(Discard) as Arc<dyn Bus>,
            starter: Starter {
                store: self.store.clone(),
                queue: Arc::new(Discard),
                clock: self.clock.clone(),
            },
            clock: self.clock.clone(),
            metrics: Arc::new(RecordedMetrics::default()),
            time: TimeBudget { between_writes: Duration::ZERO, ..TimeBudget::default() },
        }
    }
}

/// Returns the chances of a seed: some seeds have few faults, some have many.
fn chances(rng: &mut Rng) -> Chances {
    let mut chance = |most: u32| if rng.bool() { rng.u32(0..most) } else { 0 };
    Chances {
        refused: chance(60),
        lost: chance(60),
        death: chance(30),
        queue: chance(200),
        endpoint: chance(700),
    }
}
