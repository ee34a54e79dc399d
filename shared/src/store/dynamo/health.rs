//! Rows of health.

use async_trait::async_trait;

use super::{
    Dynamo, keys,
    table::{failed, number, row},
};
use crate::{
    model::{ConnectionId, Health},
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
}
