//! One sender's work on the delivery of a stream to an endpoint.

use std::sync::{Mutex, PoisonError};

use futures_util::{StreamExt, stream};
use shared::{
    delivery::{Disabled, DisabledReason, Order, PATIENCE, Position, Progress, Stream},
    metrics::{Metric, Subject},
    model::{ConnectionOwner, Event, Timestamp},
    store::{Attempt, Rest, SenderId, StoredEndpoint},
};
use tokio::time::Instant;

use crate::{
    Failure, Sender,
    attempt::{self, Attempted},
    event_filter::EventFilter,
    publisher::MOST_IN_CALL,
    reader::{Group, Happened, Reader},
    request::{self, Draft, Secrets},
    schedule, together,
    verdict::Verdict,
};

/// Maximum number of requests at the same time.
const PARALLEL: usize = 8;
/// Number of attempts after which they are recorded, although the run goes on.
const MOST_ATTEMPTS: usize = 500;

/// A delivery that this sender works on.
pub(crate) struct Run<'a> {
    pub(crate) sender: &'a Sender,
    pub(crate) found: &'a StoredEndpoint,
    pub(crate) secrets: &'a Secrets,
    /// Events that it wants.
    pub(crate) event_filter: &'a EventFilter<'a>,
    pub(crate) stream: Stream,
    /// Owner of the stream's connection, if it has one.
    pub(crate) owner: Option<&'a ConnectionOwner>,
    /// The connection's ordinal, if the endpoint's format needs it; otherwise 0.
    pub(crate) ordinal: u32,
    /// The name under which the delivery is taken; `None` while it is not.
    pub(crate) id: Option<SenderId>,
    pub(crate) progress: Progress,
    /// Attempts that are not recorded yet.
    pub(crate) attempts: Mutex<Vec<Attempt>>,
    /// Time at which no further request is begun.
    pub(crate) end: Instant,
    /// Whether the endpoint has failed since its last success, as far as this sender knows.
    pub(crate) is_failing: bool,
    /// Time at which progress was last stored.
    pub(crate) stored_at: Timestamp,
}

/// Reason for the end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Everything is delivered.
    Done,
    /// The time is over, and there is more.
    TimeIsOver,
    /// The next attempt is at this time.
    Wait(Timestamp),
    /// The endpoint is disabled.
    Disabled,
}

