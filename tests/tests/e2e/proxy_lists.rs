//! Requests to the table that a proxied call makes: one, as long as the list of the user's connections is known to be the
//! same. What changes the list holds at the next call.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use api_proxy::{Proxy, RememberedCalls};
use async_trait::async_trait;
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use contracts::samples;
use http::{Request, header::AUTHORIZATION};
use http_body_util::BodyExt;
use lambda_http::Body;
use local_adapters::{DynamoAnswer, DynamoCall, DynamoInterceptor, EmbeddedDynamo, RecordedMetrics};
use reqwest::Response;
use shared::{
    dropbox::{Dropbox, Grant, Hosts, Transport, TransportError},
    dropbox_calls::DropboxCalls,
    model::{
        AccessToken, ApiKey, Clock, Connection, ConnectionId, Project, RefreshToken, SystemClock, Timestamp,
    },
    store::{Connections, Dynamo, Ordinals, Projects, Purges, dynamo::create_table},
    tokens::Tokens,
};

use crate::budgets::fixture;

const TABLE: &str = "dropline";
const SECOND: Duration = Duration::from_secs(1);
/// Time for which a list is trusted; after that it is read again, whatever its version.
const TRUSTED_TIME: Duration = Duration::from_secs(10);

/// Operations that the table was asked for.
#[derive(Default)]
struct Operations(Mutex<Vec<String>>);

impl Operations {
    /// Returns the operations since the last call, sorted.
    fn taken(&self) -> Vec<String> {
        let mut taken = std::mem::take(&mut *self.0.lock().unwrap());
        taken.sort();
        taken
    }
}

#[async_trait]
impl DynamoInterceptor for Operations {
    async fn before(&self, call: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        self.0.lock().unwrap().push(call.operation.to_owned());
        None
    }

    async fn after(&self, _: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        Some(answer)
    }
}

/// Dropbox, which answers each call with its token.
struct Echo;

#[async_trait]
impl Transport for Echo {
    async fn send(&self, request: reqwest::Request) -> Result<Response, TransportError> {
        let token = request.headers()[AUTHORIZATION].to_str().unwrap().trim_start_matches("Bearer ");
        Ok(http::Response::new(token.to_owned()).into())
    }
}

/// Clock that is set.
struct Hands(AtomicU64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(SeqCst))
    }
}

/// A project with a user, and a process of the proxy.
struct Fixture {
    asked: Arc<Operations>,
    client: Client,
    store: Arc<Dynamo>,
    tokens: Arc<Tokens>,
    clock: Arc<Hands>,
    proxy: Proxy,
    project: Project,
    key: ApiKey,
}

/// Account that was called, and what the table was asked for.
type Called = (String, Vec<String>);

fn called(account: &str, operations: &[&str]) -> Called {
    (account.to_owned(), operations.iter().map(|&operation| operation.to_owned()).collect())
}

/// A call that asks for rows only.
fn once(account: &str) -> Called {
    called(account, &["BatchGetItem"])
}

/// A call that asks for the list, too.
fn listing(account: &str) -> Called {
    called(account, &["BatchGetItem", "Query"])
}

impl Fixture {
    async fn new() -> Self {
        let (database, asked) = (EmbeddedDynamo::open(None).unwrap(), Arc::new(Operations::default()));
        let client = database.inline_client(asked.clone());
        create_table(&client, TABLE).await.unwrap();
        let store = Dynamo::new(client.clone(), TABLE).gathering(database.inline_direct(asked.clone()));
        let (store, project) = (Arc::new(store), samples::project());
        let key = ApiKey::of_project(project.id);
        store.add_project(&project, &key.hash()).await.unwrap();
        let clock = Arc::new(Hands(AtomicU64::new(SystemClock.now().0)));
        let dropbox = Dropbox::new(Arc::new(Echo), Hosts::default());
        let metrics = Arc::new(RecordedMetrics::default());
        let tokens = Arc::new(fixture::tokens(&store, dropbox.clone(), clock.clone(), metrics.clone()));
        let calls = DropboxCalls::new(tokens.clone(), dropbox, store.clone(), clock.clone());
        let proxy = Proxy {
            store: store.clone(),
            leases: store.clone(),
            calls: Arc::new(calls),
            clock: clock.clone(),
            metrics,
            remembered_calls: RememberedCalls::default(),
        };
        Self { asked, client, store, tokens, clock, proxy, project, key }
    }

