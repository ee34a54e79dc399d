//! What AWS would be: table, queues, bus, bucket and key in one folder, and metrics in memory.

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use aws_sdk_dynamodb::types::AttributeValue;
use machine::{
    Depth, EmbeddedDynamo, FileKey, FolderContent, MachineBus, MachineLinks, MachineQueue, MachineQueues,
    QueueSettings, RecordedMetrics,
};
use shared::{
    apps::OwnApps,
    dropbox::OauthApp,
    model::{AppKey, Clock, Connection, SystemClock},
    seal::Keyring,
    store::{Connections, Dynamo, dynamo::create_table},
};
use url::Url;

/// The name of the table.
pub const TABLE: &str = "dropline";
/// Where the gateway serves the bucket's objects to who has a link.
const OBJECTS: &str = "_local/objects/";
/// The file with the master key.
const MASTER_KEY: &str = "master.key";
/// The sort keys of the leases of walks and of runs of transfers.
const WORK_LEASES: [&str; 2] = ["walk-lease", "transfers-lease"];
/// As in `infra/template.yaml`.
const WALK_VISIBILITY: Duration = Duration::from_secs(720);
/// As in `infra/template.yaml`.
const TRANSFER_VISIBILITY: Duration = Duration::from_secs(5400);

/// Table, queues, bus, bucket, key and metrics of this machine. Clones are the same.
#[derive(Clone)]
pub struct Machine {
    /// The database below the store.
    pub dynamo: EmbeddedDynamo,
    /// The store: the production adapter on the embedded database.
    pub store: Arc<Dynamo>,
    /// `sync.fifo`: ticks, and walks that an older version left there.
    pub sync_queue: MachineQueue,
    /// `transfer.fifo`: runs of transfers that an older version left there.
    pub transfer_queue: MachineQueue,
    /// The lane of walks that bring what is new.
    pub changes: MachineQueue,
    /// The lane of walks that take long.
    pub bulk: MachineQueue,
    /// The lane of runs of transfers.
    pub transfers: MachineQueue,
    /// The bus.
    pub bus: MachineBus,
    /// The bucket.
    pub content: Arc<FolderContent>,
    /// Links to the bucket's objects.
    pub links: Arc<MachineLinks>,
    /// The data keys under this machine's master key.
    pub keyring: Arc<Keyring>,
    /// What was counted since the start.
    pub metrics: RecordedMetrics,
}

impl Machine {
    pub(super) async fn open(data: &Path, clock: Arc<dyn Clock>, gateway: &Url) -> anyhow::Result<Self> {
        let (dynamo, store) = table(data).await?;
        // Visibility and delays are those of this machine: a consumer does not work faster because a day is shorter.
        let queues = MachineQueues::open(data, Arc::new(SystemClock))?;
        let queue = |settings: QueueSettings, dead: &str| {
            queues.queue(settings.with_dead_letters(dead, sync_worker::MOST_RECEIVES))
        };
        let fifo = |name: &str, visibility| QueueSettings::fifo(name, visibility);
        let lane = |name: &str, visibility| QueueSettings::standard(name, visibility);
        let master = Arc::new(FileKey::open(&data.join(MASTER_KEY))?);
        let machine = Self {
            sync_queue: queue(fifo("sync.fifo", WALK_VISIBILITY), "sync-dead-letters.fifo"),
            transfer_queue: queue(fifo("transfer.fifo", TRANSFER_VISIBILITY), "transfer-dead-letters.fifo"),
            changes: queue(lane("changes", WALK_VISIBILITY), "walk-dead-letters"),
            bulk: queue(lane("bulk", WALK_VISIBILITY), "walk-dead-letters"),
            transfers: queue(lane("transfers", TRANSFER_VISIBILITY), "transfers-dead-letters"),
            bus: MachineBus::open(data, clock.clone())?,
            content: Arc::new(FolderContent::open(data.join("content"))?),
            links: Arc::new(MachineLinks::below(gateway.join(OBJECTS)?)?),
            keyring: Arc::new(Keyring::new(master, store.clone(), clock)),
            metrics: RecordedMetrics::default(),
            dynamo,
            store,
        };
        machine.end_leases().await?;
        Ok(machine)
    }

