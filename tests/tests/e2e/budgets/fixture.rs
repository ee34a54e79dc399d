//! The worker with a slow Dropbox and Lambda's timeout.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use local_adapters::{
    DynamoAnswer, DynamoCall, DynamoInterceptor, EmbeddedDynamo, FolderContent, RecordedMetrics,
};
use shared::{
    apps::{Apps, OwnApps},
    dropbox::{Dropbox, Grant, Hosts, OauthApp},
    dropbox_calls::DropboxCalls,
    model::{
        AccessToken, AccountProfile, AppSecret, Change, Clock, Connection, ConnectionId, ConnectionStatus,
        ContentKey, Formats, Lane, Message, Project, ProjectId, ProjectSettings, Receipt, RefreshToken,
        ResyncReport, RootInfo, SecretHash, SettingsChange, SystemClock, Target, UserTokenRules, WalkReason,
    },
    queue::Requests,
    seal::{DataKey, Keyring, MasterKey, SealError, WrappedKey},
    store::{
        Connections, Dynamo, History, Log, Projects, PurgeWork, Purges, Schedules, SettingsStore, Wake,
        dynamo::create_table,
    },
    tokens::Tokens,
};
use sync_worker::{Capacity, TimeBudget, Worker, handle_message};
use tempfile::TempDir;
use tests::sinks::{Discard, RecordedQueue};
use tokio::time::{sleep, timeout};

use super::dropbox::SlowDropbox;

/// Lambda's timeout for an invocation that walks.
const LIMIT: Duration = Duration::from_secs(120);
const TABLE: &str = "dropline";

/// The worker and its dependencies.
pub(super) struct Fixture {
    pub(super) dropbox: Arc<SlowDropbox>,
    pub(super) store: Arc<Dynamo>,
    pub(super) connection: ConnectionId,
    project: ProjectId,
    client: Client,
    latency: Arc<Latency>,
    worker: Worker,
    walks: Arc<RecordedQueue>,
    transfers: Arc<RecordedQueue>,
    _content: TempDir,
}

impl Fixture {
    /// Creates a connection that mirrors everything in a Dropbox of these formats.
    pub(super) async fn new(dropbox: SlowDropbox, formats: Formats) -> Self {
        let (dropbox, clock): (_, Arc<dyn Clock>) = (Arc::new(dropbox), Arc::new(SystemClock));
        let latency = Arc::new(Latency::default());
        let client = EmbeddedDynamo::open(None).unwrap().inline_client(latency.clone());
        create_table(&client, TABLE).await.unwrap();
        let store = Arc::new(Dynamo::new(client.clone(), TABLE));
        let content = tempfile::tempdir().unwrap();
        let (walks, transfers) = (Arc::new(RecordedQueue::default()), Arc::new(RecordedQueue::default()));
        let metrics = Arc::new(RecordedMetrics::default());
        let reached = Dropbox::new(dropbox.clone(), Hosts::default());
        let tokens = tokens(&store, reached.clone(), clock.clone(), metrics.clone());
        let (project, connection) = connect(&store, &tokens, formats).await;
        let calls = DropboxCalls::new(Arc::new(tokens), reached, store.clone(), clock.clone());
        let worker =
            worker(&store, calls.repeating(), [&walks, &transfers], content.path(), (clock, metrics));
        Self {
            dropbox,
            store,
            connection,
            project,
            client,
            latency,
            worker,
            walks,
            transfers,
            _content: content,
        }
    }

    /// Sets the time budget of a walk, and the duration of each call to the store.
    pub(super) fn hurry(&mut self, walk: Duration, call: Duration) {
        self.worker.time = TimeBudget { walk, transfers: walk, purge: walk, ..TimeBudget::default() };
        *self.latency.0.lock().unwrap() = call;
    }

    /// Disconnects, and removes everything stored. Returns the receipt, and the number of invocations.
    pub(super) async fn purge(&self) -> (Receipt, usize) {
        let connection = async || self.store.connection(self.connection).await.unwrap().unwrap();
        let before = connection().await;
        self.store.disconnect(&before, SystemClock.now()).await.unwrap();
        let receipt = Receipt { revoked: Some(true), ..connection().await.receipt.unwrap() };
        self.store.forget_tokens(self.connection, &receipt).await.unwrap();
        let body = Message::Transfers { connection: self.connection, sweep: false }.to_json();
        for invocation in 1..1000 {
            handle_message(&self.worker, &body, 1).await.unwrap();
            let receipt = connection().await.receipt.unwrap();
            if receipt.finished_at.is_some() {
                return (receipt, invocation);
            }
        }
        panic!("it does not end");
    }

