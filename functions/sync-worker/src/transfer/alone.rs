//! Suspected transfers, one by one.

use std::time::Duration;

use shared::model::InFlight;
use tokio::time::Instant;

use super::{
    Run, attempt,
    conditions::{Conditions, SharedState},
    outcome,
    pace::Pace,
    progress::Stop,
    task::Task,
};

/// Minimum time for suspected files, even after the others have used all of the run's; the function's timeout
/// leaves as much.
const LEAST: Duration = Duration::from_secs(30);

/// Processes those that have been read, at least one in each run.
pub(super) async fn work(run: &mut Run<'_>, (pace, shared): (&Pace<'_>, &SharedState)) {
    let Run { worker, connection, .. } = *run;
    let deadline = run.deadline.max(Instant::now() + LEAST);
    let note = Some(InFlight::Alone);
    let conditions = Conditions { worker, connection, note, deadline, pace, shared };
    while matches!(run.progress.stop, None | Some(Stop::TimeIsOver))
        && let Some(transfer) = run.suspected.pop_front()
    {
        let tried = attempt::run(conditions, Task { transfer, listed: None }).await;
        outcome::tried(run, tried, pace).await;
        if Instant::now() >= deadline {
            return run.progress.stop_for(Stop::TimeIsOver);
        }
    }
}
