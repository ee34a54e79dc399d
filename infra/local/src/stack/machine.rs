//! What AWS would be: table, queues, bus, bucket and key, in one folder.

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use aws_sdk_dynamodb::types::AttributeValue;
use machine::{
    Depth, EmbeddedDynamo, FileKey, FolderContent, MachineBus, MachineQueue, MachineQueues, QueueSettings,
};
use shared::{
    model::{Clock, Connection, SystemClock},
    seal::Keyring,
    store::{Connections, Dynamo, dynamo::create_table},
};

/// The name of the table.
const TABLE: &str = "dropline";
/// As in `infra/template.yaml`.
const SYNC_VISIBILITY: Duration = Duration::from_secs(150);
/// As in `infra/template.yaml`.
const TRANSFER_VISIBILITY: Duration = Duration::from_secs(960);

/// Table, queues, bus, bucket and key of this machine. Clones are the same.
#[derive(Clone)]
pub struct Machine {
    /// The database below the store.
    pub dynamo: EmbeddedDynamo,
    /// The store: the production adapter on the embedded database.
    pub store: Arc<Dynamo>,
    /// `sync.fifo`.
    pub sync_queue: MachineQueue,
    /// `transfer.fifo`.
    pub transfer_queue: MachineQueue,
    /// The bus.
    pub bus: MachineBus,
    /// The bucket.
    pub content: Arc<FolderContent>,
    /// The data keys under this machine's master key.
    pub keyring: Arc<Keyring>,
}

impl Machine {
    pub(super) async fn open(data: &Path, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let (dynamo, store) = table(data).await?;
        // Visibility and delays are those of this machine: a consumer does not work faster because a day is shorter.
        let queues = MachineQueues::open(data, Arc::new(SystemClock))?;
        let sync = QueueSettings::fifo("sync.fifo", SYNC_VISIBILITY);
        let transfer = QueueSettings::fifo("transfer.fifo", TRANSFER_VISIBILITY);
        let master = Arc::new(FileKey::open(&data.join("master.key"))?);
        Ok(Self {
            sync_queue: queues
                .queue(sync.with_dead_letters("sync-dead-letters.fifo", sync_worker::MOST_RECEIVES)),
            transfer_queue: queues
                .queue(transfer.with_dead_letters("transfer-dead-letters.fifo", sync_worker::MOST_RECEIVES)),
            bus: MachineBus::open(data, clock.clone())?,
            content: Arc::new(FolderContent::open(data.join("content"))?),
            keyring: Arc::new(Keyring::new(master, store.clone(), clock)),
            dynamo,
            store,
        })
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
        Ok(table(data).await?.1)
    }

    /// Every connection in the table. A deployment never asks this; a person at one machine does.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub async fn connections(&self) -> anyhow::Result<Vec<Connection>> {
        let rows = self
            .dynamo
            .client()
            .scan()
            .table_name(TABLE)
            .filter_expression("sk = :connection")
            .expression_attribute_values(":connection", AttributeValue::S("connection".to_owned()))
            .projection_expression("id")
            .into_paginator()
            .items()
            .send();
        let rows: Vec<HashMap<String, AttributeValue>> = rows.try_collect().await?;
        let mut connections = Vec::new();
        for id in rows.iter().filter_map(|row| row.get("id")?.as_s().ok()?.parse().ok()) {
            connections.extend(self.store.connection(id).await?);
        }
        connections.sort_by_key(|connection| connection.created_at);
        Ok(connections)
    }

    /// Whether no message waits or is worked on.
    ///
    /// # Errors
    /// Where a queue cannot be read.
    pub async fn is_idle(&self) -> anyhow::Result<bool> {
        let idle = |depth: Depth| depth.visible + depth.in_flight + depth.delayed == 0;
        Ok(idle(self.sync_queue.depth().await?) && idle(self.transfer_queue.depth().await?))
    }
}
