//! Waiting until the mirror holds all that Dropbox had to tell, as a project's server would.

use std::time::Duration;

use anyhow::bail;
use serde_json::Value;
use shared::model::ConnectionId;
use tokio::time::Instant;

use super::app::App;

/// No first sync of a tour takes longer.
const PATIENCE: Duration = Duration::from_secs(150);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Waits until a connection's log is applied, and every file's bytes are there or are not to come.
pub(super) async fn quiet(app: &App, connection: ConnectionId) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if is_listed(&app.connection(connection).await?) && is_settled(&app.files(connection).await?) {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    bail!("it was not synced within {} s: {}", PATIENCE.as_secs(), app.connection(connection).await?)
}

/// Whether all that was selected is known.
fn is_listed(shown: &Value) -> bool {
    let log = &shown["log"];
    let held = |selection: &Value| selection["state"] == "held";
    let selections = shown["selections"].as_array();
    log["live"] == true && log["head"] == log["applied"] && selections.is_some_and(|all| all.iter().all(held))
}

fn is_settled(files: &[Value]) -> bool {
    files.iter().all(|file| file["kind"] == "folder" || file["content"]["state"] != "pending")
}
