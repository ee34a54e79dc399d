//! Items page by page: shard after shard, and within a shard in the order of their ids.

use super::{
    Dynamo,
    items::items_of,
    keys::{self, SHARDS},
    table::{Row, failed, text},
};
use crate::{
    model::{ConnectionId, ItemId},
    store::{ItemPage, StoreError},
};

impl Dynamo {
    /// Returns a page made of at most `most` rows, tombstones among them: that bounds what a page costs.
    pub(super) async fn page_of_items(
        &self,
        connection: ConnectionId,
        after: Option<&ItemId>,
        most: usize,
    ) -> Result<ItemPage, StoreError> {
        let first = after.map_or(0, keys::item_shard);
        let mut rows = Vec::new();
        for shard in first..SHARDS {
            let after = after.filter(|_| shard == first);
            rows.extend(self.some_of_shard(connection, shard, after, most - rows.len()).await?);
            if rows.len() == most {
                let next = rows.last().and_then(place);
                return Ok(ItemPage { items: items_of(rows)?, next });
            }
        }
        Ok(ItemPage { items: items_of(rows)?, next: None })
    }

    /// Returns at most `most` rows of a shard; fewer only if it has no more.
    async fn some_of_shard(
        &self,
        connection: ConnectionId,
        shard: u8,
        after: Option<&ItemId>,
        most: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression(if after.is_some() { "pk = :pk AND sk > :sk" } else { "pk = :pk" })
            .expression_attribute_values(":pk", text(keys::item_partition(connection, shard)))
            .limit(i32::try_from(most).unwrap_or(i32::MAX));
        if let Some(after) = after {
            query = query.expression_attribute_values(":sk", text(after.as_str()));
        }
        let mut pages = query.into_paginator().send();
        let mut rows = Vec::new();
        // One answer has at most 1 MB, whatever the limit.
        while rows.len() < most
            && let Some(page) = pages.try_next().await.map_err(failed)?
        {
            rows.extend(page.items.unwrap_or_default());
        }
        rows.truncate(most);
        Ok(rows)
    }
}

/// Returns the id under which a row is stored.
fn place(row: &Row) -> Option<ItemId> {
    Some(row.get(keys::SK)?.as_s().ok()?.as_str().into())
}
