//! Progress of a connection's files, which is reported from counters that agree with the items.

use fake_dropbox::{Fault, faults::ALWAYS};
use serde_json::{Value, json};
use shared::{
    model::{ConnectionId, Content, Item, ItemKind, TransferCounts},
    store::HealthStore,
};
use tests::World;

const FIRST: &str = "first@example.com";
/// Number of entries on the first page of a listing.
const PAGE: u64 = 2000;

async fn files(world: &World, connection: ConnectionId) -> Value {
    world.first_app("u").details(connection).await["progress"]["files"].clone()
}

/// Returns pending, ready, failed and skipped files, ready bytes and wanted bytes: as reported, and as
/// counted from the items.
async fn told_and_true(world: &World, connection: ConnectionId) -> ([u64; 6], [u64; 6]) {
    let told = files(world, connection).await;
    let fields = ["pending", "ready", "failed", "skipped", "ready_bytes", "wanted_bytes"];
    let items = world.items(connection).await;
    let is = |state: &str, item: &Item| {
        json!(item.content)["state"] == state && item.metadata.kind == ItemKind::File
    };
    let count = |state: &str| items.iter().filter(|item| is(state, item)).count() as u64;
    let bytes = |wanted: &[&str]| -> u64 {
        items
            .iter()
            .filter(|item| wanted.iter().any(|state| is(state, item)))
            .map(|item| item.metadata.size)
            .sum()
    };
    let counted = [
        count("pending"),
        count("ready"),
        count("failed"),
        count("skipped"),
        bytes(&["ready"]),
        bytes(&["pending", "ready", "failed"]),
    ];
    (fields.map(|field| told[field].as_u64().unwrap()), counted)
}

async fn agree(world: &World, connection: ConnectionId, what: &str) -> [u64; 6] {
    let (told, counted) = told_and_true(world, connection).await;
    assert_eq!(told, counted, "{what}");
    counted
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_files_agrees_with_the_items_whatever_happens_to_them() {
    let world = World::with_limit(50).await;
    let faults = world.stack.dropbox.faults(FIRST);
    faults.next_about(
        "files/download",
        "/held.txt",
        ALWAYS,
        Fault::EndpointError { tag: "path/restricted_content".to_owned() },
    );
    for (path, bytes) in [("a.txt", 10), ("f/b.txt", 20), ("held.txt", 30), ("large.bin", 1_000)] {
        world.write(FIRST, path, &vec![b'x'; bytes]);
    }
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    assert_eq!(agree(&world, connection, "after the first sync").await, [0, 2, 1, 1, 30, 60]);
    assert!(files(&world, connection).await["per_second"].as_f64().unwrap() > 0.0);
    world.write(FIRST, "a.txt", &[b'y'; 15]);
    world.settled().await;
    assert_eq!(agree(&world, connection, "a file has changed").await, [0, 2, 1, 1, 35, 65]);
    world.rename(FIRST, "f", "g");
    world.write(FIRST, "large.bin", b"small");
    world.settled().await;
    assert_eq!(
        agree(&world, connection, "a folder has moved, a file is smaller").await,
        [0, 3, 1, 0, 40, 70]
    );
    world.remove(FIRST, "g");
    world.remove(FIRST, "held.txt");
    world.settled().await;
    assert_eq!(agree(&world, connection, "files were deleted").await, [0, 2, 0, 0, 20, 20]);
    world.resynced(connection).await;
    world.settled().await;
    assert_eq!(agree(&world, connection, "after a resync").await, [0, 2, 0, 0, 20, 20]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_pending_and_a_count_that_a_crash_has_spoilt_is_mended_by_a_resync() {
    let world = World::new().await;
    let out = || Fault::ServerError { status: 503, after_effect: false };
    world.stack.dropbox.faults(FIRST).next("files/download", 3, out());
    (0..3).for_each(|n| world.write(FIRST, &format!("{n}.txt"), format!("{n}").as_bytes()));
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    assert_eq!(agree(&world, connection, "nothing could be brought").await[0], 3);
    assert_eq!(files(&world, connection).await["seconds_left"], Value::Null, "nothing was measured");
    world.resynced(connection).await;
    world
        .until(async || {
            let items = world.items(connection).await;
            !items.iter().any(|item| matches!(item.content, Content::Pending { .. }))
        })
        .await;
    world.settled().await;
    assert_eq!(agree(&world, connection, "all were brought").await[..3], [0, 3, 0]);
    for spoilt in [2, 70] {
        let counts = TransferCounts { ready: spoilt, ready_bytes: 9, failed: 1, ..TransferCounts::default() };
        world.stack.store().add_transfer_counts(connection, &counts).await.unwrap();
        let (told, counted) = told_and_true(&world, connection).await;
        assert_ne!(told, counted);
        world.resynced(connection).await;
        world.settled().await;
        agree(&world, connection, "after the resync").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_listing_says_how_many_entries_it_has_come_through() {
    // Limits the size, so that nothing is fetched.
    let world = World::with_limit(0).await;
    (0..PAGE + 100).for_each(|n| world.write(FIRST, &format!("{n}.txt"), b"1"));
    // Everything exists before the listing begins.
    world.stack.dropbox.rescan(FIRST).await.unwrap();
    let faults = world.stack.dropbox.faults(FIRST);
    // The response of the cursor before the listing arrives; the listing's second page does not.
    faults.next(
        "files/list_folder/continue",
        1,
        Fault::Slow { before_headers_ms: 1, before_each_piece_ms: 0 },
    );
    faults.next(
        "files/list_folder/continue",
        ALWAYS,
        Fault::ServerError { status: 503, after_effect: false },
    );
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let listing = async || app.details(connection).await["progress"]["listing"].clone();
    assert_eq!(listing().await, json!({"selections": 1, "entries": PAGE}));
    faults.clear();
    world.resynced(connection).await;
    world.settled().await;
    assert_eq!(listing().await, json!({"selections": 0, "entries": 0}));
    assert_eq!(agree(&world, connection, "all is listed").await[3], PAGE + 100);
}
