//! The worker of a benchmark: production's, with queues and a bus that deliver nothing.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures_util::TryStreamExt;
use local_adapters::{
    DynamoAnswer, DynamoCall, DynamoInterceptor, EmbeddedDynamo, FolderContent, RecordedMetrics,
};
use shared::{
    dropbox::{Dropbox, Hosts},
    dropbox_calls::DropboxCalls,
    model::{Clock, Content, Item, Lane, Message, SystemClock, WalkReason},
    queue,
    store::{Dynamo, ItemWriter, Items, dynamo::create_table},
};
use sync_worker::{Capacity, TimeBudget, Worker};

use super::{
    account::ListedAccount,
    measure::{Measurements, Meter},
};
use crate::{
    bench::seed::{CONNECTION, TABLE, seed, tokens},
    simulation::PlainKey,
    sinks::{Discard, RecordedQueue},
};

/// The worker and its dependencies.
pub(super) struct Fixture {
    pub(super) store: Arc<Dynamo>,
    worker: Worker,
    account: Arc<ListedAccount>,
    requests: Arc<Requests>,
    walks: Arc<RecordedQueue>,
    _content: tempfile::TempDir,
}

impl Fixture {
    /// Creates the worker on a database in this file, or in memory.
    pub(super) async fn new(account: Arc<ListedAccount>, file: Option<&Path>) -> Result<Self, String> {
        Self::observed(account, Arc::new(Requests::default()), file).await
    }

    async fn observed(
        account: Arc<ListedAccount>,
        requests: Arc<Requests>,
        file: Option<&Path>,
    ) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| error.to_string();
        let dynamo = EmbeddedDynamo::open(file).map_err(|error| failed(&error))?;
        let client = dynamo.inline_client(requests.clone());
        create_table(&client, TABLE).await.map_err(|error| failed(&error))?;
        let store = Arc::new(Dynamo::new(client, TABLE));
        let folder = tempfile::tempdir().map_err(|error| failed(&error))?;
        let content = Arc::new(FolderContent::open(folder.path()).map_err(|error| failed(&error))?);
        let walks = Arc::new(RecordedQueue::default());
        let dropbox = Dropbox::new(account.clone(), Hosts::default());
        let tokens = tokens(&store, &dropbox, Arc::new(PlainKey));
        seed(&store, &tokens).await?;
        let calls = DropboxCalls::new(Arc::new(tokens), dropbox, store.clone(), Arc::new(SystemClock));
        let worker = Worker {
            store: store.clone(),
            leases: store.clone(),
            calls: Arc::new(calls.repeating()),
            requests: ask(&store, &walks),
            bus: Arc::new(Discard),
            deliveries: Arc::new(Discard),
            run_queue: Arc::new(Discard),
            content,
            clock: Arc::new(SystemClock),
            metrics: Arc::new(RecordedMetrics::default()),
            time: TimeBudget::default(),
            capacity: Arc::new(Capacity::default()),
        };
        Ok(Self { store, worker, account, requests, walks, _content: folder })
    }

    /// Runs a walk, and its continuations until there are none. Returns the number of invocations and the longest.
    pub(super) async fn walk(&self, reason: WalkReason) -> Result<Invocations, String> {
        // Later than the end of any earlier drain; otherwise the walk would be skipped as already done.
        let sent_at = SystemClock.now().plus(Duration::from_secs(60));
        let mut next = Some(
            Message::Walk { connection: CONNECTION, reason, sent_at, hops: 0, lane: Lane::Bulk }.to_json(),
        );
        let mut invocations = Invocations::default();
        while let Some(body) = next {
            let began = Instant::now();
            sync_worker::handle_message(&self.worker, &body, 1)
                .await
                .map_err(|failure| failure.to_string())?;
            invocations.add(began.elapsed());
            next = self.walks.take_last();
        }
        Ok(invocations)
    }

    /// Marks the bytes of every pending file as ready, in the items only.
    pub(super) async fn transfer_all(&self) -> Result<(), String> {
        let mut pieces = self.store.scan_items(CONNECTION);
        while let Some(items) = pieces.try_next().await.map_err(|error| error.to_string())? {
            for Item { metadata, content, .. } in items {
                let Content::Pending { rev } = content else { continue };
                let ready = Content::Ready { rev, exported: None };
                let recorded =
                    self.store.record_content(CONNECTION, &metadata.id, &ready, SystemClock.now()).await;
                recorded.map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }

    pub(super) fn meter(&self, name: &'static str, entries: u64) -> Meter {
        Meter::begin(name, entries, self.requests.count(), self.account.calls())
    }

    pub(super) fn measurements(&self, meter: Meter) -> Measurements {
        meter.end(self.requests.count(), self.account.calls())
    }
}

/// Invocations of one walk.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Invocations {
    /// Number of invocations.
    pub(super) count: u32,
    /// Duration of the longest one.
    pub(super) longest: Duration,
}

impl Invocations {
    fn add(&mut self, took: Duration) {
        self.count += 1;
        self.longest = self.longest.max(took);
    }
}

/// Counter of the store's requests.
#[derive(Default)]
struct Requests {
    count: AtomicU64,
    /// Account and counter, if set. Every commit waits until the account gets its next call, up to a limit;
    /// the counter counts the commits for which this happened.
    overlap: Option<(Arc<ListedAccount>, AtomicU64)>,
}

impl Requests {
    fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Delays a commit until Dropbox is called, but for at most 100 turns of the scheduler.
    async fn hold_back(&self) {
        let Some((account, overlaps)) = &self.overlap else { return };
        let before = account.calls();
        for _ in 0..100 {
            if account.calls() > before {
                overlaps.fetch_add(1, Ordering::Relaxed);
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl DynamoInterceptor for Requests {
    async fn before(&self, call: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        self.count.fetch_add(1, Ordering::Relaxed);
        if call.operation == "TransactWriteItems" {
            self.hold_back().await;
        }
        None
    }

    async fn after(&self, _: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        Some(answer)
    }
}

/// Builds the queues' sender: walks are recorded, transfers discarded.
fn ask(store: &Arc<Dynamo>, walks: &Arc<RecordedQueue>) -> queue::Requests {
    queue::Requests::new(store.clone(), Arc::new(SystemClock))
        .with(Lane::Changes, walks.clone())
        .with(Lane::Bulk, walks.clone())
        .with(Lane::Transfers, Arc::new(Discard))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[tokio::test]
    async fn the_next_page_is_fetched_while_the_last_is_stored() {
        let account = Arc::new(ListedAccount::new(9_000));
        let overlap = Some((account.clone(), AtomicU64::new(0)));
        let requests = Arc::new(Requests { overlap, ..Requests::default() });
        let overlaps = || requests.overlap.as_ref().unwrap().1.load(Ordering::Relaxed);
        let fixture = Fixture::observed(account.clone(), requests.clone(), None).await.unwrap();
        fixture.walk(WalkReason::Connected).await.unwrap();
        assert_eq!(overlaps(), 4, "of the five pages of the listing, all but the first");
        account.edit(5_000);
        fixture.walk(WalkReason::Notified).await.unwrap();
        assert_eq!(overlaps(), 4 + 2, "of the three pages of changes, all but the first");
    }
}
