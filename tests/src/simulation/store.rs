//! Interceptor between the store and its database: delays, refusals, lost responses.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use local_adapters::{DynamoAnswer, DynamoCall, DynamoInterceptor};
use serde_json::{Value, json};

use super::{
    faults::{Fault, Port},
    gate::{Effect, Gate},
    history::History,
    places::Places,
    refreshes::Refreshes,
    store_calls::{describe, unprocessed},
};

/// Interceptor without faults, for the simulation's own queries.
pub(crate) struct Undisturbed;

#[async_trait]
impl DynamoInterceptor for Undisturbed {
    async fn before(&self, _: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        None
    }

    async fn after(&self, _: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        Some(answer)
    }
}

/// Interceptor with the store's faults.
pub(super) struct StoreFaults {
    gate: Arc<Gate>,
    history: Arc<History>,
    refreshes: Arc<Refreshes>,
    pub(super) places: Places,
    /// Last response to each query of an index.
    stale: Mutex<HashMap<String, DynamoAnswer>>,
    /// Effect that was granted to each call in progress, by the address of its request.
    granted: Mutex<HashMap<usize, Effect>>,
}

impl StoreFaults {
    pub(super) fn new(gate: Arc<Gate>, history: Arc<History>, refreshes: Arc<Refreshes>) -> Self {
        let places = Places::new(history.clone());
        Self { gate, history, refreshes, places, stale: Mutex::default(), granted: Mutex::default() }
    }

    /// Whether the client sends a call once more when its answer is lost: a write of one row, in half of the seeds. In
    /// the others the loss is the caller's to notice, as it is after the client's last attempt.
    fn repeats(&self, operation: &str) -> bool {
        self.gate.seed % 4 >= 2 && operation != "TransactWriteItems"
    }

    /// Whether a call is sent once more, because its first answer is lost.
    fn is_repeated(&self, fault: Option<Fault>, operation: &str) -> bool {
        fault == Some(Fault::StoreAnswerLost) && self.repeats(operation)
    }

    fn lagging(&self, key: &str, answer: DynamoAnswer, fault: Option<Fault>) -> DynamoAnswer {
        let mut stale = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
        if fault == Some(Fault::StaleIndex) {
            let nothing = DynamoAnswer { status: 200, body: json!({"Items": [], "Count": 0}).to_string() };
            return stale.get(key).cloned().unwrap_or(nothing);
        }
        stale.insert(key.to_owned(), answer.clone());
        answer
    }
}

#[async_trait]
impl DynamoInterceptor for StoreFaults {
    async fn before(&self, call: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        let request: Value = serde_json::from_slice(call.body).unwrap_or_default();
        let (operation, key) = describe(call.operation, &request);
        let effect = self.gate.enter(Port::Store, &operation, &key).await;
        let instead = match effect.fault {
            Some(Fault::Throttled) => refusal(400, "ThrottlingException"),
            Some(Fault::ThroughputExceeded) => refusal(400, "ProvisionedThroughputExceededException"),
            Some(Fault::StoreError) => refusal(500, "InternalServerError"),
            Some(Fault::StoreUnreachable) => return Some(None),
            _ => {
                let mut granted = self.granted.lock().unwrap_or_else(PoisonError::into_inner);
                granted.insert(call.body.as_ptr() as usize, effect);
                return None;
            }
        };
        Some(Some(instead))
    }

    async fn is_sent_twice(&self, call: DynamoCall<'_>) -> bool {
        let place = call.body.as_ptr() as usize;
        let granted = self.granted.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = granted.get(&place).and_then(|effect| effect.fault);
        self.is_repeated(fault, call.operation)
    }

    async fn after(&self, call: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        let place = call.body.as_ptr() as usize;
        let effect = self.granted.lock().unwrap_or_else(PoisonError::into_inner).remove(&place)?;
        if answer.status == 200 && call.operation == "TransactWriteItems" {
            for change in self.history.committed(call.body) {
                self.gate.note("log", &change);
            }
        }
        let fault = effect.fault;
        // A request that is sent twice ends the lease the first time, and is refused the second time.
        let is_repeated = self.is_repeated(fault, call.operation);
        if answer.status == 200 || (is_repeated && call.operation == "DeleteItem") {
            self.refreshes.note(&self.gate, &effect.label, call.body);
        }
        if answer.status == 200 {
            self.places.check(&effect.label).await;
        }
        effect.leave().await;
        match fault {
            Some(Fault::StoreAnswerLost) if !is_repeated => None,
            Some(Fault::UnprocessedKeys) => Some(unprocessed(call.body, answer)),
            fault if call.operation == "Query" => {
                let request: Value = serde_json::from_slice(call.body).unwrap_or_default();
                match describe(call.operation, &request) {
                    (operation, key) if operation == "QueryIndex" => Some(self.lagging(&key, answer, fault)),
                    _ => Some(answer),
                }
            }
            _ => Some(answer),
        }
    }
}

fn refusal(status: u16, kind: &str) -> DynamoAnswer {
    let kind = format!("com.amazonaws.dynamodb.v20120810#{kind}");
    DynamoAnswer { status, body: json!({"__type": kind, "message": "simulated"}).to_string() }
}
