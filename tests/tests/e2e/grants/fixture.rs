//! The connect functions on an in-memory store that can be made to fail, with a scripted Dropbox.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use async_trait::async_trait;
use http::Request;
use lambda_http::Body;
use local_adapters::{DynamoAnswer, DynamoCall, DynamoInterceptor, EmbeddedDynamo, RecordedMetrics};
use oauth_callback::Connect;
use serde_json::{Value, json};
use shared::{
    apps::{Apps, OwnApps},
    dropbox::{Dropbox, Hosts, OauthApp, Transport, TransportError},
    metrics::Metric,
    model::{
        AppSecret, BrowserSecret, Clock, ConnectionId, Lane, Project, ProjectId, ProjectSettings, SecretHash,
        StateSecret, SystemClock, UserTokenRules,
    },
    queue::Requests,
    seal::{DataKey, Keyring, MasterKey, SealError, WrappedKey},
    store::{Authorization, Connections, Dynamo, Link, Links, Projects, TokenStore, dynamo::create_table},
    tokens::Tokens,
};
use tests::sinks::Discard;
use url::Url;
use uuid::Uuid;

const PROJECT: ProjectId = ProjectId(Uuid::from_u128(1));
const ACCOUNT: &str = "/2/users/get_current_account";
const REVOKE: &str = "/2/auth/token/revoke";
const TOKEN: &str = "/oauth2/token";

/// Response of Dropbox: status, content type and body.
#[derive(Clone)]
pub(super) struct Answer(pub(super) u16, pub(super) &'static str, pub(super) String);

/// Dropbox's responses, and the tokens that it was asked to revoke.
pub(super) struct Script {
    pub(super) token: Answer,
    pub(super) account: Answer,
    pub(super) revoke: Answer,
    /// Revoked access tokens.
    pub(super) revoked: Vec<String>,
}

impl Default for Script {
    fn default() -> Self {
        let root = json!({".tag": "user", "root_namespace_id": "1", "home_namespace_id": "1"});
        Self {
            token: Answer(200, "application/json", token_answer(&json!({})).to_string()),
            account: Answer(
                200,
                "application/json",
                json!({"account_id": "dbid:new", "root_info": root}).to_string(),
            ),
            revoke: Answer(200, "application/json", "null".to_owned()),
            revoked: Vec::new(),
        }
    }
}

/// Returns a valid response of the token endpoint with some fields replaced; null removes one.
pub(super) fn token_answer(other: &Value) -> Value {
    let mut answer = json!({
        "access_token": "granted", "refresh_token": "refresh", "token_type": "bearer", "expires_in": 14400,
        "account_id": "dbid:new", "uid": "1",
        "scope": "account_info.read files.metadata.read files.content.read files.content.write",
    });
    for (name, value) in other.as_object().unwrap() {
        answer[name] = value.clone();
        if value.is_null() {
            answer.as_object_mut().unwrap().remove(name);
        }
    }
    answer
}

struct Scripted(Mutex<Script>);

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: reqwest::Request) -> Result<reqwest::Response, TransportError> {
        let mut script = self.0.lock().unwrap();
        let answer = match request.url().path() {
            TOKEN => script.token.clone(),
            ACCOUNT => script.account.clone(),
            REVOKE => script.revoke.clone(),
            other => panic!("Dropbox is asked for {other}"),
        };
        if request.url().path() == REVOKE && answer.0 == 200 {
            let token = request.headers()["authorization"].to_str().unwrap().replace("Bearer ", "");
            script.revoked.push(token);
        }
        let response = http::Response::builder().status(answer.0).header("content-type", answer.1);
        Ok(response.body(answer.2).unwrap().into())
    }
}

/// Way in which a call to the store fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// The call has no effect.
    Refused,
    /// The call has its effect, but its response is lost.
    LostAnswer,
}

/// Interceptor that fails one call, counted from when it was set.
struct Failing {
    /// Number of calls until the one that fails; if negative, none does.
    left: AtomicI64,
    failure: Failure,
    master: Arc<Master>,
}

impl Failing {
    fn is_due(&self, failure: Failure) -> bool {
        self.failure == failure && self.left.fetch_sub(1, Ordering::SeqCst) == 0
    }
}

#[async_trait]
impl DynamoInterceptor for Failing {
    async fn before(&self, _: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        self.is_due(Failure::Refused).then(|| Some(DynamoAnswer { status: 500, body: "{}".to_owned() }))
    }

    async fn after(&self, _: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        let lost = DynamoAnswer { status: 500, body: "{}".to_owned() };
        Some(if self.is_due(Failure::LostAnswer) { lost } else { answer })
    }
}

/// Interceptor without failures.
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

/// Master key that can be unavailable.
#[derive(Default)]
struct Master {
    fails: AtomicBool,
}

#[async_trait]
impl MasterKey for Master {
    async fn generate(&self, _: ProjectId) -> Result<(DataKey, WrappedKey), SealError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(SealError::Unavailable("no key today".to_owned()));
        }
        Ok((DataKey::new([7; 32]), WrappedKey::from_bytes(&[7; 32])))
    }

    async fn unwrap_key(&self, _: ProjectId, wrapped: &WrappedKey) -> Result<DataKey, SealError> {
        wrapped.to_bytes()?.as_slice().try_into().map(DataKey::new).map_err(|_| SealError::Broken)
    }
}

/// Response to the browser, and what happened to the grant.
#[derive(Debug)]
pub(super) struct End {
    pub(super) status: u16,
    pub(super) code: String,
    /// Whether a connection has the tokens.
    pub(super) stored: bool,
    /// Whether Dropbox revoked them on request.
    pub(super) revoked: bool,
    /// Number of tokens that were counted as neither stored nor revoked.
    pub(super) left_over: u64,
    /// Scopes of the connection.
    pub(super) scopes: Vec<String>,
}

