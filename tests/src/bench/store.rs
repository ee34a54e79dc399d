//! The production store on an embedded database in memory.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use local_adapters::{DynamoAnswer, DynamoCall, DynamoInterceptor, EmbeddedDynamo};
use shared::{
    aws::Direct,
    store::{Dynamo, dynamo::create_table},
};

use super::seed::TABLE;

/// Source of the answers to the store's requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answers {
    /// The database answers every request.
    Computed,
    /// A cache of the database's answers, cleared by every write: the store's adapter and the SDK's client
    /// have their usual work, the database has none, as on AWS, where it runs on another machine.
    Remembered,
}

/// Interceptor in front of the database: counts requests and may answer from the cache.
pub(super) struct Requests {
    answers: Answers,
    /// Whether updates succeed without being done.
    skips_updates: AtomicBool,
    count: AtomicU64,
    memory: Mutex<HashMap<Vec<u8>, DynamoAnswer>>,
}

impl Requests {
    fn new(answers: Answers) -> Self {
        Self {
            answers,
            skips_updates: AtomicBool::default(),
            count: AtomicU64::default(),
            memory: Mutex::default(),
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// From now on updates of single rows succeed without an effect, and remembered answers stay. It is for callers
    /// that learn nothing of an update but that it succeeded.
    pub(super) fn skip_updates(&self) {
        self.skips_updates.store(true, Ordering::Relaxed);
    }
}

#[async_trait]
impl DynamoInterceptor for Requests {
    async fn before(&self, call: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        self.count.fetch_add(1, Ordering::Relaxed);
        if call.operation == "UpdateItem" && self.skips_updates.load(Ordering::Relaxed) {
            return Some(Some(DynamoAnswer { status: 200, body: "{}".to_owned() }));
        }
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_read(call.operation) {
            memory.clear();
        }
        memory.get(call.body).cloned().map(Some)
    }

    async fn after(&self, call: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        if self.answers == Answers::Remembered && is_read(call.operation) {
            let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            memory.insert(call.body.to_vec(), answer.clone());
        }
        Some(answer)
    }
}

/// Whether this is a read. The bodies of different reads differ, so the body can be the cache's key.
fn is_read(operation: &str) -> bool {
    matches!(operation, "GetItem" | "BatchGetItem" | "Query")
}

/// Creates an empty table, as it is called directly, too, and the counter of its requests.
pub(super) async fn open(answers: Answers) -> Result<(Arc<Dynamo>, Direct, Arc<Requests>), String> {
    let dynamo = EmbeddedDynamo::open(None).map_err(|error| error.to_string())?;
    let requests = Arc::new(Requests::new(answers));
    let client = dynamo.inline_client(requests.clone());
    create_table(&client, TABLE).await.map_err(|error| error.to_string())?;
    Ok((Arc::new(Dynamo::new(client, TABLE)), dynamo.inline_direct(requests.clone()), requests))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn call<'a>(operation: &'a str, body: &'a str) -> DynamoCall<'a> {
        DynamoCall { operation, body: body.as_bytes() }
    }

    #[tokio::test]
    async fn an_answer_is_remembered_until_something_is_written() {
        let answer = DynamoAnswer { status: 200, body: "{}".to_owned() };
        let requests = Requests::new(Answers::Remembered);
        assert_eq!(requests.before(call("GetItem", "a")).await, None);
        requests.after(call("GetItem", "a"), answer.clone()).await;
        assert_eq!(requests.before(call("GetItem", "a")).await, Some(Some(answer.clone())));
        assert_eq!(requests.before(call("GetItem", "b")).await, None);
        assert_eq!(requests.before(call("PutItem", "c")).await, None);
        assert_eq!(requests.before(call("GetItem", "a")).await, None);
        assert_eq!(requests.count(), 5);

        requests.after(call("GetItem", "a"), answer.clone()).await;
        requests.skip_updates();
        let done = DynamoAnswer { status: 200, body: "{}".to_owned() };
        assert_eq!(requests.before(call("UpdateItem", "d")).await, Some(Some(done)));
        assert_eq!(requests.before(call("GetItem", "a")).await, Some(Some(answer.clone())));

        let computed = Requests::new(Answers::Computed);
        computed.after(call("GetItem", "a"), answer).await;
        assert_eq!(computed.before(call("GetItem", "a")).await, None);
    }
}
