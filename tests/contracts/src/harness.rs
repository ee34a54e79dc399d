//! Running of cases, and waiting for conditions.

use std::{panic::AssertUnwindSafe, panic::resume_unwind, time::Duration};

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::time::{Instant, sleep};

/// Longest time that a case waits for an expected event.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Polling interval.
const INTERVAL: Duration = Duration::from_millis(20);

/// Setup of what a suite's cases need.
#[async_trait]
pub trait Harness: Send + Sync {
    /// Removes what was created.
    async fn clean_up(&self) {}
}

/// Runs a case, and cleans up even if it fails.
///
/// # Panics
/// If the case does.
pub async fn run<H: Harness>(harness: H, case: impl AsyncFnOnce(&H)) {
    let outcome = AssertUnwindSafe(case(&harness)).catch_unwind().await;
    harness.clean_up().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Waits until `look` returns something.
///
/// # Panics
/// If that takes longer than [`PATIENCE`].
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}: not within {PATIENCE:?}");
        sleep(INTERVAL).await;
    }
}

/// Defines a test for each case of a suite.
#[doc(hidden)]
#[macro_export]
macro_rules! each_case {
    ([$harness:expr $(,)?] $suite:path: $($case:ident)*) => {
        use $suite as suite;
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::run($harness.await, async |harness| suite::$case(harness).await).await;
            }
        )*
    };
    ([$harness:expr, ignore = $reason:literal $(,)?] $suite:path: $($case:ident)*) => {
        use $suite as suite;
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = $reason]
            async fn $case() {
                $crate::run($harness.await, async |harness| suite::$case(harness).await).await;
            }
        )*
    };
}
