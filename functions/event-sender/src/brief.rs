//! Brief deliveries: what one request takes is delivered without taking the delivery, which saves a write for each
//! single event.
//!
//! If more comes meanwhile, or the request fails, the delivery is taken, and goes on as others do. Should two senders
//! post the same events at the same time, no order is lost: the position moves only after an answer, and a receiver
//! knows an event that comes twice by its id.

use shared::{
    delivery::{Position, Progress},
    store::OwedDelivery,
};

use crate::{Failure, reader::Group, run::Run, verdict::Verdict};

/// Outcome of a brief delivery.
pub(crate) enum Brief {
    /// Everything is delivered, and stored.
    Ended,
    /// The delivery must be taken.
    GoesOn(Option<Posted>),
}

/// Events that were posted before the delivery was taken.
pub(crate) struct Posted {
    /// The position before them.
    pub(crate) from: Option<Position>,
    pub(crate) group: Group,
    pub(crate) verdict: Verdict,
}

/// Whether nothing of a delivery failed before.
pub(crate) fn is_untroubled(progress: &Progress) -> bool {
    progress.failures == 0 && progress.parked.is_empty()
}

/// Delivers what is owed, if one request takes all of it.
pub(crate) async fn run(run: &mut Run<'_>, owed: OwedDelivery) -> Result<Brief, Failure> {
    run.progress = owed.progress.clone();
    let mut reader = run.next_events();
    let group = reader.group(usize::from(run.found.endpoint.batch)).await?;
    if !reader.is_at_end() {
        return Ok(Brief::GoesOn(None));
    }
    let Some(group) = group else {
        run.progress.ends_rows = reader.ends_rows();
        return record(run, &owed, None).await;
    };
    let verdict = run.post(&group, 0).await;
    if verdict == Verdict::Delivered {
        run.pass(&group);
        run.record_attempts().await;
        let from = owed.progress.position;
        return record(run, &owed, Some(Posted { from, group, verdict })).await;
    }
    Ok(Brief::GoesOn(Some(Posted { from: owed.progress.position, group, verdict })))
}

async fn record(run: &Run<'_>, owed: &OwedDelivery, posted: Option<Posted>) -> Result<Brief, Failure> {
    let (deliveries, endpoint) = (&run.sender.store, run.found.endpoint.id);
    let is_recorded = deliveries.record_delivery(endpoint, run.stream, owed, &run.progress).await?;
    Ok(if is_recorded { Brief::Ended } else { Brief::GoesOn(posted) })
}
