//! The worker on a slow Dropbox, and Lambda's limit.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use machine::{DynamoAnswer, DynamoCall, DynamoInterceptor, EmbeddedDynamo, FolderContent, RecordedMetrics};
use shared::{
    apps::{Apps, OwnApps},
    dropbox::{Dropbox, Grant, Hosts, OauthApp},
    events::{Bus, BusError},
    model::{
        AccessToken, AccountProfile, AppSecret, Clock, Connection, ConnectionId, ConnectionStatus, Event,
        Formats, Lane, Message, Project, ProjectId, ProjectSettings, RefreshToken, ResyncReport, RootInfo,
        SecretHash, SystemClock, Target, WalkReason,
    },
    queue::{Outgoing, Queue, QueueError, Requests},
    seal::{DataKey, Keyring, MasterKey, SealError, WrappedKey},
    store::{Connections, Dynamo, Log, Projects, Schedules, StoreError, Wake, dynamo::create_table},
    tokens::Tokens,
};
use sync_worker::{RetryBudget, Worker, handle_message};
use tempfile::TempDir;
use tokio::time::{Instant, timeout};

use super::dropbox::SlowDropbox;

/// Lambda ends an invocation for a walk after so long.
const LIMIT: Duration = Duration::from_secs(120);
const TABLE: &str = "dropline";

/// The worker, and what it stands on.
pub(super) struct Stage {
    pub(super) dropbox: Arc<SlowDropbox>,
    pub(super) store: Arc<Dynamo>,
    pub(super) connection: ConnectionId,
    worker: Worker,
    projects: Arc<Rules>,
    walks: Arc<Walks>,
    _content: TempDir,
}

impl Stage {
    /// A connection that takes in everything of a Dropbox, of these formats.
    pub(super) async fn new(dropbox: SlowDropbox, formats: Formats) -> Self {
        let (dropbox, clock): (_, Arc<dyn Clock>) = (Arc::new(dropbox), Arc::new(SystemClock));
        let client = EmbeddedDynamo::open(None).unwrap().inline_client(Arc::new(Undisturbed));
        create_table(&client, TABLE).await.unwrap();
        let store = Arc::new(Dynamo::new(client, TABLE));
        let content = tempfile::tempdir().unwrap();
        let (walks, metrics) = (Arc::new(Walks::default()), Arc::new(RecordedMetrics::default()));
        let projects = Arc::new(Rules { store: store.clone(), formats: Mutex::new(formats) });
        let client = Dropbox::new(dropbox.clone(), Hosts::default());
        let keyring = Arc::new(Keyring::new(Arc::new(PlainKey), store.clone(), clock.clone()));
        let app = OauthApp::new("app", AppSecret::new("secret"));
        let apps = Arc::new(Apps::new(app, OwnApps::new(store.clone(), keyring.clone())));
        let tokens = Tokens::new(
            store.clone(),
            store.clone(),
            keyring,
            client.clone(),
            apps,
            clock.clone(),
            metrics.clone(),
        );
        let connection = connect(&store, &tokens).await;
        let worker = Worker {
            projects: projects.clone(),
            connections: store.clone(),
            schedules: store.clone(),
            health: store.clone(),
            leases: store.clone(),
            choices: store.clone(),
            purges: store.clone(),
            log: store.clone(),
            items: store.clone(),
            transfers: store.clone(),
            tokens: Arc::new(tokens),
            dropbox: client,
            requests: Requests::new(store.clone(), clock.clone())
                .with(Lane::Changes, walks.clone())
                .with(Lane::Bulk, walks.clone())
                .with(Lane::Transfers, Arc::new(Nowhere)),
            bus: Arc::new(Nowhere),
            content: Arc::new(FolderContent::open(content.path()).unwrap()),
            clock,
            metrics,
            budget: RetryBudget::default(),
        };
        Self { dropbox, store, connection, worker, projects, walks, _content: content }
    }

    /// The project wants other formats from now on.
    pub(super) fn want(&self, formats: Formats) {
        *self.projects.formats.lock().unwrap() = formats;
    }

