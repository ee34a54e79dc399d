//! The worker and the proxy beside each other in virtual time, as if each had a process of its own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use api_proxy::{Proxy, RememberedCalls};
use http::Request;
use lambda_http::Body;
use local_adapters::{EmbeddedDynamo, RecordedMetrics};
use shared::{
    dropbox::{Dropbox, Grant, Hosts},
    dropbox_calls::DropboxCalls,
    model::{
        AccessToken, AccountProfile, ApiKey, Clock, Connection, ConnectionId, ConnectionStatus, Lane,
        Message, Project, ProjectId, ProjectSettings, RefreshToken, RootInfo, SystemClock, Target, Timestamp,
        UserTokenRules, WalkReason,
    },
    store::{
        Connections, Dynamo, ItemWriter, Projects, TransferSchedule, TransferWork, dynamo::create_table,
    },
    tokens::Tokens,
};
use sync_worker::{Worker, handle_message};
use tempfile::TempDir;
use tests::sinks::RecordedQueue;
use tokio::time::{Instant, sleep};

use super::dropbox::BusyDropbox;
use crate::budgets::fixture::{self, Latency};

const TABLE: &str = "dropline";

/// Clock that goes as virtual time does.
struct VirtualClock {
    start: Timestamp,
    began: Instant,
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.start.plus(self.began.elapsed())
    }
}

/// A project with connections of one app, a worker and a proxy.
pub(super) struct Fixture {
    pub(super) dropbox: Arc<BusyDropbox>,
    pub(super) store: Arc<Dynamo>,
    clock: Arc<VirtualClock>,
    project: ProjectId,
    key: ApiKey,
    tokens: Arc<Tokens>,
    worker: Worker,
    proxy: Proxy,
    walks: Arc<RecordedQueue>,
    transfers: Arc<RecordedQueue>,
    _content: TempDir,
}

impl Fixture {
    /// Creates a project that lets so many files be transferred at the same time, without connections.
    pub(super) async fn new(dropbox: BusyDropbox, concurrent_transfers: u8) -> Self {
        let (dropbox, clock) = (Arc::new(dropbox), Arc::new(virtual_clock()));
        let client = EmbeddedDynamo::open(None).unwrap().inline_client(Arc::new(Latency::default()));
        create_table(&client, TABLE).await.unwrap();
        let store = Arc::new(Dynamo::new(client, TABLE));
        let (project, key) = add_project(&store, concurrent_transfers).await;
        let content = tempfile::tempdir().unwrap();
        let (walks, transfers) = (Arc::new(RecordedQueue::default()), Arc::new(RecordedQueue::default()));
        let metrics = Arc::new(RecordedMetrics::default());
        let tokens = Arc::new(tokens(&store, &dropbox, &clock));
        let calls = |tokens: Arc<Tokens>| {
            let reached = Dropbox::new(dropbox.clone(), Hosts::default());
            DropboxCalls::new(tokens, reached, store.clone(), clock.clone())
        };
        let calls_of_worker = calls(tokens.clone()).repeating();
        let timed: (Arc<dyn Clock>, _) = (clock.clone(), metrics.clone());
        let worker = fixture::worker(&store, calls_of_worker, [&walks, &transfers], content.path(), timed);
        let proxy = Proxy {
            store: store.clone(),
            leases: store.clone(),
            calls: Arc::new(calls(Arc::new(self::tokens(&store, &dropbox, &clock)))),
            clock: clock.clone(),
            metrics,
            remembered_calls: RememberedCalls::default(),
        };
        Self {
            dropbox,
            store,
            clock,
            project,
            key,
            tokens,
            worker,
            proxy,
            walks,
            transfers,
            _content: content,
        }
    }

    /// Connects the account of a user, with so many files.
    pub(super) async fn connect(&self, user: &str, files: u32) -> ConnectionId {
        let (id, account) = (ConnectionId::random(), format!("dbid:{user}"));
        self.dropbox.add_account(user, files);
        let grant = Grant {
            access: AccessToken::new(user),
            refresh: RefreshToken::new("refresh"),
            life: Duration::from_secs(24 * 60 * 60),
            account: account.as_str().into(),
            scopes: Vec::new(),
        };
        let sealed = self.tokens.seal(self.project, id, &grant, 1).await.unwrap();
        let namespace = || "1".to_owned();
        let connection = Connection {
            id,
            project: self.project,
            user: user.to_owned().try_into().unwrap(),
            app: "app".into(),
            account: account.as_str().into(),
            root: RootInfo { root_namespace: namespace(), home_namespace: namespace(), app_folder: false },
            profile: AccountProfile::default(),
            scopes: Vec::new(),
            status: ConnectionStatus::Active,
            created_at: self.clock.now(),
            reconnects: 0,
            receipt: None,
            cancellation: None,
        };
        self.store.add_connection(&connection, &sealed, Some(Target::Everything)).await.unwrap();
        id
    }

