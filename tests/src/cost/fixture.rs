//! The local stack with a ledger.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::hmac;
use contracts::samples;
use fake_dropbox::WebhookFault;
use local_adapters::MachineQueue;
use serde_json::json;
use shared::{
    delivery::{DeliveryMessage, Position, Progress, Stream},
    metrics::Metric,
    model::{Clock, ConnectionId, Event, ProjectSettings, SystemClock, Timestamp, WorkflowId},
    queue::{Outgoing, Queue},
    store::{
        Connections, Deliveries, DeliveryWork, EndpointReader, Endpoints, Log, NoticeWriter, OwedDeliveries,
        Rest, Schedules, Wake, Workflows,
    },
    workflows::{Cause, Start, Started, Workflow},
};

use super::{
    counts::{Count, Counts, number},
    ledger::Ledger,
    rows,
};
use crate::{App, World};

/// Account whose files are synced.
const ACCOUNT: &str = "first@example.com";
/// Interval of the schedule's own ticks: longer than any measurement, so that none occurs.
const NO_TICK: Duration = Duration::from_secs(24 * 60 * 60);
/// Size of a file, in bytes. Below the part size of an upload, AWS bills do not depend on it.
const FILE_BYTES: usize = 1000;
/// Number of notifications that the fake Dropbox drops; the measurement sends its own.
const SILENT: u32 = 1000;

/// Quantities that the functions count themselves, as metrics.
const COUNTED: [(Metric, Count); 8] = [
    (Metric::NotificationsAccepted, Count::Notifications),
    (Metric::ProxyCalls, Count::Calls),
    (Metric::ProxyBytesOut, Count::CallBytes),
    (Metric::Pages, Count::Pages),
    (Metric::Entries, Count::Entries),
    (Metric::ResyncsFinished, Count::Comparisons),
    (Metric::FilesReady, Count::Downloads),
    (Metric::EventsDelivered, Count::Delivered),
];

/// World with a ledger, and an account whose notifications are suppressed.
pub(super) struct Fixture {
    world: World,
    app: App,
    ledger: Arc<Ledger>,
}

impl Fixture {
    /// Creates a fixture with `files` files in the account, which is not connected yet.
    pub(super) async fn with_files(files: u32, settings: impl FnOnce(&mut ProjectSettings)) -> Self {
        let world = World::with(|all| {
            all.tick = NO_TICK;
            settings(&mut all.project);
        })
        .await;
        world.stack.dropbox.webhooks(ACCOUNT).next(SILENT, WebhookFault::Lost);
        let fixture = Self { app: world.first_app("user"), ledger: Arc::default(), world };
        fixture.edit(files, "first");
        fixture.world.settled().await;
        let machine = &fixture.world.stack.machine;
        machine.dynamo.watch(fixture.ledger.clone());
        machine.sync_queue.watch(fixture.ledger.clone());
        machine.bus.watch(fixture.ledger.clone());
        machine.content.watch(fixture.ledger.clone());
        fixture
    }

    /// Writes `files` files of the account, each with distinct bytes.
    pub(super) fn edit(&self, files: u32, state: &str) {
        for file in 0..files {
            let bytes = format!("{state} {file:0FILE_BYTES$}");
            self.world.write(ACCOUNT, &format!("files/{file:06}.txt"), bytes.as_bytes());
        }
    }

    /// Makes Dropbox read all edits from disk.
    pub(super) async fn rescanned(&self) {
        self.world.stack.dropbox.rescan(ACCOUNT).await.expect("the account can be read");
    }

    /// Returns the counts of `work` and everything that follows from it.
    pub(super) async fn counted(&self, work: impl AsyncFnOnce()) -> Result<Counts, String> {
        // The size of the table is read outside the counted interval, because reading it is counted, too.
        let (bytes, before) = (self.table_bytes().await?, self.so_far());
        work().await;
        self.world.settled().await;
        let counted = self.so_far().minus(&before);
        Ok(counted.with(Count::TableBytes, self.table_bytes().await? - bytes))
    }

    /// Connects the account.
    pub(super) async fn connect(&self) -> ConnectionId {
        self.app.connect(ACCOUNT).await
    }

