//! Routes of this machine only: the state of all connections and queues, and the dead letters.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::get,
};
use local_adapters::Depth;
use serde_json::{Value, json};
use shared::{
    model::{Clock, Connection},
    store::{ChoiceStore, ItemWriter, Log, Schedules},
};

use super::{dead_letters, objects};
use crate::{Census, stack::Machine};

/// Services behind the functions of this process.
#[derive(Clone)]
pub(crate) struct Local {
    pub(super) machine: Machine,
    clock: Arc<dyn Clock>,
}

/// Answers with the state of every connection with its census, of the queues and of the bus.
async fn status(State(local): State<Local>) -> impl IntoResponse {
    match local.status().await {
        Ok(status) => (StatusCode::OK, [(CONTENT_TYPE, "application/json")], format!("{status:#}\n")),
        Err(error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, "text/plain")], format!("{error:#}\n"))
        }
    }
}

impl Local {
    pub(crate) fn new(machine: Machine, clock: Arc<dyn Clock>) -> Self {
        Self { machine, clock }
    }

    /// Its routes.
    pub(crate) fn router(self) -> Router {
        Router::new()
            .route("/_local/status", get(status))
            .route("/_local/objects/{*key}", get(objects::object))
            .route("/_local/dead-letters", get(dead_letters::list).post(dead_letters::put_back))
            .with_state(self)
    }

    async fn status(&self) -> anyhow::Result<Value> {
        let mut connections = Vec::new();
        for connection in self.machine.connections().await? {
            connections.push(self.connection_status(connection).await?);
        }
        let mut queues = HashMap::new();
        for queue in self.machine.queues() {
            let Depth { visible, in_flight, delayed, dead } = queue.depth().await?;
            let depth = json!({"visible": visible, "in_flight": in_flight, "delayed": delayed, "dead": dead});
            queues.insert(queue.settings().name.clone(), depth);
        }
        let bus = self.machine.bus.counts().await?;
        Ok(json!({
            "time": self.clock.now().to_string(),
            "connections": connections,
            "queues": queues,
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
