//! Transfers: the bytes of a connection's files, from Dropbox to the bucket.
//!
//! One run at a time processes all due transfers of a connection, a few at the same time. The work is in the
//! store, one row per revision; a message only says that there is some.

mod attempt;
mod counting;
mod ending;
mod fetch;
mod isolated;
mod processed_files;
mod record;
mod stream;
mod sweep;
mod verdict;

use std::collections::VecDeque;

use futures_util::{StreamExt, stream::FuturesUnordered};
use shared::{
    metrics::Metric,
    model::{Cause, Connection, ConnectionId, Exported, Resume, Timestamp, Transfer, TroubleCode},
    store::TransferSchedule,
};
use tokio::time::Instant;

use self::counting::Counting;
use crate::{
    Failure, Worker,
    connection_state::{self, ConnectionState},
    disconnect::purge,
    health::cause_of,
};

/// Number of transfers read at once.
const PAGE: u32 = 100;
/// Number of files in a row that fail for a reason that may affect others, too, after which the run ends.
const OUTAGE: u32 = 4;

/// Result of one transfer.
#[derive(Debug)]
enum Outcome {
    /// The bytes are in the bucket; their number.
    Fetched(u64),
    /// The transfer failed, with no attempts left.
    Failed,
    /// The transfer is done in another way: discarded, or its event published again.
    Done,
    /// The transfer failed and is tried again, not before this time.
    Later(Timestamp),
    /// The file is gone from Dropbox or has another revision; a walk must look. Tried again, not before this
    /// time.
    Gone(Timestamp),
    /// The transfer failed for a reason that may affect others, too. Tried again, not before this time.
    Failing(Timestamp, Cause),
    /// The transfer failed for a reason that is not the file's own, unless no other file fails for it. Tried
    /// again later.
    Stalled(Transfer, Cause),
    /// No file of the connection can be transferred now.
    Hindered(Cause),
    /// The account has another root, and a walk was requested. Tried again, not before this time.
    Elsewhere(Timestamp),
    /// The time of the run was up.
    OutOfTime,
    /// Dropbox requested a pause until this time.
    Paused(Timestamp),
    /// Dropbox refuses the tokens.
    NeedsReauth,
}

/// Result of fetching a revision's bytes.
enum Fetched {
    /// All bytes are in the bucket and match what Dropbox named.
    Whole { exported: Option<Exported> },
    /// Dropbox sent other bytes than it named; none of them are in the bucket.
    OtherBytes,
    /// The file wants another revision by now.
    Unwanted,
    /// The time was up; the upload can be resumed from here, if it could be saved.
    OutOfTime(Option<Resume>),
    /// The download ended early; the upload can be resumed from here, if it could be saved.
    Cut(Option<Resume>, Failure),
}

/// Isolation of the transfers of one run from one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// A few at the same time.
    None,
    /// One at a time, each put off while its bytes are fetched, so that the others get their turn if it kills
    /// the process.
    OneByOne,
}

/// One run of a connection's transfers.
struct Run<'a> {
    worker: &'a Worker,
    connection: &'a Connection,
    deadline: Instant,
    /// Transfers that were read and not begun.
    ready: VecDeque<Transfer>,
    /// The last transfer that was read.
    after: Option<Transfer>,
    /// Earliest time at which a transfer that is not due yet becomes due.
    next: Option<Timestamp>,
    failures_in_a_row: u32,
    /// Number of files whose bytes were transferred.
    fetched: u32,
    /// Counts to be added to the connection's.
    counting: Counting,
    /// Whether a file is gone or has changed and no walk has seen it yet.
    is_walk_wanted: bool,
    /// Cause of the last failure that may affect others, too.
    last_cause: Option<Cause>,
    /// Transfers that stalled.
    stalled: Vec<Transfer>,
    /// Reason why no more transfers are begun, if that is so.
    stop: Option<Stop>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Stop {
    TimeIsOver,
    Hindered(Cause),
    Elsewhere(Timestamp),
    Paused(Timestamp),
    NeedsReauth,
}

