//! Commands on projects, in a deployment's table.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod emulator;

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    process::Command,
    sync::Arc,
};

use async_trait::async_trait;
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use contracts::{Harness, project_commands::ProjectCommandsHarness};
use emulator::{aws, credentials};
use shared::{
    model::ProjectId,
    seal::{KmsKey, MasterKey},
    store::{Dynamo, dynamo::create_table},
};
use tempfile::TempDir;

/// Table and KMS key of a deployment.
struct Deployment {
    table: String,
    key: String,
    store: Arc<Dynamo>,
    client: Client,
    kms: aws_sdk_kms::Client,
    folder: TempDir,
}

impl Deployment {
    async fn new() -> Self {
        let aws = aws();
        let (client, kms) = (Client::new(&aws), aws_sdk_kms::Client::new(&aws));
        let table = format!("dropline-test-{}", ProjectId::random());
        create_table(&client, &table).await.unwrap();
        let key = kms.create_key().send().await.unwrap().key_metadata.unwrap().arn.unwrap();
        let store = Arc::new(Dynamo::new(client.clone(), &table));
        Self { table, key, store, client, kms, folder: tempfile::tempdir().unwrap() }
    }
}

impl Harness for Deployment {}

#[async_trait]
impl ProjectCommandsHarness for Deployment {
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dropline"));
        command.args(["project", "--table", &self.table, "--kms-key", &self.key]).envs(credentials());
        command
    }

    fn store(&self) -> &Arc<Dynamo> {
        &self.store
    }

    async fn row_keys(&self) -> BTreeSet<(String, String)> {
        let scan = self.client.scan().table_name(&self.table).consistent_read(true);
        let rows = scan.into_paginator().items().send();
        let rows: Vec<HashMap<String, AttributeValue>> = rows.try_collect().await.unwrap();
        let text = |row: &HashMap<String, AttributeValue>, name: &str| row[name].as_s().unwrap().clone();
        rows.iter().map(|row| (text(row, "pk"), text(row, "sk"))).collect()
    }

    fn master(&self) -> Arc<dyn MasterKey> {
        Arc::new(KmsKey::new(self.kms.clone(), &self.key))
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }
}

contracts::project_commands_suite!(
    Deployment::new(),
    ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"
);
