//! An endpoint of a benchmark.

use serde_json::{Value, json};
use shared::model::{ConnectionId, Timestamp};

use crate::{App, Receiver};

/// Makes an endpoint at a receiver for new files and folders of a connection since a time.
pub(super) async fn make(
    app: &App,
    receiver: &Receiver,
    connection: ConnectionId,
    since: Timestamp,
    batch: u16,
) -> Result<(), String> {
    let wanted = json!({
        "url": receiver.url(),
        "filter": {"types": ["file.created", "folder.created"], "connections": [connection]},
        "batch": batch,
        "starts_at": since.to_string(),
    });
    let made = app.post("endpoints", &wanted.to_string()).await;
    if made.status == 201 { Ok(()) } else { Err(format!("the endpoint was refused: {}", made.body)) }
}

/// Returns the events of a request: its body, or the bodies in its list.
pub(super) fn events(body: Value) -> Vec<Value> {
    match body {
        Value::Array(events) => events,
        event => vec![event],
    }
}