/// Runs the connection's due transfers, isolated as `isolation` says, then a sweep if one is due. `sweep`
/// makes one due.
pub(crate) async fn run(
    worker: &Worker,
    id: ConnectionId,
    sweep: bool,
    isolation: Isolation,
) -> Result<(), Failure> {
    let connection = match connection_state::of(worker, id).await? {
        ConnectionState::Active(connection) => connection,
        ConnectionState::Idle => return Ok(()),
        ConnectionState::Disconnected(connection) => return purge::run(worker, &connection).await,
    };
    if sweep {
        worker.store.owe_sweep(id).await?;
    }
    let (schedule, requests) = worker.store.transfer_schedule_and_requests(id).await?;
    let deadline = Instant::now() + worker.time.transfers;
    let now = worker.clock.now();
    if let Some(until) = worker.store.schedule(id).await?.pause(now) {
        worker.count(&connection, Metric::RateLimitWaits, 1);
        ending::count_put_off(worker, &connection, TroubleCode::RateLimited);
        worker.store.set_transfer_schedule(id, TransferSchedule { wake_at: Some(until), ..schedule }).await?;
    } else {
        let mut run = Run::new(worker, &connection, deadline);
        let at_once = match isolation {
            Isolation::None => schedule.at_once,
            Isolation::OneByOne => 1,
        };
        run.work(at_once, isolation).await;
        run.end(schedule, &requests).await?;
    }
    sweep::run(worker, &connection, deadline).await
}

impl<'a> Run<'a> {
    fn new(worker: &'a Worker, connection: &'a Connection, deadline: Instant) -> Self {
        Self {
            worker,
            connection,
            deadline,
            ready: VecDeque::new(),
            after: None,
            next: None,
            failures_in_a_row: 0,
            fetched: 0,
            counting: Counting::begun(),
            is_walk_wanted: false,
            last_cause: None,
            stalled: Vec::new(),
            stop: None,
        }
    }

    async fn work(&mut self, at_once: u32, isolation: Isolation) {
        let (worker, connection, deadline) = (self.worker, self.connection, self.deadline);
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < at_once as usize && self.stop.is_none() {
                match self.next_due().await {
                    Ok(Some(transfer)) => {
                        running.push(attempt::run(worker, connection, transfer, isolation, deadline));
                    }
                    Ok(None) => break,
                    Err(failure) => self.fail(&failure),
                }
            }
            match running.next().await {
                Some(Ok(seen)) => self.note(seen),
                Some(Err(failure)) => self.fail(&failure),
                None => return,
            }
            self.count_up(false).await;
            if Instant::now() >= deadline {
                self.stop_for(Stop::TimeIsOver);
            }
        }
    }

    /// Returns the next transfer that is due, if any.
    async fn next_due(&mut self) -> Result<Option<Transfer>, Failure> {
        let now = self.worker.clock.now();
        loop {
            if let Some(transfer) = self.ready.pop_front() {
                if transfer.not_before <= now {
                    return Ok(Some(transfer));
                }
                self.wait_for(transfer.not_before);
                continue;
            }
            let page = self.worker.store.transfers(self.connection.id, self.after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(None) };
            self.after = Some(last.clone());
            self.ready.extend(page);
        }
    }

    fn wait_for(&mut self, at: Timestamp) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }

    fn note(&mut self, seen: Outcome) {
        match seen {
            Outcome::Fetched(bytes) => {
                (self.fetched, self.failures_in_a_row) = (self.fetched + 1, 0);
                self.counting.fetched(bytes);
            }
            Outcome::Failed => {
                self.failures_in_a_row = 0;
                self.counting.failed();
            }
            Outcome::Done => self.failures_in_a_row = 0,
            Outcome::Later(at) => self.wait_for(at),
            Outcome::Gone(at) => {
                self.wait_for(at);
                self.is_walk_wanted = true;
            }
            Outcome::Failing(at, cause) => {
                self.wait_for(at);
                self.note_shared(cause);
            }
            Outcome::Stalled(transfer, cause) => {
                self.wait_for(transfer.not_before);
                self.stalled.push(transfer);
                self.note_shared(cause);
            }
            Outcome::Hindered(cause) => self.stop_for(Stop::Hindered(cause)),
            Outcome::Elsewhere(at) => self.stop_for(Stop::Elsewhere(at)),
            Outcome::OutOfTime => self.stop_for(Stop::TimeIsOver),
            Outcome::Paused(until) => self.stop = Some(Stop::Paused(until)),
            Outcome::NeedsReauth => self.stop = Some(Stop::NeedsReauth),
        }
    }

    /// Records a failure that may affect others, too. Several in a row end the run.
    fn note_shared(&mut self, cause: Cause) {
        self.failures_in_a_row += 1;
        if self.failures_in_a_row >= OUTAGE {
            self.stop_for(Stop::Hindered(cause.clone()));
        }
        self.last_cause = Some(cause);
    }

    /// Ends the run because a transfer's result could not be stored. The message does not fail, because it
    /// would come again at once.
    fn fail(&mut self, failure: &Failure) {
        let cause = cause_of(failure);
        tracing::warn!(connection = %self.connection.id, %failure, reason = %cause.code, "a run of transfers is put off");
        self.stop_for(Stop::Hindered(cause));
    }

    fn stop_for(&mut self, stop: Stop) {
        self.stop.get_or_insert(stop);
    }
}
