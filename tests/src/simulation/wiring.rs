//! Assembly of Dropline for the simulation.
//!
//! Only this module names the ports, rows and messages of the product.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use local_adapters::{EmbeddedDynamo, RecordedMetrics};
use serde_json::Value;
use shared::{
    apps::{Apps, OwnApps},
    dropbox::{Dropbox, Grant, Hosts, OauthApp},
    dropbox_calls::DropboxCalls,
    files::{ByteRemoval, Refetch},
    model::{
        AccessToken, AccountProfile, AppSecret, Change, Clock, Confirmation, Connection, ConnectionId,
        ConnectionStatus, ContentKey, Exclusion, FileCounts, FileProgress, Health, Item, ItemId, Lane,
        Linked, Project, ProjectId, ProjectSettings, RefreshToken, Rev, RootInfo, Schedule, SecretHash,
        Selection, Target, Timestamp, Transfer, TransferCounts, UserChange, UserId, UserTokenRules,
        WalkReason,
    },
    queue::Requests,
    seal::{DataKey, Keyring, MasterKey, SealError, WrappedKey},
    store::{
        ChoiceStore, Claim, Claims, Connections, Dynamo, HealthStore, History, ItemWriter, Log, LogWriter,
        Projects, Schedules, StoreError, TokenStore, TransferWork, Transfers, Users, Wake,
        dynamo::create_table,
    },
    tokens::Tokens,
};
use sync_worker::{Capacity, TimeBudget, Worker, plan::Marks};
use uuid::Uuid;

use crate::sinks::Discard;

use super::{fixture::Ports, queue::Kind, store::Undisturbed};

/// A row of DynamoDB.
pub(super) type Row = HashMap<String, AttributeValue>;

const TABLE: &str = "dropline";
/// Queue of ticks. Its visibility, in milliseconds, is the one that the worker sets when it begins.
pub(super) const TICKS: Kind = Kind { name: "sync", fifo: true, visibility: 150_000 };
/// Queues of the lanes, with the visibility that the worker sets.
pub(super) const CHANGES: Kind = Kind { name: "changes", fifo: false, visibility: 150_000 };
pub(super) const BULK: Kind = Kind { name: "bulk", fifo: false, visibility: 150_000 };
pub(super) const TRANSFERS: Kind = Kind { name: "transfers", fifo: false, visibility: 930_000 };
/// Timeouts of Lambda invocations for a walk or a tick, and for transfers, in milliseconds.
pub(super) const WALK_TIMEOUT: u64 = 120_000;
pub(super) const TRANSFERS_TIMEOUT: u64 = 900_000;

/// Project and connection of every simulation.
pub(super) const PROJECT: ProjectId = ProjectId(Uuid::from_u128(1));
pub(super) const CONNECTION: ConnectionId = ConnectionId(Uuid::from_u128(2));

/// Shortens the ids of the project and the connection in a text.
pub(super) fn shortened(text: &str) -> String {
    text.replace("00000000-0000-0000-0000-00000000000", "#")
}

/// Whether the code makes this effect in parallel with others of its kind, in an order without meaning.
pub(super) fn is_unordered(label: &str) -> bool {
    ["PutItem item#", "PutItem path#", "UpdateItem item#"].iter().any(|kind| label.starts_with(kind))
}

/// Whether an effect may change the time at which the connection is next woken.
pub(super) fn touches_schedule(label: &str) -> bool {
    // Storing that tokens were refused is a transaction whose first write puts no row.
    label.contains(" work#")
        || ["/schedule", "/transfers", "TransactWriteItems /"].iter().any(|end| label.ends_with(end))
}

/// Returns the label of a request about the lease for refreshing tokens.
pub(super) fn lease(operation: &str) -> String {
    format!("{operation} connection#{CONNECTION}/refresh")
}

/// Returns the expiry of the lease in a request.
pub(super) fn until(request: &[u8]) -> Timestamp {
    let request: Value = serde_json::from_slice(request).unwrap_or_default();
    Timestamp(request["Item"]["until"]["N"].as_str().and_then(|until| until.parse().ok()).unwrap_or_default())
}