/// The functions and their dependencies.
pub(super) struct Fixture {
    truth: Arc<Dynamo>,
    connect: Connect,
    failing: Arc<Failing>,
    dropbox: Arc<Scripted>,
    metrics: RecordedMetrics,
}

impl Fixture {
    pub(super) async fn new(failure: Failure) -> Self {
        let dynamo = EmbeddedDynamo::open(None).unwrap();
        let client = dynamo.inline_client(Arc::new(Undisturbed));
        create_table(&client, "dropline").await.unwrap();
        let truth = Arc::new(Dynamo::new(client, "dropline"));
        let master = Arc::new(Master::default());
        let failing = Arc::new(Failing { left: AtomicI64::new(-1), failure, master: master.clone() });
        let store = Arc::new(Dynamo::new(dynamo.inline_client(failing.clone()), "dropline"));
        let script = Arc::new(Scripted(Mutex::default()));
        let dropbox = Dropbox::new(script.clone(), Hosts::default());
        let (clock, metrics): (Arc<dyn Clock>, _) = (Arc::new(SystemClock), RecordedMetrics::default());
        let keyring = Arc::new(Keyring::new(master, store.clone(), clock.clone()));
        let app = OauthApp::new("app", AppSecret::new("secret"));
        let apps = Arc::new(Apps::new(app, OwnApps::new(store.clone(), keyring.clone())));
        let counted = Arc::new(metrics.clone());
        let tokens = Tokens::new(
            store.clone(),
            store.clone(),
            keyring,
            dropbox.clone(),
            apps.clone(),
            clock.clone(),
            counted.clone(),
        );
        let project = Project {
            id: PROJECT,
            name: "Notes".to_owned(),
            return_origins: Vec::new(),
            user_keys: Vec::new(),
            user_tokens: UserTokenRules::default(),
            app: None,
            settings: ProjectSettings::default(),
            created_at: clock.now(),
        };
        truth.add_project(&project, &SecretHash::of("key")).await.unwrap();
        let connect = Connect {
            store: store.clone(),
            tokens: Arc::new(tokens),
            dropbox,
            apps,
            requests: Requests::new(truth.clone(), clock.clone()).with(Lane::Bulk, Arc::new(Discard)),
            bus: Arc::new(Discard),
            clock,
            metrics: counted,
        };
        Self { truth, connect, failing, dropbox: script, metrics }
    }

    /// Changes Dropbox's responses.
    pub(super) fn script(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.dropbox.0.lock().unwrap());
    }

    /// Makes the master key unavailable.
    pub(super) fn fail_master_key(&self) {
        self.failing.master.fails.store(true, Ordering::SeqCst);
    }

    /// Calls the callback with a code, as a browser that returns from Dropbox. The store's call with the
    /// number `fails` fails.
    pub(super) async fn callback(&self, fails: Option<i64>, connection: Option<ConnectionId>) -> End {
        let (state, browser) = (StateSecret::random(), BrowserSecret::random());
        self.begin(&state, &browser, connection).await;
        let before = self.versions().await;
        self.script(|script| script.revoked.clear());
        self.failing.left.store(fails.unwrap_or(-1), Ordering::SeqCst);
        let request = Request::get(format!("/?code=c&state={}", state.expose()))
            .header("cookie", format!("__Host-dropline-connect={}", browser.expose()))
            .body(Body::Empty)
            .unwrap();
        let base = Url::parse("https://dropline.example").unwrap();
        let answer = oauth_callback::handle(&self.connect, &base, "/oauth/callback", request).await;
        self.failing.left.store(-1, Ordering::SeqCst);
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let after = self.versions().await;
        let revoked = self.dropbox.0.lock().unwrap().revoked == ["granted"];
        End {
            status: answer.status().as_u16(),
            code: body["code"].as_str().unwrap_or_default().to_owned(),
            stored: before != after,
            revoked,
            left_over: self.metrics.total(Metric::GrantsNotRevoked).unwrap_or_default(),
            scopes: self.connections().await.pop().map(|connection| connection.scopes).unwrap_or_default(),
        }
    }

    /// Refreshes the tokens of the only connection, as a call does whose token Dropbox calls expired.
    pub(super) async fn refresh(&self) {
        let (tokens, connection) = (&self.connect.tokens, self.connections().await.pop().unwrap());
        let expired = tokens.access(&connection).await.unwrap();
        tokens.access_instead_of(&connection, &expired).await.unwrap();
    }

    pub(super) async fn connections(&self) -> Vec<shared::model::Connection> {
        self.truth.connections_of_user(PROJECT, &"u".parse().unwrap()).await.unwrap()
    }

    /// Returns the version of each connection's tokens.
    async fn versions(&self) -> Vec<(ConnectionId, u64)> {
        let mut all = Vec::new();
        for connection in self.connections().await {
            let tokens = self.truth.tokens(connection.id).await.unwrap();
            all.push((connection.id, tokens.map_or(0, |tokens| tokens.version)));
        }
        all
    }

    async fn begin(&self, state: &StateSecret, browser: &BrowserSecret, connection: Option<ConnectionId>) {
        let (link, ticket) = Link::new(PROJECT, "u".parse().unwrap(), SystemClock.now());
        let link = Link { connection, ..link };
        self.truth.add_link(&link, &ticket.hash()).await.unwrap();
        let authorization = Authorization { link, browser: browser.hash(), app: "app".into() };
        self.truth.authorize(&ticket.hash(), &state.hash(), &authorization).await.unwrap();
    }
}
