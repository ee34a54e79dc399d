//! Waiting for conditions: until all work is done, or an event arrives.

use std::time::Duration;

use local_adapters::Published;
use shared::{
    model::{ConnectionId, Content, Item, Timestamp},
    queue::{Outgoing, Queue},
    store::{Log, Schedules, Wake},
};
use tokio::time::{Instant, sleep};

use super::{World, sight::tree_of};
use crate::disk;

/// Longest time to wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// Polling interval.
const LOOK: Duration = Duration::from_millis(20);

/// Time for a world with faults to come to rest.
const RESTLESS: Duration = Duration::from_secs(10);

impl World {
    /// Waits until all changes in the accounts have reached the mirrors and no work is left.
    pub async fn settled(&self) {
        for account in ["first@example.com", "second@example.com"] {
            self.stack.dropbox.rescan(account).await.expect("the account can be read");
        }
        let deadline = Instant::now() + PATIENCE;
        while !self.is_quiet().await {
            assert!(Instant::now() < deadline, "it is still not quiet: {:?}", self.depths().await);
            sleep(LOOK).await;
        }
        assert_eq!(self.dead_letters().await, 0, "messages were given up");
    }

    async fn is_quiet(&self) -> bool {
        // The order matters: a notification is queued as a message before it counts as delivered.
        self.stack.dropbox.is_quiet().await.expect("the fake Dropbox answers")
            && self.stack.machine.is_idle().await.expect("the queues answer")
    }

    async fn depths(&self) -> Vec<local_adapters::Depth> {
        let mut depths = Vec::new();
        for queue in self.stack.machine.queues() {
            depths.push(queue.depth().await.expect("the queue answers"));
        }
        depths
    }

    async fn dead_letters(&self) -> u64 {
        self.depths().await.iter().map(|depth| depth.dead).sum()
    }

    /// Waits until a condition holds.
    pub async fn until(&self, is_so: impl AsyncFn() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so().await {
            assert!(Instant::now() < deadline, "it never was so");
            sleep(LOOK).await;
        }
    }

    /// Waits until a connection's mirror equals the files on disk, bytes included, whatever fails on the way.
    pub async fn mirrored(&self, connection: ConnectionId, account: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.stack.dropbox.rescan(account).await.expect("the account can be read");
            let disk = disk::tree(&self.directory(account));
            let items = self.items(connection).await;
            let waits = |item: &Item| matches!(item.content, Content::Pending { .. });
            if !items.iter().any(waits) && tree_of(items.clone()) == disk {
                break;
            }
            assert!(Instant::now() < deadline, "the mirror is still another: {items:#?}");
            sleep(LOOK).await;
        }
        self.assert_mirrors(connection, account).await;
    }

    /// Waits until a walk has drained the connection, or until a timeout.
    pub async fn restless(&self, connection: ConnectionId) {
        let deadline = Instant::now() + RESTLESS;
        let began = self.stack.store().head(connection).await.expect("the store answers").drained_at;
        while Instant::now() < deadline {
            let head = self.stack.store().head(connection).await.expect("the store answers");
            if head.drained_at != began && self.stack.machine.is_idle().await.expect("the queues answer") {
                return;
            }
            sleep(LOOK).await;
        }
    }

    /// Waits until an event of this kind has been published. Returns the `detail` of the latest one.
    pub async fn event(&self, detail_type: &str) -> serde_json::Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let events = self.events().await;
            if let Some(event) = events.into_iter().rfind(|event| event.detail_type == detail_type) {
                return event.detail;
            }
            assert!(Instant::now() < deadline, "no event {detail_type:?} came");
            sleep(LOOK).await;
        }
    }

    /// Makes a resync due.
    pub async fn due(&self, connection: ConnectionId) {
        let long_ago = Timestamp(0);
        let wake = Wake { at: Some(long_ago), resync_at: Some(long_ago), failures: 0 };
        self.stack.store().wake(connection, wake).await.expect("the store answers");
        self.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await.expect("the queue takes it");
    }

    /// Resyncs until no notification is left whose changes might not have been listed yet.
    pub async fn has_looked(&self, connection: ConnectionId) {
        while self.stack.store().head(connection).await.expect("the store answers").unlisted.is_some() {
            self.resynced(connection).await;
            self.settled().await;
        }
    }

    /// Makes a resync due, waits for its end, and returns its report.
    pub async fn resynced(&self, connection: ConnectionId) -> serde_json::Value {
        let count =
            |events: &[Published]| events.iter().filter(|event| event.detail_type == "Resynced").count();
        let before = count(&self.events().await);
        self.due(connection).await;
        let deadline = Instant::now() + PATIENCE;
        while count(&self.events().await) == before {
            assert!(Instant::now() < deadline, "no resync ended");
            sleep(LOOK).await;
        }
        self.event("Resynced").await
    }
}
