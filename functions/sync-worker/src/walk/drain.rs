//! Draining: reads page after page from the cursor to its end.

use std::time::Duration;

use shared::{
    dropbox::Page,
    model::{Head, Segment},
};

use super::{
    Reached,
    fetch::{self, Wanted},
    page_size::{page_limit, was_slow},
    step::{Progress, Step},
};
use crate::Failure;

/// Number of rows of marks after which they become deletions although the drain goes on.
const MOST_MARKS: usize = 50;
/// Age of the first mark after which marks become deletions although the drain goes on.
const LONGEST_MARKED: Duration = Duration::from_secs(15 * 60);

impl Step<'_> {
    /// Makes sure that there is a cursor for the account at its current root. If an old cursor cannot be
    /// used, a full comparison becomes due.
    pub(super) async fn ensure_cursor(&mut self) -> Result<(), Failure> {
        let root = self.connection.root.path_root();
        if self.head.cursor.is_some() && self.head.root.as_deref() == root {
            return Ok(());
        }
        self.begin_anew(None).await
    }

    /// Takes a cursor before anything is listed. `refused` is the failure of the cursor that it replaces, if
    /// Dropbox refused one.
    async fn begin_anew(&mut self, refused: Option<&Failure>) -> Result<(), Failure> {
        let cursor = self.asker.latest_cursor(page_limit(&self.head)).await?;
        let root = self.connection.root.path_root().map(str::to_owned);
        let compare = self.head.compare || self.head.cursor.is_some() || self.head.head > 0;
        let mut commit = self.commit_of(Segment::default());
        commit.after = Head { cursor: Some(cursor), root, compare, survey: None, ..commit.after };
        if let Some(failure) = refused {
            self.note_reset(&mut commit.after, failure);
        }
        self.advance(commit).await
    }

    /// Drains to the end; if Dropbox refuses the cursor, starts over from a new one.
    pub(super) async fn drain(&mut self) -> Result<Reached, Failure> {
        match self.drain_from_cursor().await {
            Err(failure) if fetch::was_reset(&failure) => {
                self.begin_anew(Some(&failure)).await?;
                self.drain_from_cursor().await
            }
            reached => reached,
        }
    }

    /// Drains from the current cursor.
    pub(super) async fn drain_from_cursor(&mut self) -> Result<Reached, Failure> {
        match self.take_pages().await {
            Err(failure) if was_slow(&failure) => self.drain_in_smaller_pages(failure).await,
            reached => reached,
        }
    }

    /// Takes page after page. The next one is fetched while the last one is stored.
    async fn take_pages(&mut self) -> Result<Reached, Failure> {
        let asker = self.asker.clone();
        let from = self.head.cursor.clone().unwrap_or_default();
        let mut fetched = asker.page(Wanted::At(from)).await;
        loop {
            let Page { entries, cursor, has_more } = fetched?;
            self.found_news |= !entries.is_empty();
            let progress = Progress { cursor: Some(cursor.clone()), selection: None };
            if !has_more {
                self.take(entries, progress).await?;
                return Ok(Reached::TheEnd);
            }
            if !asker.has_time() {
                self.take(entries, progress).await?;
                self.bound_marks().await?;
                return Ok(Reached::ItsBudget);
            }
            let next = asker.page(Wanted::At(cursor));
            let (taken, next) = tokio::join!(self.take(entries, progress), next);
            taken?;
            self.bound_marks().await?;
            if self.asker.is_past_end() {
                return Ok(Reached::ItsBudget);
            }
            fetched = next;
        }
    }

    /// Deletes early if there are many marks or old ones. A move whose halves are this far apart becomes a
    /// deletion and a creation.
    async fn bound_marks(&mut self) -> Result<(), Failure> {
        let now = self.worker.clock.now();
        let is_old = self.head.marked_at.is_some_and(|since| now.since(since) > LONGEST_MARKED);
        // A comparison deletes at its end, all at once.
        let is_owed = self.head.compare || self.head.survey.is_some() || self.head.held.is_some();
        if (is_old || self.head.marks.counting().count() > MOST_MARKS) && !is_owed {
            self.delete_early().await?;
        }
        Ok(())
    }
}
