//! Claims (T40): a connection is owed at most one message per lane, however often work is requested.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream};
use local_adapters::{Operation, Watch};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::{
    model::{Clock, ConnectionId, Lane, SystemClock, Timestamp},
    queue::{Outgoing, Queue},
    store::{Claims, Schedules},
};
use tests::{Answer, App, World};

use crate::webhook::{post, signature};

const FIRST: &str = "first@example.com";
/// Number of parallel requests of one user.
const AT_ONCE: usize = 40;

/// Counter of sent messages.
#[derive(Default)]
pub(crate) struct Sent(AtomicUsize);

impl Sent {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Watch for Sent {
    fn observe(&self, observe: &Operation<'_>) {
        if let Operation::Sent { bytes, .. } = observe {
            self.0.fetch_add(bytes.len(), Ordering::Relaxed);
        }
    }
}

/// Creates a world with a synced connection, and a counter of messages sent from now on.
pub(crate) async fn synced() -> (World, App, ConnectionId, Arc<Sent>) {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"a");
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let sent = Arc::new(Sent::default());
    world.stack.machine.sync_queue.watch(sent.clone());
    (world, app, connection, sent)
}

/// Claims a message of a lane that is not read for a while.
pub(crate) async fn owe(world: &World, connection: ConnectionId, lane: Lane) {
    let now = SystemClock.now();
    let claimed = world.stack.store().claim(connection, lane, now, now.plus(Duration::from_secs(600))).await;
    assert!(claimed.unwrap(), "a message of {lane:?} is owed already");
}

pub(crate) async fn notify(world: &World) -> (StatusCode, Value) {
    let account = world.stack.dropbox.account_id(FIRST).unwrap();
    let body = json!({"list_folder": {"accounts": [account]}}).to_string();
    post(world, Some(&signature(world, &body)), &body).await
}

async fn resync(app: &App, connection: ConnectionId) -> Answer {
    app.post(&format!("connections/{connection}/resync"), "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_requests_for_a_comparison_leaves_a_handful_of_messages() {
    let (world, app, connection, sent) = synced().await;
    let answers = stream::iter(0..2_000).map(|_| resync(&app, connection)).buffer_unordered(AT_ONCE);
    let answers: Vec<Answer> = answers.collect().await;
    world.settled().await;
    for answer in &answers {
        let is_told = answer.status == StatusCode::ACCEPTED || answer.code() == "resync_too_soon";
        assert!(is_told, "{} {}", answer.status, answer.body);
    }
    assert!(answers.iter().any(|answer| answer.status == StatusCode::ACCEPTED));
    assert!(sent.count() <= 10, "{} messages were sent", sent.count());
    let resynced = world.events().await.into_iter().filter(|event| event.detail_type == "Resynced");
    assert_eq!(resynced.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_that_is_due_is_not_asked_for_again() {
    let (world, app, connection, sent) = synced().await;
    owe(&world, connection, Lane::Bulk).await;
    let first = resync(&app, connection).await;
    let second = resync(&app, connection).await;
    assert_eq!((first.status, second.status), (StatusCode::ACCEPTED, StatusCode::ACCEPTED));
    assert_eq!(first.body["asked_at"], second.body["asked_at"]);
    assert_eq!(sent.count(), 0);
    world.stack.store().end_claim(connection, Lane::Bulk).await.unwrap();
    assert_eq!(resync(&app, connection).await.status, StatusCode::ACCEPTED);
    assert_eq!(world.event("Resynced").await["agreed"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_comparison_is_had_some_minutes_later() {
    let (world, app, connection, _) = synced().await;
    assert_eq!(resync(&app, connection).await.status, StatusCode::ACCEPTED);
    world.settled().await;
    let soon = resync(&app, connection).await;
    assert_eq!((soon.status, soon.code()), (StatusCode::TOO_MANY_REQUESTS, "resync_too_soon"));
    let world = world.restarted_later(Duration::from_secs(6 * 60)).await;
    let app = world.first_app("u");
    assert_eq!(resync(&app, connection).await.status, StatusCode::ACCEPTED);
    world.settled().await;
    let resynced = world.events().await.into_iter().filter(|event| event.detail_type == "Resynced");
    // A tick that finds the connection due at the same time may have asked for one more.
    assert!(resynced.count() >= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_owed_a_walk_is_sent_no_other() {
    let (world, app, connection, sent) = synced().await;
    owe(&world, connection, Lane::Changes).await;
    world.write(FIRST, "b.txt", b"b");
    for _ in 0..3 {
        let (status, answer) = notify(&world).await;
        assert_eq!((status, &answer["queued"]), (StatusCode::OK, &json!(1)));
    }
    assert_eq!(app.select(connection, "everything").await.status, StatusCode::ACCEPTED);
    let interval = format!("connections/{connection}/resync");
    assert_eq!(app.put(&interval, r#"{"every_hours": 6}"#).await.status, StatusCode::ACCEPTED);
    assert_eq!(sent.count(), 0);
    // Reading the message covers all of these requests.
    world.stack.store().end_claim(connection, Lane::Changes).await.unwrap();
    notify(&world).await;
    world.mirrored(connection, FIRST).await;
    assert_eq!(app.details(connection).await["resync"]["every_seconds"], 21_600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_said_again_asks_for_nothing_and_is_told_once() {
    let (world, app, connection, sent) = synced().await;
    let disconnect = async || app.ask(Method::DELETE, &format!("connections/{connection}"), "").await;
    disconnect().await;
    world.until(async || !app.details(connection).await["receipt"]["finished_at"].is_null()).await;
    world.settled().await;
    let before = sent.count();
    let answers = stream::iter(0..200).map(|_| disconnect()).buffer_unordered(AT_ONCE);
    let answers: Vec<Answer> = answers.collect().await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::ACCEPTED));
    world.settled().await;
    assert_eq!(sent.count(), before);
    let told = world.events().await.into_iter().filter(|event| event.detail_type == "Disconnected");
    assert_eq!(told.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_claimed_and_never_sent_is_sent_by_a_tick() {
    for lane in Lane::ALL {
        let (world, _, connection, sent) = synced().await;
        let long_ago = Timestamp(1);
        let claimed = world.stack.store().claim(connection, lane, long_ago, long_ago).await;
        assert!(claimed.unwrap());
        // The process that made the claim has died.
        world.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await.unwrap();
        world.until(async || world.stack.store().claims(connection).await.unwrap().is_empty()).await;
        world.settled().await;
        assert!(sent.count() >= 2, "the tick, and what it sent for {lane:?}");
        let now = SystemClock.now();
        assert!(world.stack.store().schedule(connection).await.unwrap().wake_at.unwrap() > now);
    }
}
