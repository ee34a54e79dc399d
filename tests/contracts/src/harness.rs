//! How a case is run, and how it waits.

use std::{panic::AssertUnwindSafe, panic::resume_unwind, time::Duration};

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::time::{Instant, sleep};

/// How long a case waits for what must happen.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How often a condition is looked at.
const INTERVAL: Duration = Duration::from_millis(20);

/// What makes the things that a suite's cases need.
#[async_trait]
pub trait Harness: Send + Sync {
    /// Removes what was made.
    async fn clean_up(&self) {}
}

/// Runs one case, and cleans up whatever became of it.
///
/// # Panics
/// Where the case does.
pub async fn run<H: Harness>(harness: H, case: impl AsyncFnOnce(&H)) {
    let outcome = AssertUnwindSafe(case(&harness)).catch_unwind().await;
    harness.clean_up().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Waits until `look` finds something.
///
/// # Panics
/// Where that takes longer than [`PATIENCE`].
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

/// Makes a test of each case of a suite.
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
