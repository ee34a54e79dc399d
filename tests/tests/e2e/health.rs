//! Health of a connection (T3), as reported by the files API, events and metrics.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use fake_dropbox::{
    Fault,
    faults::{Chance, TokenProblem},
};
use serde_json::{Value, json};
use shared::{
    events::{Bus, BusError},
    metrics::Metric,
    model::{Clock, ConnectionId, Event, Lane, Message, SystemClock, WalkReason},
    queue::{Outgoing, Queue, QueueError},
};
use sync_worker::{Worker, handle_message};
use tests::World;

use crate::rewired::copy_of;

const FIRST: &str = "first@example.com";

async fn synced() -> (World, ConnectionId) {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"a");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    (world, connection)
}

async fn health(world: &World, connection: ConnectionId) -> Value {
    world.first_app("u").details(connection).await["health"].clone()
}

/// Makes all calls to Dropbox for the first account fail, until the faults are cleared.
fn break_everything(world: &World, fault: Fault) {
    let chance = Chance { route: "files/*".to_owned(), probability: 1.0, fault };
    world.stack.dropbox.faults(FIRST).seeded(1, vec![chance]);
}

async fn walk(worker: &Worker, connection: ConnectionId) {
    let (reason, sent_at) = (WalkReason::Chosen, SystemClock.now());
    let walk = Message::Walk { connection, reason, sent_at, hops: 0, lane: Lane::Bulk };
    handle_message(worker, &walk.to_json(), 1).await.unwrap();
}

/// Returns the details of all events of one kind, in order.
pub(crate) async fn events(world: &World, detail_type: &str) -> Vec<Value> {
    let all = world.events().await.into_iter();
    all.filter(|event| event.detail_type == detail_type).map(|event| event.detail).collect()
}

