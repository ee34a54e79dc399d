//! Delivery to an endpoint that does not want order: several requests at the same time, and a request that fails
//! is passed over.

use shared::delivery::{Parked, Progress};
use tokio::time::Instant;

use crate::{
    Failure,
    reader::Group,
    run::{Run, Stop},
    schedule,
    verdict::Verdict,
};

pub(crate) async fn run(run: &mut Run<'_>) -> Result<Stop, Failure> {
    let batch = usize::from(run.found.endpoint.batch);
    let mut reader = run.next_events();
    loop {
        if Instant::now() >= run.end {
            return Ok(Stop::TimeIsOver);
        }
        let mut groups = Vec::new();
        while groups.len() < run.at_once() {
            let Some(group) = reader.group(batch).await? else { break };
            groups.push(group);
        }
        if groups.is_empty() {
            run.progress.ends_rows = reader.ends_rows();
            return Ok(Stop::Done);
        }
        let verdicts = run.post_each(&groups).await;
        if let Some(stop) = record(run, &groups, &verdicts).await? {
            return Ok(stop);
        }
        run.keep_progress().await?;
    }
}

/// Moves the position behind what was delivered or passed over.
pub(crate) async fn record(
    run: &mut Run<'_>,
    groups: &[Group],
    verdicts: &[Verdict],
) -> Result<Option<Stop>, Failure> {
    let mut stop = None;
    for (group, verdict) in groups.iter().zip(verdicts) {
        if *verdict == Verdict::Delivered {
            run.pass(group);
            if !group.events.is_empty() && stop.is_none() {
                run.note_success().await?;
            }
            continue;
        }
        let now = run.sender.clock.now();
        let retry_at = now.plus(schedule::wait(run.found.endpoint.id, run.stream, 1));
        let pause = run.note_failure(verdict).await?;
        if run.progress.parked.len() >= Progress::MOST_PARKED {
            // No more is passed over: this one and those after it wait.
            return Ok(Some(pause.unwrap_or(Stop::Wait(retry_at))));
        }
        let parked = Parked { from: group.from, to: group.to, failures: 1, retry_at };
        run.progress.parked.push(parked);
        run.pass(group);
        stop = stop.or(pause);
    }
    Ok(stop)
}
