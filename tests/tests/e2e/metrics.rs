//! Metrics: each event is counted once, for the project that it concerns.

use fake_dropbox::{
    Fault, WebhookFault,
    faults::{RateLimitReason, RateLimitShape},
};
use local::browser::Decision;
use reqwest::Method;
use serde_json::json;
use shared::{
    metrics::Metric::{self, *},
    model::{Change, ChangeKind, Clock, ConnectionId, Removal, Segment, SystemClock},
    queue::{Outgoing, Queue},
    store::ItemWriter,
};
use tests::{Receiver, Reply, World};

use crate::webhook::{post, signature};

const FIRST: &str = "first@example.com";

/// Returns the amount that was counted for the first project.
fn counted(world: &World, metric: Metric) -> u64 {
    let project = world.stack.projects[0].project.id;
    world.stack.machine.metrics.of_project(project, metric).unwrap_or_default()
}

/// Returns the amount that was counted for all projects.
fn total(world: &World, metric: Metric) -> u64 {
    world.stack.machine.metrics.total(metric).unwrap_or_default()
}

fn assert_counted(world: &World, expected: &[(Metric, u64)]) {
    for (metric, amount) in expected {
        assert_eq!(counted(world, *metric), *amount, "{metric:?}");
    }
}

/// Waits until this number of the proxy's calls was published, which happens after the last byte of each
/// response.
async fn called(world: &World, times: u64) {
    world.until(async || counted(world, ProxyCalls) == times).await;
}

/// Asserts that nothing was counted for the second project.
fn assert_nothing_of_the_second(world: &World) {
    let second = world.stack.projects[1].project.id;
    for metric in Metric::ALL {
        assert_eq!(world.stack.machine.metrics.of_project(second, *metric), None, "{metric:?}");
    }
}

fn limited(retry_after: u32) -> Fault {
    let (shape, reason) = (RateLimitShape::Json, RateLimitReason::TooManyRequests);
    Fault::RateLimited { shape, reason, retry_after }
}

