//! Transfers: the bytes of a connection's files, from Dropbox to the bucket.
//!
//! One run at a time sees to all transfers of a connection that are due, a few at the same time. What is to be done
//! lies in the store, a row for each revision; a message only says that something is there.

mod bring;
mod claim;
mod counting;
mod ending;
mod one;
mod pour;
mod settle;
mod sweep;
mod verdict;

use std::collections::VecDeque;

use futures_util::{StreamExt, stream::FuturesUnordered};
use shared::{
    metrics::Metric,
    model::{Cause, Connection, ConnectionId, Timestamp, Transfer, TroubleCode},
    store::TransferPace,
};
use tokio::time::Instant;

use self::counting::Counting;
pub(crate) use self::settle::content_key;
use crate::{Failure, Worker, health::cause_of, walk::Standing};

/// Transfers read at once.
const PAGE: u32 = 100;
/// After so many files in a row that failed for a reason that others share, the run ends.
const OUTAGE: u32 = 4;

/// What became of one transfer.
#[derive(Debug)]
enum Seen {
    /// So many bytes were brought.
    Brought(u64),
    /// Its bytes will not come.
    GivenUp,
    /// It was seen to otherwise.
    Done,
    /// It is to be tried again, not before then.
    Later(Timestamp),
    /// The same of a file that Dropbox has no more, or that is another by now: a walk is to look.
    Gone(Timestamp),
    /// The same after a failure that others may share.
    Failing(Timestamp, Cause),
    /// It is to be tried again after a failure that is not its own, unless it is alone with it.
    Stalled(Transfer, Cause),
    /// No file of the connection can be brought now.
    Hindered(Cause),
    /// The account is rooted elsewhere; a walk was asked for, and it is to be tried again, not before then.
    Elsewhere(Timestamp),
    /// The time of the run was over.
    OutOfTime,
    /// Dropbox asks for silence until then.
    Paused(Timestamp),
    /// Dropbox refuses the tokens.
    NeedsReauth,
}

/// How a run goes about its transfers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// A few at the same time.
    Usual,
    /// One at a time, each put off while its bytes are brought: were the process to die of it, the others would have
    /// their turn.
    OneByOne,
}

/// One run.
struct Run<'a> {
    worker: &'a Worker,
    connection: &'a Connection,
    end: Instant,
    /// Transfers that were read and not begun.
    ready: VecDeque<Transfer>,
    /// The last transfer that was read.
    after: Option<Transfer>,
    /// When the earliest of those that are not due yet is.
    next: Option<Timestamp>,
    failures_in_a_row: u32,
    /// How many files' bytes were brought.
    brought: u32,
    /// What is still to be added to the connection's counts.
    counting: Counting,
    /// Whether a file was gone of which no walk has told.
    is_walk_wanted: bool,
    /// What the last failure was that others may share.
    last_cause: Option<Cause>,
    /// Transfers that stalled.
    stalled: Vec<Transfer>,
    /// Why nothing more is begun, if nothing more is.
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

impl Worker {
    /// Sees to the connection's transfers; carefully, where an earlier run did not come to its end.
    pub(crate) async fn see_to_transfers(
        &self,
        id: ConnectionId,
        sweep: bool,
        care: Care,
    ) -> Result<(), Failure> {
        let connection = match self.standing(id).await? {
            Standing::Active(connection) => connection,
            Standing::Idle => return Ok(()),
            Standing::Disconnected(connection) => return self.purge(&connection).await,
        };
        if sweep {
            self.transfers.owe_sweep(id).await?;
        }
        let (pace, end) = (self.transfers.pace(id).await?, Instant::now() + self.time.transfers);
        let now = self.clock.now();
        if let Some(until) = self.schedules.schedule(id).await?.pause(now) {
            self.count(&connection, Metric::RateLimitWaits, 1);
            self.count_transfers_put_off(&connection, TroubleCode::RateLimited);
            self.transfers.set_pace(id, TransferPace { wake_at: Some(until), ..pace }).await?;
        } else {
            let mut run = Run::new(self, &connection, end);
            let at_once = match care {
                Care::Usual => pace.at_once,
                Care::OneByOne => 1,
            };
            run.work(at_once, care).await;
            run.end(pace).await?;
        }
        self.sweep(&connection, end).await
    }
}

impl<'a> Run<'a> {
    fn new(worker: &'a Worker, connection: &'a Connection, end: Instant) -> Self {
        Self {
            worker,
            connection,
            end,
            ready: VecDeque::new(),
            after: None,
            next: None,
            failures_in_a_row: 0,
            brought: 0,
            counting: Counting::begun(),
            is_walk_wanted: false,
            last_cause: None,
            stalled: Vec::new(),
            stop: None,
        }
    }

    async fn work(&mut self, at_once: u32, care: Care) {
        let (worker, connection, end) = (self.worker, self.connection, self.end);
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < at_once as usize && self.stop.is_none() {
                match self.next_due().await {
                    Ok(Some(transfer)) => running.push(worker.see_to(connection, transfer, care, end)),
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
            if Instant::now() >= end {
                self.stop_for(Stop::TimeIsOver);
            }
        }
    }

    /// The next transfer that is due.
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
            let page = self.worker.transfers.transfers(self.connection.id, self.after.as_ref(), PAGE).await?;
            let Some(last) = page.last() else { return Ok(None) };
            self.after = Some(last.clone());
            self.ready.extend(page);
        }
    }

    fn wait_for(&mut self, at: Timestamp) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }

    fn note(&mut self, seen: Seen) {
        match seen {
            Seen::Brought(bytes) => {
                (self.brought, self.failures_in_a_row) = (self.brought + 1, 0);
                self.counting.brought(bytes);
            }
            Seen::GivenUp => {
                self.failures_in_a_row = 0;
                self.counting.given_up();
            }
            Seen::Done => self.failures_in_a_row = 0,
            Seen::Later(at) => self.wait_for(at),
            Seen::Gone(at) => {
                self.wait_for(at);
                self.is_walk_wanted = true;
            }
            Seen::Failing(at, cause) => {
                self.wait_for(at);
                self.note_shared(cause);
            }
            Seen::Stalled(transfer, cause) => {
                self.wait_for(transfer.not_before);
                self.stalled.push(transfer);
                self.note_shared(cause);
            }
            Seen::Hindered(cause) => self.stop_for(Stop::Hindered(cause)),
            Seen::Elsewhere(at) => self.stop_for(Stop::Elsewhere(at)),
            Seen::OutOfTime => self.stop_for(Stop::TimeIsOver),
            Seen::Paused(until) => self.stop = Some(Stop::Paused(until)),
            Seen::NeedsReauth => self.stop = Some(Stop::NeedsReauth),
        }
    }

    /// A failure that others may share: so many in a row end the run.
    fn note_shared(&mut self, cause: Cause) {
        self.failures_in_a_row += 1;
        if self.failures_in_a_row >= OUTAGE {
            self.stop_for(Stop::Hindered(cause.clone()));
        }
        self.last_cause = Some(cause);
    }

    /// What cannot be noted of a transfer ends the run, and not the message: it would only come again at once.
    fn fail(&mut self, failure: &Failure) {
        let cause = cause_of(failure);
        tracing::warn!(connection = %self.connection.id, %failure, reason = %cause.code, "a run of transfers is put off");
        self.stop_for(Stop::Hindered(cause));
    }

    fn stop_for(&mut self, stop: Stop) {
        self.stop.get_or_insert(stop);
    }
}
