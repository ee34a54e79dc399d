//! The functions, wired as in production, on an in-memory store and recording ports.

use std::{
    cell::RefCell,
    sync::{Arc, LazyLock},
};

use admin::user_keys::UserKeyPair;
use api_proxy::{Proxy, RememberedCalls};
use async_trait::async_trait;
use local_adapters::{EmbeddedDynamo, RecordedMetrics};
use oauth_callback::Connect;
use shared::{
    apps::{Apps, OwnApps},
    dropbox::{Dropbox, Hosts, OauthApp},
    dropbox_calls::DropboxCalls,
    model::{AppSecret, Clock, Lane, ProjectId, Timestamp},
    queue::Requests,
    seal::{DataKey, Keyring, MasterKey, SealError, WrappedKey},
    store::{Claims, Dynamo, dynamo::create_table},
    tokens::Tokens,
};
use tokio::runtime::{Builder, Runtime};
use webhook_receiver::Receiver;

use crate::{
    known::{CONNECTIONS, NOW, add_rows, key_pairs},
    traffic::Traffic,
};

/// Secret with which Dropbox signs its notifications.
pub(crate) const APP_SECRET: &str = "the-app-secret";

/// Key pairs of the first project.
pub(crate) static KEYS: LazyLock<Vec<UserKeyPair>> = LazyLock::new(key_pairs);

thread_local! {
    static FIXTURE: RefCell<Option<(Runtime, Fixture)>> = const { RefCell::new(None) };
}

/// The functions' dependencies.
pub(crate) struct Fixture {
    pub(crate) store: Arc<Dynamo>,
    pub(crate) traffic: Arc<Traffic>,
    tokens: Arc<Tokens>,
    dropbox: Dropbox,
    apps: Arc<Apps>,
}

/// Handles an input. Each input finds the same state: after one that wrote anything, the fixture is replaced.
pub(crate) fn with_fixture(act: impl AsyncFnOnce(&Fixture)) {
    let (runtime, fixture) = FIXTURE.take().unwrap_or_else(set);
    fixture.traffic.forget();
    runtime.block_on(act(&fixture));
    if fixture.traffic.record().writes.is_empty() {
        FIXTURE.set(Some((runtime, fixture)));
    }
}

fn set() -> (Runtime, Fixture) {
    // Delays take no time: a paused clock advances by itself when nothing else is left to do.
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime starts");
    let fixture = runtime.block_on(Fixture::new());
    (runtime, fixture)
}

impl Fixture {
    async fn new() -> Self {
        let dynamo = EmbeddedDynamo::open(None).expect("the database starts");
        let traffic = Arc::new(Traffic::default());
        let client = dynamo.inline_client(traffic.clone());
        create_table(&client, "dropline").await.expect("the store answers");
        let store = Arc::new(Dynamo::new(client, "dropline"));
        let dropbox = Dropbox::new(traffic.clone(), Hosts::default());
        let app = OauthApp::new("app", AppSecret::new(APP_SECRET));
        let keyring = Arc::new(Keyring::new(Arc::new(MasterInMemory), store.clone(), Arc::new(Noon)));
        let apps = Arc::new(Apps::new(app, OwnApps::new(store.clone(), keyring.clone())));
        let (leases, clock, metrics) = (store.clone(), Arc::new(Noon), Arc::new(RecordedMetrics::default()));
        let tokens =
            Tokens::new(store.clone(), leases, keyring, dropbox.clone(), apps.clone(), clock, metrics);
        add_rows(&store, &tokens, &KEYS).await;
        Self { store, traffic, tokens: Arc::new(tokens), dropbox, apps }
    }

    pub(crate) fn proxy(&self) -> Proxy {
        let (store, dropbox) = (self.store.clone(), self.dropbox.clone());
        let calls = DropboxCalls::new(self.tokens.clone(), dropbox, store, Arc::new(Noon));
        Proxy {
            store: self.store.clone(),
            leases: self.store.clone(),
            calls: Arc::new(calls),
            clock: Arc::new(Noon),
            metrics: Arc::new(RecordedMetrics::default()),
            remembered_calls: RememberedCalls::default(),
        }
    }

    fn requests(&self) -> Requests {
        Requests::new(self.store.clone(), Arc::new(Noon))
            .with(Lane::Changes, self.traffic.clone())
            .with(Lane::Bulk, self.traffic.clone())
    }

    /// Ends all claims, as if every message was read, so that the next input finds none.
    pub(crate) async fn read_all(&self) {
        for known in CONNECTIONS {
            self.store.end_claim(known.id(), Lane::Changes).await.expect("the store answers");
        }
    }

    pub(crate) fn receiver(&self) -> Receiver {
        Receiver {
            accounts: self.store.clone(),
            requests: self.requests(),
            apps: self.apps.clone(),
            metrics: Arc::new(RecordedMetrics::default()),
        }
    }

    pub(crate) fn connect(&self) -> Connect {
        Connect {
            store: self.store.clone(),
            tokens: self.tokens.clone(),
            dropbox: self.dropbox.clone(),
            apps: self.apps.clone(),
            requests: self.requests(),
            bus: self.traffic.clone(),
            clock: Arc::new(Noon),
            metrics: Arc::new(RecordedMetrics::default()),
        }
    }
}

/// Clock that always returns the same time, so that an input means the same on any day.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        NOW
    }
}

/// Master key that does not encrypt data keys.
struct MasterInMemory;

#[async_trait]
impl MasterKey for MasterInMemory {
    async fn generate(&self, _: ProjectId) -> Result<(DataKey, WrappedKey), SealError> {
        Ok((DataKey::new([7; 32]), WrappedKey::from_bytes(&[7; 32])))
    }

    async fn unwrap_key(&self, _: ProjectId, wrapped: &WrappedKey) -> Result<DataKey, SealError> {
        wrapped.to_bytes()?.as_slice().try_into().map(DataKey::new).map_err(|_| SealError::Broken)
    }
}
