//! Transfers: the bytes of a connection's files, from Dropbox to the bucket.
//!
//! One run at a time sees to all transfers of a connection that are due, a few at the same time. What is to be done
//! lies in the store, a row for each revision; a message only says that something is there.

mod bring;
mod claim;
mod one;
mod pour;
mod settle;
mod sweep;

use std::{collections::VecDeque, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use shared::{
    metrics::{Metric, Subject},
    model::{Connection, ConnectionId, Timestamp, Transfer, TroubleCode},
    store::TransferPace,
};
use tokio::time::Instant;

pub(crate) use self::settle::content_key;
use crate::{Failure, Worker, walk::Standing};

/// A run works for so long and leaves the rest to the next; the function may run for 15 minutes.
const BUDGET: Duration = Duration::from_secs(12 * 60);
/// Transfers read at once.
const PAGE: u32 = 100;
/// After so many failures of Dropbox in a row the run ends: it is out, or the network is.
const OUTAGE: u32 = 4;
/// When the next run begins then.
const BACKOFF: Duration = Duration::from_secs(60);

/// What became of one transfer.
#[derive(Debug, Clone, Copy)]
enum Seen {
    /// It was seen to.
    Done,
    /// It is to be tried again, not before then.
    Later(Timestamp),
    /// Dropbox or the network failed; it is to be tried again, not before then.
    Unreachable(Timestamp),
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
    /// Why nothing more is begun, if nothing more is.
    stop: Option<Stop>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    TimeIsOver,
    Outage,
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
        let pace = self.transfers.pace(id).await?;
        let now = self.clock.now();
        if let Some(until) = self.schedules.schedule(id).await?.pause(now) {
            self.count(&connection, Metric::RateLimitWaits, 1);
            self.transfers.set_pace(id, TransferPace { wake_at: Some(until), ..pace }).await?;
        } else {
            let mut run = Run::new(self, &connection);
            let at_once = match care {
                Care::Usual => pace.at_once,
                Care::OneByOne => 1,
            };
            run.work(at_once, care).await?;
            run.end(pace).await?;
        }
        if sweep { self.sweep(&connection).await } else { Ok(()) }
    }
}

impl<'a> Run<'a> {
    fn new(worker: &'a Worker, connection: &'a Connection) -> Self {
        let end = Instant::now() + BUDGET;
        let (ready, after, next, stop) = (VecDeque::new(), None, None, None);
        Self { worker, connection, end, ready, after, next, failures_in_a_row: 0, stop }
    }

    async fn work(&mut self, at_once: u32, care: Care) -> Result<(), Failure> {
        let (worker, connection, end) = (self.worker, self.connection, self.end);
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < at_once as usize && self.stop.is_none() {
                match self.next_due().await? {
                    Some(transfer) => running.push(worker.see_to(connection, transfer, care, end)),
                    None => break,
                }
            }
            match running.next().await {
                Some(seen) => self.note(seen?),
                None => return Ok(()),
            }
            if Instant::now() >= end {
                self.stop.get_or_insert(Stop::TimeIsOver);
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
            Seen::Done => self.failures_in_a_row = 0,
            Seen::Later(at) => self.wait_for(at),
            Seen::Unreachable(at) => {
                self.wait_for(at);
                self.failures_in_a_row += 1;
                if self.failures_in_a_row >= OUTAGE {
                    self.stop.get_or_insert(Stop::Outage);
                }
            }
            Seen::OutOfTime => drop(self.stop.get_or_insert(Stop::TimeIsOver)),
            Seen::Paused(until) => self.stop = Some(Stop::Paused(until)),
            Seen::NeedsReauth => self.stop = Some(Stop::NeedsReauth),
        }
    }

    fn count_put_off(&self) {
        let reason = match self.stop {
            Some(Stop::Outage) => TroubleCode::DropboxUnreachable,
            Some(Stop::Paused(_)) => TroubleCode::RateLimited,
            Some(Stop::NeedsReauth) => TroubleCode::NeedsReauth,
            Some(Stop::TimeIsOver) | None => return,
        };
        let subject = Subject::of(self.connection).hindered_by(reason);
        self.worker.metrics.count(subject, Metric::TransfersPutOff, 1);
    }

    /// Sees to it that the next run comes, where one is needed.
    async fn end(self, pace: TransferPace) -> Result<(), Failure> {
        let (worker, id) = (self.worker, self.connection.id);
        let now = worker.clock.now();
        if let Some(Stop::Paused(_)) = self.stop {
            worker.count(self.connection, Metric::RateLimitWaits, 1);
        }
        self.count_put_off();
        let (at_once, wake_at) = match self.stop {
            None => ((pace.at_once + 1).min(TransferPace::MOST), self.next),
            Some(Stop::TimeIsOver) => (pace.at_once, Some(now)),
            Some(Stop::Outage) => (pace.at_once, Some(now.plus(BACKOFF))),
            // Half as many, so that interactive calls get through.
            Some(Stop::Paused(until)) => ((pace.at_once / 2).max(1), Some(until)),
            Some(Stop::NeedsReauth) => return worker.needs_reauth(self.connection).await,
        };
        worker.transfers.set_pace(id, TransferPace { at_once, wake_at }).await?;
        if self.stop == Some(Stop::TimeIsOver) { worker.ask_for_transfers(id).await } else { Ok(()) }
    }
}
