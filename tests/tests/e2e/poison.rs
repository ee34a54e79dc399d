//! Files of which the process dies, and files that are in flight when it does.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use fake_dropbox::{Fault, faults::ALWAYS};
use shared::{
    content::{ContentError, ContentStore, KeyPage, Upload},
    model::{
        Clock, ConnectionId, Content, ContentKey, Head, Item, ItemId, Message, ProjectId, Rev, SystemClock,
        Timestamp, Transfer,
    },
    store::{
        Connections, Dynamo, HeadLease, Holder, Lease, Leases, StoreError, TransferWork, Transfers,
        WorkLeases,
    },
};
use sync_worker::{Worker, handle_message};
use tests::World;
use uuid::Uuid;

use crate::rewired::copy_of;

const FIRST: &str = "first@example.com";

const NAMES: [&str; 3] = ["a.txt", "b.txt", "c.txt"];

/// Bucket that panics when certain keys are written.
struct DeadlyBucket {
    bucket: Arc<dyn ContentStore>,
    dies: Box<dyn Fn(&ContentKey) -> bool + Send + Sync>,
}

#[async_trait]
impl ContentStore for DeadlyBucket {
    async fn upload(&self, key: &ContentKey) -> Result<Box<dyn Upload>, ContentError> {
        assert!(!(self.dies)(key), "the process dies of this file");
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
    ) -> Result<KeyPage, ContentError> {
        self.bucket.list(project, connection, after).await
    }

    async fn remove(&self, key: &ContentKey) -> Result<(), ContentError> {
        self.bucket.remove(key).await
    }
}

/// Leases of transfers that are always free, as if the earlier one had expired before the message was delivered again.
struct Ended(Arc<Dynamo>);

#[async_trait]
impl Leases for Ended {
    async fn take_lease(&self, _: Lease, _: Timestamp, _: Timestamp) -> Result<Option<Uuid>, StoreError> {
        Ok(Some(Uuid::new_v4()))
    }

    async fn end_lease(&self, _: Lease, _: Uuid) -> Result<(), StoreError> {
        Ok(())
    }
}

#[async_trait]
impl WorkLeases for Ended {
    async fn take_head(
        &self,
        connection: ConnectionId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<HeadLease, StoreError> {
        self.0.take_head(connection, now, until).await
    }

    async fn first_head(&self, connection: ConnectionId, until: Timestamp) -> Result<Head, StoreError> {
        self.0.first_head(connection, until).await
    }

    async fn release_head(&self, connection: ConnectionId, walker: Holder) -> Result<(), StoreError> {
        self.0.release_head(connection, walker).await
    }
}

/// Clock that is ahead of another.
struct Ahead {
    clock: Arc<dyn Clock>,
    by: Duration,
}

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        self.clock.now().plus(self.by)
    }
}

/// Kind of rows in which a run finds its transfers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    InRows,
    OnAList,
}

/// A worker with transfers to do, of whose processes some die.
struct Patient {
    world: World,
    connection: ConnectionId,
    /// Files that are still to be transferred.
    due: Vec<(ItemId, Rev)>,
}

impl Patient {
    /// Creates a connection whose files' bytes are still pending and due at once, with no work in progress.
    async fn new(kept: Kept) -> Self {
        let world = World::new().await;
        NAMES.iter().for_each(|name| world.write(FIRST, name, name.as_bytes()));
        let faults = world.stack.dropbox.faults(FIRST);
        let refused = Fault::ServerError { status: 503, after_effect: false };
        faults.next("files/download", ALWAYS, refused);
        let connection = world.first_app("u").connect(FIRST).await;
        world.settled().await;
        faults.clear();
        let transfers = world.stack.store().transfers(connection, None, 10).await.unwrap();
        assert_eq!(transfers.len(), NAMES.len());
        let due: Vec<(ItemId, Rev)> = transfers.iter().map(Transfer::file).collect();
        match kept {
            Kept::InRows => world.stack.store().add_transfers(connection, &due).await.unwrap(),
            Kept::OnAList => {
                for transfer in &transfers {
                    world.stack.store().end_transfer(connection, transfer).await.unwrap();
                }
                world.stack.store().list_transfers(connection, &[(1, &due)]).await.unwrap();
            }
        }
        Self { world, connection, due }
    }

    /// Returns the key of what is due.
    async fn key(&self, (item, rev): &(ItemId, Rev)) -> ContentKey {
        let project = self.world.stack.store().connection(self.connection).await.unwrap().unwrap().project;
        ContentKey::new(project, self.connection, item, rev)
    }

