//! Waiting until the mirror has everything that Dropbox lists, as a project's server would.

use std::time::Duration;

use anyhow::{bail, ensure};
use serde_json::Value;
use shared::model::ConnectionId;
use tokio::time::Instant;

use super::app::App;

/// Longest duration of a tour's first sync.
const PATIENCE: Duration = Duration::from_secs(150);
/// Polling interval.
const LOOK: Duration = Duration::from_millis(200);

/// Waits until a connection has `items` items, its log is applied, and no file's bytes are pending.
pub(super) async fn quiet(app: &App, connection: ConnectionId, items: usize) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let files = app.files(connection).await?;
        if files.len() == items && has_all_bytes(&files) && is_listed(&app.connection(connection).await?) {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    let (shown, found) = (app.connection(connection).await?, app.files(connection).await?.len());
    bail!("it has {found} items and not {items} within {} s: {shown}", PATIENCE.as_secs())
}

/// Polls until Dropbox lists these names, because it may not have read the directory yet.
pub(super) async fn shows(app: &App, expected: &[&str]) -> anyhow::Result<Vec<String>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let names = app.names().await?;
        if names == expected {
            return Ok(names);
        }
        ensure!(Instant::now() < deadline, "the user sees {names:?}, not {expected:?}");
        tokio::time::sleep(LOOK).await;
    }
}

/// Polls until a user's deletion is finished: the last account's event comes before its receipt is complete.
/// `ask` asks for the user, who has a `deletion`.
pub(super) async fn deleted(ask: impl AsyncFn() -> anyhow::Result<Value>) -> anyhow::Result<Value> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let receipt = ask().await?["deletion"].take();
        if receipt["finished_at"].is_string() {
            return Ok(receipt);
        }
        ensure!(Instant::now() < deadline, "the receipt says {receipt}");
        tokio::time::sleep(LOOK).await;
    }
}

/// Whether something is selected and completely listed. A new connection's initial selection is made by its
/// first walk.
fn is_listed(shown: &Value) -> bool {
    let log = &shown["log"];
    let followed = |selection: &Value| selection["state"] == "held";
    let selections = shown["selections"].as_array();
    log["live"] == true
        && log["head"] == log["applied"]
        && selections.is_some_and(|all| !all.is_empty() && all.iter().all(followed))
}

fn has_all_bytes(files: &[Value]) -> bool {
    files.iter().all(|file| file["kind"] == "folder" || file["content"]["state"] != "pending")
}
