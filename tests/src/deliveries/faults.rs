//! A table that fails before or after the effect, and kills whoever calls it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use fastrand::Rng;
use local_adapters::{DynamoAnswer, DynamoCall, DynamoInterceptor};
use serde_json::json;

/// Chances of faults, in thousandths of the calls, and their dice.
pub(crate) struct Faults {
    dice: Mutex<Rng>,
    chances: Mutex<Chances>,
    /// Whether the table's client sends a write once more whose answer is lost, in half of the seeds. In the others
    /// the loss is the caller's to notice, as it is after the client's last attempt.
    repeats: bool,
}

/// Chances of faults, in thousandths.
#[derive(Clone, Copy, Default)]
pub(crate) struct Chances {
    /// The table refuses a call.
    pub(crate) refused: u32,
    /// The table's answer is lost.
    pub(crate) lost: u32,
    /// The caller's process dies before or after a call.
    pub(crate) death: u32,
    /// The queue refuses a message, or its answer is lost.
    pub(crate) queue: u32,
    /// An endpoint does not answer with success.
    pub(crate) endpoint: u32,
}

impl Faults {
    pub(crate) fn new(seed: u64, chances: Chances) -> Arc<Self> {
        Arc::new(Self {
            dice: Mutex::new(Rng::with_seed(seed)),
            chances: Mutex::new(chances),
            repeats: seed % 4 >= 2,
        })
    }

    /// Ends all faults.
    pub(crate) fn end(&self) {
        *lock(&self.chances) = Chances::default();
    }

    /// Whether a fault with this chance happens.
    pub(crate) fn happens(&self, chance: impl Fn(&Chances) -> u32) -> bool {
        let thousandths = chance(&lock(&self.chances));
        thousandths > 0 && lock(&self.dice).u32(0..1000) < thousandths
    }

    /// Returns a number below `end`.
    pub(crate) fn below(&self, end: u64) -> u64 {
        lock(&self.dice).u64(0..end.max(1))
    }

    /// Never returns if the caller's process dies now: the caller's future is dropped.
    pub(crate) async fn survive(&self) {
        if self.happens(|chances| chances.death) {
            std::future::pending::<()>().await;
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Interceptor between the functions' store and the table.
pub(crate) struct Table(pub(crate) Arc<Faults>);

#[async_trait]
impl DynamoInterceptor for Table {
    async fn before(&self, _: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        self.0.survive().await;
        let refused = self.0.happens(|chances| chances.refused);
        refused.then(|| {
            let kind = "com.amazonaws.dynamodb.v20120810#ThrottlingException";
            Some(DynamoAnswer {
                status: 400,
                body: json!({"__type": kind, "message": "simulated"}).to_string(),
            })
        })
    }

    async fn is_sent_twice(&self, call: DynamoCall<'_>) -> bool {
        let writes_row = ["PutItem", "UpdateItem", "DeleteItem"].contains(&call.operation);
        writes_row && self.0.repeats && self.0.happens(|chances| chances.lost)
    }

    async fn after(&self, _: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        self.0.survive().await;
        (!self.0.happens(|chances| chances.lost)).then_some(answer)
    }
}
