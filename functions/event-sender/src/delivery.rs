//! The delivery of a stream to an endpoint: takes it, delivers what there is, and ends it.

use std::{sync::Mutex, time::Duration};

use shared::{
    delivery::{DeliveryMessage, Destination, Endpoint, Format, Order, Position, Progress, Stream},
    model::{ConnectionOwner, EndpointId, ProjectId, Timestamp},
    queue::Outgoing,
    store::{OwedDelivery, Rest, SenderId, StoreError, StoredEndpoint},
};
use tokio::time::Instant;

use crate::{
    Failure, Sender,
    brief::{self, Brief, Posted},
    event_filter::EventFilter,
    parallel, parked,
    run::{Run, Stop},
    schedule,
    target::Target,
    verdict::Verdict,
    workflow,
};

/// Delivers what a stream has for an endpoint. `owner` is whose connection's stream it is, if the message says so.
pub(crate) async fn run(
    sender: &Sender,
    endpoint: EndpointId,
    stream: Stream,
    owner: Option<ConnectionOwner>,
) -> Result<(), Failure> {
    let is_told = owner.is_some();
    let Some((project, owner)) = source(sender, stream, owner).await? else { return Ok(()) };
    let Some(found) = open_endpoint(sender, (project, endpoint), stream).await? else { return Ok(()) };
    let Some(target) = Target::of(sender, found).await? else { return Ok(()) };
    match work(sender, &target, stream, (owner.as_ref(), is_told)).await {
        // The position was set, or another sender has taken over: that one has a message of its own.
        Err(Failure::Store(StoreError::Conflict)) => Ok(()),
        done => done,
    }
}

/// Returns an endpoint that takes deliveries. For one that is paused or disabled, the delivery's row says that
/// something is owed, also if a sender has died that had begun; whoever enables the endpoint sends a message then.
async fn open_endpoint(
    sender: &Sender,
    (project, id): (ProjectId, EndpointId),
    stream: Stream,
) -> Result<Option<StoredEndpoint>, Failure> {
    let found = sender.store.endpoint(project, id).await?;
    if found.as_ref().is_none_or(StoredEndpoint::is_open) {
        return Ok(found);
    }
    sender.store.keep_owed(id, stream, sender.clock.now()).await?;
    // If it was enabled before that, nobody has seen that something is owed.
    Ok(sender.store.endpoint(project, id).await?.filter(StoredEndpoint::is_open))
}

/// Returns the project of a stream, and whose it is if it is a connection's; `None` if there is no such connection
/// any more.
async fn source(
    sender: &Sender,
    stream: Stream,
    told: Option<ConnectionOwner>,
) -> Result<Option<(ProjectId, Option<ConnectionOwner>)>, Failure> {
    let id = match (stream, told) {
        (Stream::Project(project), _) => return Ok(Some((project, None))),
        (Stream::Connection(_), Some(owner)) => return Ok(Some((owner.project, Some(owner)))),
        (Stream::Connection(id), None) => id,
    };
    let connection = sender.store.connection(id).await?;
    Ok(connection.map(|connection| (connection.project, Some(connection.owner()))))
}

async fn work(
    sender: &Sender,
    target: &Target,
    stream: Stream,
    (owner, is_told): (Option<&ConnectionOwner>, bool),
) -> Result<(), Failure> {
    let found = &target.found;
    let (endpoint, now) = (&found.endpoint, sender.clock.now());
    // The endpoint cannot take anything yet.
    if let Some(at) = found.health.retry_at.filter(|at| *at > now) {
        return put_off(sender, found, stream, at).await;
    }
    let owed = match found.health.failing_since {
        None => sender.store.owed_delivery(endpoint.id, stream).await?,
        Some(_) => None,
    };
    let secrets = target.secrets(sender).await?;
    let event_filter = EventFilter::of(endpoint)?;
    let ordinal = ordinal(sender, endpoint, stream).await?;
    let mut run = Run {
        sender,
        found,
        secrets: &secrets,
        event_filter: &event_filter,
        stream,
        owner,
        ordinal,
        id: None,
        progress: Progress::default(),
        attempts: Mutex::default(),
        end: Instant::now() + sender.time.work,
        is_failing: found.health.failing_since.is_some(),
        stored_at: now,
    };
    let stop = begin(&mut run, owed, is_told).await;
    run.record_attempts().await;
    match stop? {
        Some(stop) => run.end(stop).await,
        None => Ok(()),
    }
}

/// Returns the ordinal of the connection, by which Carbon's clients name it; 0 for other formats.
async fn ordinal(sender: &Sender, endpoint: &Endpoint, stream: Stream) -> Result<u32, Failure> {
    let Some(connection) = stream.connection().filter(|_| endpoint.format == Format::Carbon) else {
        return Ok(0);
    };
    let ordinals = sender.store.ordinals(endpoint.project, &[connection]).await?;
    ordinals.get(&connection).copied().ok_or(Failure::Corrupt("a connection has no ordinal"))
}

