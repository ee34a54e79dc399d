//! What only this machine answers: how things stand, and what was published.

use std::{collections::HashMap, time::Duration};

use axum::{
    extract::{Query, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::{
    model::Connection,
    store::{ChoiceStore, Items, Log, Schedules},
};

use super::Gateway;
use crate::Census;

/// Events in one answer, at most.
const EVENTS: usize = 10_000;
/// No answer waits longer. Seconds.
const LONGEST_WAIT: u64 = 60;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The position after which to begin.
    #[serde(default)]
    after: u64,
    /// How long to wait for the first event. Seconds.
    #[serde(default)]
    wait: u64,
}

/// What was published on the bus: a JSON object a line.
pub(super) async fn events(State(gateway): State<Gateway>, Query(asked): Query<Asked>) -> impl IntoResponse {
    let wait = Duration::from_secs(asked.wait.min(LONGEST_WAIT));
    match gateway.machine.bus.next(asked.after, EVENTS, wait).await {
        Ok(events) => {
            let line = |event: machine::Published| {
                let line = json!({
                    "position": event.position,
                    "time": event.at.to_string(),
                    "detail-type": event.detail_type,
                    "detail": event.detail,
                });
                format!("{line}\n")
            };
            let lines: String = events.into_iter().map(line).collect();
            (StatusCode::OK, [(CONTENT_TYPE, "application/x-ndjson")], lines)
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, "text/plain")], error.to_string()),
    }
}

/// How things stand: every connection with its census, the queues, the bus.
pub(super) async fn status(State(gateway): State<Gateway>) -> impl IntoResponse {
    match gateway.status().await {
        Ok(status) => (StatusCode::OK, [(CONTENT_TYPE, "application/json")], format!("{status:#}\n")),
        Err(error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, "text/plain")], format!("{error:#}\n"))
        }
    }
}

impl Gateway {
    async fn status(&self) -> anyhow::Result<Value> {
        let mut connections = Vec::new();
        for connection in self.machine.connections().await? {
            connections.push(self.connection_status(connection).await?);
        }
        let (sync, transfer) =
            (self.machine.sync_queue.depth().await?, self.machine.transfer_queue.depth().await?);
        let bus = self.machine.bus.counts().await?;
        let depth = |depth: machine::Depth| json!({"visible": depth.visible, "in_flight": depth.in_flight, "delayed": depth.delayed, "dead": depth.dead});
        Ok(json!({
            "time": self.clock.now().to_string(),
            "connections": connections,
            "queues": HashMap::from([("sync.fifo", depth(sync)), ("transfer.fifo", depth(transfer))]),
            "bus": {"deliveries": bus.deliveries, "events": bus.events},
        }))
    }

    async fn connection_status(&self, connection: Connection) -> anyhow::Result<Value> {
        let store = &self.machine.store;
        let (head, schedule) = (store.head(connection.id).await?, store.schedule(connection.id).await?);
        let selections = store.choices(connection.id).await?.selections;
        let report = store.report(connection.id).await?;
        let census = Census::of(&store.all_items(connection.id).await?);
        Ok(json!({
            "connection": connection.id,
            "project": connection.project,
            "user": connection.user,
            "account": connection.account,
            "status": connection.status,
            "log": {"head": head.head, "applied": head.applied, "live": head.is_live()},
            "selections": selections,
            "deletions_held": head.held,
            "last_resync": report,
            "next_resync": schedule.next_resync().map(|at| at.to_string()),
            "paused_until": schedule.paused_until.map(|at| at.to_string()),
            "mirror": census,
        }))
    }
}