    /// Sends a notification for the account, as Dropbox does.
    pub(super) async fn notify(&self) {
        let account = self.world.stack.dropbox.account_id(ACCOUNT).expect("the account is there");
        let body = json!({"list_folder": {"accounts": [account]}}).to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.world.stack.app.secret.expose().as_bytes());
        let signature = hmac::sign(&key, body.as_bytes());
        let signature: String = signature.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let url = self.world.stack.url().join("webhook").expect("the webhook has an address");
        let request = reqwest::Client::new().post(url).header("X-Dropbox-Signature", signature).body(body);
        let answer = request.send().await.expect("the gateway answers");
        assert!(answer.status().is_success(), "the notification was refused");
    }

    /// Calls `list_folder` through the proxy, with a response of about 1 KB.
    pub(super) async fn call(&self) {
        let before = self.counted_by_functions().get(Count::Calls);
        let answer = self.app.call("2/files/list_folder", &json!({"path": "/files", "limit": 2})).await;
        assert!(answer.status.is_success(), "{}", answer.body);
        // The call is counted after the last byte of its response.
        self.world.until(async || self.counted_by_functions().get(Count::Calls) > before).await;
    }

    /// Makes a resync due at the next tick.
    pub(super) async fn let_resync_be_due(&self, connection: ConnectionId) {
        let long_ago = Some(Timestamp(0));
        let wake = Wake { at: long_ago, resync_at: long_ago, failures: 0 };
        self.world.stack.store().wake(connection, wake).await.expect("the store answers");
    }

    /// Sends a tick, as the schedule does.
    pub(super) async fn tick(&self) {
        let sent = self.world.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await;
        sent.expect("the queue takes it");
    }

    /// Adds an endpoint that gets every event of a connection since its beginning, each in a request of its own, as if
    /// deliveries had come to that beginning before. Returns the message that asks for them.
    pub(super) async fn add_endpoint(&self, connection: ConnectionId, url: &str) -> DeliveryMessage {
        let endpoint = samples::endpoint(self.world.stack.projects[0].project.id, url);
        let (store, id, stream) = (self.world.stack.store(), endpoint.id, Stream::Connection(connection));
        store.add_endpoint(&endpoint).await.expect("the store answers");
        let now = SystemClock.now();
        let taken = store.take_delivery(id, stream, now, now).await.expect("the store answers");
        let (sender, _) = taken.expect("nobody works on it");
        let position = Some(Position::default());
        let progress = Progress { position, ends_rows: true, ..Progress::default() };
        let ended = store.end_delivery(id, stream, &sender, &progress, Rest::Nothing, now).await;
        assert!(!ended.expect("the store answers"), "nothing came meanwhile");
        let connection = store.connection(connection).await.expect("the store answers");
        let owner = connection.map(|connection| connection.owner());
        DeliveryMessage::Deliver { endpoint: id, stream, owner }
    }

    /// Records an event of a connection, and that it is owed, as an announcer does.
    pub(super) async fn announce(&self, connection: ConnectionId, message: &DeliveryMessage) {
        let DeliveryMessage::Deliver { endpoint, stream, .. } = *message else {
            panic!("{message:?} delivers nothing")
        };
        let (store, now) = (self.world.stack.store(), SystemClock.now());
        let head = store.head(connection).await.expect("the store answers").head;
        let event =
            Event { project: self.world.stack.projects[0].project.id, ..samples::event(connection, 1) };
        store.append_notices(stream, head, &[event], now).await.expect("the store answers");
        assert!(store.owe_delivery(endpoint, stream, now).await.expect("the store answers"));
    }

    /// Removes all endpoints, so that the next flows wake no delivery.
    pub(super) async fn remove_endpoints(&self) {
        let (store, project) = (self.world.stack.store(), self.world.stack.projects[0].project.id);
        for found in store.endpoints(project).await.expect("the store answers") {
            let id = found.endpoint.id;
            store.remove_endpoint(&found.endpoint).await.expect("the store answers");
            store.remove_deliveries(id).await.expect("the store answers");
        }
    }

    /// Adds a workflow of so many steps, each of which makes a folder.
    pub(super) async fn add_workflow(&self, steps: u32) -> Workflow {
        let step = |number: u32| {
            let parameters = json!({"path": format!("/made {steps}/{number} {{{{ trigger.file.name }}}}")});
            json!({
                "id": format!("make{number}"),
                "type": "action",
                "action": "DROPBOX_CREATE_FOLDER",
                "parameters": parameters,
            })
        };
        let document = json!({
            "name": "Folder maker",
            "trigger": {"type": "event", "filter": {"types": ["file.created"]}},
            "enabled_by_default": true,
            "steps": (0..steps).map(step).collect::<Vec<_>>(),
        });
        let at = SystemClock.now();
        let workflow = Workflow {
            id: WorkflowId::random(),
            project: self.world.stack.projects[0].project.id,
            version: 1,
            paused: false,
            created_at: at,
            updated_at: at,
            document: serde_json::from_value(document).expect("it is a document"),
        };
        self.world.stack.store().add_workflow(&workflow).await.expect("the store answers");
        workflow
    }

    /// Starts a run of a workflow, as the event sender does for an event of a connection, and waits until it has ended.
    pub(super) async fn start(&self, workflow: &Workflow, connection: ConnectionId) {
        let cause = Cause::Event { id: format!("{connection}:1"), at: SystemClock.now() };
        let trigger = json!({"type": "file.created", "file": {"name": "a.pdf", "path": "/contracts/a.pdf"}});
        let user = "user".parse().expect("it is a user's id");
        let start = Start { user, connection: Some(connection), cause, trigger };
        let started = self.world.stack.runner().starter.start(workflow, start).await;
        assert!(matches!(started, Ok(Started::Run(_))), "{started:?}");
        self.emptied(&self.world.stack.machine.runs).await;
    }

    /// Asks for a delivery, and waits until it has ended.
    pub(super) async fn deliver(&self, message: &DeliveryMessage) {
        let queue = &self.world.stack.machine.deliveries;
        queue.send(vec![message.at_once()]).await.expect("the queue takes it");
        self.emptied(queue).await;
    }

    /// Waits until nothing of a queue waits or is being handled.
    async fn emptied(&self, queue: &MachineQueue) {
        let is_empty = async || {
            let depth = queue.depth().await.expect("the queue answers");
            depth.visible + depth.in_flight + depth.delayed == 0
        };
        self.world.until(is_empty).await;
    }

    fn so_far(&self) -> Counts {
        self.ledger.so_far().plus(&self.counted_by_functions())
    }

    fn counted_by_functions(&self) -> Counts {
        let metrics = &self.world.stack.machine.metrics;
        let total = |metric| number(metrics.total(metric).unwrap_or_default());
        COUNTED.into_iter().map(|(metric, count)| (count, total(metric))).collect()
    }

    async fn table_bytes(&self) -> Result<f64, String> {
        rows::bytes(&self.world.stack.machine.dynamo).await.map(number)
    }
}
