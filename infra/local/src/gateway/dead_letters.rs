//! Messages in the dead-letter queues: lists them with the reason, and puts them back.

use axum::{
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use local_adapters::MachineQueue;
use serde_json::{Value, json};

use super::Local;
use crate::stack::Machine;

/// The messages of all dead-letter queues, with the reason where it is known.
pub(super) async fn list(State(local): State<Local>) -> impl IntoResponse {
    answer(local.dead_letters().await)
}

/// Puts all of them back into the queues that they came from.
pub(super) async fn put_back(State(local): State<Local>) -> impl IntoResponse {
    answer(local.put_back().await)
}

fn answer(done: anyhow::Result<Value>) -> impl IntoResponse {
    match done {
        Ok(value) => (StatusCode::OK, [(CONTENT_TYPE, "application/json")], format!("{value:#}\n")),
        Err(error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, "text/plain")], format!("{error:#}\n"))
        }
    }
}

impl Local {
    async fn dead_letters(&self) -> anyhow::Result<Value> {
        let mut all = Vec::new();
        for queue in self.of_each_kind() {
            for letter in queue.dead_letters().await? {
                let name = &queue.settings().name;
                all.push(json!({"queue": name, "group": letter.group, "reason": letter.reason, "body": letter.body}));
            }
        }
        Ok(json!({"dead_letters": all}))
    }

    async fn put_back(&self) -> anyhow::Result<Value> {
        let mut count = 0;
        for queue in self.of_each_kind() {
            count += queue.put_back().await?;
        }
        Ok(json!({"put_back": count}))
    }

    /// A queue for each queue of dead letters. Both lanes of walks have one: a walk may come back in either.
    fn of_each_kind(&self) -> [&MachineQueue; 6] {
        let Machine { sync_queue, transfer_queue, changes, transfers, deliveries, runs, .. } = &self.machine;
        [sync_queue, transfer_queue, changes, transfers, deliveries, runs]
    }
}