fn put_off(world: &World, metric: Metric, code: &str) -> u64 {
    let all = world.stack.machine.metrics.all();
    let of_code = all.iter().filter(|((subject, counted), _)| {
        *counted == metric && subject.reason.is_some_and(|reason| reason.as_str() == code)
    });
    of_code.map(|(_, amount)| amount).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_good_is_told_at_once_and_ends_by_itself() {
    let (world, connection) = synced().await;
    let worker = world.stack.worker();
    let scope = || "files.metadata.read".to_owned();
    let denied = |tag: &str| Fault::AccessDenied { tag: tag.to_owned() };
    let unknown = || Fault::EndpointError { tag: "path/a_tag_of_tomorrow".to_owned() };
    let cases = [
        (Fault::MissingScope { required_scope: Some(scope()) }, "missing_scope", "missing_scope"),
        (Fault::Unauthorized { error: TokenProblem::UserSuspended }, "account_suspended", "suspended"),
        (denied("team_access_denied"), "team_not_allowed", "not_allowed"),
        (denied("no_permission"), "permission_denied", "not_allowed"),
        (Fault::MalformedToken, "token_refused", "degraded"),
        (Fault::RootGone, "root_missing", "degraded"),
        (unknown(), "request_refused", "degraded"),
    ];
    for (episode, (fault, code, state)) in cases.into_iter().enumerate() {
        break_everything(&world, fault);
        for failures in 1..=2 {
            walk(worker, connection).await;
            let told = health(&world, connection).await;
            assert_eq!((told["state"].as_str(), told["code"].as_str()), (Some(state), Some(code)), "{told}");
            assert_eq!((&told["failures"], &told["work"]), (&json!(failures), &json!("walk")));
            let named = told["scope"].as_str().map(str::to_owned);
            assert_eq!(named, (code == "missing_scope").then(scope), "{told}");
            for field in ["message", "remedy", "since", "retry_at", "last_synced_at"] {
                assert!(told[field].is_string(), "{field}: {told}");
            }
            assert_eq!(told["last_error"]["code"], code);
        }
        let degraded = events(&world, "Connection Degraded").await;
        assert_eq!(degraded.len(), episode + 1, "each episode is told of once");
        assert_eq!((&degraded[episode]["code"], &degraded[episode]["failures"]), (&json!(code), &json!(1)));
        world.stack.dropbox.faults(FIRST).clear();
        walk(worker, connection).await;
        let told = health(&world, connection).await;
        assert_eq!(
            (&told["state"], &told["code"], &told["retry_at"]),
            (&json!("ok"), &Value::Null, &Value::Null)
        );
        assert_eq!(told["last_error"]["code"], code, "what has passed can still be looked at");
        let recovered = events(&world, "Connection Recovered").await;
        assert_eq!(recovered.len(), episode + 1);
        assert_eq!(recovered[episode]["since"], degraded[episode]["since"]);
        worker.metrics.publish();
        assert!(put_off(&world, Metric::WalksPutOff, code) >= 2, "{code} is not counted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_usually_passes_is_told_after_five_failures_in_a_row() {
    let (world, connection) = synced().await;
    let worker = world.stack.worker();
    for (episode, fault) in
        [Fault::ServerError { status: 500, after_effect: false }, Fault::Cut { after_effect: false }]
            .into_iter()
            .enumerate()
    {
        break_everything(&world, fault);
        for failures in 1..=7 {
            walk(worker, connection).await;
            let told = health(&world, connection).await;
            let state = if failures < 5 { "retrying" } else { "degraded" };
            assert_eq!((&told["state"], &told["code"]), (&json!(state), &json!("dropbox_unreachable")));
            assert_eq!(told["failures"], failures);
            let reported = episode + usize::from(failures >= 5);
            assert_eq!(events(&world, "Connection Degraded").await.len(), reported);
        }
        world.stack.dropbox.faults(FIRST).clear();
        walk(worker, connection).await;
        assert_eq!(health(&world, connection).await["state"], "ok");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_tells_health_in_short_and_a_connection_that_never_failed_is_ok() {
    let (world, connection) = synced().await;
    let app = world.first_app("u");
    let listed = async || app.get("connections").await.body["connections"][0]["health"].clone();
    assert_eq!(listed().await, json!({"state": "ok", "code": null, "since": null}));
    let told = health(&world, connection).await;
    assert!(told["last_synced_at"].is_string() && told["last_error"].is_null(), "{told}");
    world.stack.dropbox.revoke_access(FIRST, world.stack.app.key.as_str()).unwrap();
    walk(world.stack.worker(), connection).await;
    let short = listed().await;
    assert_eq!((&short["state"], &short["code"]), (&json!("needs_reauth"), &json!("needs_reauth")));
    let told = health(&world, connection).await;
    assert!(told["retry_at"].is_null() && told["remedy"].is_string(), "{told}");
    assert_eq!(events(&world, "Connection Degraded").await.len(), 0, "an event of its own tells of that");
    app.connect(FIRST).await;
    world.settled().await;
    assert_eq!(listed().await["state"], "ok");
}

/// Bus or queue that can be switched off.
struct Switched<T> {
    port: Arc<T>,
    is_off: Arc<AtomicBool>,
}

#[async_trait]
impl<T: Bus> Bus for Switched<T> {
    async fn publish(&self, events: Vec<Event>) -> Result<(), BusError> {
        if self.is_off.load(Ordering::Relaxed) {
            return Err(BusError("switched off".to_owned()));
        }
        self.port.publish(events).await
    }
}

#[async_trait]
impl<T: Queue> Queue for Switched<T> {
    async fn send(&self, messages: Vec<Outgoing>) -> Result<(), QueueError> {
        if self.is_off.load(Ordering::Relaxed) {
            return Err(QueueError("switched off".to_owned()));
        }
        self.port.send(messages).await
    }
}

/// A walker may die after recording a failure and before its event is published: the next attempt publishes
/// it with the same id.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_could_not_be_published_is_published_by_the_next_walk() {
    let (world, connection) = synced().await;
    let is_off = Arc::new(AtomicBool::new(true));
    let bus = Switched { port: Arc::new(world.stack.machine.bus.clone()), is_off: is_off.clone() };
    let worker = Worker { bus: Arc::new(bus), ..copy_of(world.stack.worker()) };
    break_everything(&world, Fault::Unauthorized { error: TokenProblem::UserSuspended });
    walk(&worker, connection).await;
    assert_eq!(health(&world, connection).await["state"], "suspended");
    assert_eq!(events(&world, "Connection Degraded").await.len(), 0);
    is_off.store(false, Ordering::Relaxed);
    walk(&worker, connection).await;
    let since = events(&world, "Connection Degraded").await[0]["since"].clone();
    is_off.store(true, Ordering::Relaxed);
    world.stack.dropbox.faults(FIRST).clear();
    walk(&worker, connection).await;
    assert_eq!(events(&world, "Connection Recovered").await.len(), 0);
    is_off.store(false, Ordering::Relaxed);
    walk(&worker, connection).await;
    let recovered = events(&world, "Connection Recovered").await;
    assert_eq!(recovered.iter().map(|event| &event["since"]).collect::<Vec<_>>(), [&since]);
    assert_eq!(events(&world, "Connection Degraded").await.len(), 1);
    assert_eq!(health(&world, connection).await["state"], "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_here_is_not_called_dropboxs_fault() {
    let (world, connection) = synced().await;
    let (bus_off, queue_off) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(true)));
    let machine = &world.stack.machine;
    let bus = Switched { port: Arc::new(machine.bus.clone()), is_off: bus_off.clone() };
    let queue = Switched { port: Arc::new(machine.transfers.clone()), is_off: queue_off.clone() };
    let transfers: Arc<dyn Queue> = Arc::new(queue);
    let requests = world.stack.worker().requests.clone().with(Lane::Transfers, transfers);
    let worker = Worker { bus: Arc::new(bus), requests, ..copy_of(world.stack.worker()) };
    world.stack.dropbox.webhooks(FIRST).next(9, fake_dropbox::WebhookFault::Lost);
    world.write(FIRST, "new.txt", b"new");
    world.stack.dropbox.rescan(FIRST).await.unwrap();
    let told = async || health(&world, connection).await["code"].clone();
    walk(&worker, connection).await;
    assert_eq!(told().await, "queue_unavailable");
    queue_off.store(false, Ordering::Relaxed);
    walk(&worker, connection).await;
    assert_eq!(told().await, "bus_unavailable");
    bus_off.store(false, Ordering::Relaxed);
    walk(&worker, connection).await;
    assert_eq!(told().await, Value::Null);
}
