//! Rows that every benchmark needs: a project, and a user's connection with tokens.

use std::{sync::Arc, time::Duration};

use local_adapters::RecordedMetrics;
use shared::{
    apps::{Apps, OwnApps},
    dropbox::{Dropbox, Grant, OauthApp},
    model::{
        AccessToken, AccountId, AccountProfile, ApiKey, AppSecret, Clock, Connection, ConnectionId,
        ConnectionStatus, Project, ProjectId, ProjectSettings, RefreshToken, RootInfo, SystemClock, Target,
        UserId, UserTokenRules,
    },
    seal::{Keyring, MasterKey},
    store::{Connections, Dynamo, Projects},
    tokens::Tokens,
};
use uuid::Uuid;

/// Name of the table.
pub(super) const TABLE: &str = "dropline";
/// Id of the project.
pub(super) const PROJECT: ProjectId = ProjectId(Uuid::from_u128(1));
/// API key of the project.
pub(super) const API_KEY: &str = "benchmark";
/// Id of the connection.
pub(super) const CONNECTION: ConnectionId = ConnectionId(Uuid::from_u128(2));
/// Key and secret of the Dropbox app.
pub(super) const APP: (&str, &str) = ("app", "secret");
/// User of the connection.
pub(super) const USER: &str = "user";
/// Life of the access token: longer than any benchmark, so that it is never refreshed.
const TOKEN_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Creates the production token service with this master key and an empty keyring.
pub(super) fn tokens(store: &Arc<Dynamo>, dropbox: &Dropbox, master: Arc<dyn MasterKey>) -> Tokens {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let keyring = Arc::new(Keyring::new(master, store.clone(), clock.clone()));
    let apps = Arc::new(apps(store, &keyring));
    let metrics = Arc::new(RecordedMetrics::default());
    Tokens::new(store.clone(), store.clone(), keyring, dropbox.clone(), apps, clock, metrics)
}

/// Creates the Dropbox apps: that of the deployment.
pub(super) fn apps(store: &Arc<Dynamo>, keyring: &Arc<Keyring>) -> Apps {
    let (key, secret) = APP;
    let app = OauthApp::new(key, AppSecret::new(secret));
    Apps::new(app, OwnApps::new(store.clone(), keyring.clone()))
}

/// Stores the project and the connection.
pub(super) async fn seed(store: &Dynamo, tokens: &Tokens) -> Result<(), String> {
    seed_accounts(store, tokens, 1).await
}

/// Stores the project, and `count` connections, each of an account of its own. The first is [`CONNECTION`].
pub(super) async fn seed_accounts(store: &Dynamo, tokens: &Tokens, count: usize) -> Result<(), String> {
    let key = ApiKey::new(API_KEY).hash();
    store.add_project(&project(), &key).await.map_err(|error| error.to_string())?;
    for place in 0..count {
        let id = ConnectionId(Uuid::from_u128(CONNECTION.0.as_u128() + place as u128));
        let sealed = tokens.seal(PROJECT, id, &grant(), 1).await.map_err(|error| error.to_string())?;
        let added =
            store.add_connection(&connection(id, account(place))?, &sealed, Some(Target::Everything)).await;
        added.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Returns the account of the connection with this place.
pub(super) fn account(place: usize) -> AccountId {
    // As long as Dropbox's ids.
    format!("dbid:{place:036}").as_str().into()
}

fn project() -> Project {
    Project {
        id: PROJECT,
        name: "Benchmark".to_owned(),
        return_origins: Vec::new(),
        user_keys: Vec::new(),
        user_tokens: UserTokenRules::default(),
        app: None,
        settings: ProjectSettings::default(),
        created_at: SystemClock.now(),
    }
}

fn grant() -> Grant {
    Grant {
        access: AccessToken::new("access"),
        refresh: RefreshToken::new("refresh"),
        life: TOKEN_LIFE,
        account: account(0),
        scopes: Vec::new(),
    }
}

fn connection(id: ConnectionId, account: AccountId) -> Result<Connection, String> {
    let namespace = || "1".to_owned();
    Ok(Connection {
        id,
        project: PROJECT,
        user: UserId::try_from(USER.to_owned()).map_err(|error| error.to_string())?,
        app: APP.0.into(),
        account,
        root: RootInfo { root_namespace: namespace(), home_namespace: namespace(), app_folder: false },
        profile: AccountProfile::default(),
        scopes: Vec::new(),
        status: ConnectionStatus::Active,
        created_at: SystemClock.now(),
        reconnects: 0,
        receipt: None,
        cancellation: None,
    })
}
