//! Rows of claims. A claim's end is its `wake_at`, so that the index finds the claims that are past it.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::ReturnValue;

use super::{
    Dynamo, keys,
    table::{PRESENT, Row, failed, number, number_of, text, won},
};
use crate::{
    model::{ConnectionId, Lane, Timestamp},
    store::{Claim, Claims, StoreError},
};

/// Reads a row as a claim; `None` if it is another row of the partition.
fn claim_of(row: &Row) -> Option<Claim> {
    let text = |name: &str| row.get(name)?.as_s().ok().cloned();
    let (lane, until) = (Lane::named(&text(keys::SK)?)?, Timestamp(number_of(row, "wake_at")?));
    Some(Claim { lane, until, parked: text("parked"), notified_at: notified_at(row) })
}

fn notified_at(row: &Row) -> Option<Timestamp> {
    number_of(row, "notified_at").map(Timestamp)
}

#[async_trait]
impl Claims for Dynamo {
    async fn claim(
        &self,
        connection: ConnectionId,
        lane: Lane,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = HashMap::from([
            (":now".to_owned(), number(now.0)),
            (":until".to_owned(), number(until.0)),
            (":shard".to_owned(), text(keys::wake_shard(connection))),
        ]);
        let update = "SET wake_at = :until, wake_shard = :shard REMOVE parked";
        let free = "attribute_not_exists(pk) OR wake_at <= :now";
        won(self.update_row(&keys::claim(connection, lane), update, Some(free), values).await)
    }

    async fn park(
        &self,
        connection: ConnectionId,
        lane: Lane,
        message: &str,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let values = HashMap::from([
            (":until".to_owned(), number(until.0)),
            (":shard".to_owned(), text(keys::wake_shard(connection))),
            (":message".to_owned(), text(message)),
        ]);
        let update = "SET wake_at = :until, wake_shard = :shard, parked = :message";
        self.update_row(&keys::claim(connection, lane), update, None, values).await
    }

    async fn unpark(
        &self,
        connection: ConnectionId,
        lane: Lane,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = HashMap::from([(":until".to_owned(), number(until.0))]);
        let (update, parked) = ("SET wake_at = :until REMOVE parked", "attribute_exists(parked)");
        won(self.update_row(&keys::claim(connection, lane), update, Some(parked), values).await)
    }

    async fn claims(&self, connection: ConnectionId) -> Result<Vec<Claim>, StoreError> {
        let rows = self.partition(&keys::work_partition(connection), "").await?;
        Ok(rows.iter().filter_map(claim_of).collect())
    }

    async fn note_notification(
        &self,
        connection: ConnectionId,
        lane: Lane,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = HashMap::from([(":at".to_owned(), number(at.0))]);
        won(self
            .update_row(&keys::claim(connection, lane), "SET notified_at = :at", Some(PRESENT), values)
            .await)
    }

    async fn expire_claim(
        &self,
        connection: ConnectionId,
        lane: Lane,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let values = HashMap::from([(":at".to_owned(), number(at.0))]);
        won(self.update_row(&keys::claim(connection, lane), "SET wake_at = :at", Some(PRESENT), values).await)
            .map(drop)
    }

    async fn end_claim(&self, connection: ConnectionId, lane: Lane) -> Result<Option<Timestamp>, StoreError> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::claim(connection, lane).attributes()))
            .return_values(ReturnValue::AllOld);
        let ended = request.send().await.map_err(failed)?;
        Ok(ended.attributes.as_ref().and_then(notified_at))
    }
}
