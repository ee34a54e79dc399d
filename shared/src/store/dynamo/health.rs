//! Rows of health and of the counts of transfers.

use async_trait::async_trait;

use super::{
    Dynamo, keys,
    table::{Row, failed, number, row},
};
use crate::{
    model::{ConnectionId, Health, TransferCounts},
    store::{HealthStore, StoreError},
};

#[async_trait]
impl HealthStore for Dynamo {
    async fn health(&self, connection: ConnectionId) -> Result<Health, StoreError> {
        Ok(self.get_as(&keys::health(connection)).await?.unwrap_or_default())
    }

    async fn set_health(
        &self,
        connection: ConnectionId,
        before: u64,
        health: &Health,
    ) -> Result<(), StoreError> {
        let health = Health { version: before + 1, ..health.clone() };
        let unchanged = if before == 0 { "attribute_not_exists(pk)" } else { "version = :before" };
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row(&keys::health(connection), &health)?))
            .condition_expression(unchanged);
        let request = if before == 0 {
            request
        } else {
            request.expression_attribute_values(":before", number(before))
        };
        request.send().await.map(drop).map_err(failed)
    }

    async fn transfer_counts(&self, connection: ConnectionId) -> Result<TransferCounts, StoreError> {
        Ok(self.get_as(&keys::transfer_counts(connection)).await?.unwrap_or_default())
    }

    async fn add_transfer_counts(
        &self,
        connection: ConnectionId,
        counts: &TransferCounts,
    ) -> Result<(), StoreError> {
        let mut update = "ADD ready :ready, ready_bytes :bytes, failed :failed".to_owned();
        let mut values = Row::from([
            (":ready".to_owned(), number(counts.ready)),
            (":bytes".to_owned(), number(counts.ready_bytes)),
            (":failed".to_owned(), number(counts.failed)),
        ]);
        if counts.files_in_1000_seconds > 0 {
            update.push_str(" SET files_in_1000_seconds = :rate, measured_at = :now");
            values.insert(":rate".to_owned(), number(counts.files_in_1000_seconds));
            values.insert(":now".to_owned(), number(counts.measured_at.0));
        }
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::transfer_counts(connection).attributes()))
            .update_expression(update)
            .set_expression_attribute_values(Some(values));
        request.send().await.map(drop).map_err(failed)
    }
}
