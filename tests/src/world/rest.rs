//! Waiting: until all is quiet, or something has come.

use std::time::Duration;

use machine::Published;
use shared::{
    model::{ConnectionId, Content, Item, Timestamp},
    queue::{Outgoing, Queue},
    store::{Log, Schedules, Wake},
};
use tokio::time::{Instant, sleep};

use super::{World, sight::tree_of};
use crate::disk;

/// Nothing that a test waits for takes longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// How long a world with faults is given to come to rest.
const RESTLESS: Duration = Duration::from_secs(10);

impl World {
    /// Waits until all that happened in the accounts has reached the mirrors, and nothing is under way.
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
        // In this order: a notification becomes a message before it counts as delivered.
        self.stack.dropbox.is_quiet().await.expect("the fake Dropbox answers")
            && self.stack.machine.is_idle().await.expect("the queues answer")
    }

    async fn depths(&self) -> Vec<machine::Depth> {
        let mut depths = Vec::new();
        for queue in self.stack.machine.queues() {
            depths.push(queue.depth().await.expect("the queue answers"));
        }
        depths
    }

    async fn dead_letters(&self) -> u64 {
        self.depths().await.iter().map(|depth| depth.dead).sum()
    }

    /// Waits until something is so.
    pub async fn until(&self, is_so: impl AsyncFn() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so().await {
            assert!(Instant::now() < deadline, "it never was so");
            sleep(LOOK).await;
        }
    }

    /// Waits until a connection's mirror is what is on disk, bytes too, whatever goes wrong on the way.
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

    /// Waits until a connection was walked to the end of what Dropbox has to tell, or has failed to be for a while.
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

    /// Waits for the first event of a kind that has not been there before. Returns what it says.
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

    /// Lets a resync be due.
    pub async fn due(&self, connection: ConnectionId) {
        let long_ago = Timestamp(0);
        let wake = Wake { at: Some(long_ago), resync_at: Some(long_ago), failures: 0 };
        self.stack.store().wake(connection, wake).await.expect("the store answers");
        self.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await.expect("the queue takes it");
    }

    /// Resyncs until nothing is looked for any more that an earlier notification may have announced.
    pub async fn has_looked(&self, connection: ConnectionId) {
        while self.stack.store().head(connection).await.expect("the store answers").unlisted.is_some() {
            self.resynced(connection).await;
            self.settled().await;
        }
    }

    /// Lets a resync be due, waits for it, and returns its report.
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
