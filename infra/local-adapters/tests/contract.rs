//! Contract suites of the ports, run on the adapters for one machine.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use contracts::{
    Harness,
    bus::{Arrival, BusHarness},
    content::ContentHarness,
    key::KeyHarness,
    queue::{QueueHarness, Settings, TestQueue},
    store::StoreHarness,
};
use local_adapters::{EmbeddedDynamo, FileKey, FolderContent, MachineBus, MachineQueues, QueueSettings};
use shared::{
    content::{ContentReader, ContentStore},
    events::Bus,
    model::SystemClock,
    seal::MasterKey,
    store::{Dynamo, dynamo::create_table},
};
use tempfile::TempDir;

/// An adapter, and the temporary folder that it uses.
struct InFolder<T> {
    adapter: T,
    _folder: TempDir,
}

async fn in_folder<T>(open: impl FnOnce(&std::path::Path) -> T) -> InFolder<T> {
    let folder = TempDir::new().unwrap();
    InFolder { adapter: open(folder.path()), _folder: folder }
}

impl<T: Send + Sync> Harness for InFolder<T> {}

#[async_trait]
impl QueueHarness for InFolder<MachineQueues> {
    async fn queue(&self, settings: Settings) -> TestQueue {
        let Settings { fifo, visibility, max_receives } = settings;
        let settings = QueueSettings { fifo, ..QueueSettings::standard("queue", visibility) };
        let dead = QueueSettings { name: "dead".to_owned(), ..settings.clone() };
        let queue = Arc::new(self.adapter.queue(settings.with_dead_letters("dead", max_receives)));
        let dead = Arc::new(self.adapter.queue(dead));
        TestQueue { queue: queue.clone(), inbox: queue, dead, quiet: Duration::from_millis(100) }
    }
}

#[async_trait]
impl BusHarness for InFolder<MachineBus> {
    fn bus(&self) -> &dyn Bus {
        &self.adapter
    }

    async fn arrived(&self) -> Vec<Arrival> {
        let published = self.adapter.next(0, 1_000, Duration::ZERO).await.unwrap();
        published
            .into_iter()
            .map(|one| Arrival { detail_type: one.detail_type, detail: one.detail })
            .collect()
    }
}

impl ContentHarness for InFolder<FolderContent> {
    fn content(&self) -> &dyn ContentStore {
        &self.adapter
    }

    fn reader(&self) -> &dyn ContentReader {
        &self.adapter
    }
}

impl KeyHarness for InFolder<FileKey> {
    fn key(&self) -> &dyn MasterKey {
        &self.adapter
    }
}

/// The store on its own database in memory.
struct Embedded(Dynamo);

async fn embedded() -> Embedded {
    let client = EmbeddedDynamo::open(None).unwrap().client();
    create_table(&client, "dropline").await.unwrap();
    Embedded(Dynamo::new(client, "dropline"))
}

impl Harness for Embedded {}

impl StoreHarness for Embedded {
    type Store = Dynamo;

    fn store(&self) -> &Dynamo {
        &self.0
    }
}

async fn queues() -> InFolder<MachineQueues> {
    in_folder(|folder| MachineQueues::open(folder, Arc::new(SystemClock)).unwrap()).await
}

async fn file_key() -> InFolder<FileKey> {
    in_folder(|folder| FileKey::open(&folder.join("master.key")).unwrap()).await
}

mod standard {
    contracts::standard_suite!(super::queues());
}

mod fifo {
    contracts::fifo_suite!(super::queues());
}

mod bus {
    use super::*;
    contracts::bus_suite!(in_folder(|folder| MachineBus::open(folder, Arc::new(SystemClock)).unwrap()));
}

mod content {
    use super::*;
    contracts::content_suite!(in_folder(|folder| FolderContent::open(folder).unwrap()));
}

mod key {
    use super::*;
    contracts::key_suite!(file_key());
    mod authentic {
        use super::*;
        contracts::authentic_key_suite!(file_key());
    }
}

mod store {
    use super::*;
    contracts::store_suite!(embedded());
}
