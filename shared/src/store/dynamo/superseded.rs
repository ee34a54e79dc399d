//! The marker of a table in whose place another one is used, since a restore. Operators write it and functions read it
//! when they start: a deployment that names the old table by mistake then fails, and loses nothing.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{
    Dynamo, keys,
    table::{failed, number, text},
};
use crate::{model::Timestamp, store::StoreError};

/// The table in use. An attribute of its own name: whoever reads the row knows it from every other one.
const BY: &str = "superseded_by";

impl Dynamo {
    /// The name of the table in this one.
    #[must_use]
    pub fn table_name(&self) -> &str {
        &self.table
    }

    /// The name of the table that is used in place of this one; `None` where this one is in use.
    ///
    /// # Errors
    /// Where the table is not there or cannot be read.
    pub async fn superseded_by(&self) -> Result<Option<String>, StoreError> {
        let row = self.get(&keys::superseded()).await?;
        Ok(row.and_then(|row| row.get(BY)?.as_s().ok().cloned()))
    }

    /// Marks this table: functions that are given it do not start.
    ///
    /// # Errors
    /// Where the table cannot be written.
    pub async fn supersede(&self, by: &str, now: Timestamp) -> Result<(), StoreError> {
        let request = self.client.put_item().table_name(&self.table);
        let row = keys::superseded().attributes();
        let values = [(BY.to_owned(), text(by)), ("superseded_at".to_owned(), number(now.unix_seconds()))];
        let row: std::collections::HashMap<String, AttributeValue> = row.into_iter().chain(values).collect();
        request.set_item(Some(row)).send().await.map(drop).map_err(failed)
    }

    /// Takes the mark away, if there is one.
    ///
    /// # Errors
    /// Where the table cannot be written.
    pub async fn reinstate(&self) -> Result<(), StoreError> {
        self.remove(keys::superseded()).await
    }
}
