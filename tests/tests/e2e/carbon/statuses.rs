//! The states that `carbon-connect` polls: the status of single files, and a data source's last sync.

use fake_dropbox::{
    Fault,
    faults::{RateLimitReason, RateLimitShape},
};
use serde_json::{Value, json};

use super::{FIRST, fixture::Fixture, time};

/// Longer than any test.
const LONG_MS: u64 = 600_000;

fn limited() -> Fault {
    let reason = RateLimitReason::TooManyRequests;
    Fault::RateLimited { shape: RateLimitShape::Json, reason, retry_after: 300 }
}

async fn post(fixture: &Fixture, path: &str, body: Value) -> Value {
    let answer = fixture.client.post(path, &body).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}

/// Selects a file, and waits until a list filtered by this status contains it.
async fn becomes(fixture: &Fixture, status: &str) {
    let id = fixture.app.dropbox_id("/a.txt").await;
    post(fixture, "integrations/files/sync", json!({"data_source_id": fixture.source, "ids": [id]})).await;
    let filter = json!({"filters": {"sync_statuses": [status]}});
    fixture.world.until(async || fixture.names(&filter).await == ["a.txt"]).await;
    let file = fixture.file("a.txt").await;
    assert_eq!((&file["sync_status"], &file["sync_error_message"]), (&json!(status), &Value::Null));
    let others = json!({"filters": {"sync_statuses": ["QUEUED_FOR_SYNC", "READY", "SYNC_ERROR"]}});
    assert!(fixture.names(&others).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_syncing_while_its_bytes_are_on_the_way() {
    let fixture = Fixture::with(&[("a.txt", b"a")]).await;
    let slow = Fault::Slow { before_headers_ms: LONG_MS, before_each_piece_ms: 0 };
    fixture.world.stack.dropbox.faults(FIRST).next("files/download", 1, slow);
    becomes(&fixture, "SYNCING").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_rate_limited_while_dropbox_asks_for_a_pause() {
    let fixture = Fixture::with(&[("a.txt", b"a")]).await;
    fixture.world.stack.dropbox.faults(FIRST).next("files/download", 1, limited());
    becomes(&fixture, "RATE_LIMITED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sync_after_a_cancellation_is_told_as_one_and_the_next_is_not() {
    let fixture = Fixture::with(&[("a.txt", b"a"), ("b.txt", b"b")]).await;
    let last = async || {
        let source = fixture.client.data_sources().await.remove(0);
        (source["last_sync_action"].as_str().unwrap().to_owned(), source["last_synced_at"].clone())
    };
    let named = || json!({"data_source_id": fixture.source});
    fixture.choose("/a.txt", json!({})).await;
    let (action, before) = last().await;
    assert_eq!(action, "UPDATE");
    let told = post(&fixture, "integrations/items/sync/cancel", named()).await;
    assert_eq!(told["last_sync_action"], "CANCEL");
    fixture.world.settled().await;
    let (action, cancelled) = last().await;
    assert!(action == "CANCEL" && time(&cancelled) > time(&before), "{action} {cancelled}");
    assert_eq!(fixture.file("a.txt").await["sync_status"], "READY", "what was listed stays");
    // The next sync is an update, after a selection and after a change.
    fixture.choose("/b.txt", json!({})).await;
    assert_eq!(last().await.0, "UPDATE");
    post(&fixture, "integrations/items/sync/cancel", named()).await;
    fixture.world.settled().await;
    fixture.world.write(FIRST, "b.txt", b"changed");
    fixture.world.mirrored(fixture.connection, FIRST).await;
    fixture.world.until(async || last().await.0 == "UPDATE").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_gives_up_what_is_not_listed_yet() {
    let fixture = Fixture::with(&[("a.txt", b"a")]).await;
    let id = fixture.app.dropbox_id("/a.txt").await;
    // Dropbox asks the walk that looks for the file to pause.
    fixture.world.stack.dropbox.faults(FIRST).next("files/get_metadata", 1, limited());
    let chosen = json!({"data_source_id": fixture.source, "ids": [id]});
    post(&fixture, "integrations/files/sync", chosen).await;
    let paused = async || fixture.app.details(fixture.connection).await["paused_until"].is_string();
    fixture.world.until(paused).await;
    let states = async || {
        let details = fixture.app.details(fixture.connection).await;
        let states = details["selections"].as_array().unwrap().iter().map(|one| one["state"].clone());
        states.collect::<Vec<_>>()
    };
    assert_eq!(states().await, ["wanted"]);
    let told =
        post(&fixture, "integrations/items/sync/cancel", json!({"data_source_id": fixture.source})).await;
    assert_eq!(told["last_sync_action"], "CANCEL");
    assert_eq!(states().await, ["unwanted"]);
}