    /// Lets time pass.
    fn pass(&self, time: Duration) {
        self.clock.0.fetch_add(u64::try_from(time.as_millis()).unwrap(), SeqCst);
    }

    /// Connects an account of a user, whose token is the account's name.
    async fn connect(&self, user: &str, account: &str) -> Connection {
        self.pass(SECOND);
        let connection = Connection {
            project: self.project.id,
            user: samples::user(user),
            created_at: self.clock.now(),
            ..samples::connection()
        };
        let grant = Grant {
            access: AccessToken::new(account),
            refresh: RefreshToken::new("refresh"),
            life: 3_600 * SECOND,
            account: connection.account.clone(),
            scopes: Vec::new(),
        };
        let sealed = self.tokens.seal(self.project.id, connection.id, &grant, 1).await.unwrap();
        self.store.add_connection(&connection, &sealed, None).await.unwrap();
        connection
    }

    async fn disconnect(&self, connection: &Connection) {
        assert!(self.store.disconnect(connection, self.clock.now()).await.unwrap());
    }

    /// Does something to the list of a user's connections as an earlier version does it, that knew of no version.
    async fn as_before<T>(&self, user: &str, act: impl Future<Output = T>) -> T {
        let key = HashMap::from([
            ("pk".to_owned(), AttributeValue::S(format!("user#list#{}#{user}", self.project.id))),
            ("sk".to_owned(), AttributeValue::S("version".to_owned())),
        ]);
        let row = self.client.get_item().table_name(TABLE).set_key(Some(key.clone())).consistent_read(true);
        let row = row.send().await.unwrap().item;
        let done = act.await;
        match row {
            Some(row) => {
                self.client.put_item().table_name(TABLE).set_item(Some(row)).send().await.map(drop).unwrap();
            }
            None => {
                let removed = self.client.delete_item().table_name(TABLE).set_key(Some(key));
                removed.send().await.map(drop).unwrap();
            }
        }
        done
    }

    /// Makes a call for a user, which may name a connection. Returns the account that was called, or the status of a
    /// refusal, and what the table was asked for.
    async fn call(&self, user: &str, named: Option<&str>) -> Called {
        let path = format!("/projects/{}/sdk/proxy/dropbox/2/users/get_current_account", self.project.id);
        let mut request = Request::post(&path)
            .header("authorization", format!("Bearer {}", self.key.expose()))
            .header("customer-id", user);
        if let Some(named) = named {
            request = request.header("x-paragon-credential", named);
        }
        self.asked.taken();
        let answer = api_proxy::handle(&self.proxy, &path, request.body(Body::Empty).unwrap()).await;
        let (status, asked) = (answer.status(), self.asked.taken());
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let account = String::from_utf8(body.into()).unwrap();
        (if status.is_success() { account } else { status.as_str().to_owned() }, asked)
    }

    /// Makes calls until the list is known to be that of its version.
    async fn call_until_list_is_known(&self, user: &str) {
        for _ in 0..3 {
            self.call(user, None).await;
        }
    }
}

#[tokio::test]
async fn a_call_asks_the_table_once_and_for_the_list_every_ten_seconds() {
    let all = Fixture::new().await;
    all.connect("u", "first").await;
    let (account, asked) = all.call("u", None).await;
    assert_eq!(account, "first");
    assert!(asked.len() > 2, "nothing is known of the caller: {asked:?}");
    assert_eq!(all.call("u", None).await, listing("first"), "the version may be newer than the list");
    for _ in 0..3 {
        assert_eq!(all.call("u", None).await, once("first"));
        all.pass(TRUSTED_TIME / 4);
    }
    all.pass(TRUSTED_TIME / 4);
    assert_eq!(all.call("u", None).await, listing("first"));
    assert_eq!(all.call("u", None).await, once("first"));
}

