//! The marker of a table that another one has replaced after a restore. Operators write it, and functions
//! read it when they start: a deployment that names the old table by mistake fails then, and loses nothing.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{
    Dynamo, keys,
    table::{failed, number, text},
};
use crate::{model::Timestamp, store::StoreError};

/// Attribute with the name of the table in use. No other row has it.
const BY: &str = "superseded_by";

impl Dynamo {
    /// Returns the name of this store's table.
    #[must_use]
    pub fn table_name(&self) -> &str {
        &self.table
    }

    /// Returns the name of the table that has replaced this one; `None` if this one is in use.
    ///
    /// # Errors
    /// Fails if the table does not exist or cannot be read.
    pub async fn superseded_by(&self) -> Result<Option<String>, StoreError> {
        let row = self.get(&keys::superseded()).await?;
        Ok(row.and_then(|row| row.get(BY)?.as_s().ok().cloned()))
    }

    /// Marks this table as replaced: functions that are given it do not start.
    ///
    /// # Errors
    /// Fails if the table cannot be written.
    pub async fn supersede(&self, by: &str, now: Timestamp) -> Result<(), StoreError> {
        let request = self.client.put_item().table_name(&self.table);
        let row = keys::superseded().attributes();
        let values = [(BY.to_owned(), text(by)), ("superseded_at".to_owned(), number(now.unix_seconds()))];
        let row: std::collections::HashMap<String, AttributeValue> = row.into_iter().chain(values).collect();
        request.set_item(Some(row)).send().await.map(drop).map_err(failed)
    }

    /// Removes the mark, if there is one.
    ///
    /// # Errors
    /// Fails if the table cannot be written.
    pub async fn reinstate(&self) -> Result<(), StoreError> {
        self.remove(keys::superseded()).await
    }
}
