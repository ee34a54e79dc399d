//! One transfer: does what the file's item wants now.

use std::time::Duration;

use shared::{
    dropbox::{Dropbox, Entry, Session},
    model::{
        Cause, Connection, Content, Item, ItemId, Lane, NotFetched, Resume, Timestamp, Transfer, WalkReason,
    },
};
use tokio::time::Instant;

use super::{
    Care, Seen,
    bring::Brought,
    verdict::{ATTEMPTS, Verdict, attempts},
};
use crate::{Failure, Worker, retry::backoff};

/// Delay after the first failure; it doubles with each further one.
const FIRST_DELAY: Duration = Duration::from_secs(5);
/// Longest delay.
const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);
/// Delay after a failure that is not the file's own.
const STALL: Duration = Duration::from_secs(60);

impl Worker {
    /// Processes one transfer.
    pub(super) async fn see_to(
        &self,
        connection: &Connection,
        transfer: Transfer,
        care: Care,
        end: Instant,
    ) -> Result<Seen, Failure> {
        let held = self.items.items(connection.id, std::slice::from_ref(&transfer.item)).await?;
        let item = held.get(&transfer.item).filter(|item| item.content.rev() == Some(&transfer.rev));
        match item.map(|item| (item, &item.content)) {
            // Each of these failures was the death of the process.
            Some((_, Content::Pending { .. })) if transfer.failures >= ATTEMPTS => {
                self.give_up(connection, &transfer, NotFetched::Unreachable).await
            }
            Some((item, Content::Pending { .. })) => self.fetch(connection, item, transfer, care, end).await,
            // The event may have been lost between the writes that end a transfer.
            Some((item, Content::Ready { .. })) => {
                self.announce_ready(connection, item, &transfer).await?;
                self.end(connection, &transfer).await
            }
            Some((_, Content::Failed { reason, .. })) => {
                self.announce_failed(connection, &transfer, *reason).await?;
                self.discard(connection, &transfer).await
            }
            _ => self.discard(connection, &transfer).await,
        }
    }

    async fn fetch(
        &self,
        connection: &Connection,
        item: &Item,
        transfer: Transfer,
        care: Care,
        end: Instant,
    ) -> Result<Seen, Failure> {
        if let Some(until) = self.schedules.schedule(connection.id).await?.pause(self.clock.now()) {
            return Ok(Seen::Paused(until));
        }
        let brought = match care {
            Care::Usual => self.bring(connection, item, &transfer, end).await,
            Care::OneByOne => self.bring_carefully(connection, item, &transfer, end).await,
        };
        match brought {
            Ok(Brought::Whole { exported }) => self.settle_ready(connection, item, &transfer, exported).await,
            Ok(Brought::OtherBytes) => self.failed(connection, transfer, NotFetched::HashMismatch).await,
            Ok(Brought::Unwanted) => self.discard(connection, &transfer).await,
            Ok(Brought::OutOfTime(resume)) => {
                self.transfers.note_transfer(connection.id, &resumable(transfer, resume)).await?;
                Ok(Seen::OutOfTime)
            }
            Ok(Brought::Cut(resume, failure)) => {
                let transfer = resumable(transfer, resume);
                self.fetch_failed(connection, transfer, failure).await
            }
            Err(failure) => self.fetch_failed(connection, transfer, failure).await,
        }
    }

    async fn fetch_failed(
        &self,
        connection: &Connection,
        transfer: Transfer,
        failure: Failure,
    ) -> Result<Seen, Failure> {
        match Verdict::of(&failure) {
            Verdict::Missing => self.missing(connection, transfer).await,
            verdict => self.judged(connection, transfer, verdict, &failure).await,
        }
    }

    /// Acts on a verdict without looking the file up at Dropbox.
    async fn judged(
        &self,
        connection: &Connection,
        transfer: Transfer,
        verdict: Verdict,
        failure: &Failure,
    ) -> Result<Seen, Failure> {
        match verdict {
            Verdict::Pause(wait) => {
                let until = self.clock.now().plus(wait);
                self.schedules.pause(connection.id, until).await?;
                Ok(Seen::Paused(until))
            }
            Verdict::NeedsReauth => Ok(Seen::NeedsReauth),
            Verdict::Connection(cause) => Ok(Seen::Hindered(cause)),
            Verdict::Ours(cause) => {
                tracing::warn!(connection = %connection.id, %failure, reason = %cause.code, "a transfer failed");
                self.stall(connection, transfer, cause).await
            }
            Verdict::Elsewhere => {
                self.ask_for_walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
                let seen = self.failed(connection, transfer, NotFetched::Unreachable).await?;
                let at = |at: Timestamp| at.max(self.clock.now().plus(STALL));
                Ok(if let Seen::Later(next) = seen { Seen::Elsewhere(at(next)) } else { seen })
            }
            Verdict::Missing => self.failed(connection, transfer, NotFetched::Unreadable).await,
            Verdict::File(reason) => self.failed(connection, transfer, reason).await,
            Verdict::Shared(reason, cause) => {
                tracing::warn!(connection = %connection.id, %failure, reason = %cause.code, "a transfer failed");
                let seen = self.failed(connection, transfer, reason).await?;
                Ok(if let Seen::Later(at) = seen { Seen::Failing(at, cause) } else { seen })
            }
        }
    }

