//! Commands on projects, in a deployment's table.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod emulator;

use std::{path::Path, process::Command, sync::Arc};

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
    kms: aws_sdk_kms::Client,
    folder: TempDir,
}

impl Deployment {
    async fn new() -> Self {
        let aws = aws();
        let (client, kms) = (aws_sdk_dynamodb::Client::new(&aws), aws_sdk_kms::Client::new(&aws));
        let table = format!("dropline-test-{}", ProjectId::random());
        create_table(&client, &table).await.unwrap();
        let key = kms.create_key().send().await.unwrap().key_metadata.unwrap().arn.unwrap();
        let store = Arc::new(Dynamo::new(client, &table));
        Self { table, key, store, kms, folder: tempfile::tempdir().unwrap() }
    }
}

impl Harness for Deployment {}

impl ProjectCommandsHarness for Deployment {
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dropline"));
        command.args(["project", "--table", &self.table, "--kms-key", &self.key]).envs(credentials());
        command
    }

    fn store(&self) -> &Arc<Dynamo> {
        &self.store
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
