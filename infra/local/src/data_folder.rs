//! Data folder of this machine as a site of operators' commands.

use std::{path::PathBuf, sync::Arc};

use admin::{
    Site,
    explain::{Letter, Letters},
};
use async_trait::async_trait;
use serde::Deserialize;
use shared::{model::SystemClock, seal::Keyring, store::Dynamo};

use crate::Machine;

/// Folder with the table and the master key of this machine. A stack may run there at the same time.
#[derive(Debug)]
pub struct DataFolder(pub PathBuf);

#[async_trait]
impl Site for DataFolder {
    async fn store(&self) -> anyhow::Result<Arc<Dynamo>> {
        Machine::store_at(&self.0).await
    }

    async fn keyring(&self, store: &Arc<Dynamo>) -> anyhow::Result<Arc<Keyring>> {
        let master = Machine::master_key_at(&self.0)?;
        Ok(Arc::new(Keyring::new(master, store.clone(), Arc::new(SystemClock))))
    }
}

/// Requests the dead letters from the gateway at this port, because it has the queues' file open while it runs.
pub async fn dead_letters(port: u16) -> Letters {
    #[derive(Deserialize)]
    struct Told {
        dead_letters: Vec<Letter>,
    }
    let url = format!("http://localhost:{port}/_local/dead-letters");
    let answer = async { reqwest::get(&url).await?.error_for_status()?.json::<Told>().await };
    match answer.await {
        Ok(told) => Letters { read: told.dead_letters, unread: Vec::new() },
        Err(_) => Letters { unread: vec![format!("nothing answers at {url}")], ..Letters::default() },
    }
}
