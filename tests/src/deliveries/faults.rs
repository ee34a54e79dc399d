//! A table that fails before or after the effect, and kills whoever calls it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use fastrand::Rng;
use machine::{DynamoAnswer, DynamoCall, DynamoInterceptor};
use serde_json::json;

/// Chances of faults, in thousandths of the calls, and their dice.
pub(super) struct Faults {
    dice: Mutex<Rng>,
    chances: Mutex<Chances>,
}

/// Chances of faults, in thousandths.
#[derive(Clone, Copy, Default)]
pub(super) struct Chances {
    /// The table refuses a call.
    pub(super) refused: u32,
    /// The table's answer is lost.
    pub(super) lost: u32,
    /// The caller's process dies before or after a call.
    pub(super) death: u32,
    /// The queue refuses a message, or its answer is lost.
    pub(super) queue: u32,
    /// An endpoint does not answer with success.
    pub(super) endpoint: u32,
}

impl Faults {
    pub(super) fn new(seed: u64, chances: Chances) -> Arc<Self> {
        Arc::new(Self { dice: Mutex::new(Rng::with_seed(seed)), chances: Mutex::new(chances) })
    }

    /// Ends all faults.
    pub(super) fn end(&self) {
        *lock(&self.chances) = Chances::default();
    }

    /// Whether a fault with this chance happens.
    pub(super) fn happens(&self, chance: impl Fn(&Chances) -> u32) -> bool {
        let thousandths = chance(&lock(&self.chances));
        thousandths > 0 && lock(&self.dice).u32(0..1000) < thousandths
    }

    /// Returns a number below `end`.
    pub(super) fn below(&self, end: u64) -> u64 {
        lock(&self.dice).u64(0..end.max(1))
    }

    /// Never returns if the caller's process dies now: the caller's future is dropped.
    pub(super) async fn survive(&self) {
        if self.happens(|chances| chances.death) {
            std::future::pending::<()>().await;
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Interceptor between the functions' store and the table.
pub(super) struct Table(pub(super) Arc<Faults>);

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

    async fn after(&self, _: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        self.0.survive().await;
        (!self.0.happens(|chances| chances.lost)).then_some(answer)
    }
}