/// Creates a world with a connection of the first project, and two files, `a/b.txt` and `c.txt`, of three
/// bytes each.
async fn synced() -> (World, ConnectionId) {
    let world = World::new().await;
    world.write(FIRST, "a/b.txt", b"abc");
    world.write(FIRST, "c.txt", b"def");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    (world, connection)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_is_counted_item_by_item_and_byte_by_byte() {
    let (world, _) = synced().await;
    assert_counted(
        &world,
        &[
            (AccountsConnected, 1),
            (ItemsCreated, 3),
            (FilesReady, 2),
            (BytesTransferred, 6),
            (FilesSkipped, 0),
        ],
    );
    assert!(counted(&world, Pages) >= 1 && counted(&world, Entries) >= 3);
    assert_nothing_of_the_second(&world);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_counted_by_kind() {
    let world = World::with_limit(10).await;
    world.write(FIRST, "a.txt", b"a");
    world.write(FIRST, "b.txt", b"b");
    world.first_app("u").connect(FIRST).await;
    world.settled().await;
    world.write(FIRST, "a.txt", b"another");
    world.settled().await;
    world.rename(FIRST, "b.txt", "moved.txt");
    world.settled().await;
    world.remove(FIRST, "a.txt");
    world.write(FIRST, "too large.txt", b"more than ten bytes");
    world.settled().await;
    assert_counted(
        &world,
        &[
            (ItemsCreated, 3),
            (ItemsUpdated, 1),
            (ItemsMoved, 1),
            (ItemsDeleted, 1),
            (ItemsRemoved, 0),
            (FilesSkipped, 1),
            (FilesReady, 3),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_and_the_walk_that_it_asks_for_are_counted() {
    let (world, _) = synced().await;
    let account = world.stack.dropbox.account_id(FIRST).unwrap();
    let body = json!({"list_folder": {"accounts": [account, "dbid:nobody"]}}).to_string();
    let before =
        [NotificationsAccepted, ConnectionsQueued, NotificationsRefused].map(|metric| total(&world, metric));
    assert!(post(&world, Some(&signature(&world, &body)), &body).await.0.is_success());
    assert!(post(&world, Some("00"), &body).await.0.is_client_error());
    let after =
        [NotificationsAccepted, ConnectionsQueued, NotificationsRefused].map(|metric| total(&world, metric));
    assert_eq!(after, before.map(|count| count + 1));
    world.settled().await;
    assert!(counted(&world, NotifiedWalks) >= 1);
    assert_nothing_of_the_second(&world);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_counted_by_their_answers_and_answers_by_their_bytes() {
    let (world, _) = synced().await;
    let app = world.first_app("u");
    let listing = app.call("2/files/list_folder", &json!({"path": ""})).await;
    assert!(listing.status.is_success());
    called(&world, 1).await;
    let bytes = counted(&world, ProxyBytesOut);
    assert!(bytes >= 100, "{bytes} bytes are no listing");
    assert_counted(&world, &[(ProxyCalls, 1), (ProxyCallsRefused, 0), (ProxyCallsRateLimited, 0)]);
    app.proxy("2/files/list_folder", "[]").await;
    world.second_app("u").call("2/files/list_folder", &json!({"path": ""})).await;
    assert_counted(&world, &[(ProxyCalls, 2), (ProxyCallsRefused, 1), (ProxyBytesOut, bytes)]);
    assert_eq!((total(&world, ProxyCalls), total(&world, ProxyCallsRefused)), (3, 2));
    // The first refusal is Dropbox's, the second ours.
    world.stack.dropbox.faults(FIRST).next("files/list_folder", 1, limited(300));
    for told in 1..=2 {
        app.call("2/files/list_folder", &json!({"path": ""})).await;
        called(&world, 2 + told).await;
        assert_counted(&world, &[(ProxyCallsRateLimited, told)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_is_not_known_makes_no_metric_of_a_project() {
    let (world, _) = synced().await;
    let before = world.stack.machine.metrics.all();
    let stranger = world.first_app("u").with_token("nobodys-key");
    stranger.call("2/files/list_folder", &json!({"path": ""})).await;
    stranger.get("connections").await;
    let after = world.stack.machine.metrics.all();
    let news = after.into_iter().filter(|(key, amount)| before.get(key) != Some(amount));
    let mut news: Vec<_> = news.map(|((subject, metric), _)| (subject.project, metric)).collect();
    news.sort();
    let refused = [ProxyCalls, ProxyCallsRefused, FilesApiCalls, FilesApiCallsRefused];
    assert_eq!(news, refused.map(|metric| (None, metric)));
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_to_the_files_api_are_counted() {
    let (world, connection) = synced().await;
    let app = world.first_app("u");
    app.details(connection).await;
    app.put(&format!("connections/{connection}/resync"), "often").await;
    assert_counted(&world, &[(FilesApiCalls, 2), (FilesApiCallsRefused, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_to_the_api_of_paragons_sdk_are_counted() {
    let (world, connection) = synced().await;
    let app = world.first_app("u");
    app.get("sdk/me").await;
    app.ask(Method::PATCH, &format!("sdk/credentials/{connection}"), "[]").await;
    assert_counted(&world, &[(ParagonApiCalls, 2), (ParagonApiCallsRefused, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_to_the_api_of_carbons_clients_are_counted() {
    let (world, _) = synced().await;
    let server = tests::CarbonClient::server(world.stack.url(), &world.first_app("u"));
    server.get("whoami").await;
    server.organization().get("whoami").await;
    assert_counted(&world, &[(CarbonApiCalls, 1)]);
    assert_eq!((total(&world, CarbonApiCalls), total(&world, CarbonApiCallsRefused)), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_counted_by_what_the_endpoint_answers() {
    let (world, _) = synced().await;
    let (app, receiver) = (world.first_app("u"), Receiver::start().await);
    let endpoint = json!({"url": receiver.url(), "filter": {"types": ["file.created"]}});
    assert_eq!(app.post("endpoints", &endpoint.to_string()).await.status, 201);
    assert_eq!(app.post("endpoints", "[]").await.status, 400);
    assert_counted(&world, &[(EndpointsApiCalls, 2), (EndpointsApiCallsRefused, 1)]);
    world.write(FIRST, "new.txt", b"new");
    world.until(async || counted(&world, EventsDelivered) == 1).await;
    assert_counted(&world, &[(DeliveriesFailed, 0), (EndpointsDisabled, 0)]);
    receiver.answer(Reply::status(410));
    world.write(FIRST, "newer.txt", b"newer");
    world.until(async || counted(&world, EndpointsDisabled) == 1).await;
    let expected =
        [(EventsDelivered, 1), (DeliveriesFailed, 1), (DeliveriesGivenUp, 0), (EndpointsFailing, 0)];
    assert_counted(&world, &expected);
    assert_nothing_of_the_second(&world);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_counted_and_a_grant_that_was_taken_back_is_no_failure_of_one() {
    let (world, connection) = synced().await;
    world.stack.dropbox.expire_access_tokens();
    world.first_app("u").names().await;
    called(&world, 1).await;
    assert_counted(&world, &[(TokenRefreshes, 1), (ReauthorizationsNeeded, 0)]);
    world.stack.dropbox.revoke_access(FIRST, world.stack.app.key.as_str()).unwrap();
    world.write(FIRST, "missed.txt", b"missed");
    world.due(connection).await;
    world.event("Needs Reauthorization").await;
    world.settled().await;
    assert_counted(&world, &[(TokenRefreshes, 1), (TokenRefreshFailures, 0), (ReauthorizationsNeeded, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_is_counted_where_a_walk_and_where_a_transfer_waits() {
    let world = World::hurried().await;
    world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let faults = world.stack.dropbox.faults(FIRST);
    faults.next("files/list_folder/continue", 1, limited(60));
    world.write(FIRST, "new.txt", b"new");
    world.until(async || counted(&world, RateLimitWaits) >= 1).await;
    world.until(async || counted(&world, FilesReady) == 1).await;
    let before = counted(&world, RateLimitWaits);
    faults.next("files/download", 1, limited(60));
    world.write(FIRST, "newer.txt", b"newer");
    world.until(async || counted(&world, RateLimitWaits) > before).await;
    world.until(async || counted(&world, FilesReady) == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_counted_as_it_is_repaired_and_as_nothing_where_there_is_none() {
    let (world, connection) = synced().await;
    // Later than the item that is lost next, so that its row is not the newest.
    world.write(FIRST, "later.txt", b"later");
    world.settled().await;
    let log = world.log(connection).await;
    let lost = log.into_iter().find(|change| change.item.path_lower == "/a/b.txt").unwrap();
    let kind = ChangeKind::Deleted { why: Removal::Deleted };
    let number = lost.number + 1;
    let segment =
        Segment { changes: vec![Change { number, kind, item: lost.item, drops: None, created: None }] };
    world.stack.store().apply(connection, &segment, SystemClock.now()).await.unwrap();
    let project = world.stack.projects[0].project.id;
    for (resyncs, repaired) in [(1, 1), (2, 1)] {
        world.resynced(connection).await;
        world.settled().await;
        assert_counted(&world, &[(ResyncsFinished, resyncs), (DriftRepaired, repaired)]);
        let unannounced = world.stack.machine.metrics.of_project(project, ChangesUnannounced);
        assert_eq!(unannounced, Some(0), "that there is none is said");
    }
    assert_nothing_of_the_second(&world);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_webhook_announced_is_counted_when_a_resync_finds_it() {
    let (world, connection) = synced().await;
    world.has_looked(connection).await;
    world.stack.dropbox.webhooks(FIRST).next(1, WebhookFault::Lost);
    world.write(FIRST, "unheard.txt", b"unheard");
    world.settled().await;
    assert_counted(&world, &[(ItemsCreated, 3)]);
    world.resynced(connection).await;
    world.settled().await;
    assert_counted(&world, &[(ItemsCreated, 4), (ChangesUnannounced, 1), (DriftRepaired, 0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_given_up_is_counted_for_its_connection() {
    let (world, connection) = synced().await;
    let strange =
        Outgoing { reason: None, ..Outgoing::given_up("{}".into(), Some(connection.to_string()), true, "") };
    world.stack.machine.sync_queue.send(vec![strange]).await.unwrap();
    world.until(async || total(&world, MessagesGivenUp) == 1).await;
    let all = world.stack.machine.metrics.all();
    let (subject, _) = all.keys().find(|(_, metric)| *metric == MessagesGivenUp).unwrap();
    assert_eq!(subject.connection, Some(connection));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_fails_is_counted_and_a_user_who_says_no_is_not() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect_as(FIRST, Decision::Deny).await;
    assert_eq!((counted(&world, AccountsConnected), total(&world, CallbacksFailed)), (0, 0));
    let nowhere = world.stack.url().join("oauth/callback?code=c&state=s").unwrap();
    assert!(reqwest::get(nowhere).await.unwrap().status().is_client_error());
    assert_eq!(total(&world, CallbacksFailed), 1);
    let connection = app.connect(FIRST).await;
    let about_another = json!({"connection": connection});
    app.connect_with(&about_another, "second@example.com", Decision::Approve).await;
    assert_counted(&world, &[(AccountsConnected, 1), (CallbacksFailed, 1)]);
}