/// Returns the changes that a transaction commits.
pub(super) fn committed_changes(transaction: &[u8]) -> Vec<Change> {
    let request: Value = serde_json::from_slice(transaction).unwrap_or_default();
    let items = request["TransactItems"].as_array().cloned().unwrap_or_default();
    let segment = items.into_iter().map(|write| write["Put"]["Item"].clone());
    let changes = segment.filter_map(|row| serde_json::from_str(row["changes"]["S"].as_str()?).ok());
    changes.fold(Vec::new(), |mut all: Vec<Change>, segment: Vec<Change>| {
        all.extend(segment);
        all
    })
}

/// Whether a request takes HEAD, or records that a commit is applied.
pub(super) fn updates_head(label: &str) -> bool {
    label == format!("UpdateItem connection#{CONNECTION}/head")
}

/// Items and their paths, from the rows.
pub(super) struct Placed {
    pub(super) items: Vec<Item>,
    /// Id of the item at each lower-cased path.
    pub(super) paths: BTreeMap<String, String>,
    pub(super) marks: Marks,
}

/// Direct view of the table's rows.
pub(super) struct Rows {
    client: Client,
    truth: Arc<Dynamo>,
}

impl Rows {
    async fn all(&self) -> Vec<Row> {
        let rows = self.client.scan().table_name(TABLE).into_paginator().items().send().try_collect().await;
        rows.expect("the store answers")
    }

    /// Returns the items and their paths, or `None` while a commit is not applied.
    pub(super) async fn placed(&self) -> Option<Placed> {
        let head = self.truth.head(CONNECTION).await.expect("the store answers");
        if head.has_unapplied() {
            return None;
        }
        let marks = self.truth.marks(CONNECTION, &head).await.expect("the store answers");
        let items = self.truth.all_items(CONNECTION).await.expect("the store answers");
        let text = |row: &Row, name: &str| row.get(name)?.as_s().ok().cloned();
        let is_path =
            |row: &Row| text(row, "pk").is_some_and(|pk| pk.starts_with(&format!("path#{CONNECTION}#")));
        let rows = self.all().await.into_iter().filter(is_path);
        let paths = rows.filter_map(|row| Some((text(&row, "path")?, text(&row, "item")?))).collect();
        Some(Placed { items, paths, marks: Marks::stored(marks) })
    }
}

/// Dependencies of the functions, and the simulation's own, undisturbed view of the store.
pub(super) struct Wiring {
    app: OauthApp,
    /// Store behind the gate.
    store: Arc<Dynamo>,
    /// Store without faults.
    pub(super) truth: Arc<Dynamo>,
    master: Arc<PlainKey>,
    clock: Arc<dyn Clock>,
    /// Settings of the project.
    pub(super) settings: ProjectSettings,
    /// Time budget of an invocation.
    pub(super) time: TimeBudget,
    /// File limit of the user; `None`: unlimited.
    pub(super) max_files: Option<u64>,
    /// Whether the user has no automatic sync.
    pub(super) is_manual: bool,
}

impl Wiring {
    /// Creates an empty table with a project.
    pub(super) async fn new(
        dynamo: &EmbeddedDynamo,
        ports: &Ports,
        settings: ProjectSettings,
        time: TimeBudget,
    ) -> Result<Self, StoreError> {
        let client = dynamo.inline_client(Arc::new(Undisturbed));
        create_table(&client, TABLE).await?;
        let truth = Arc::new(Dynamo::new(client.clone(), TABLE));
        ports.store.places.watch(Rows { client, truth: truth.clone() });
        let store = Arc::new(Dynamo::new(dynamo.inline_client(ports.store.clone()), TABLE));
        let project = Project {
            id: PROJECT,
            name: "Simulation".to_owned(),
            return_origins: Vec::new(),
            user_keys: Vec::new(),
            user_tokens: UserTokenRules::default(),
            app: None,
            settings: settings.clone(),
            created_at: ports.clock.now(),
        };
        truth.add_project(&project, &SecretHash::of("simulation")).await?;
        let app = OauthApp::new("app", AppSecret::new("secret"));
        let (master, clock) = (Arc::new(PlainKey), ports.clock.clone());
        Ok(Self { app, store, truth, master, clock, settings, time, max_files: None, is_manual: false })
    }

