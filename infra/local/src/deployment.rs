//! Table on which a command works: this machine's, or a deployment's.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use aws_config::{BehaviorVersion, SdkConfig};
use clap::Args;
use shared::{
    aws::{http_client, retries},
    model::SystemClock,
    seal::{Keyring, KmsKey, MasterKey},
    store::Dynamo,
};

use crate::Machine;

/// Options that select a deployment; without them, this machine.
#[derive(Debug, Clone, Args)]
pub struct Deployment {
    /// Table of a deployment (the output `TableName` of its stack), accessed with the credentials of the
    /// environment. Without it, this machine's table.
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,

    /// KMS key of the deployment (the output `KeyArn`), needed to seal secrets.
    #[arg(long, value_name = "ARN", requires = "table")]
    pub kms_key: Option<String>,
}

/// Loads region, credentials and endpoint from where the AWS CLI reads them.
pub(crate) async fn aws() -> SdkConfig {
    let usual = aws_config::defaults(BehaviorVersion::latest());
    usual.http_client(http_client()).retry_config(retries()).load().await
}

impl Deployment {
    /// Opens the store.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub async fn store(&self, data: &Path) -> anyhow::Result<Arc<Dynamo>> {
        let Some(table) = &self.table else { return Machine::store_at(data).await };
        let aws = aws().await;
        Ok(Arc::new(Dynamo::new(aws_sdk_dynamodb::Client::new(&aws), table)))
    }

    /// Opens the keyring on that store.
    ///
    /// # Errors
    /// If the KMS key of a deployment is not named, or this machine's key cannot be opened.
    pub async fn keyring(&self, data: &Path, store: &Arc<Dynamo>) -> anyhow::Result<Arc<Keyring>> {
        let master: Arc<dyn MasterKey> = if self.table.is_some() {
            let key = self.kms_key.as_deref().context("name the deployment's key: --kms-key ARN")?;
            let aws = aws().await;
            Arc::new(KmsKey::new(aws_sdk_kms::Client::new(&aws), key))
        } else {
            Machine::master_key_at(data)?
        };
        Ok(Arc::new(Keyring::new(master, store.clone(), Arc::new(SystemClock))))
    }
}
