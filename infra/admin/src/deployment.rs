//! A deployment's table.

use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use clap::Args;
use shared::{
    model::SystemClock,
    seal::{Keyring, KmsKey},
    store::Dynamo,
};

use crate::{Site, aws};

/// Deployment on whose table a command works, with the credentials of the environment.
#[derive(Debug, Clone, Args)]
pub struct Deployment {
    /// Table of the deployment (the output `TableName` of its stack). Required.
    #[arg(long, global = true, value_name = "NAME")]
    pub table: Option<String>,

    /// KMS key of the deployment (the output `KeyArn`), needed to seal secrets.
    #[arg(long, global = true, value_name = "ARN")]
    pub kms_key: Option<String>,
}

#[async_trait]
impl Site for Deployment {
    async fn store(&self) -> anyhow::Result<Arc<Dynamo>> {
        let table = self.table.as_deref().context("name the deployment's table: --table NAME")?;
        Ok(Arc::new(Dynamo::new(aws_sdk_dynamodb::Client::new(&aws().await), table)))
    }

    async fn keyring(&self, store: &Arc<Dynamo>) -> anyhow::Result<Arc<Keyring>> {
        let key = self.kms_key.as_deref().context("name the deployment's key: --kms-key ARN")?;
        let master = Arc::new(KmsKey::new(aws_sdk_kms::Client::new(&aws().await), key));
        Ok(Arc::new(Keyring::new(master, store.clone(), Arc::new(SystemClock))))
    }
}