    /// Sets the user's file limit.
    pub(super) async fn limit_files(&mut self, max_files: Option<u64>) -> Result<(), StoreError> {
        self.max_files = max_files;
        let change = UserChange { max_files: Some(max_files), ..UserChange::default() };
        self.truth.change_users(PROJECT, &[self.connection().user], change, self.clock.now()).await
    }

    /// Switches automatic sync off, or leaves it on.
    pub(super) async fn follow_manually(&mut self, is_manual: bool) -> Result<(), StoreError> {
        self.is_manual = is_manual;
        let change = UserChange { auto_sync: is_manual.then_some(Some(false)), ..UserChange::default() };
        self.truth.change_users(PROJECT, &[self.connection().user], change, self.clock.now()).await
    }

    /// Requests a full comparison, as `/integrations/items/sync` does.
    pub(super) async fn request_resync(&self, ports: &Ports) {
        let (now, failures) = (self.clock.now(), self.schedule().await.failures);
        let wake = Wake { at: Some(now), resync_at: Some(now), failures };
        self.truth.wake(CONNECTION, wake).await.expect("the store answers");
        self.ask(ports, Lane::Changes, WalkReason::Chosen).await;
    }

    /// Removes a file's bytes and keeps the record, as `/delete_files_v2` does.
    pub(super) async fn remove_bytes(&self, ports: &Ports, item: &Item) {
        let requests = self.requests(&self.truth, ports);
        let removal = ByteRemoval {
            items: self.truth.as_ref(),
            transfers: self.truth.as_ref(),
            requests: &requests,
            clock: self.clock.as_ref(),
        };
        removal.remove(&self.connection(), &[item]).await.expect("store and queue answer");
    }

    /// Requests a file's bytes again, as `/resync_file` does.
    pub(super) async fn refetch(&self, ports: &Ports, item: &Item) {
        let requests = self.requests(&self.truth, ports);
        let refetch = Refetch {
            items: self.truth.as_ref(),
            transfers: self.truth.as_ref(),
            requests: &requests,
            clock: self.clock.as_ref(),
        };
        let connection = self.truth.connection(CONNECTION).await.expect("the store answers");
        let Some(connection) = connection else { return };
        // A connection without working tokens refuses.
        drop(refetch.refetch(&connection, item).await);
    }

    /// Creates the worker of one process.
    pub(super) fn worker(&self, ports: &Ports) -> Worker {
        let dropbox = Dropbox::new(ports.dropbox.clone(), Hosts::default());
        let tokens = Arc::new(self.tokens(&self.store, dropbox.clone()));
        let calls = DropboxCalls::new(tokens, dropbox, self.store.clone(), self.clock.clone());
        Worker {
            store: self.store.clone(),
            leases: self.store.clone(),
            calls: Arc::new(calls.repeating()),
            requests: self.requests(&self.store, ports),
            bus: ports.bus.clone(),
            // Nothing is delivered to endpoints here: see the simulation of deliveries.
            deliveries: Arc::new(Discard),
            run_queue: Arc::new(Discard),
            content: Arc::new(ports.bucket.clone()),
            clock: self.clock.clone(),
            metrics: ports.attempts.clone(),
            time: self.time,
            capacity: Arc::new(Capacity::default()),
        }
    }

    fn requests(&self, claims: &Arc<Dynamo>, ports: &Ports) -> Requests {
        Requests::new(claims.clone(), self.clock.clone())
            .with(Lane::Changes, ports.changes.clone())
            .with(Lane::Bulk, ports.bulk.clone())
            .with(Lane::Transfers, ports.transfers.clone())
    }

    /// Requests a walk, as the functions that are not simulated do.
    pub(super) async fn ask(&self, ports: &Ports, lane: Lane, reason: WalkReason) {
        let of = Linked { connection: CONNECTION, project: Some(PROJECT) };
        let asked = self.requests(&self.truth, ports).walk(of, lane, reason).await;
        asked.expect("store and queue answer");
    }

