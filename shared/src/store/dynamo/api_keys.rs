//! Rows of API keys: one by which a key's project is found, and one by which a project's keys are listed.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, TransactWriteItem};
use serde::{Deserialize, Serialize};

use super::{
    Dynamo, keys,
    table::{PRESENT, Row, attribute, row, value, won},
};
use crate::{
    model::{ProjectId, SecretHash},
    store::{ApiKeys, StoreError, StoredApiKey},
};

/// The row by which the project of a key is found.
#[derive(Serialize, Deserialize)]
pub(super) struct ApiKeyRow {
    pub(super) project: ProjectId,
}

/// Condition that a key belongs to this project.
const OF_THE_PROJECT: &str = "#project = :project";

impl Dynamo {
    /// Returns the writes that add a key.
    pub(super) fn new_api_key(
        &self,
        project: ProjectId,
        key: &StoredApiKey,
    ) -> Result<[TransactWriteItem; 2], StoreError> {
        Ok([
            self.put_new(row(&keys::api_key(&key.hash), &ApiKeyRow { project })?)?,
            self.put_new(row(&keys::listed_api_key(project, &key.hash), key)?)?,
        ])
    }
}

#[async_trait]
impl ApiKeys for Dynamo {
    async fn api_keys(&self, project: ProjectId) -> Result<Vec<StoredApiKey>, StoreError> {
        let rows = self.partition(&keys::listed_api_keys(project), "").await?;
        rows.into_iter().map(value).collect()
    }

    async fn add_api_key(&self, project: ProjectId, key: &StoredApiKey) -> Result<(), StoreError> {
        let mut writes = vec![self.check(&keys::project(project), PRESENT, Row::new())?];
        writes.extend(self.new_api_key(project, key)?);
        self.transact(writes).await
    }

    async fn remove_api_key(
        &self,
        project: ProjectId,
        key: &SecretHash,
        kept: Option<&SecretHash>,
    ) -> Result<bool, StoreError> {
        let names = HashMap::from([("#project".to_owned(), "project".to_owned())]);
        let values = Row::from([(":project".to_owned(), attribute(&project)?)]);
        let removed = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(keys::api_key(key).attributes()))
            .condition_expression(OF_THE_PROJECT)
            .set_expression_attribute_names(Some(names.clone()))
            .set_expression_attribute_values(Some(values.clone()))
            .build()
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let mut writes = vec![
            TransactWriteItem::builder().delete(removed).build(),
            self.delete(&keys::listed_api_key(project, key), None)?,
        ];
        if let Some(kept) = kept {
            let check = ConditionCheck::builder()
                .table_name(&self.table)
                .set_key(Some(keys::api_key(kept).attributes()))
                .condition_expression(OF_THE_PROJECT)
                .set_expression_attribute_names(Some(names))
                .set_expression_attribute_values(Some(values))
                .build()
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
            writes.push(TransactWriteItem::builder().condition_check(check).build());
        }
        won(self.transact(writes).await)
    }
}
