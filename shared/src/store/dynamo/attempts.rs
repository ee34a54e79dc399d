//! Rows of attempts.

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    Dynamo, keys,
    table::{expiring, failed, row, text, value},
};
use crate::{
    model::{EndpointId, Timestamp},
    store::{Attempt, Attempts, StoreError},
};

/// Lifetime of an attempt.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

#[async_trait]
impl Attempts for Dynamo {
    async fn add_attempt(&self, endpoint: EndpointId, attempt: &Attempt) -> Result<(), StoreError> {
        // Several requests may begin in the same millisecond.
        let key = keys::attempt(endpoint, attempt.at, Uuid::new_v4().as_fields().0);
        let row = expiring(row(&key, attempt)?, attempt.at.plus(KEPT));
        let request = self.client.put_item().table_name(&self.table).set_item(Some(row));
        request.send().await.map(drop).map_err(failed)
    }

    async fn attempts(
        &self,
        endpoint: EndpointId,
        before: Timestamp,
        most: u16,
    ) -> Result<Vec<Attempt>, StoreError> {
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk < :sk")
            .expression_attribute_values(":pk", text(keys::attempts(endpoint)))
            .expression_attribute_values(":sk", text(keys::attempt_sort(before)))
            .scan_index_forward(false)
            .limit(i32::from(most));
        let rows = request.send().await.map_err(failed)?.items.unwrap_or_default();
        rows.into_iter().map(value).collect()
    }
}