    /// Runs the transfers for a message that has been received so many times, some time from now. The process dies where
    /// `dies` says so. Returns whether it did.
    async fn run(
        &self,
        receives: u32,
        later: Duration,
        dies: impl Fn(&ContentKey) -> bool + Send + Sync + 'static,
    ) -> bool {
        let worker = copy_of(self.world.stack.worker());
        let bucket = DeadlyBucket { bucket: worker.content.clone(), dies: Box::new(dies) };
        let clock = Arc::new(Ahead { clock: worker.clock.clone(), by: later });
        let leases = Arc::new(Ended(self.world.stack.store().clone()));
        let worker = Worker { content: Arc::new(bucket), leases, clock, ..worker };
        let message = Message::Transfers { connection: self.connection, sweep: false }.to_json();
        tokio::spawn(async move { handle_message(&worker, &message, receives).await }).await.is_err()
    }

    /// Returns the files that wait for their bytes.
    async fn pending(&self) -> Vec<ItemId> {
        let items = self.world.items(self.connection).await;
        let is_pending = |item: &Item| matches!(item.content, Content::Pending { .. });
        items.into_iter().filter(is_pending).map(|item| item.metadata.id).collect()
    }

    /// Returns the transfers that have rows of their own.
    async fn transfers(&self) -> Vec<Transfer> {
        self.world.stack.store().transfers(self.connection, None, 10).await.unwrap()
    }

    /// Returns the number of files on lists.
    async fn listed(&self) -> usize {
        let lists = self.world.stack.store().transfer_lists(self.connection, None, 10).await.unwrap();
        lists.into_iter().map(|list| list.files.len()).sum()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neighbours_of_a_file_of_which_the_process_dies_come_after_three_deaths_and_do_not_wait() {
    for kept in [Kept::InRows, Kept::OnAList] {
        let patient = Patient::new(kept).await;
        let deadly = patient.due[0].clone();
        let key = patient.key(&deadly).await;
        let mut died = Vec::new();
        for receives in 1..=4 {
            let key = key.clone();
            died.push(patient.run(receives, Duration::ZERO, move |at| *at == key).await);
        }
        assert_eq!(died, [true, true, true, false], "by the fourth time the file is left alone");
        assert_eq!(patient.pending().await, std::slice::from_ref(&deadly.0));
        assert_eq!(patient.listed().await, 0, "it waits in a row of its own");
        let left = patient.transfers().await;
        assert_eq!(left.iter().map(|one| (&one.item, one.deaths)).collect::<Vec<_>>(), [(&deadly.0, 1)]);
        let wait = left[0].not_before.since(SystemClock.now());
        assert!(wait <= Duration::from_secs(60), "the first time it may have been chance: {wait:?}");
        patient.world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_kills_each_time_counts_as_failed_after_five_deaths_in_all() {
    for kept in [Kept::InRows, Kept::OnAList] {
        let patient = Patient::new(kept).await;
        let deadly = patient.due[0].clone();
        let key = patient.key(&deadly).await;
        let (mut deaths, mut later, mut receives) = (0, Duration::ZERO, 1);
        for _ in 0..20 {
            let key = key.clone();
            let died = patient.run(receives, later, move |at| *at == key).await;
            deaths += u32::from(died);
            // A message that is done is followed by one that comes when the file is due again.
            receives = if died { receives + 1 } else { 1 };
            later += if died { Duration::ZERO } else { Duration::from_secs(60 * 60 + 1) };
        }
        assert_eq!(deaths, 5);
        assert_eq!((patient.pending().await, patient.transfers().await), (Vec::new(), Vec::new()));
        assert_eq!(patient.listed().await, 0);
        assert_eq!(patient.world.event("File Failed").await["reason"], "unreachable");
        patient.world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_in_flight_when_a_process_was_killed_by_chance_wait_for_nothing() {
    for kept in [Kept::InRows, Kept::OnAList] {
        let patient = Patient::new(kept).await;
        // It is killed as soon as it has begun with all of them, each time.
        for receives in 1..=3 {
            assert!(patient.run(receives, Duration::ZERO, |_| true).await);
        }
        assert!(!patient.run(4, Duration::ZERO, |_| false).await);
        let left = patient.transfers().await;
        assert!(left.len() <= 1, "one was alone when the third was killed: {left:?}");
        assert!(!patient.run(1, Duration::from_secs(61), |_| false).await);
        patient.world.assert_mirrors(patient.connection, FIRST).await;
        patient.world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_in_flight_at_two_deaths_are_mirrored_by_the_next_run() {
    for kept in [Kept::InRows, Kept::OnAList] {
        let patient = Patient::new(kept).await;
        for receives in 1..=2 {
            assert!(patient.run(receives, Duration::ZERO, |_| true).await);
        }
        let in_flight = patient.transfers().await.into_iter().filter(|one| one.in_flight.is_some()).count();
        assert!((1..=NAMES.len()).contains(&in_flight), "the second noted what it had begun");
        assert!(!patient.run(3, Duration::ZERO, |_| false).await);
        patient.world.assert_mirrors(patient.connection, FIRST).await;
        patient.world.stop().await;
    }
}
