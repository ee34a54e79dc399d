//! One transfer: what the file wants now decides what is done.

use std::time::Duration;

use shared::{
    dropbox::DropboxError,
    model::{Connection, Content, Item, NotFetched, Resume, Timestamp, Transfer, WalkReason},
    tokens::TokenError,
};
use tokio::time::Instant;

use super::{Care, Seen, bring::Brought};
use crate::{Failure, Worker, retry::backoff};

/// After so many failures a file counts as failed, until it changes or a resync asks for it again.
pub(super) const MOST_FAILURES: u32 = 8;
/// The delay after the first failure; it doubles with each.
const FIRST_DELAY: Duration = Duration::from_secs(5);
/// The longest delay.
const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);

impl Worker {
    /// Sees to one transfer.
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
            // Each time the process died of it.
            Some((_, Content::Pending { .. })) if transfer.failures >= MOST_FAILURES => {
                self.give_up(connection, &transfer, NotFetched::Unreachable).await
            }
            Some((item, Content::Pending { .. })) => self.fetch(connection, item, transfer, care, end).await,
            // An event may have been lost between the writes that end a transfer.
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
        match failure.dropbox() {
            Some(DropboxError::RateLimited(wait)) => {
                let until = self.clock.now().plus(*wait);
                self.schedules.pause(connection.id, until).await?;
                Ok(Seen::Paused(until))
            }
            Some(DropboxError::Restricted(_)) => {
                self.give_up(connection, &transfer, NotFetched::Restricted).await
            }
            Some(DropboxError::NotDownloadable(_)) => {
                self.give_up(connection, &transfer, NotFetched::NotDownloadable).await
            }
            // The walk will hear of it. Until then the file waits.
            Some(DropboxError::NotFound(_)) => self.missing(connection, transfer).await,
            Some(DropboxError::RootMoved(_) | DropboxError::AppFolder(_)) => {
                self.ask_for_walk(connection.id, WalkReason::Chosen).await?;
                self.failed(connection, transfer, NotFetched::Unreachable).await
            }
            _ if matches!(failure, Failure::Token(TokenError::NeedsReauth)) => Ok(Seen::NeedsReauth),
            _ => {
                tracing::warn!(connection = %connection.id, %failure, "a transfer failed");
                self.failed(connection, transfer, NotFetched::Unreachable).await
            }
        }
    }

    /// Tries again later, or gives up.
    async fn failed(
        &self,
        connection: &Connection,
        transfer: Transfer,
        reason: NotFetched,
    ) -> Result<Seen, Failure> {
        if transfer.failures + 1 >= MOST_FAILURES {
            return self.give_up(connection, &transfer, reason).await;
        }
        let unreachable = reason == NotFetched::Unreachable;
        let at = self.later(connection, transfer).await?;
        Ok(if unreachable { Seen::Unreachable(at) } else { Seen::Later(at) })
    }

    async fn missing(&self, connection: &Connection, transfer: Transfer) -> Result<Seen, Failure> {
        if transfer.failures + 1 >= MOST_FAILURES {
            return self.end(connection, &transfer).await;
        }
        self.later(connection, transfer).await.map(Seen::Later)
    }

    /// Notes a failure, and says when the next attempt is due.
    async fn later(&self, connection: &Connection, transfer: Transfer) -> Result<Timestamp, Failure> {
        let delay = backoff(transfer.failures, FIRST_DELAY, LONGEST_DELAY);
        let not_before = self.clock.now().plus(delay);
        let failures = transfer.failures + 1;
        self.transfers.note_transfer(connection.id, &Transfer { failures, not_before, ..transfer }).await?;
        Ok(not_before)
    }
}

/// A transfer that goes on from where this attempt came, or an earlier one.
fn resumable(transfer: Transfer, resume: Option<Resume>) -> Transfer {
    Transfer { resume: resume.or(transfer.resume), ..transfer }
}