    /// Lists everything of a connection.
    pub(super) async fn walk(&self, connection: ConnectionId) {
        let (reason, lane) = (WalkReason::Connected, Lane::Bulk);
        let first = Message::Walk { connection, reason, sent_at: self.clock.now(), hops: 0, lane };
        let mut next = Some(first.to_json());
        while let Some(message) = next {
            handle_message(&self.worker, &message, 1).await.unwrap();
            next = self.walks.take_last();
        }
    }

    /// Does one run of a connection's transfers.
    pub(super) async fn run(&self, connection: ConnectionId) {
        let message = Message::Transfers { connection, sweep: false }.to_json();
        handle_message(&self.worker, &message, 1).await.unwrap();
    }

    /// Lists everything of a connection, and does each run of transfers that is asked for meanwhile and at
    /// the end.
    pub(super) async fn walk_and_run(&self, connection: ConnectionId) {
        let is_listed = AtomicBool::new(false);
        let walk = async {
            self.walk(connection).await;
            is_listed.store(true, Ordering::Relaxed);
        };
        let runs = async {
            while !is_listed.load(Ordering::Relaxed) {
                self.run_what_is_asked().await;
                sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::join!(walk, runs);
        self.run_what_is_asked().await;
    }

    async fn run_what_is_asked(&self) {
        while let Some(message) = self.transfers.take_last() {
            handle_message(&self.worker, &message, 1).await.unwrap();
        }
    }

    /// Makes a proxied call for a user, and returns how long it takes.
    pub(super) async fn call(&self, user: &str) -> Duration {
        let path = format!("/projects/{}/sdk/proxy/dropbox/2/files/get_metadata", self.project);
        let request = Request::post(&path)
            .header("authorization", format!("Bearer {}", self.key.expose()))
            .header("customer-id", user)
            .header("content-type", "application/json")
            .body(Body::Text(r#"{"path": "/0.txt"}"#.to_owned()))
            .unwrap();
        let asked = Instant::now();
        let answer = api_proxy::handle(&self.proxy, &path, request).await;
        assert_eq!(answer.status(), 200);
        asked.elapsed()
    }

    /// Returns the schedule of a connection's transfers.
    pub(super) async fn schedule(&self, connection: ConnectionId) -> TransferSchedule {
        self.store.transfer_schedule(connection).await.unwrap()
    }

    /// Waits until a connection's transfers are due.
    pub(super) async fn until_due(&self, connection: ConnectionId) {
        let due = self.schedule(connection).await.wake_at.expect("a run is scheduled");
        sleep(due.since(self.clock.now())).await;
    }

    /// Returns the number of a connection's files whose bytes are in the bucket.
    pub(super) async fn ready(&self, connection: ConnectionId) -> usize {
        let items = self.store.all_items(connection).await.unwrap();
        items.iter().filter(|item| item.is_ready()).count()
    }
}

fn virtual_clock() -> VirtualClock {
    VirtualClock { start: SystemClock.now(), began: Instant::now() }
}

fn tokens(store: &Arc<Dynamo>, dropbox: &Arc<BusyDropbox>, clock: &Arc<VirtualClock>) -> Tokens {
    let reached = Dropbox::new(dropbox.clone(), Hosts::default());
    fixture::tokens(store, reached, clock.clone(), Arc::new(RecordedMetrics::default()))
}

async fn add_project(store: &Dynamo, concurrent_transfers: u8) -> (ProjectId, ApiKey) {
    let id = ProjectId::random();
    let key = ApiKey::of_project(id);
    let project = Project {
        id,
        name: "Busy".to_owned(),
        return_origins: Vec::new(),
        user_keys: Vec::new(),
        user_tokens: UserTokenRules::default(),
        app: None,
        settings: ProjectSettings { concurrent_transfers, ..ProjectSettings::default() },
        created_at: SystemClock.now(),
    };
    store.add_project(&project, &key.hash()).await.unwrap();
    (id, key)
}
