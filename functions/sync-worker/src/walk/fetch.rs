//! A walk's calls to Dropbox: none during a pause, and none that outlasts the invocation.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use shared::{
    dropbox::{Dropbox, DropboxError, Entry, Page, Refusal, Session},
    dropbox_calls::{CallError, CallRows},
    metrics::Metric,
    model::{Connection, ItemId, Lane},
};
use tokio::time::{Instant, timeout_at};

use crate::{Failure, Worker, shift::WALK_TIME};

/// The page to fetch.
#[derive(Debug, Clone)]
pub(super) enum PageRequest {
    /// The first page of a folder, given by its id, or of the root if the string is empty. This page and the
    /// following ones have about this many entries at most.
    First(String, u32),
    /// The page at a cursor.
    At(String),
}

/// Counts entries that cannot be read; a full comparison asks about them. Their content is not logged,
/// because it may be a name.
fn count_unreadable(worker: &Worker, connection: &Connection, entries: &[Entry]) {
    let unreadable = entries.iter().filter(|entry| entry.is_unreadable()).count();
    if unreadable > 0 {
        tracing::warn!(connection = %connection.id, unreadable, entries = entries.len(), "entries cannot be read");
        worker.count(connection, Metric::EntriesUnreadable, unreadable as u64);
    }
}

/// Dropbox's answer about one file or folder, asked for by its id.
#[derive(Debug)]
pub(super) enum Lookup {
    /// It exists; the entry may be unreadable.
    Present(Entry),
    /// It does not exist.
    Absent,
    /// Dropbox refuses this one file or folder, and no other.
    Refused(Refusal),
}

/// Dropbox client of one walk.
#[derive(Clone)]
pub(super) struct Asker<'a> {
    worker: &'a Worker,
    connection: &'a Connection,
    began: Instant,
    deadline: Instant,
    /// Time after which the walk begins no more work.
    begin_until: Instant,
    /// Longest time that a page of this walk took, in milliseconds.
    slowest: Arc<AtomicU64>,
    /// Rows that the walk has read when it began, for its first call.
    rows: Arc<Mutex<Option<FreshRows>>>,
}

/// Rows for a call, and the time at which they were read.
struct FreshRows(CallRows, Instant);

impl FreshRows {
    /// Age from which a call reads the rows itself: there may be a pause by then, or other tokens.
    const STALE: Duration = Duration::from_secs(1);
}

impl<'a> Asker<'a> {
    /// Creates the client of a walk in a lane that began at `began`, and then read these rows.
    pub(super) fn new(
        worker: &'a Worker,
        connection: &'a Connection,
        (began, lane): (Instant, Lane),
        rows: CallRows,
    ) -> Self {
        let (deadline, begin_until) = (began + worker.time.answers, began + worker.time.of_walk(lane));
        let rows = Arc::new(Mutex::new(Some(FreshRows(rows, began))));
        Self { worker, connection, began, deadline, begin_until, slowest: Arc::default(), rows }
    }

    /// Returns the rows for a call: for the first one, if it follows at once, those that the walk began with.
    async fn rows(&self) -> Result<CallRows, Failure> {
        let first = self.rows.lock().unwrap_or_else(PoisonError::into_inner).take();
        match first {
            Some(FreshRows(rows, at)) if at.elapsed() < FreshRows::STALE => Ok(rows),
            _ => Ok(self.worker.calls.rows(self.connection.id).await.map_err(CallError::from)?),
        }
    }

    /// Whether the time to begin new work is up.
    pub(super) fn is_past_end(&self) -> bool {
        Instant::now() >= self.begin_until
    }

    /// Whether the walk has lasted longer than an invocation may, as when its process was suspended.
    pub(super) fn is_late(&self) -> bool {
        self.began.elapsed() >= WALK_TIME
    }

    /// Whether the walk's time is up, or too short for another page.
    pub(super) fn is_over(&self) -> bool {
        self.is_past_end() || !self.has_time()
    }

    /// Whether there is time for a page as slow as the slowest so far.
    pub(super) fn has_time(&self) -> bool {
        Instant::now() + Duration::from_millis(self.slowest.load(Ordering::Relaxed)) < self.deadline
    }

    /// Fetches a page.
    pub(super) async fn page(&self, wanted: PageRequest) -> Result<Page, Failure> {
        let began = Instant::now();
        let call = |dropbox: Dropbox, session: Session| {
            let wanted = wanted.clone();
            async move {
                match wanted {
                    PageRequest::First(folder, limit) => dropbox.list(&session, &folder, limit).await,
                    PageRequest::At(cursor) => dropbox.list_continue(&session, &cursor).await,
                }
            }
        };
        let page: Page = self.ask(call).await?;
        let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.slowest.fetch_max(took, Ordering::Relaxed);
        self.worker.count(self.connection, Metric::Pages, 1);
        self.worker.count(self.connection, Metric::Entries, page.entries.len() as u64);
        count_unreadable(self.worker, self.connection, &page.entries);
        Ok(page)
    }

    /// Looks up a file or folder as it is now.
    pub(super) async fn look_up(&self, id: ItemId) -> Result<Lookup, Failure> {
        let call = |dropbox: Dropbox, session: Session| {
            let id = id.clone();
            async move { dropbox.metadata(&session, &id).await }
        };
        match self.ask(call).await {
            Ok(None) => Ok(Lookup::Absent),
            Ok(Some(entry)) => {
                count_unreadable(self.worker, self.connection, std::slice::from_ref(&entry));
                Ok(Lookup::Present(entry))
            }
            Err(failure) => failure.refusal().map(Lookup::Refused).ok_or(failure),
        }
    }

    /// Gets a cursor after everything that is in the account now. Its pages have about `limit` entries at
    /// most.
    pub(super) async fn latest_cursor(&self, limit: u32) -> Result<String, Failure> {
        self.ask(
            |dropbox: Dropbox, session: Session| async move { dropbox.latest_cursor(&session, limit).await },
        )
        .await
    }

    async fn ask<T, F>(&self, call: impl Fn(Dropbox, Session) -> F + Send + Sync) -> Result<T, Failure>
    where
        T: Send,
        F: Future<Output = Result<T, DropboxError>> + Send,
    {
        let asked = async {
            let rows = self.rows().await?;
            Ok(self.worker.calls.call_with(self.connection, rows, call).await?)
        };
        let late = || DropboxError::TooSlow("no answer in the time that the invocation has".to_owned());
        timeout_at(self.deadline, asked).await.unwrap_or_else(|_| Err(late().into()))
    }
}
