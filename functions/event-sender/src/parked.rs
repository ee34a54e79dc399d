//! Further attempts at requests that were passed over.

use shared::{delivery::Parked, metrics::Metric};
use tokio::time::Instant;

use crate::{
    Failure,
    reader::Group,
    run::{Run, Stop},
    schedule,
    verdict::Verdict,
};

/// Tries again what is due. `Done` if the rest of the stream can follow.
pub(crate) async fn run(run: &mut Run<'_>) -> Result<Stop, Failure> {
    let now = run.sender.clock.now();
    let due: Vec<Parked> =
        run.progress.parked.iter().filter(|parked| parked.retry_at <= now).cloned().collect();
    for parked in due {
        if Instant::now() >= run.end {
            return Ok(Stop::TimeIsOver);
        }
        if let Some(stop) = again(run, &parked).await? {
            return Ok(stop);
        }
    }
    Ok(Stop::Done)
}

async fn again(run: &mut Run<'_>, parked: &Parked) -> Result<Option<Stop>, Failure> {
    let events = run.reader(parked.from).part(parked.to).await?;
    let group = Group { from: parked.from, to: parked.to, ends_rows: false, events };
    let verdict = match group.events.is_empty() {
        true => Verdict::Delivered,
        false => run.post(&group, parked.failures).await,
    };
    run.progress.parked.retain(|other| other != parked);
    if verdict == Verdict::Delivered {
        if !group.events.is_empty() {
            run.note_success().await?;
        }
        run.keep_progress().await?;
        return Ok(None);
    }
    let failures = parked.failures + 1;
    if failures >= schedule::MOST_FAILURES {
        run.sender.metrics.count(run.subject(), Metric::DeliveriesGivenUp, 1);
    } else {
        let wait = schedule::wait(run.found.endpoint.id, run.stream, failures);
        let retry_at = run.sender.clock.now().plus(wait);
        run.progress.parked.push(Parked { failures, retry_at, ..parked.clone() });
    }
    run.note_failure(&verdict).await
}
