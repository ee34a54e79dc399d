//! Transfers: the bytes of a connection's files, from Dropbox to the bucket.
//!
//! One run at a time processes all due transfers of a connection: at the same time as many as Dropbox answers
//! quickly, then alone, one by one, those of which a process may have died. The work is in the store; a message
//! only says that there is some. Walks put the revisions of a commit on lists, a hundred in a row of the table.
//! A request for one file, and an attempt that is repeated, has a row of its own. Rows come first.

mod acknowledge;
mod attempt;
mod counting;
mod ending;
mod fetch;
mod hand;
mod lists;
mod noted;
mod pace;
mod processed_files;
mod recent_copies;
mod record;
mod shared_rows;
mod stream;
mod suspicion;
mod sweep;
mod verdict;

use std::{collections::VecDeque, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use shared::{
    metrics::Metric,
    model::{
        Cause, Connection, ConnectionId, Exported, FileRevision, InFlight, Item, Resume, Timestamp, Transfer,
        TroubleCode,
    },
    store::TransferSchedule,
};
use tokio::time::{Instant, sleep_until};

use self::{
    acknowledge::{Acknowledgement, Gathered},
    counting::Counting,
    hand::After,
    lists::Lists,
    pace::Pace,
    recent_copies::RecentCopies,
    shared_rows::SharedRows,
};
use crate::{
    Failure, Worker,
    connection_state::{self, ConnectionState},
    disconnect::purge,
    health::cause_of,
};

/// Number of transfers with rows of their own that are read at once.
const PAGE: u32 = 100;
/// Number of files in a row that fail for a reason that may affect others, too, after which the run ends.
const OUTAGE: u32 = 4;
/// Minimum time for suspected files, even after the others have used all of the run's; the function's timeout
/// leaves as much.
const LEAST: Duration = Duration::from_secs(30);

/// Result of one transfer.
#[derive(Debug)]
enum Outcome {
    /// The bytes are in the bucket; their number.
    Fetched(u64),
    /// The bytes of a file on a list are in the bucket, as is recorded with its item; their number, if they have just
    /// come. It is still to be acknowledged.
    Ready(Box<Acknowledgement>, Option<u64>),
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

impl Outcome {
    /// Returns what has become of the file; `None` if it is still to be acknowledged.
    fn after(&self) -> Option<After> {
        match self {
            Self::Ready(..) => None,
            Self::Fetched(_) | Self::Failed | Self::Done => Some(After::Ended),
            Self::Later(_)
            | Self::Gone(_)
            | Self::Failing(..)
            | Self::Stalled(..)
            | Self::Elsewhere(_)
            | Self::OutOfTime => Some(After::InItsRow),
            Self::Hindered(_) | Self::Paused(_) | Self::NeedsReauth => Some(After::AsBefore),
        }
    }
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

/// A transfer to be done.
#[derive(Debug)]
struct Task {
    transfer: Transfer,
    /// Data read with its list; absent if it was read from a row of its own.
    listed: Option<Listed>,
}

/// Data of a file, read together with that of the others on its list.
#[derive(Debug)]
struct Listed {
    /// Number of the list.
    list: u64,
    read_at: Instant,
    item: Option<Item>,
    /// Revision that has the same bytes in the bucket.
    twin: Option<FileRevision>,
}

/// A transfer that was tried.
struct Tried {
    file: FileRevision,
    /// Number of its list, if it is on one.
    list: Option<u64>,
    outcome: Result<Outcome, Failure>,
}

/// State that the transfers of a run share.
#[derive(Default)]
struct SharedState {
    rows: SharedRows,
    copies: RecentCopies,
}

/// Parameters that transfers of a run share.
#[derive(Clone, Copy)]
struct Conditions<'a> {
    worker: &'a Worker,
    connection: &'a Connection,
    /// Note in a transfer's row while its bytes are fetched, if there is one.
    note: Option<InFlight>,
    /// Time at which they must end.
    deadline: Instant,
    pace: &'a Pace<'a>,
    shared: &'a SharedState,
}

/// One run of a connection's transfers.
struct Run<'a> {
    worker: &'a Worker,
    connection: &'a Connection,
    deadline: Instant,
    /// Transfers with rows of their own that were read and not begun.
    rows: VecDeque<Transfer>,
    /// The last one that was read.
    after: Option<Transfer>,
    /// Whether there are no more.
    are_rows_read: bool,
    lists: Lists,
    gathered: Gathered,
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
    /// Due transfers of which a process may have died.
    suspected: VecDeque<Transfer>,
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

/// Runs the connection's due transfers, then a sweep if one is due. `sweep` makes one due; `after_death` says
/// that a process may have died in this work before.
pub(crate) async fn run(
    worker: &Worker,
    id: ConnectionId,
    sweep: bool,
    after_death: bool,
) -> Result<(), Failure> {
    let connection = match connection_state::of(worker, id).await? {
        ConnectionState::Active(connection) => connection,
        ConnectionState::Idle => return Ok(()),
        ConnectionState::Disconnected(connection) => return purge::run(worker, &connection).await,
    };
    if sweep {
        worker.store.owe_sweep(id).await?;
    }
    let (project, schedule, (transfer_schedule, requests)) = tokio::try_join!(
        worker.store.project(connection.project),
        worker.store.schedule(id),
        worker.store.transfer_schedule_and_requests(id)
    )?;
    let Some(project) = project else { return Ok(()) };
    let deadline = Instant::now() + worker.time.transfers;
    if let Some(until) = schedule.pause(worker.clock.now()) {
        worker.count(&connection, Metric::RateLimitWaits, 1);
        ending::count_put_off(worker, &connection, TroubleCode::RateLimited);
        let put_off = TransferSchedule { wake_at: Some(until), ..transfer_schedule };
        worker.store.set_transfer_schedule(id, put_off).await?;
    } else {
        let mut run = Run::new(worker, &connection, deadline);
        let share = worker.capacity.join(&connection.app);
        let pace = Pace::new(share, &transfer_schedule, project.settings.concurrent_transfers.into());
        let shared = SharedState::default();
        run.work_together((&pace, &shared), after_death).await;
        run.work_alone((&pace, &shared)).await;
        run.end(&pace, &requests).await?;
    }
    sweep::run(worker, &connection, deadline).await
}

impl<'a> Run<'a> {
    fn new(worker: &'a Worker, connection: &'a Connection, deadline: Instant) -> Self {
        Self {
            worker,
            connection,
            deadline,
            rows: VecDeque::new(),
            after: None,
            are_rows_read: false,
            lists: Lists::default(),
            gathered: Gathered::default(),
            next: None,
            failures_in_a_row: 0,
            fetched: 0,
            counting: Counting::begun(),
            is_walk_wanted: false,
            last_cause: None,
            stalled: Vec::new(),
            suspected: VecDeque::new(),
            stop: None,
        }
    }

    /// Processes the transfers that nobody suspects, at this pace. After a death it is noted which are in flight.
    async fn work_together(&mut self, (pace, shared): (&Pace<'_>, &SharedState), after_death: bool) {
        let (worker, connection, deadline) = (self.worker, self.connection, self.deadline);
        let note = after_death.then_some(InFlight::Together);
        let conditions = Conditions { worker, connection, note, deadline, pace, shared };
        // Acknowledgements are driven beside the transfers, because both may wait for the same announcer.
        let (mut running, mut acknowledging) = (FuturesUnordered::new(), FuturesUnordered::new());
        loop {
            while running.len() < pace.at_once() as usize && self.stop.is_none() {
                match self.next_due().await {
                    Ok(Some(task)) => running.push(attempt::run(conditions, task)),
                    Ok(None) => break,
                    Err(failure) => self.fail(&failure),
                }
            }
            let batch = self.gathered.take(!running.is_empty());
            acknowledging.extend(batch.map(|batch| batch.acknowledge(worker, connection)));
            let due_at = self.gathered.due_at();
            tokio::select! {
                biased;
                Some((files, outcome)) = acknowledging.next() => self.acknowledged(files, outcome).await,
                Some(tried) = running.next() => self.ended(tried, pace).await,
                () = sleep_until(due_at.unwrap_or(deadline)), if due_at.is_some() => {}
                else => return,
            }
            if Instant::now() >= deadline {
                self.stop_for(Stop::TimeIsOver);
            }
        }
    }

    /// Processes the suspected transfers that have been read, one by one, at least one in each run.
    async fn work_alone(&mut self, (pace, shared): (&Pace<'_>, &SharedState)) {
        let (worker, connection) = (self.worker, self.connection);
        let deadline = self.deadline.max(Instant::now() + LEAST);
        let note = Some(InFlight::Alone);
        let conditions = Conditions { worker, connection, note, deadline, pace, shared };
        while matches!(self.stop, None | Some(Stop::TimeIsOver))
            && let Some(transfer) = self.suspected.pop_front()
        {
            let tried = attempt::run(conditions, Task { transfer, listed: None }).await;
            self.ended(tried, pace).await;
            if Instant::now() >= deadline {
                return self.stop_for(Stop::TimeIsOver);
            }
        }
    }

    async fn ended(&mut self, tried: Tried, pace: &Pace<'_>) {
        let Tried { file, list, outcome } = tried;
        let after = match outcome {
            Ok(outcome) => {
                if let Outcome::Paused(_) = outcome {
                    pace.paused();
                }
                let after = outcome.after();
                self.note(outcome, list);
                after
            }
            Err(failure) => {
                self.fail(&failure);
                Some(After::AsBefore)
            }
        };
        // Otherwise it stays in hand until it is acknowledged.
        if let Some(after) = after {
            self.put_down(file, list, after).await;
        }
        self.count_up(false).await;
    }

    /// Puts down files on lists that were acknowledged. If that failed, they stay on their lists.
    async fn acknowledged(&mut self, files: Vec<(Option<u64>, FileRevision)>, outcome: Result<(), Failure>) {
        let after = if outcome.is_ok() { After::Ended } else { After::AsBefore };
        if let Err(failure) = outcome {
            self.fail(&failure);
        }
        for (list, file) in files {
            self.put_down(file, list, after).await;
        }
    }

    /// Returns the next transfer that can be begun now: of those with rows of their own, then of those on lists.
    async fn next_due(&mut self) -> Result<Option<Task>, Failure> {
        match self.next_row().await? {
            Some(transfer) => {
                self.lists.hand.take(transfer.file());
                Ok(Some(Task { transfer, listed: None }))
            }
            None => self.next_listed().await,
        }
    }

    /// Returns the next transfer with a row of its own that is due and nobody suspects, if any.
    async fn next_row(&mut self) -> Result<Option<Transfer>, Failure> {
        let now = self.worker.clock.now();
        loop {
            if let Some(transfer) = self.rows.pop_front() {
                let is_suspected = suspicion::is_suspected(&transfer);
                if transfer.not_before <= now && !is_suspected {
                    return Ok(Some(transfer));
                }
                self.lists.hand.leave_in_row(transfer.file());
                if transfer.not_before > now {
                    self.wait_for(transfer.not_before);
                } else {
                    self.suspected.push_back(transfer);
                }
                continue;
            }
            if self.are_rows_read {
                return Ok(None);
            }
            let page = self.worker.store.transfers(self.connection.id, self.after.as_ref(), PAGE).await?;
            self.are_rows_read = page.len() < PAGE as usize;
            self.after = page.last().cloned().or(self.after.take());
            self.rows.extend(page);
        }
    }

    fn wait_for(&mut self, at: Timestamp) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }

    fn note(&mut self, outcome: Outcome, list: Option<u64>) {
        match outcome {
            Outcome::Fetched(bytes) => self.note_fetched(bytes),
            Outcome::Ready(acknowledgement, bytes) => {
                self.failures_in_a_row = 0;
                if let Some(bytes) = bytes {
                    self.note_fetched(bytes);
                }
                self.gathered.add(list, *acknowledgement);
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

    fn note_fetched(&mut self, bytes: u64) {
        (self.fetched, self.failures_in_a_row) = (self.fetched + 1, 0);
        self.counting.fetched(bytes);
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