    /// Walks until nothing more is asked for. Returns how many invocations that took, of which none may be ended by Lambda.
    pub(super) async fn walk(&self, reason: WalkReason) -> usize {
        // Later than any drain that has ended, so that it is not taken for met.
        let sent_at = SystemClock.now().plus(Duration::from_secs(60));
        let (connection, lane) = (self.connection, Lane::Bulk);
        let mut next = Some(Message::Walk { connection, reason, sent_at, hops: 0, lane }.to_json());
        let mut invocations = 0;
        while let Some(body) = next {
            let began = Instant::now();
            let done = timeout(LIMIT, handle_message(&self.worker, &body, 1)).await;
            assert!(done.is_ok(), "invocation {invocations} ran into Lambda's limit");
            done.unwrap().unwrap();
            assert!(began.elapsed() < LIMIT);
            invocations += 1;
            assert!(invocations < 100, "it does not end");
            next = self.walks.0.lock().unwrap().pop();
        }
        invocations
    }

    /// Compares in full. Returns the report, and how many invocations it took.
    pub(super) async fn resync(&self) -> (ResyncReport, usize) {
        let now = SystemClock.now();
        let wake = Wake { at: Some(now), resync_at: Some(now), failures: 0 };
        self.store.wake(self.connection, wake).await.unwrap();
        let invocations = self.walk(WalkReason::Woken).await;
        (self.store.report(self.connection).await.unwrap().expect("a comparison has ended"), invocations)
    }
}

async fn connect(store: &Dynamo, tokens: &Tokens) -> ConnectionId {
    let (project, id) = (ProjectId::random(), ConnectionId::random());
    let settings = ProjectSettings::default();
    let new = Project {
        id: project,
        name: "Slow".to_owned(),
        return_origins: Vec::new(),
        user_keys: Vec::new(),
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
    };
    store.add_connection(&connection, &sealed, Some(Target::Everything)).await.unwrap();
    id
}

/// The projects, of which all want the same formats.
struct Rules {
    store: Arc<Dynamo>,
    formats: Mutex<Formats>,
}

#[async_trait]
impl Projects for Rules {
    async fn add_project(&self, project: &Project, key: &SecretHash) -> Result<(), StoreError> {
        self.store.add_project(project, key).await
    }

    async fn project(&self, id: ProjectId) -> Result<Option<Project>, StoreError> {
        let mut project = self.store.project(id).await?;
        let formats = self.formats.lock().unwrap().clone();
        project.iter_mut().for_each(|project| project.settings.formats = formats.clone());
        Ok(project)
    }

    async fn project_of_key(&self, key: &SecretHash) -> Result<Option<ProjectId>, StoreError> {
        self.store.project_of_key(key).await
    }
}

/// The walks that were asked for.
#[derive(Default)]
struct Walks(Mutex<Vec<String>>);

#[async_trait]
impl Queue for Walks {
    async fn send(&self, messages: Vec<Outgoing>) -> Result<(), QueueError> {
        self.0.lock().unwrap().extend(messages.into_iter().map(|message| message.body));
        Ok(())
    }
}

/// Takes everything and keeps nothing.
struct Nowhere;

#[async_trait]
impl Queue for Nowhere {
    async fn send(&self, _: Vec<Outgoing>) -> Result<(), QueueError> {
        Ok(())
    }
}

#[async_trait]
impl Bus for Nowhere {
    async fn publish(&self, _: Vec<Event>) -> Result<(), BusError> {
        Ok(())
    }
}

/// Nothing goes wrong in the database.
struct Undisturbed;

#[async_trait]
impl DynamoInterceptor for Undisturbed {
    async fn before(&self, _: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        None
    }

    async fn after(&self, _: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        Some(answer)
    }
}

/// A master key that wraps nothing.
struct PlainKey;

#[async_trait]
impl MasterKey for PlainKey {
    async fn generate(&self, _: ProjectId) -> Result<(DataKey, WrappedKey), SealError> {
        Ok((DataKey::new([7; 32]), WrappedKey::from_bytes(&[7; 32])))
    }

    async fn unwrap_key(&self, _: ProjectId, wrapped: &WrappedKey) -> Result<DataKey, SealError> {
        wrapped.to_bytes()?.as_slice().try_into().map(DataKey::new).map_err(|_| SealError::Broken)
    }
}