    fn tokens(&self, store: &Arc<Dynamo>, dropbox: Dropbox) -> Tokens {
        let keyring = Arc::new(Keyring::new(self.master.clone(), store.clone(), self.clock.clone()));
        let apps = Apps::new(self.app.clone(), OwnApps::new(store.clone(), keyring.clone()));
        let (clock, metrics) = (self.clock.clone(), Arc::new(RecordedMetrics::default()));
        Tokens::new(store.clone(), store.clone(), keyring, dropbox, Arc::new(apps), clock, metrics)
    }

    /// Connects, for the first time or again, as the OAuth callback does: tokens, status, schedule. The
    /// caller must send the walk that follows.
    pub(super) async fn connect(
        &self,
        ports: &Ports,
        refresh: String,
        access: String,
    ) -> Result<(), StoreError> {
        let tokens = self.tokens(&self.truth, Dropbox::new(ports.dropbox.clone(), Hosts::default()));
        let held = self.truth.tokens(CONNECTION).await?;
        let version = held.map_or(0, |tokens| tokens.version);
        let grant = Grant {
            access: AccessToken::new(access),
            refresh: RefreshToken::new(refresh),
            life: std::time::Duration::from_secs(4 * 60 * 60),
            account: "dbid:simulated".into(),
            scopes: Vec::new(),
        };
        let sealed = tokens.seal(PROJECT, CONNECTION, &grant, version + 1).await;
        let sealed = sealed.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        if version == 0 {
            let target = self.settings.select_everything.then_some(Target::Everything);
            return self.truth.add_connection(&self.connection(), &sealed, target).await;
        }
        self.truth.replace_tokens(CONNECTION, &sealed, version).await?;
        let held = self.truth.connection(CONNECTION).await?.unwrap_or_else(|| self.connection());
        self.truth.reconnect(&held).await?;
        let now = self.clock.now();
        self.truth.wake(CONNECTION, Wake { at: Some(now), resync_at: Some(now), failures: 0 }).await
    }

    fn connection(&self) -> Connection {
        let namespace = || "1".to_owned();
        Connection {
            id: CONNECTION,
            project: PROJECT,
            user: UserId::try_from("user".to_owned()).expect("it is a user's id"),
            app: self.app.key.clone(),
            account: "dbid:simulated".into(),
            root: RootInfo { root_namespace: namespace(), home_namespace: namespace(), app_folder: false },
            profile: AccountProfile::default(),
            scopes: Vec::new(),
            status: ConnectionStatus::Active,
            created_at: self.clock.now(),
            reconnects: 0,
            receipt: None,
            cancellation: None,
        }
    }

    /// Returns the current time.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the connection's schedule.
    pub(super) async fn schedule(&self) -> Schedule {
        self.truth.schedule(CONNECTION).await.expect("the store answers")
    }

    /// Returns the connection's health.
    pub(super) async fn health(&self) -> Health {
        self.truth.health(CONNECTION).await.expect("the store answers")
    }

    /// Whether a comparison has started but not ended.
    pub(super) async fn is_comparing(&self) -> bool {
        self.truth.head(CONNECTION).await.expect("the store answers").full_listing.is_some()
    }

    /// Returns the progress of the files, as the API reports it.
    pub(super) async fn file_progress(&self) -> FileProgress {
        let head = self.truth.head(CONNECTION).await.expect("the store answers");
        let transfers = self.truth.transfer_counts(CONNECTION).await.expect("the store answers");
        FileProgress { seconds_left: None, ..FileProgress::of(head.files, transfers) }
    }

    /// Returns the progress of the files, counted from the items.
    pub(super) async fn counted_files(&self) -> FileProgress {
        let mut counts = FileCounts::default();
        self.items().await.iter().for_each(|item| counts.add(&item.content, item.metadata.size));
        FileProgress::of(counts, TransferCounts::default())
    }