    /// Sweeps the bucket until no continuation is queued. Returns the number of invocations.
    pub(super) async fn sweep(&self) -> usize {
        while self.transfers.take_last().is_some() {}
        let mut next = Message::Transfers { connection: self.connection, sweep: true }.to_json();
        for invocation in 1..1000 {
            handle_message(&self.worker, &next, 1).await.unwrap();
            let Some(more) = self.transfers.take_last() else { return invocation };
            next = more;
        }
        panic!("it does not end");
    }

    /// Returns the keys of all objects of the connection.
    pub(super) async fn objects(&self) -> BTreeSet<String> {
        let (mut all, mut after) = (BTreeSet::new(), None);
        loop {
            let page = self.worker.content.list(self.project, self.connection, after.as_ref()).await.unwrap();
            all.extend(page.keys.iter().map(|key| key.as_str().to_owned()));
            if page.is_end {
                return all;
            }
            after = page.keys.into_iter().next_back();
        }
    }

    /// Puts bytes of a revision of an item into the bucket. Returns their key.
    pub(super) async fn put_bytes(&self, item: u32, rev: &str) -> String {
        let (item, project) = (format!("id:{item:022}").into(), self.project);
        let key = ContentKey::new(project, self.connection, &item, &rev.into());
        let mut upload = self.worker.content.upload(&key).await.unwrap();
        upload.write("bytes".into()).await.unwrap();
        upload.complete().await.unwrap();
        key.as_str().to_owned()
    }

    /// Deletes the rows whose partition begins like this, as if they were missing from a restored table.
    pub(super) async fn lose(&self, partitions: &str) {
        let rows = self.client.scan().table_name(TABLE).into_paginator().items().send();
        let rows: Vec<HashMap<String, AttributeValue>> = rows.try_collect().await.unwrap();
        let text = |row: &HashMap<String, AttributeValue>, name: &str| row[name].as_s().unwrap().clone();
        for row in rows.iter().filter(|row| text(row, "pk").starts_with(partitions)) {
            let delete = self.client.delete_item().table_name(TABLE);
            let delete = delete.key("pk", row["pk"].clone()).key("sk", row["sk"].clone());
            delete.send().await.unwrap();
        }
    }

    /// Returns every change of the log.
    pub(super) async fn log(&self) -> Vec<Change> {
        match self.store.changes(self.connection, 0, usize::MAX).await.unwrap() {
            History::Changes(changes) => changes,
            History::Expired { .. } => panic!("the log is new"),
        }
    }

    /// Sets the formats that the project wants.
    pub(super) async fn want(&self, formats: Formats) {
        let change = SettingsChange { formats: Some(formats), ..SettingsChange::default() };
        self.store.change_settings(self.project, &change).await.unwrap();
    }

    /// Walks until no continuation is queued. Returns the number of invocations.
    pub(super) async fn walk(&self, reason: WalkReason) -> usize {
        let mut invocations = 1;
        while self.invoke(reason).await {
            invocations += 1;
            assert!(invocations < 2000, "it does not end");
        }
        invocations
    }

    /// Runs one invocation, which must end before Lambda's timeout: for the last queued message, or for this
    /// reason if there is none. Returns whether another message is queued.
    pub(super) async fn invoke(&self, reason: WalkReason) -> bool {
        // Later than the end of any earlier drain; otherwise the walk would be skipped as already done.
        let sent_at = SystemClock.now().plus(Duration::from_secs(60));
        let (connection, lane) = (self.connection, Lane::Bulk);
        let anew = Message::Walk { connection, reason, sent_at, hops: 0, lane };
        let next = self.walks.take_last().unwrap_or_else(|| anew.to_json());
        let done = timeout(LIMIT, handle_message(&self.worker, &next, 1)).await;
        done.expect("an invocation ran into Lambda's limit").unwrap();
        !self.walks.is_empty()
    }

    /// Makes the next walk compare in full.
    pub(super) async fn owe_resync(&self) {
        let now = SystemClock.now();
        let wake = Wake { at: Some(now), resync_at: Some(now), failures: 0 };
        self.store.wake(self.connection, wake).await.unwrap();
    }

    /// Compares in full. Returns the report, and the number of invocations.
    pub(super) async fn resync(&self) -> (ResyncReport, usize) {
        self.owe_resync().await;
        let invocations = self.walk(WalkReason::Woken).await;
        (self.store.report(self.connection).await.unwrap().expect("a comparison has ended"), invocations)
    }
}