    /// Ends the leases of work: whoever held them lived in the process that ended.
    async fn end_leases(&self) -> anyhow::Result<()> {
        for lease in WORK_LEASES {
            for work in self.values_of(lease, "pk").await? {
                let request = self.dynamo.client().delete_item().table_name(TABLE);
                let text = |text: &str| AttributeValue::S(text.to_owned());
                request.key("pk", text(&work)).key("sk", text(lease)).send().await?;
            }
        }
        Ok(())
    }
}

async fn table(data: &Path) -> anyhow::Result<(EmbeddedDynamo, Arc<Dynamo>)> {
    let dynamo = EmbeddedDynamo::open(Some(&data.join("dynamodb.sqlite")))?;
    create_table(&dynamo.client(), TABLE).await?;
    let store = Arc::new(Dynamo::new(dynamo.client(), TABLE));
    Ok((dynamo, store))
}

impl Machine {
    /// The store below a folder, alone: a stack may run there meanwhile.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub async fn store_at(data: &Path) -> anyhow::Result<Arc<Dynamo>> {
        std::fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
        Ok(table(data).await?.1)
    }

    /// The master key below a folder, beside that store.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn master_key_at(data: &Path) -> anyhow::Result<Arc<FileKey>> {
        Ok(Arc::new(FileKey::open(&data.join(MASTER_KEY))?))
    }

    /// The Dropbox apps of projects.
    #[must_use]
    pub fn own_apps(&self) -> OwnApps {
        OwnApps::new(self.store.clone(), self.keyring.clone())
    }

    /// Every Dropbox app of a project's own, as Dropbox would know them. A deployment never asks this; its fake Dropbox
    /// does.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub async fn apps(&self) -> anyhow::Result<Vec<OauthApp>> {
        let own = self.own_apps();
        let mut apps = Vec::new();
        for key in self.values_of("app", "key").await? {
            apps.push(own.with_key(&AppKey::from(key.as_str())).await?);
        }
        Ok(apps)
    }

    /// An attribute of every row with this sort key.
    async fn values_of(&self, sort_key: &str, attribute: &str) -> anyhow::Result<Vec<String>> {
        let rows = self
            .dynamo
            .client()
            .scan()
            .table_name(TABLE)
            .filter_expression("sk = :sk")
            .expression_attribute_values(":sk", AttributeValue::S(sort_key.to_owned()))
            .projection_expression("#value")
            .expression_attribute_names("#value", attribute)
            .into_paginator()
            .items()
            .send();
        let rows: Vec<HashMap<String, AttributeValue>> = rows.try_collect().await?;
        Ok(rows.iter().filter_map(|row| row.get(attribute)?.as_s().ok().cloned()).collect())
    }

    /// Every connection in the table. A deployment never asks this; a person at one machine does.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub async fn connections(&self) -> anyhow::Result<Vec<Connection>> {
        let mut connections = Vec::new();
        for id in self.values_of("connection", "id").await? {
            connections.extend(self.store.connection(id.parse()?).await?);
        }
        connections.sort_by_key(|connection| connection.created_at);
        Ok(connections)
    }

    /// Every queue. Two of them have one dead-letter queue.
    #[must_use]
    pub fn queues(&self) -> [&MachineQueue; 5] {
        [&self.sync_queue, &self.transfer_queue, &self.changes, &self.bulk, &self.transfers]
    }

    /// Whether no message waits or is worked on.
    ///
    /// # Errors
    /// Where a queue cannot be read.
    pub async fn is_idle(&self) -> anyhow::Result<bool> {
        for queue in self.queues() {
            let Depth { visible, in_flight, delayed, .. } = queue.depth().await?;
            if visible + in_flight + delayed > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
