//! The delivery of a stream to an endpoint: takes it, delivers what there is, and ends it.

use std::time::Duration;

use shared::{
    delivery::{DeliveryMessage, Order, Position, Stream},
    model::{Connection, EndpointId, ProjectId},
    store::{Rest, StoreError, StoredEndpoint},
};
use tokio::time::Instant;

use crate::{
    Failure, Sender, parallel, parked,
    request::Secrets,
    run::{Run, Stop},
    schedule,
    verdict::Verdict,
};

/// Delivers what a stream has for an endpoint.
pub(crate) async fn run(sender: &Sender, endpoint: EndpointId, stream: Stream) -> Result<(), Failure> {
    let Some((project, connection)) = source(sender, stream).await? else { return Ok(()) };
    let Some(found) = sender.endpoints.endpoint(project, endpoint).await? else { return Ok(()) };
    // What is owed stays in the delivery's row until the endpoint is enabled again.
    if !found.is_open() {
        return Ok(());
    }
    match work(sender, &found, stream, connection.as_ref()).await {
        // The position was set, or another sender has taken over: that one has a message of its own.
        Err(Failure::Store(StoreError::Conflict)) => Ok(()),
        done => done,
    }
}

/// Returns the project of a stream, and the connection if it is one's; `None` if there is no such connection any
/// more.
async fn source(sender: &Sender, stream: Stream) -> Result<Option<(ProjectId, Option<Connection>)>, Failure> {
    match stream {
        Stream::Project(project) => Ok(Some((project, None))),
        Stream::Connection(id) => {
            let connection = sender.connections.connection(id).await?;
            Ok(connection.map(|connection| (connection.project, Some(connection))))
        }
    }
}

async fn work(
    sender: &Sender,
    found: &StoredEndpoint,
    stream: Stream,
    connection: Option<&Connection>,
) -> Result<(), Failure> {
    let (endpoint, now) = (&found.endpoint, sender.clock.now());
    let until = now.plus(sender.time.lease);
    let Some((id, mut progress)) = sender.deliveries.take_delivery(endpoint.id, stream, now, until).await?
    else {
        return Ok(());
    };
    if progress.position.is_none() {
        let (log, notices) = (sender.log.as_ref(), sender.notices.as_ref());
        progress.position = Some(Position::before(endpoint.starts_at, stream, log, notices).await?);
    }
    // The endpoint cannot take anything yet.
    if let Some(at) = found.health.retry_at.filter(|at| *at > now) {
        let at = now.plus(schedule::spread(endpoint.id, stream, at.since(now)));
        sender.deliveries.end_delivery(endpoint.id, stream, &id, &progress, Rest::Wait(at), now).await?;
        return ask(sender, endpoint.id, stream, false, Some(at.since(now))).await;
    }
    let secrets = Secrets::open(sender, endpoint).await?;
    let matcher = endpoint.filter.compiled();
    let matcher = matcher.map_err(|_| Failure::Corrupt("an endpoint's filter cannot be read"))?;
    let mut run = Run {
        sender,
        found,
        secrets: &secrets,
        matcher: &matcher,
        stream,
        connection,
        id,
        progress,
        end: Instant::now() + sender.time.work,
        is_failing: found.health.failing_since.is_some(),
        stored_at: now,
    };
    let stop = match endpoint.order {
        Order::Ordered => in_order(&mut run).await?,
        Order::Parallel => match parked::run(&mut run).await? {
            Stop::Done => parallel::run(&mut run).await?,
            stop => stop,
        },
    };
    run.end(stop).await
}

/// Delivers group by group; a group that fails stops the stream.
async fn in_order(run: &mut Run<'_>) -> Result<Stop, Failure> {
    let batch = usize::from(run.found.endpoint.batch);
    let mut reader = run.reader(run.progress.position.unwrap_or_default());
    loop {
        if Instant::now() >= run.end {
            return Ok(Stop::TimeIsOver);
        }
        let Some(group) = reader.group(batch).await? else { return Ok(Stop::Done) };
        match run.post(&group, run.progress.failures).await {
            Verdict::Delivered => {
                run.progress.position = Some(group.to);
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
    stream: Stream,
    is_owed: bool,
    delay: Option<Duration>,
) -> Result<(), Failure> {
    let message = DeliveryMessage::Deliver { endpoint, stream };
    let mut messages = Vec::new();
    if is_owed {
        messages.push(message.at_once());
    }
    if let Some(delay) = delay.filter(|delay| *delay < DeliveryMessage::LONGEST_DELAY) {
        // One second more, because the queue counts whole seconds.
        messages.push(message.after(delay + Duration::from_secs(1)));
    }
    Ok(sender.queue.send(messages).await?)
}
