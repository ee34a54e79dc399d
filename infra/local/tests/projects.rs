//! Commands on projects, in the data folder of this machine.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::Path,
    process::Command,
    sync::Arc,
};

use async_trait::async_trait;
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use contracts::{Harness, project_commands::ProjectCommandsHarness};
use local::{Machine, TABLE};
use local_adapters::EmbeddedDynamo;
use shared::{model::ProjectId, seal::MasterKey, store::Dynamo};
use tempfile::TempDir;

/// Data folder, its store and its master key.
struct Site {
    data: TempDir,
    store: Arc<Dynamo>,
    client: Client,
    master: Arc<dyn MasterKey>,
}

impl Site {
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = Machine::store_at(data.path()).await.unwrap();
        let client = EmbeddedDynamo::open(Some(&data.path().join("dynamodb.sqlite"))).unwrap().client();
        let master = Machine::master_key_at(data.path()).unwrap();
        Self { data, store, client, master }
    }
}

impl Harness for Site {}

#[async_trait]
impl ProjectCommandsHarness for Site {
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
        command.arg("--data").arg(self.data.path()).arg("project");
        command
    }

    fn store(&self) -> &Arc<Dynamo> {
        &self.store
    }

    async fn row_keys(&self) -> BTreeSet<(String, String)> {
        let scan = self.client.scan().table_name(TABLE);
        let rows = scan.into_paginator().items().send();
        let rows: Vec<HashMap<String, AttributeValue>> = rows.try_collect().await.unwrap();
        let text = |row: &HashMap<String, AttributeValue>, name: &str| row[name].as_s().unwrap().clone();
        rows.iter().map(|row| (text(row, "pk"), text(row, "sk"))).collect()
    }

    fn master(&self) -> Arc<dyn MasterKey> {
        self.master.clone()
    }

    fn folder(&self) -> &Path {
        self.data.path()
    }
}

contracts::project_commands_suite!(Site::new());

#[tokio::test(flavor = "multi_thread")]
async fn a_command_makes_nothing_but_the_table() {
    let site = Site::new().await;
    let names = || {
        let names = fs::read_dir(site.data.path()).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter_map(|name| name.into_string().ok()).filter(|name| !name.starts_with("dynamodb."))
    };
    let before: Vec<String> = names().collect();
    let mut command = site.command();
    let unknown = ProjectId::random().to_string();
    assert!(!command.args(["rotate-key", "--project", &unknown]).output().unwrap().status.success());
    assert_eq!(names().collect::<Vec<_>>(), before);
}
