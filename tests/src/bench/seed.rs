//! Rows that every benchmark needs: a project, and a user's connection with tokens.

use std::{sync::Arc, time::Duration};

use local_adapters::RecordedMetrics;
use shared::{
    apps::{Apps, OwnApps},
    dropbox::{Dropbox, Grant, OauthApp},
    model::{
        AccessToken, AccountProfile, ApiKey, AppSecret, Clock, Connection, ConnectionId, ConnectionStatus,
        Project, ProjectId, ProjectSettings, RefreshToken, RootInfo, SystemClock, Target, UserId,
        UserTokenRules,
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
/// User of the connection.
pub(super) const USER: &str = "user";
/// Life of the access token: longer than any benchmark, so that it is never refreshed.
const TOKEN_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Creates the production token service with this master key and an empty keyring.
pub(super) fn tokens(store: &Arc<Dynamo>, dropbox: &Dropbox, master: Arc<dyn MasterKey>) -> Tokens {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let keyring = Arc::new(Keyring::new(master, store.clone(), clock.clone()));
    let app = OauthApp::new("app", AppSecret::new("secret"));
    let apps = Arc::new(Apps::new(app, OwnApps::new(store.clone(), keyring.clone())));
    let metrics = Arc::new(RecordedMetrics::default());
    Tokens::new(store.clone(), store.clone(), keyring, dropbox.clone(), apps, clock, metrics)
}

/// Stores the project and the connection.
pub(super) async fn seed(store: &Dynamo, tokens: &Tokens) -> Result<(), String> {
    let key = ApiKey::new(API_KEY).hash();
    store.add_project(&project(), &key).await.map_err(|error| error.to_string())?;
    let sealed = tokens.seal(PROJECT, CONNECTION, &grant(), 1).await.map_err(|error| error.to_string())?;
    let added = store.add_connection(&connection()?, &sealed, Some(Target::Everything)).await;
    added.map_err(|error| error.to_string())
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
        account: "dbid:benchmark".into(),
        scopes: Vec::new(),
    }
}

fn connection() -> Result<Connection, String> {
    let namespace = || "1".to_owned();
    Ok(Connection {
        id: CONNECTION,
        project: PROJECT,
        user: UserId::try_from(USER.to_owned()).map_err(|error| error.to_string())?,
        app: "app".into(),
        account: "dbid:benchmark".into(),
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