#[tokio::test]
async fn a_call_that_names_its_connection_needs_no_list() {
    let all = Fixture::new().await;
    let first = all.connect("u", "first").await;
    all.connect("u", "second").await;
    let ordinal = all.store.ordinals(first.project, &[first.id]).await.unwrap()[&first.id];
    for named in [first.id.to_string(), ordinal.to_string()] {
        let (account, asked) = all.call("u", Some(&named)).await;
        assert_eq!(account, "first");
        assert!(!asked.iter().any(|operation| operation == "Query"), "{asked:?}");
        for _ in 0..2 {
            assert_eq!(all.call("u", Some(&named)).await, once("first"));
            all.pass(2 * TRUSTED_TIME);
        }
    }
}

#[tokio::test]
async fn nobody_calls_a_connection_of_another_by_its_name() {
    let all = Fixture::new().await;
    let own = all.connect("u", "own").await;
    let other = all.connect("another", "other").await;
    let none = ConnectionId::random();
    let ordinals = all.store.ordinals(own.project, &[other.id]).await.unwrap();
    for named in [other.id.to_string(), ordinals[&other.id].to_string(), none.to_string()] {
        for _ in 0..2 {
            assert_eq!(all.call("u", Some(&named)).await.0, "404", "{named}");
        }
    }
    assert_eq!(all.call("u", Some(&own.id.to_string())).await.0, "own");
}

#[tokio::test]
async fn another_account_and_a_disconnect_hold_at_the_next_call() {
    let all = Fixture::new().await;
    let first = all.connect("u", "first").await;
    all.call_until_list_is_known("u").await;
    let second = all.connect("u", "second").await;
    assert_eq!(all.call("u", None).await.0, "second");
    all.call_until_list_is_known("u").await;
    assert_eq!(all.call("u", None).await, once("second"));
    // Not even the one that is called.
    all.disconnect(&first).await;
    assert_eq!(all.call("u", None).await.0, "second");
    all.call_until_list_is_known("u").await;
    assert_eq!(all.call("u", None).await, once("second"));
    all.disconnect(&second).await;
    assert_eq!(all.call("u", None).await.0, "404");
    let again = all.connect("u", "third").await;
    assert_eq!(all.call("u", None).await.0, "third");
    // The version goes with the list, and a list that comes later is another one.
    all.call_until_list_is_known("u").await;
    all.disconnect(&again).await;
    all.store.forget_list_version(again.project, &again.user).await.unwrap();
    all.connect("u", "fourth").await;
    assert_eq!(all.call("u", None).await.0, "fourth");
}

#[tokio::test]
async fn a_list_of_before_there_were_versions_is_as_good() {
    let all = Fixture::new().await;
    all.as_before("u", all.connect("u", "first")).await;
    all.call_until_list_is_known("u").await;
    assert_eq!(all.call("u", None).await, once("first"));
    all.connect("u", "second").await;
    assert_eq!(all.call("u", None).await.0, "second");
}

#[tokio::test]
async fn what_an_earlier_version_adds_during_an_upgrade_is_called_within_ten_seconds() {
    let all = Fixture::new().await;
    all.connect("u", "first").await;
    all.call_until_list_is_known("u").await;
    let second = all.as_before("u", all.connect("u", "second")).await;
    assert_eq!(all.call("u", None).await, once("first"));
    all.pass(TRUSTED_TIME);
    assert_eq!(all.call("u", None).await.0, "second");
    all.call_until_list_is_known("u").await;
    // A disconnected connection is seen at once: the connection itself says so.
    all.as_before("u", all.disconnect(&second)).await;
    assert_eq!(all.call("u", None).await.0, "first");
}
