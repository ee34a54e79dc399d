//! A file that makes the process die each time.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use fake_dropbox::Fault;
use shared::{
    content::{ContentError, ContentStore, Upload},
    model::{ConnectionId, Content, ContentKey, Item, ItemId, Message, ProjectId, Rev, Timestamp},
    store::{Lease, Leases, StoreError, Transfers},
};
use sync_worker::{Worker, handle_message};
use tests::World;
use uuid::Uuid;

use crate::rewired::copy_of;

const FIRST: &str = "first@example.com";

/// Bucket that panics when a given key is written.
struct DeadlyBucket {
    bucket: Arc<dyn ContentStore>,
    key: ContentKey,
}

#[async_trait]
impl ContentStore for DeadlyBucket {
    async fn upload(&self, key: &ContentKey) -> Result<Box<dyn Upload>, ContentError> {
        assert!(*key != self.key, "the process dies of this file");
        self.bucket.upload(key).await
    }

    async fn resume(&self, key: &ContentKey, token: &str) -> Result<Option<Box<dyn Upload>>, ContentError> {
        self.bucket.resume(key, token).await
    }

    async fn copy(&self, from: &ContentKey, to: &ContentKey) -> Result<bool, ContentError> {
        self.bucket.copy(from, to).await
    }

    async fn size(&self, key: &ContentKey) -> Result<Option<u64>, ContentError> {
        self.bucket.size(key).await
    }

    async fn read(&self, key: &ContentKey) -> Result<Option<Bytes>, ContentError> {
        self.bucket.read(key).await
    }

    async fn list(
        &self,
        project: ProjectId,
        connection: ConnectionId,
        after: Option<&ContentKey>,
    ) -> Result<Vec<ContentKey>, ContentError> {
        self.bucket.list(project, connection, after).await
    }

    async fn remove(&self, key: &ContentKey) -> Result<(), ContentError> {
        self.bucket.remove(key).await
    }
}

/// Leases that are always free, as if the earlier one had expired before the message was delivered again.
struct Ended;

#[async_trait]
impl Leases for Ended {
    async fn take_lease(&self, _: Lease, _: Timestamp, _: Timestamp) -> Result<Option<Uuid>, StoreError> {
        Ok(Some(Uuid::new_v4()))
    }

    async fn end_lease(&self, _: Lease, _: Uuid) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Creates a connection whose files' bytes are still pending and due at once, with no work in progress.
async fn with_transfers_due(world: &World) -> (ConnectionId, Vec<(ItemId, Rev)>) {
    let names = ["a.txt", "b.txt", "c.txt"];
    names.iter().for_each(|name| world.write(FIRST, name, name.as_bytes()));
    let faults = world.stack.dropbox.faults(FIRST);
    faults.next("files/download", 3, Fault::ServerError { status: 503, after_effect: false });
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let transfers = world.stack.store().transfers(connection, None, 10).await.unwrap();
    assert_eq!(transfers.len(), names.len(), "each has failed once");
    let due: Vec<(ItemId, Rev)> = transfers.into_iter().map(|one| (one.item, one.rev)).collect();
    world.stack.store().add_transfers(connection, &due).await.unwrap();
    (connection, due)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_which_the_process_dies_holds_no_other_up() {
    let world = World::new().await;
    let (connection, due) = with_transfers_due(&world).await;
    let (deadly, rev) = due[0].clone();
    let worker = world.stack.worker();
    let project = worker.store.connection(connection).await.unwrap().unwrap().project;
    let key = ContentKey::new(project, connection, &deadly, &rev);
    let bucket = DeadlyBucket { bucket: worker.content.clone(), key };
    let worker = Arc::new(Worker { content: Arc::new(bucket), leases: Arc::new(Ended), ..copy_of(worker) });
    let message = Message::Transfers { connection, sweep: false }.to_json();
    let mut died = Vec::new();
    for receives in 1..=4 {
        let (worker, message) = (worker.clone(), message.clone());
        let run = tokio::spawn(async move { handle_message(&worker, &message, receives).await });
        died.push(run.await.is_err());
    }
    assert_eq!(died, [true, true, true, false], "by the fourth time the file is left alone");
    let items = world.items(connection).await;
    let pending: Vec<&Item> =
        items.iter().filter(|item| matches!(item.content, Content::Pending { .. })).collect();
    assert_eq!(pending.iter().map(|item| &item.metadata.id).collect::<Vec<_>>(), [&deadly]);
    let left = world.stack.store().transfers(connection, None, 10).await.unwrap();
    assert_eq!(left.iter().map(|one| (&one.item, one.failures)).collect::<Vec<_>>(), [(&deadly, 1)]);
}
