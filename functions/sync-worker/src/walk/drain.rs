//! Draining: page after page from the cursor, to the end.

use shared::{
    dropbox::{Dropbox, DropboxError, Page},
    model::{Connection, Event, EventBody, Head, Phase, Segment, Timestamp},
    tokens::TokenError,
};
use tokio::time::Instant;

use super::{BUDGET, Reached, step::Step};
use crate::{Failure, Worker, plan::Seen};

impl Step<'_> {
    /// The whole walk that began at `began`: drain, and resync where it is due.
    pub(super) async fn walk(&mut self, began: Timestamp, resync_due: bool) -> Result<Reached, Failure> {
        let end = Instant::now() + BUDGET;
        let was_live = self.head.phase == Phase::Live;
        if let Reached::ItsBudget = self.drain_or_relist(began, end).await? {
            return Ok(Reached::ItsBudget);
        }
        // The first listing has just compared everything: no resync is due after it.
        if resync_due && was_live {
            return self.resync(end).await;
        }
        Ok(Reached::TheEnd)
    }

    /// Drains; where the cursor is of no use any more, or was lost, lists everything and compares first.
    async fn drain_or_relist(&mut self, began: Timestamp, end: Instant) -> Result<Reached, Failure> {
        if self.head.cursor.is_none() && self.head.head > 0 {
            self.relist().await?;
        }
        match self.drain(began, end, &mut Seen::default()).await {
            Err(Failure::Token(TokenError::Dropbox(DropboxError::CursorReset(why)))) => {
                tracing::info!(connection = %self.connection.id, %why, "the cursor was reset");
                self.relist().await?;
                self.drain(began, end, &mut Seen::default()).await
            }
            reached => reached,
        }
    }

    /// Takes page after page, each next one fetched while the last is stored. Notes in `seen` what came.
    pub(super) async fn drain(
        &mut self,
        began: Timestamp,
        end: Instant,
        seen: &mut Seen,
    ) -> Result<Reached, Failure> {
        let mut fetched = fetch(self.worker, self.connection, self.head.cursor.clone()).await;
        loop {
            let Page { entries, cursor, has_more } = fetched?;
            seen.note(&entries);
            if !has_more {
                self.take(entries, Some(cursor)).await?;
                self.end_drain(began).await?;
                return Ok(Reached::TheEnd);
            }
            let next = fetch(self.worker, self.connection, Some(cursor.clone()));
            let (taken, next) = tokio::join!(self.take(entries, Some(cursor)), next);
            taken?;
            if Instant::now() >= end {
                return Ok(Reached::ItsBudget);
            }
            fetched = next;
        }
    }

    async fn end_drain(&mut self, began: Timestamp) -> Result<(), Failure> {
        self.delete_gone().await?;
        if self.head.phase == Phase::Listing {
            let number = self.head.head;
            let listed = Event::new(self.connection, "listed", EventBody::Listed { number });
            self.worker.bus.publish(vec![listed]).await?;
        }
        let next = Head { phase: Phase::Live, drained_at: Some(began), ..self.head.clone() };
        self.advance(next, Segment::default()).await
    }
}

/// The page at a cursor; without one, the first of everything.
pub(super) async fn fetch(
    worker: &Worker,
    connection: &Connection,
    cursor: Option<String>,
) -> Result<Page, Failure> {
    let call = |dropbox: Dropbox, token| {
        let cursor = cursor.clone();
        async move {
            match cursor {
                Some(cursor) => dropbox.list_continue(&token, &cursor).await,
                None => dropbox.list(&token).await,
            }
        }
    };
    Ok(worker.with_token(connection, call).await?)
}
