//! The world of a test: Dropline on this machine, two projects, two accounts.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use local::{Settings, Stack};
use machine::Published;
use shared::{
    content::ContentStore,
    model::{
        Change, ChangeKind, ConnectionId, Content, ContentKey, Item, ItemKind, ProjectSettings, Timestamp,
    },
    queue::{Outgoing, Queue},
    store::{Connections, History, Items, Log, Schedules, Wake},
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::{
    App,
    disk::{self, Tree},
};

/// Nothing that a test waits for takes longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// How long a world with faults is given to come to rest.
const RESTLESS: Duration = Duration::from_secs(10);
/// How many times as fast as usual a hurried world's clock runs.
const HURRIED: u32 = 600;

/// Where a world is kept: it outlives the stack that runs in it, as a disk outlives a process.
#[derive(Clone)]
pub struct Place(Arc<TempDir>);

impl Place {
    /// A new, empty place.
    ///
    /// # Panics
    /// Where there is no room for one.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(tempfile::tempdir().expect("there is room for a place")))
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

/// Dropline on this machine, with two projects and two accounts, `first@example.com` and `second@example.com`.
pub struct World {
    /// The stack that runs.
    pub stack: Stack,
    place: Place,
}

impl World {
    /// A new world.
    pub async fn new() -> Self {
        Self::at(Place::new()).await
    }

    /// A world at a place that may have been used before.
    pub async fn at(place: Place) -> Self {
        let stack =
            Stack::start(Settings::at(place.path().to_owned(), None)).await.expect("the stack starts");
        Self { stack, place }
    }

    /// A world in which projects fetch no larger files.
    pub async fn with_limit(max_file_bytes: u64) -> Self {
        Self::with_settings(|settings| settings.max_file_bytes = max_file_bytes).await
    }

    /// A world in which projects have other settings.
    pub async fn with_settings(change: impl FnOnce(&mut ProjectSettings)) -> Self {
        Self::with(|settings| change(&mut settings.project)).await
    }

    /// A world that was set up otherwise.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let place = Place::new();
        let mut settings = Settings::at(place.path().to_owned(), None);
        change(&mut settings);
        Self { stack: Stack::start(settings).await.expect("the stack starts"), place }
    }

    /// A world in which an hour passes in some seconds: pauses and delays end soon, and ticks come often.
    pub async fn hurried() -> Self {
        Self::with(|settings| settings.speed = HURRIED).await
    }

    /// Stops, lets something happen, and starts again at the same place.
    pub async fn restarted(self, meanwhile: impl FnOnce()) -> Self {
        self.stack.stop().await;
        meanwhile();
        Self::at(self.place).await
    }

    /// The first project's server, asking for `user`.
    #[must_use]
    pub fn first_app(&self, user: &str) -> App {
        App::new(self.stack.url(), &self.stack.projects[0], user)
    }

    /// The second project's server, asking for `user`.
    #[must_use]
    pub fn second_app(&self, user: &str) -> App {
        App::new(self.stack.url(), &self.stack.projects[1], user)
    }

    /// The directory that is an account's Dropbox.
    #[must_use]
    pub fn directory(&self, account: &str) -> PathBuf {
        self.stack.directory(account).expect("the account is known")
    }

    /// Writes a file of an account, with the folders above it.
    pub fn write(&self, account: &str, path: &str, bytes: &[u8]) {
        let file = self.directory(account).join(path);
        fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("folders can be made");
        fs::write(file, bytes).expect("files can be written");
    }

    /// Renames or moves a file or folder of an account.
    pub fn rename(&self, account: &str, from: &str, to: &str) {
        let directory = self.directory(account);
        fs::rename(directory.join(from), directory.join(to)).expect("it can be renamed");
    }

    /// Removes a file, or a folder with what is in it.
    pub fn remove(&self, account: &str, path: &str) {
        let path = self.directory(account).join(path);
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.expect("it can be removed");
    }

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

    async fn depths(&self) -> (machine::Depth, machine::Depth) {
        let machine = &self.stack.machine;
        let (sync, transfer) = (machine.sync_queue.depth().await, machine.transfer_queue.depth().await);
        (sync.expect("the queue answers"), transfer.expect("the queue answers"))
    }

    async fn dead_letters(&self) -> u64 {
        let (sync, transfer) = self.depths().await;
        sync.dead + transfer.dead
    }

    /// The whole change log of a connection.
    pub async fn log(&self, connection: ConnectionId) -> Vec<Change> {
        let history = self.stack.store().changes(connection, 0, usize::MAX).await;
        let History::Changes(changes) = history.expect("the log can be read") else {
            panic!("the log is not old enough to expire")
        };
        let numbers: Vec<u64> = changes.iter().map(|change| change.number).collect();
        assert_eq!(numbers, (1..=changes.len() as u64).collect::<Vec<_>>(), "the log has gaps (I12)");
        changes
    }

    /// The words for the changes after `number`, with their paths.
    pub async fn news(&self, connection: ConnectionId, number: usize) -> Vec<(String, String)> {
        let log = self.log(connection).await;
        let word = |change: &Change| (change.kind.as_str().to_owned(), change.item.path_lower.clone());
        log.iter().skip(number).map(word).collect()
    }

    /// All items of a connection.
    pub async fn items(&self, connection: ConnectionId) -> Vec<Item> {
        self.stack.store().all_items(connection).await.expect("the items can be read")
    }

    /// Everything that was published.
    pub async fn events(&self) -> Vec<Published> {
        self.stack.machine.bus.read(0, usize::MAX >> 1).await.expect("the bus can be read")
    }

    /// What the items say is in the account.
    pub async fn item_tree(&self, connection: ConnectionId) -> Tree {
        tree_of(self.items(connection).await)
    }

    /// What the replayed change log says is in the account.
    pub async fn log_tree(&self, connection: ConnectionId) -> Tree {
        let mut tree = std::collections::HashMap::new();
        for change in self.log(connection).await {
            match change.kind {
                ChangeKind::Deleted { .. } => drop(tree.remove(&change.item.id)),
                _ => drop(tree.insert(change.item.id.clone(), change.item)),
            }
        }
        let entry = |facts: shared::model::Facts| {
            let hash = (facts.kind == ItemKind::File).then(|| facts.content_hash.unwrap_or_default());
            (facts.path_lower, hash)
        };
        tree.into_values().map(entry).collect()
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

    /// The bytes of the revision that an item is ready with.
    pub async fn bytes_of(&self, connection: ConnectionId, item: &Item) -> Option<bytes::Bytes> {
        let project = self.stack.store().connection(connection).await.expect("the store answers");
        let rev = item.content.rev()?;
        let key = ContentKey::new(project?.project, connection, &item.facts.id, rev);
        self.stack.machine.content.read(&key).await.expect("the bucket answers")
    }

    /// The lower-cased paths of all items, sorted.
    pub async fn paths(&self, connection: ConnectionId) -> Vec<String> {
        self.item_tree(connection).await.into_keys().collect()
    }

    /// Items, replayed log and bytes each equal what is on disk (invariant I11).
    pub async fn assert_mirrors(&self, connection: ConnectionId, account: &str) {
        let disk = disk::tree(&self.directory(account));
        assert_eq!(self.item_tree(connection).await, disk, "the items are not what is on disk");
        assert_eq!(self.log_tree(connection).await, disk, "the log does not lead to what is on disk");
        self.assert_bytes(connection).await;
    }

    /// Every ready file's bytes are in the bucket, with Dropbox's hash; no file is neither ready nor skipped.
    pub async fn assert_bytes(&self, connection: ConnectionId) {
        let project = self.stack.store().connection(connection).await.expect("the store answers");
        let project = project.expect("the connection is there").project;
        for item in self.items(connection).await {
            let path = &item.facts.path_lower;
            match item.content {
                Content::Ready { rev, .. } => {
                    let key = ContentKey::new(project, connection, &item.facts.id, &rev);
                    let file = self.stack.machine.content.path(&key).expect("the key is a path");
                    assert_eq!(Some(disk::content_hash(&file)), item.facts.content_hash, "{path}");
                }
                Content::None => assert_eq!(item.facts.kind, ItemKind::Folder, "{path}"),
                Content::Skipped { .. } => {}
                other => panic!("{path} is {other:?}"),
            }
        }
    }
}

fn tree_of(items: Vec<Item>) -> Tree {
    let entry = |item: Item| {
        let hash = (item.facts.kind == ItemKind::File).then(|| item.facts.content_hash.unwrap_or_default());
        (item.facts.path_lower, hash)
    };
    items.into_iter().map(entry).collect()
}