/// Delivers, briefly if that is enough; else the delivery is taken. Returns `None` if there is nothing to end.
/// `is_told`: nobody has looked yet whether the connection exists.
async fn begin(
    run: &mut Run<'_>,
    owed: Option<OwedDelivery>,
    is_told: bool,
) -> Result<Option<Stop>, Failure> {
    let is_brief = |owed: &OwedDelivery| {
        !run.found.endpoint.destination.is_workflow() && brief::is_untroubled(&owed.progress)
    };
    let posted = match owed.filter(is_brief) {
        Some(owed) => match brief::run(run, owed).await? {
            Brief::Ended => return Ok(None),
            Brief::GoesOn(posted) => posted,
        },
        None => None,
    };
    // To take a delivery makes its row: not for a connection that is gone, whose rows are removed.
    if is_told && source(run.sender, run.stream, None).await?.is_none() {
        return Ok(None);
    }
    let Some((id, progress)) = take(run.sender, &run.found.endpoint, run.stream).await? else {
        return Ok(None);
    };
    (run.id, run.progress) = (Some(id), progress);
    // If the position has moved meanwhile, it goes on from there.
    match posted.filter(|posted| posted.from == run.progress.position) {
        Some(posted) => go_on(run, posted).await.map(Some),
        None => deliver(run).await.map(Some),
    }
}

/// Takes the delivery. Returns `None` if another sender works on it, or if it waits.
async fn take(
    sender: &Sender,
    endpoint: &Endpoint,
    stream: Stream,
) -> Result<Option<(SenderId, Progress)>, Failure> {
    let now = sender.clock.now();
    let until = now.plus(sender.time.lease);
    let taken = sender.store.take_delivery(endpoint.id, stream, now, until).await?;
    let Some((id, mut progress)) = taken else { return Ok(None) };
    if progress.position.is_none() {
        let (log, notices) = (sender.store.as_ref(), sender.store.as_ref());
        progress.position = Some(Position::before(endpoint.starts_at, stream, log, notices).await?);
    }
    Ok(Some((id, progress)))
}

/// Lets a delivery wait for an endpoint that cannot take anything before a time.
async fn put_off(
    sender: &Sender,
    found: &StoredEndpoint,
    stream: Stream,
    at: Timestamp,
) -> Result<(), Failure> {
    let (endpoint, now) = (&found.endpoint, sender.clock.now());
    let Some((id, progress)) = take(sender, endpoint, stream).await? else { return Ok(()) };
    let at = now.plus(schedule::spread(endpoint.id, stream, at.since(now)));
    sender.store.end_delivery(endpoint.id, stream, &id, &progress, Rest::Wait(at), now).await?;
    ask(sender, endpoint.id, (stream, None), false, Some(at.since(now))).await
}

/// Goes on after events that were posted before the delivery was taken.
async fn go_on(run: &mut Run<'_>, posted: Posted) -> Result<Stop, Failure> {
    let Posted { group, verdict, .. } = posted;
    match (run.found.endpoint.order, verdict) {
        (_, Verdict::Delivered) => run.pass(&group),
        (Order::Ordered, verdict) => return failed(run, &verdict).await,
        (Order::Parallel, verdict) => {
            if let Some(stop) = parallel::record(run, &[group], &[verdict]).await? {
                return Ok(stop);
            }
        }
    }
    deliver(run).await
}

async fn deliver(run: &mut Run<'_>) -> Result<Stop, Failure> {
    match (&run.found.endpoint.destination, run.found.endpoint.order) {
        (Destination::Workflow, _) => workflow::run(run).await,
        (Destination::Address | Destination::Aws(_), Order::Ordered) => in_order(run).await,
        (Destination::Address | Destination::Aws(_), Order::Parallel) => match parked::run(run).await? {
            Stop::Done => parallel::run(run).await,
            stop => Ok(stop),
        },
    }
}

/// Delivers group by group; a group that fails stops the stream.
async fn in_order(run: &mut Run<'_>) -> Result<Stop, Failure> {
    let batch = usize::from(run.found.endpoint.batch);
    let mut reader = run.next_events();
    loop {
        if Instant::now() >= run.end {
            return Ok(Stop::TimeIsOver);
        }
        let Some(group) = reader.group(batch).await? else {
            run.progress.ends_rows = reader.ends_rows();
            return Ok(Stop::Done);
        };
        match run.post(&group, run.progress.failures).await {
            Verdict::Delivered => {
                run.pass(&group);
                (run.progress.failures, run.progress.failing_since) = (0, None);
                if !group.events.is_empty() {
                    run.note_success().await?;
                }
                run.keep_progress().await?;
            }
            verdict => return failed(run, &verdict).await,
        }
    }
}

/// Ends an ordered run after a failure: the next attempt is by the schedule, and not before the endpoint can take
/// anything.
async fn failed(run: &mut Run<'_>, verdict: &Verdict) -> Result<Stop, Failure> {
    let now = run.sender.clock.now();
    run.progress.failures += 1;
    run.progress.failing_since.get_or_insert(now);
    let scheduled = now.plus(schedule::wait(run.found.endpoint.id, run.stream, run.progress.failures));
    Ok(match run.note_failure(verdict).await? {
        Some(Stop::Wait(brake)) => Stop::Wait(scheduled.max(brake)),
        Some(stop) => stop,
        None => Stop::Wait(scheduled),
    })
}

/// Sends the message for what comes next: at once if something is owed, else after the delay. A longer delay than
/// the queue allows is left to the tick, which finds the delivery in the index of what is due.
pub(crate) async fn ask(
    sender: &Sender,
    endpoint: EndpointId,
    (stream, owner): (Stream, Option<&ConnectionOwner>),
    is_owed: bool,
    delay: Option<Duration>,
) -> Result<(), Failure> {
    let message = DeliveryMessage::Deliver { endpoint, stream, owner: owner.cloned() };
    let mut messages = Vec::new();
    if is_owed {
        messages.push(message.at_once());
    }
    if let Some(delay) = delay.filter(|delay| *delay < Outgoing::LONGEST_DELAY) {
        // One second more, because the queue counts whole seconds.
        messages.push(message.after(delay + Duration::from_secs(1)));
    }
    Ok(sender.queue.send(messages).await?)
}