    /// Tries again later, or gives the file up after its last attempt.
    async fn failed(
        &self,
        connection: &Connection,
        transfer: Transfer,
        reason: NotFetched,
    ) -> Result<Seen, Failure> {
        if transfer.failures + 1 < attempts(reason) {
            return self.later(connection, transfer).await.map(Seen::Later);
        }
        // A failure that affects all files is not this one's own, so Dropbox must answer about the file
        // before it is given up.
        let may_be_shared = matches!(reason, NotFetched::Unreachable | NotFetched::Refused);
        if may_be_shared && !self.is_answered(connection, &transfer.item).await {
            let failures = transfer.failures.min(attempts(reason) - 2);
            return self.later(connection, Transfer { failures, ..transfer }).await.map(Seen::Later);
        }
        self.give_up(connection, &transfer, reason).await
    }

    /// Whether Dropbox answers a question about the file, be it with a refusal of this file.
    async fn is_answered(&self, connection: &Connection, id: &ItemId) -> bool {
        match self.look_up(connection, id).await {
            Ok(_) => true,
            Err(failure) => failure.dropbox().is_some_and(|error| error.refusal().is_some()),
        }
    }

    /// Handles Dropbox's answer that it has no such revision. If the file is gone or has another revision by
    /// now, a walk will find that; if it is still listed with this one, it cannot be read.
    async fn missing(&self, connection: &Connection, transfer: Transfer) -> Result<Seen, Failure> {
        let revision = match self.look_up(connection, &transfer.item).await {
            Ok(entry) => entry.and_then(|entry| entry.facts().and_then(|facts| facts.rev.clone())),
            Err(failure) => {
                let verdict = Verdict::of(&failure);
                return self.judged(connection, transfer, verdict, &failure).await;
            }
        };
        if revision.as_ref() == Some(&transfer.rev) {
            return self.failed(connection, transfer, NotFetched::Unreadable).await;
        }
        if transfer.failures + 1 < ATTEMPTS {
            return self.later(connection, transfer).await.map(Seen::Gone);
        }
        // No walk has removed it; its deletion may be waiting for a confirmation.
        self.give_up(connection, &transfer, NotFetched::Unreadable).await
    }

    /// Returns a file as it is at Dropbox now, or `None` if there is no such file.
    async fn look_up(&self, connection: &Connection, id: &ItemId) -> Result<Option<Entry>, Failure> {
        let call = |dropbox: Dropbox, session: Session| async move { dropbox.metadata(&session, id).await };
        Ok(self.with_session(connection, call).await?)
    }

    /// Tries again later, without counting a failure of the file.
    async fn stall(
        &self,
        connection: &Connection,
        transfer: Transfer,
        cause: Cause,
    ) -> Result<Seen, Failure> {
        let not_before = self.clock.now().plus(STALL);
        let transfer = Transfer { not_before, ..transfer };
        self.transfers.note_transfer(connection.id, &transfer).await?;
        Ok(Seen::Stalled(transfer, cause))
    }

    /// Counts a stall as a failure of the file, because other files could be transferred meanwhile.
    pub(super) async fn charge(&self, connection: &Connection, transfer: Transfer) -> Result<Seen, Failure> {
        if transfer.failures + 1 >= ATTEMPTS {
            return self.give_up(connection, &transfer, NotFetched::Unreachable).await;
        }
        let charged = Transfer { failures: transfer.failures + 1, ..transfer };
        self.transfers.note_transfer(connection.id, &charged).await?;
        Ok(Seen::Later(charged.not_before))
    }

    /// Records a failure. Returns when the next attempt is due.
    async fn later(&self, connection: &Connection, transfer: Transfer) -> Result<Timestamp, Failure> {
        let delay = backoff(transfer.failures, FIRST_DELAY, LONGEST_DELAY);
        let not_before = self.clock.now().plus(delay);
        let failures = transfer.failures + 1;
        self.transfers.note_transfer(connection.id, &Transfer { failures, not_before, ..transfer }).await?;
        Ok(not_before)
    }
}

/// Sets where a transfer resumes: at this attempt's upload, or else at an earlier one's.
fn resumable(transfer: Transfer, resume: Option<Resume>) -> Transfer {
    Transfer { resume: resume.or(transfer.resume), ..transfer }
}
