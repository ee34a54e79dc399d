//! Simulated life of a connection's tokens, against a model of Dropbox.
//!
//! Tokens are issued, expire, are refreshed by several processes in parallel, revoked and granted again, and
//! their keys rotate. A seed decides the order of events, and which processes die in the middle.
//!
//! Everything runs in one thread and in virtual time, so a seed always plays the same way.

mod delays;
mod issuer;
mod round;

use std::{sync::Arc, time::Duration};

use fastrand::Rng;
use local_adapters::{EmbeddedDynamo, RecordedMetrics};
use shared::{
    apps::{Apps, OwnApps},
    dropbox::{Dropbox, Grant, Hosts, OauthApp},
    model::{
        AccessToken, AccountProfile, AppSecret, Clock, Connection, ConnectionId, ConnectionStatus, ProjectId,
        RefreshToken, RootInfo,
    },
    seal::Keyring,
    store::{Connections, Dynamo, StoreError, TokenStore, dynamo::create_table},
    tokens::Tokens,
};
use uuid::Uuid;

use self::{
    delays::Delays,
    issuer::{Issuer, LIFE},
};
use crate::simulation::{PlainKey, VirtualClock};

const TABLE: &str = "dropline";
const PROJECT: ProjectId = ProjectId(Uuid::from_u128(1));
/// Number of processes, each with tokens and keys in memory.
const PROCESSES: usize = 3;
/// Number of rounds.
const ROUNDS: usize = 12;

/// Plays one seed.
///
/// # Errors
/// Returns the property that was violated.
///
/// # Panics
/// If a runtime or a table cannot be created.
pub fn live(seed: u64) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime can be built");
    runtime.block_on(async {
        let mut life = Life::begin(seed).await;
        for number in 0..ROUNDS {
            life.round().await.map_err(|broken| format!("seed {seed}, round {number}: {broken}"))?;
        }
        life.end().await.map_err(|broken| format!("seed {seed}, at the end: {broken}"))
    })
}

/// One process of the product.
struct Process {
    tokens: Tokens,
    keyring: Arc<Keyring>,
    dropbox: Dropbox,
}

/// A connection, the processes that use it, and the model of Dropbox.
struct Life {
    rng: Rng,
    issuer: Arc<Issuer>,
    store: Arc<Dynamo>,
    database: EmbeddedDynamo,
    processes: Vec<Process>,
    connection: Connection,
}

impl Life {
    async fn begin(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock::begin());
        let issuer = Arc::new(Issuer::new(rng.fork()));
        let database = EmbeddedDynamo::open(None).expect("a database can be made");
        let client = database.inline_client(Arc::new(Delays::new(rng.fork())));
        create_table(&client, TABLE).await.expect("an empty table can be made");
        let store = Arc::new(Dynamo::new(client, TABLE));
        let processes = (0..PROCESSES).map(|_| process(&store, &issuer, &clock)).collect();
        let connection = connection(clock.as_ref());
        let life = Self { rng, issuer, store, database, processes, connection };
        life.connect().await;
        life
    }

    /// Grants tokens and stores them, as the OAuth callback does.
    async fn connect(&self) {
        let (refresh, access) = self.issuer.grant();
        let grant = Grant {
            access: AccessToken::new(access),
            refresh: RefreshToken::new(refresh),
            life: LIFE,
            account: self.connection.account.clone(),
            scopes: Vec::new(),
        };
        let (id, tokens) = (self.connection.id, &self.processes[0].tokens);
        loop {
            let version =
                self.store.tokens(id).await.expect("the store answers").map_or(0, |stored| stored.version);
            let sealed = tokens.seal(PROJECT, id, &grant, version + 1).await.expect("tokens can be sealed");
            let stored = if version == 0 {
                self.store.add_connection(&self.connection, &sealed, None).await
            } else {
                self.store.replace_tokens(id, &sealed, version).await
            };
            match stored {
                // A concurrent refresh stored its tokens first.
                Err(StoreError::Conflict) => {}
                stored => return stored.expect("the store answers"),
            }
        }
    }

    /// Returns the whole table, as text.
    async fn rows(&self) -> String {
        let scan = self.database.client().scan().table_name(TABLE);
        let rows: Result<Vec<_>, _> = scan.into_paginator().items().send().try_collect().await;
        format!("{:?}", rows.expect("the table can be read"))
    }
}

fn process(store: &Arc<Dynamo>, issuer: &Arc<Issuer>, clock: &Arc<dyn Clock>) -> Process {
    let keyring = Arc::new(Keyring::new(Arc::new(PlainKey), store.clone(), clock.clone()));
    let dropbox = Dropbox::new(issuer.clone(), Hosts::default());
    let app = OauthApp::new("app", AppSecret::new("secret"));
    let apps = Arc::new(Apps::new(app, OwnApps::new(store.clone(), keyring.clone())));
    let (leases, dropbox_of_tokens) = (store.clone(), dropbox.clone());
    let metrics = Arc::new(RecordedMetrics::default());
    let tokens =
        Tokens::new(store.clone(), leases, keyring.clone(), dropbox_of_tokens, apps, clock.clone(), metrics);
    Process { tokens, keyring, dropbox }
}

fn connection(clock: &dyn Clock) -> Connection {
    Connection {
        id: ConnectionId(Uuid::from_u128(2)),
        project: PROJECT,
        user: "user".parse().expect("it is a user's id"),
        app: "app".into(),
        account: "dbid:one".into(),
        root: RootInfo { root_namespace: "1".into(), home_namespace: "1".into(), app_folder: false },
        profile: AccountProfile::default(),
        scopes: Vec::new(),
        status: ConnectionStatus::Active,
        created_at: clock.now(),
        reconnects: 0,
        receipt: None,
        cancellation: None,
    }
}

/// Sleeps in virtual time.
async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}
