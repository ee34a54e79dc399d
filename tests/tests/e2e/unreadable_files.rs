//! Files that are listed but cannot be downloaded (T4, T12), and faults that are not the files' own: the
//! outcome for the files, and the connection's health.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use fake_dropbox::{
    Fault, WebhookFault,
    faults::{ALWAYS, Chance},
};
use serde_json::{Value, json};
use shared::{
    content::{ContentError, ContentStore, KeyPage, Upload},
    metrics::Metric,
    model::{Clock, ConnectionId, Content, ContentKey, Item, ItemId, Message, ProjectId, SystemClock},
    store::{TransferWork, Transfers},
};
use sync_worker::{Worker, handle_message};
use tests::World;

use crate::rewired::copy_of;

const FIRST: &str = "first@example.com";
const NAMES: [&str; 6] = ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt", "f.txt"];

async fn item(world: &World, connection: ConnectionId, path: &str) -> Item {
    let items = world.items(connection).await;
    items.into_iter().find(|item| item.metadata.path_lower == path).unwrap()
}

/// Returns the state of an item's bytes, and the reason if there is one.
async fn content(world: &World, connection: ConnectionId, path: &str) -> (String, Option<String>) {
    let content = json!(item(world, connection, path).await.content);
    let word = |name: &str| content[name].as_str().map(str::to_owned);
    (word("state").unwrap(), word("reason"))
}

async fn health(world: &World, connection: ConnectionId) -> Value {
    world.first_app("u").details(connection).await["health"].clone()
}

fn refused(tag: &str) -> Fault {
    Fault::EndpointError { tag: tag.to_owned() }
}