    /// Returns the time at which a tick next has something to queue.
    pub(super) async fn wake_at(&self) -> Option<Timestamp> {
        let transfers = self.truth.transfer_schedule(CONNECTION).await.expect("the store answers").wake_at;
        let claims = self.claims().await.into_iter().map(|claim| claim.until);
        self.schedule().await.wake_at.into_iter().chain(transfers).chain(claims).min()
    }

    /// Returns the current claims.
    pub(super) async fn claims(&self) -> Vec<Claim> {
        self.truth.claims(CONNECTION).await.expect("the store answers")
    }

    /// Whether the connection is active.
    pub(super) async fn is_active(&self) -> bool {
        let connection = self.truth.connection(CONNECTION).await.expect("the store answers");
        connection.is_some_and(|connection| connection.status == ConnectionStatus::Active)
    }

    /// Returns the selections.
    pub(super) async fn selections(&self) -> Vec<Selection> {
        self.truth.choices(CONNECTION).await.expect("the store answers").selections
    }

    /// Adds a selection, as the files API does. The caller must send the walk that follows.
    pub(super) async fn select(&self, target: &Target) {
        self.truth.select(CONNECTION, target, self.clock.now()).await.expect("the store answers");
    }

    /// Removes a selection, as the files API does.
    pub(super) async fn deselect(&self, target: &Target) {
        self.truth.deselect(CONNECTION, target).await.expect("the store answers");
    }

    /// Excludes a file, whatever selects it.
    pub(super) async fn exclude(&self, exclusion: Exclusion) {
        self.truth.exclude(CONNECTION, &[exclusion]).await.expect("the store answers");
    }

    /// Returns the exclusions.
    pub(super) async fn exclusions(&self) -> Vec<Exclusion> {
        self.truth.exclusions(CONNECTION).await.expect("the store answers")
    }

    /// Confirms the pending deletions, as the files API does; returns false if there are none.
    pub(super) async fn confirm_deletions(&self) -> bool {
        let head = self.truth.head(CONNECTION).await.expect("the store answers");
        let Some(held) = head.held else { return false };
        let confirmation = Confirmation { deletions: held.deletions, at: self.clock.now() };
        self.truth.confirm_deletions(CONNECTION, confirmation).await.expect("the store answers");
        true
    }

    /// Returns all items.
    pub(super) async fn items(&self) -> Vec<Item> {
        self.truth.all_items(CONNECTION).await.expect("the store answers")
    }

    /// Returns every row of the table.
    pub(super) async fn dump(&self, dynamo: &EmbeddedDynamo) -> Vec<Row> {
        let client = dynamo.inline_client(Arc::new(Undisturbed));
        Rows { client, truth: self.truth.clone() }.all().await
    }

    /// Returns the whole change log.
    pub(super) async fn log(&self) -> Vec<Change> {
        match self.truth.changes(CONNECTION, 0, usize::MAX).await.expect("the store answers") {
            History::Changes(changes) => changes,
            History::Expired { .. } => panic!("the log is not old enough to expire"),
        }
    }

    /// Returns the pending transfers: those with rows of their own, and those on lists.
    pub(super) async fn transfers(&self) -> Vec<Transfer> {
        let rows = self.truth.transfers(CONNECTION, None, 1000).await.expect("the store answers");
        let lists = self.truth.transfer_lists(CONNECTION, None, 1000).await.expect("the store answers");
        let listed = lists.into_iter().flat_map(|list| list.files);
        rows.into_iter().chain(listed.map(|(item, rev)| Transfer::new(item, rev))).collect()
    }
}

/// Returns the bucket's key for a revision's bytes.
pub(super) fn content_key(item: &ItemId, rev: &Rev) -> String {
    ContentKey::new(PROJECT, CONNECTION, item, rev).as_str().to_owned()
}

/// Handles a message that has been delivered `receives` times.
pub(super) async fn handle(worker: Arc<Worker>, body: String, receives: u32) -> Result<(), String> {
    sync_worker::handle_message(&worker, &body, receives).await.map_err(|failure| failure.to_string())
}

/// Master key that does not encrypt data keys; secrets are still sealed under the data keys.
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
