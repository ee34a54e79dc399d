//! Random delays before every call to the store, so that the calls of several processes interleave in any
//! order.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use fastrand::Rng;
use local_adapters::{DynamoAnswer, DynamoCall, DynamoInterceptor};

use super::pass;

/// Longest delay, in milliseconds.
const LONGEST: u64 = 60;

/// Source of the delays.
pub(super) struct Delays(Mutex<Rng>);

impl Delays {
    pub(super) fn new(rng: Rng) -> Self {
        Self(Mutex::new(rng))
    }

    fn draw(&self) -> Duration {
        let mut rng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Duration::from_millis(rng.u64(0..LONGEST))
    }
}

#[async_trait]
impl DynamoInterceptor for Delays {
    async fn before(&self, _: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        pass(self.draw()).await;
        None
    }

    async fn after(&self, _: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        pass(self.draw()).await;
        Some(answer)
    }
}
