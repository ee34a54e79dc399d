//! Waiting until the mirror holds all that Dropbox had to tell, as a project's server would.

use std::time::Duration;

use anyhow::{bail, ensure};
use serde_json::Value;
use shared::model::ConnectionId;
use tokio::time::Instant;

use super::app::App;

/// No first sync of a tour takes longer.
const PATIENCE: Duration = Duration::from_secs(150);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Waits until a connection has so many items, its log is applied, and every file's bytes are there or are not to come.
pub(super) async fn quiet(app: &App, connection: ConnectionId, items: usize) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let files = app.files(connection).await?;
        if files.len() == items && is_settled(&files) && is_listed(&app.connection(connection).await?) {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    let (shown, held) = (app.connection(connection).await?, app.files(connection).await?.len());
    bail!("it has {held} items and not {items} within {} s: {shown}", PATIENCE.as_secs())
}

/// Asks until Dropbox shows these names: it may not have read the directory yet.
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

/// Whether something is selected, and all of it is known: what a new connection begins with is selected by its first
/// walk.
fn is_listed(shown: &Value) -> bool {
    let log = &shown["log"];
    let held = |selection: &Value| selection["state"] == "held";
    let selections = shown["selections"].as_array();
    log["live"] == true
        && log["head"] == log["applied"]
        && selections.is_some_and(|all| !all.is_empty() && all.iter().all(held))
}

fn is_settled(files: &[Value]) -> bool {
    files.iter().all(|file| file["kind"] == "folder" || file["content"]["state"] != "pending")
}