/// Creates the tokens of accounts of one app, sealed without a secret.
pub(crate) fn tokens(
    store: &Arc<Dynamo>,
    dropbox: Dropbox,
    clock: Arc<dyn Clock>,
    metrics: Arc<RecordedMetrics>,
) -> Tokens {
    let keyring = Arc::new(Keyring::new(Arc::new(PlainKey), store.clone(), clock.clone()));
    let app = OauthApp::new("app", AppSecret::new("secret"));
    let apps = Arc::new(Apps::new(app, OwnApps::new(store.clone(), keyring.clone())));
    Tokens::new(store.clone(), store.clone(), keyring, dropbox, apps, clock, metrics)
}

/// Creates a worker of its own process, whose walks and transfers are recorded and whose bucket is a folder.
pub(crate) fn worker(
    store: &Arc<Dynamo>,
    calls: DropboxCalls,
    [walks, transfers]: [&Arc<RecordedQueue>; 2],
    bucket: &Path,
    (clock, metrics): (Arc<dyn Clock>, Arc<RecordedMetrics>),
) -> Worker {
    Worker {
        store: store.clone(),
        leases: store.clone(),
        calls: Arc::new(calls),
        requests: Requests::new(store.clone(), clock.clone())
            .with(Lane::Changes, walks.clone())
            .with(Lane::Bulk, walks.clone())
            .with(Lane::Transfers, transfers.clone()),
        bus: Arc::new(Discard),
        deliveries: Arc::new(Discard),
        run_queue: Arc::new(Discard),
        content: Arc::new(FolderContent::open(bucket).unwrap()),
        clock,
        metrics,
        time: TimeBudget::default(),
        capacity: Arc::new(Capacity::default()),
    }
}

async fn connect(store: &Dynamo, tokens: &Tokens, formats: Formats) -> (ProjectId, ConnectionId) {
    let (project, id) = (ProjectId::random(), ConnectionId::random());
    let settings = ProjectSettings { formats, ..ProjectSettings::default() };
    let new = Project {
        id: project,
        name: "Slow".to_owned(),
        return_origins: Vec::new(),
        user_keys: Vec::new(),
        user_tokens: UserTokenRules::default(),
        app: None,
        settings,
        created_at: SystemClock.now(),
    };
    store.add_project(&new, &SecretHash::of("slow")).await.unwrap();
    let grant = Grant {
        access: AccessToken::new("access"),
        refresh: RefreshToken::new("refresh"),
        life: Duration::from_secs(24 * 60 * 60),
        account: "dbid:slow".into(),
        scopes: Vec::new(),
    };
    let sealed = tokens.seal(project, id, &grant, 1).await.unwrap();
    let connection = Connection {
        id,
        project,
        user: "user".to_owned().try_into().unwrap(),
        app: "app".into(),
        account: "dbid:slow".into(),
        root: RootInfo { root_namespace: "1".to_owned(), home_namespace: "1".to_owned(), app_folder: false },
        profile: AccountProfile::default(),
        scopes: Vec::new(),
        status: ConnectionStatus::Active,
        created_at: SystemClock.now(),
        reconnects: 0,
        receipt: None,
        cancellation: None,
    };
    store.add_connection(&connection, &sealed, Some(Target::Everything)).await.unwrap();
    (project, id)
}

/// Interceptor that delays each call to the database.
#[derive(Default)]
pub(crate) struct Latency(Mutex<Duration>);

#[async_trait]
impl DynamoInterceptor for Latency {
    async fn before(&self, _: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        let latency = *self.0.lock().unwrap();
        if !latency.is_zero() {
            sleep(latency).await;
        }
        None
    }

    async fn after(&self, _: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        Some(answer)
    }
}

/// Master key that does not encrypt data keys.
pub(crate) struct PlainKey;

#[async_trait]
impl MasterKey for PlainKey {
    async fn generate(&self, _: ProjectId) -> Result<(DataKey, WrappedKey), SealError> {
        Ok((DataKey::new([7; 32]), WrappedKey::from_bytes(&[7; 32])))
    }

    async fn unwrap_key(&self, _: ProjectId, wrapped: &WrappedKey) -> Result<DataKey, SealError> {
        wrapped.to_bytes()?.as_slice().try_into().map(DataKey::new).map_err(|_| SealError::Broken)
    }
}
