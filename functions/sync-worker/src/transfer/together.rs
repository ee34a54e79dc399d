//! Transfers that nobody suspects, several at the same time.

use futures_util::{StreamExt, stream::FuturesUnordered};
use shared::model::InFlight;
use tokio::time::{Instant, sleep_until};

use super::{
    Run, attempt,
    conditions::{Conditions, SharedState},
    lists, outcome,
    pace::Pace,
    progress::Stop,
    rows,
    task::Task,
};
use crate::Failure;

/// Processes them at this pace. After a death it is noted which are in flight.
pub(super) async fn work(run: &mut Run<'_>, (pace, shared): (&Pace<'_>, &SharedState), after_death: bool) {
    let Run { worker, connection, deadline, .. } = *run;
    let note = after_death.then_some(InFlight::Together);
    let conditions = Conditions { worker, connection, note, deadline, pace, shared };
    // Acknowledgements are driven beside the transfers, because both may wait for the same announcer.
    let (mut running, mut acknowledging) = (FuturesUnordered::new(), FuturesUnordered::new());
    loop {
        while running.len() < pace.at_once() as usize && run.progress.stop.is_none() {
            match next(run).await {
                Ok(Some(task)) => running.push(attempt::run(conditions, task)),
                Ok(None) => break,
                Err(failure) => outcome::put_off(run, &failure),
            }
        }
        let batch = run.gathered.take(!running.is_empty());
        acknowledging.extend(batch.map(|batch| batch.acknowledge(worker, connection)));
        let due_at = run.gathered.due_at();
        tokio::select! {
            biased;
            Some((files, outcome)) = acknowledging.next() => outcome::acknowledged(run, files, outcome).await,
            Some(tried) = running.next() => outcome::tried(run, tried, pace).await,
            () = sleep_until(due_at.unwrap_or(deadline)), if due_at.is_some() => {}
            else => return,
        }
        if Instant::now() >= deadline {
            run.progress.stop_for(Stop::TimeIsOver);
        }
    }
}

/// Returns the next transfer that can be begun now: of those with rows of their own, then of those on lists.
async fn next(run: &mut Run<'_>) -> Result<Option<Task>, Failure> {
    match rows::next(run).await? {
        Some(transfer) => {
            run.hand.take(transfer.file());
            Ok(Some(Task { transfer, listed: None }))
        }
        None => lists::next(run).await,
    }
}