/// Returns the reasons of the events *File Failed* about one file.
async fn failures(world: &World, id: &ItemId) -> Vec<Value> {
    let failed = |event: &local_adapters::Published| {
        event.detail_type == "File Failed" && event.detail["item"] == id.as_str()
    };
    world.events().await.into_iter().filter(failed).map(|event| event.detail["reason"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_lists_and_does_not_read_fails_alone_and_is_tried_again_by_the_next_resync() {
    for (tag, reason, attempts) in [
        ("path/not_found", "unreadable", 3),
        ("path/a_tag_of_tomorrow", "refused", 3),
        ("path/locked", "locked", 8),
    ] {
        let world = World::hurried().await;
        NAMES.iter().for_each(|name| world.write(FIRST, name, name.as_bytes()));
        let faults = world.stack.dropbox.faults(FIRST);
        faults.next_about("files/download", "/c.txt", ALWAYS, refused(tag));
        let connection = world.first_app("u").connect(FIRST).await;
        world.settled().await;
        world.until(async || content(&world, connection, "/c.txt").await.0 == "failed").await;
        assert_eq!(content(&world, connection, "/c.txt").await.1.as_deref(), Some(reason), "{tag}");
        let id = item(&world, connection, "/c.txt").await.metadata.id;
        world.until(async || !failures(&world, &id).await.is_empty()).await;
        assert_eq!(failures(&world, &id).await, [reason], "{tag}");
        assert_eq!(faults.injected()["endpoint_error"], attempts, "{tag}: it costs more than it should");
        for name in NAMES.iter().filter(|name| **name != "c.txt") {
            assert_eq!(content(&world, connection, &format!("/{name}")).await.0, "ready", "{tag}");
        }
        assert_eq!(
            health(&world, connection).await["state"],
            "ok",
            "one file is no trouble of the connection"
        );
        faults.clear();
        world.resynced(connection).await;
        world.mirrored(connection, FIRST).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dropbox_can_never_give_is_asked_for_once() {
    for tag in ["unsupported_file", "non_exportable", "path/unsupported_content_type"] {
        let (world, connection) = refused_at_the_first_sync(tag).await;
        assert_eq!(
            content(&world, connection, "/a.txt").await.1.as_deref(),
            Some("not_downloadable"),
            "{tag}"
        );
        world.resynced(connection).await;
        world.settled().await;
        assert_eq!(world.stack.dropbox.faults(FIRST).injected()["endpoint_error"], 1, "{tag}");
    }
}

/// A takedown is lifted without a change of the file, so Dropbox reports no change.
#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_file_is_asked_for_once_a_resync_and_comes_when_the_restriction_ends() {
    let (world, connection) = refused_at_the_first_sync("path/restricted_content").await;
    for refusals in 1..=2 {
        let restricted = ("failed".to_owned(), Some("restricted".to_owned()));
        assert_eq!(content(&world, connection, "/a.txt").await, restricted);
        assert_eq!(world.stack.dropbox.faults(FIRST).injected()["endpoint_error"], refusals);
        world.resynced(connection).await;
        world.settled().await;
    }
    world.stack.dropbox.faults(FIRST).clear();
    world.resynced(connection).await;
    world.mirrored(connection, FIRST).await;
}

/// Creates a connection whose only file is refused with `tag` at each download.
async fn refused_at_the_first_sync(tag: &str) -> (World, ConnectionId) {
    let world = World::hurried().await;
    world.write(FIRST, "a.txt", b"a");
    world.stack.dropbox.faults(FIRST).next("files/download", ALWAYS, refused(tag));
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    (world, connection)
}

/// Creates pending files without a transfer in progress.
async fn pending(world: &World, fault: Fault) -> ConnectionId {
    NAMES.iter().for_each(|name| world.write(FIRST, name, name.as_bytes()));
    let faults = world.stack.dropbox.faults(FIRST);
    faults.next("files/download", ALWAYS, fault);
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    faults.clear();
    connection
}

/// Makes all transfers due, and runs them once.
async fn run(world: &World, worker: &Worker, connection: ConnectionId) {
    let store = world.stack.store();
    let waiting = store.transfers(connection, None, 100).await.unwrap();
    for mut transfer in waiting {
        transfer.not_before = SystemClock.now();
        store.note_transfer(connection, transfer).await.unwrap();
    }
    let message = Message::Transfers { connection, sweep: false }.to_json();
    handle_message(worker, &message, 1).await.unwrap();
    worker.metrics.publish();
}

async fn most_failures(world: &World, connection: ConnectionId) -> u32 {
    let waiting = world.stack.store().transfers(connection, None, 100).await.unwrap();
    waiting.iter().map(|transfer| transfer.failures).max().unwrap_or_default()
}

fn put_off(world: &World, code: &str) -> u64 {
    let all = world.stack.machine.metrics.all();
    let of_code = all.iter().filter(|((subject, metric), _)| {
        *metric == Metric::TransfersPutOff && subject.reason.is_some_and(|reason| reason.as_str() == code)
    });
    of_code.map(|(_, amount)| amount).sum()
}

/// Bucket that can be switched off.
struct Switched {
    bucket: Arc<dyn ContentStore>,
    is_off: Arc<AtomicBool>,
}

impl Switched {
    fn check(&self) -> Result<(), ContentError> {
        if self.is_off.load(Ordering::Relaxed) {
            Err(ContentError("AccessDenied".to_owned()))
        } else {
            Ok(())
        }
    }
}

#[async_trait]
impl ContentStore for Switched {
    async fn upload(&self, key: &ContentKey) -> Result<Box<dyn Upload>, ContentError> {
        self.check()?;
        self.bucket.upload(key).await
    }

    async fn resume(&self, key: &ContentKey, token: &str) -> Result<Option<Box<dyn Upload>>, ContentError> {
        self.check()?;
        self.bucket.resume(key, token).await
    }

    async fn copy(&self, from: &ContentKey, to: &ContentKey) -> Result<bool, ContentError> {
        self.check()?;
        self.bucket.copy(from, to).await
    }

    async fn size(&self, key: &ContentKey) -> Result<Option<u64>, ContentError> {
        self.check()?;
        self.bucket.size(key).await
    }

    async fn read(&self, key: &ContentKey) -> Result<Option<Bytes>, ContentError> {
        self.check()?;
        self.bucket.read(key).await
    }

    async fn list(
        &self,
        project: ProjectId,
        connection: ConnectionId,
        after: Option<&ContentKey>,
    ) -> Result<KeyPage, ContentError> {
        self.check()?;
        self.bucket.list(project, connection, after).await
    }

    async fn remove(&self, key: &ContentKey) -> Result<(), ContentError> {
        self.check()?;
        self.bucket.remove(key).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_refuses_everything_fails_no_file() {
    let world = World::new().await;
    let connection = pending(&world, Fault::ServerError { status: 503, after_effect: false }).await;
    let is_off = Arc::new(AtomicBool::new(true));
    let bucket = Switched { bucket: world.stack.worker().content.clone(), is_off: is_off.clone() };
    let worker = Worker { content: Arc::new(bucket), ..copy_of(world.stack.worker()) };
    run(&world, &worker, connection).await;
    let charged = most_failures(&world, connection).await;
    for _ in 0..10 {
        run(&world, &worker, connection).await;
    }
    let told = health(&world, connection).await;
    assert_eq!((&told["state"], &told["code"]), (&json!("degraded"), &json!("storage_unavailable")));
    assert_eq!(told["work"], "transfers");
    assert_eq!(most_failures(&world, connection).await, charged, "the files are charged for the bucket");
    assert!(put_off(&world, "storage_unavailable") >= 10);
    is_off.store(false, Ordering::Relaxed);
    run(&world, &worker, connection).await;
    world.assert_mirrors(connection, FIRST).await;
    assert_eq!(health(&world, connection).await["state"], "ok");
    world.event("Connection Recovered").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_dropbox_fails_no_file_however_long_it_lasts() {
    let world = World::new().await;
    let connection = pending(&world, Fault::ServerError { status: 503, after_effect: false }).await;
    let out = Fault::ServerError { status: 500, after_effect: false };
    let chance = Chance { route: "files/*".to_owned(), probability: 1.0, fault: out };
    world.stack.dropbox.faults(FIRST).seeded(1, vec![chance]);
    for _ in 0..40 {
        run(&world, world.stack.worker(), connection).await;
    }
    let items = world.items(connection).await;
    assert!(items.iter().all(|item| matches!(item.content, Content::Pending { .. })), "{items:?}");
    let told = health(&world, connection).await;
    assert_eq!((&told["state"], &told["code"]), (&json!("degraded"), &json!("dropbox_unreachable")));
    world.stack.dropbox.faults(FIRST).clear();
    run(&world, world.stack.worker(), connection).await;
    run(&world, world.stack.worker(), connection).await;
    world.assert_mirrors(connection, FIRST).await;
    assert_eq!(health(&world, connection).await["state"], "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_is_missing_for_bytes_degrades_the_connection_and_fails_no_file() {
    let world = World::new().await;
    let scope = Some("files.content.read".to_owned());
    let connection = pending(&world, Fault::MissingScope { required_scope: scope.clone() }).await;
    world.stack.dropbox.faults(FIRST).next(
        "files/download",
        ALWAYS,
        Fault::MissingScope { required_scope: scope },
    );
    for _ in 0..10 {
        run(&world, world.stack.worker(), connection).await;
    }
    let told = health(&world, connection).await;
    assert_eq!((&told["state"], &told["scope"]), (&json!("missing_scope"), &json!("files.content.read")));
    assert_eq!(told["work"], "transfers");
    assert_eq!(most_failures(&world, connection).await, 0);
    assert_eq!(world.event("Connection Degraded").await["scope"], "files.content.read");
    world.write(FIRST, "g.txt", b"g");
    world.settled().await;
    assert_eq!(world.paths(connection).await.len(), 7, "walks go on");
    world.stack.dropbox.faults(FIRST).clear();
    run(&world, world.stack.worker(), connection).await;
    world.assert_mirrors(connection, FIRST).await;
    assert_eq!(health(&world, connection).await["state"], "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_deleted_unheard_is_found_by_a_walk_that_its_transfer_asks_for() {
    let world = World::new().await;
    let connection = pending(&world, Fault::ServerError { status: 503, after_effect: false }).await;
    world.stack.dropbox.webhooks(FIRST).next(9, WebhookFault::Lost);
    world.remove(FIRST, "c.txt");
    world.stack.dropbox.rescan(FIRST).await.unwrap();
    // Dropbox may still return the revision of a deleted file for a while, or refuse it.
    let faults = world.stack.dropbox.faults(FIRST);
    faults.next("files/download", ALWAYS, refused("path/not_found"));
    run(&world, world.stack.worker(), connection).await;
    world.until(async || world.paths(connection).await.len() == NAMES.len() - 1).await;
    faults.clear();
    run(&world, world.stack.worker(), connection).await;
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
}