impl<'a> Run<'a> {
    /// Returns the stream from a position on, as the endpoint wants it.
    pub(crate) fn reader(&self, position: Position) -> Reader<'a> {
        self.reader_after(position, false)
    }

    /// Returns the stream from where the delivery is.
    pub(crate) fn next_events(&self) -> Reader<'a> {
        self.reader_after(self.progress.position.unwrap_or_default(), self.progress.ends_rows)
    }

    fn reader_after(&self, position: Position, ends_rows: bool) -> Reader<'a> {
        Reader::new(self.sender, (self.stream, self.owner), self.event_filter, (position, ends_rows))
    }

    /// Moves the position behind a group.
    pub(crate) fn pass(&mut self, group: &Group) {
        (self.progress.position, self.progress.ends_rows) = (Some(group.to), group.ends_rows);
    }

    pub(crate) fn subject(&self) -> Subject {
        let connection = self.stream.connection();
        Subject { project: Some(self.found.endpoint.project), connection, reason: None }
    }

    /// Posts the events of a group once, or those until the first request that fails. There are several requests
    /// if the endpoint takes fewer events in one than when the group was made, or if more than one thing is told of
    /// an event. Returns `Delivered` if there is nothing to post. `failures` is how often the same events have failed
    /// before.
    pub(crate) async fn post(&self, group: &Group, failures: u32) -> Verdict {
        for (draft, events) in request::drafts(&self.found.endpoint, &group.events, self.ordinal) {
            let verdict = self.post_one(draft, events, failures).await;
            if verdict != Verdict::Delivered {
                return verdict;
            }
        }
        Verdict::Delivered
    }

    async fn post_one(&self, draft: Draft, events: &[Happened], failures: u32) -> Verdict {
        let (sender, endpoint) = (self.sender, &self.found.endpoint);
        let attempted = self.attempted(events, failures);
        let (verdict, attempt) = attempt::one(sender, endpoint, self.secrets, draft, attempted).await;
        self.keep(&verdict, attempt, events);
        verdict
    }

    pub(crate) fn attempted(&self, events: &[Happened], failures: u32) -> Attempted {
        let is_parallel = self.found.endpoint.order == Order::Parallel;
        Attempted {
            stream: self.stream,
            events: u32::try_from(events.len()).unwrap_or(u32::MAX),
            failures,
            is_last: is_parallel && failures + 1 >= schedule::MOST_FAILURES,
        }
    }

    /// Keeps the record of an attempt, and counts it.
    pub(crate) fn keep(&self, verdict: &Verdict, attempt: Attempt, events: &[Happened]) {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner).push(attempt);
        self.count(verdict, events, self.sender.clock.now());
    }

    /// Returns how many groups [`Self::post_each`] takes.
    pub(crate) fn at_once(&self) -> usize {
        if self.found.endpoint.destination.aws().is_some() { MOST_IN_CALL } else { PARALLEL }
    }

    /// Posts groups whose order does not matter, each for the first time: requests at the same time, entries of a
    /// queue or bus in calls together. Returns a verdict for each.
    pub(crate) async fn post_each(&self, groups: &[Group]) -> Vec<Verdict> {
        if let Some(to) = self.found.endpoint.destination.aws() {
            return together::put_each(self, to, groups).await;
        }
        let posts: Vec<_> = groups.iter().map(|group| self.post(group, 0)).collect();
        stream::iter(posts).buffered(PARALLEL).collect().await
    }

    fn count(&self, verdict: &Verdict, events: &[Happened], now: Timestamp) {
        let metrics = &self.sender.metrics;
        if *verdict == Verdict::Delivered {
            metrics.count(self.subject(), Metric::EventsDelivered, events.len() as u64);
            let latency = |event: &Happened| now.0.saturating_sub(event.since.0);
            let latencies: Vec<u64> = events.iter().map(latency).collect();
            metrics.observe(self.subject(), Metric::DeliveryLatency, &latencies);
        } else {
            metrics.count(self.subject(), Metric::DeliveriesFailed, 1);
        }
    }

    /// Records a success of the endpoint, if it has failed before.
    pub(crate) async fn note_success(&mut self) -> Result<(), Failure> {
        if !self.is_failing {
            return Ok(());
        }
        // The streams that wait do not have to wait any longer.
        let endpoint = &self.found.endpoint;
        crate::all::ask(self.sender, endpoint.id).await?;
        self.sender.store.note_endpoint_success(endpoint).await?;
        self.is_failing = false;
        Ok(())
    }

    /// Records a failure of the endpoint. Returns the time before which it is left alone, or that it is
    /// disabled.
    pub(crate) async fn note_failure(&mut self, verdict: &Verdict) -> Result<Option<Stop>, Failure> {
        let (sender, endpoint) = (self.sender, &self.found.endpoint);
        let now = sender.clock.now();
        let (error, brake) = match verdict {
            Verdict::Delivered => return Ok(None),
            Verdict::Gone => return self.disable(DisabledReason::Gone, now).await,
            Verdict::Refused(error) => (error, None),
            Verdict::Unable(error, asked) => {
                let failures = if self.is_failing { self.found.health.failures + 1 } else { 1 };
                (error, Some(now.plus(schedule::brake(failures, *asked))))
            }
        };
        self.is_failing = true;
        let health = sender.store.note_endpoint_failure(endpoint, error, brake, now).await?;
        if schedule::is_reported(health.failing_since, now) {
            sender.metrics.count(self.subject(), Metric::EndpointsFailing, 1);
            tracing::warn!(endpoint = %endpoint.id, "an endpoint has failed for an hour or longer");
        }
        if health.failing_since.is_some_and(|since| now.since(since) >= PATIENCE) {
            return self.disable(DisabledReason::Failing, now).await;
        }
        Ok(brake.map(Stop::Wait))
    }

    async fn disable(&self, reason: DisabledReason, now: Timestamp) -> Result<Option<Stop>, Failure> {
        let (sender, endpoint) = (self.sender, &self.found.endpoint);
        let disabled = Disabled { reason, at: now };
        let since = self.found.health.failing_since;
        let event = Event::endpoint_disabled(endpoint.project, endpoint.id, &disabled, since);
        // Announced first: if the endpoint were disabled first and this failed, nobody would be told.
        sender.bus.publish(vec![event]).await?;
        if sender.store.disable_endpoint(endpoint, &disabled).await? {
            sender.metrics.count(self.subject(), Metric::EndpointsDisabled, 1);
            tracing::warn!(endpoint = %endpoint.id, reason = reason.sentence(), "an endpoint was disabled");
        }
        Ok(Some(Stop::Disabled))
    }

    /// Records the attempts that are not recorded yet. They are recorded before the progress that follows from them, so
    /// that a request that is given up is always among them.
    pub(crate) async fn record_attempts(&mut self) {
        let attempts = std::mem::take(self.attempts.get_mut().unwrap_or_else(PoisonError::into_inner));
        if !attempts.is_empty() {
            attempt::record(self.sender, self.found.endpoint.id, &attempts).await;
        }
    }

    /// Stores attempts and progress, if they were not stored for a while.
    pub(crate) async fn keep_progress(&mut self) -> Result<(), Failure> {
        let now = self.sender.clock.now();
        let is_due = now.since(self.stored_at) >= self.sender.time.between_writes;
        let waiting = self.attempts.get_mut().unwrap_or_else(PoisonError::into_inner).len();
        if is_due || waiting >= MOST_ATTEMPTS {
            self.record_attempts().await;
        }
        if let Some(id) = self.id.as_ref().filter(|_| is_due) {
            let endpoint = self.found.endpoint.id;
            self.sender.store.keep_progress(endpoint, self.stream, id, &self.progress).await?;
            self.stored_at = now;
        }
        Ok(())
    }

    /// Stores how far it is, and asks for what comes next.
    pub(crate) async fn end(self, stop: Stop) -> Result<(), Failure> {
        let (sender, endpoint, stream) = (self.sender, self.found.endpoint.id, self.stream);
        let now = sender.clock.now();
        let parked = self.progress.parked.iter().map(|parked| parked.retry_at).min();
        let rest = match (stop, parked) {
            (Stop::Wait(at), _) => Rest::Wait(at),
            (Stop::Done | Stop::TimeIsOver, Some(at)) => Rest::Attempt(at),
            (Stop::Done | Stop::TimeIsOver, None) | (Stop::Disabled, _) => Rest::Nothing,
        };
        let (deliveries, Some(id)) = (&sender.store, self.id.as_ref()) else { return Ok(()) };
        let mut is_owed = deliveries.end_delivery(endpoint, stream, id, &self.progress, rest, now).await?;
        if stop == Stop::Disabled {
            // The row says that something is owed, for when the endpoint is enabled again.
            deliveries.owe_delivery(endpoint, stream, now).await?;
            return Ok(());
        }
        if stop == Stop::TimeIsOver && !is_owed {
            is_owed = deliveries.owe_delivery(endpoint, stream, now).await?;
        }
        let delay = match rest {
            Rest::Wait(at) | Rest::Attempt(at) => Some(at.since(now)),
            Rest::Nothing => None,
        };
        crate::delivery::ask(sender, endpoint, (stream, self.owner), is_owed, delay).await
    }
}
