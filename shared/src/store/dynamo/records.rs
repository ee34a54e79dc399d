//! Lists of items for clients. The indexes have keys only; the items are read from their rows.

use std::collections::HashMap;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    Dynamo,
    items::{ItemRow, PARALLEL, Reading, present},
    keys::{self, BY_CREATION, BY_WAKE, Key, SHARDS},
    table::{Row, failed, number, rows_up_to, text},
};
use crate::{
    model::{ConnectionId, ItemId, Record},
    store::{RecordOrder, RecordPage, Records, StoreError},
};

/// Maximum number of keys in one answer of an index: an entry has some 250 bytes, an answer 1 MB.
const KEYS: u32 = 4_000;

impl Dynamo {
    /// Returns the keys of a part of a list, in its order.
    async fn keys_of_page(&self, connection: ConnectionId, page: RecordPage) -> Result<Vec<Key>, StoreError> {
        let wanted = page.skip.saturating_add(page.limit) as usize;
        let ((index, hash, range), partition) = match page.order {
            RecordOrder::Creation => (BY_CREATION, keys::creation_partition(connection)),
            RecordOrder::LastSync => (BY_WAKE, keys::sync_partition(connection)),
        };
        let condition = match (page.after, page.descending) {
            (None, _) => "#hash = :hash",
            (Some(_), false) => "#hash = :hash AND #range > :after",
            (Some(_), true) => "#hash = :hash AND #range < :after",
        };
        let limit = i32::try_from(wanted.min(KEYS as usize)).unwrap_or(i32::MAX);
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index)
            .key_condition_expression(condition)
            .expression_attribute_names("#hash", hash)
            .expression_attribute_values(":hash", text(partition))
            .scan_index_forward(!page.descending)
            .limit(limit);
        if let Some(after) = page.after {
            query = query
                .expression_attribute_names("#range", range)
                .expression_attribute_values(":after", number(after));
        }
        let mut answers = query.into_paginator().send();
        let mut rows = Vec::new();
        while rows.len() < wanted
            && let Some(answer) = answers.try_next().await.map_err(failed)?
        {
            rows.extend(answer.items.unwrap_or_default());
        }
        let wanted = rows.iter().skip(page.skip as usize).take(page.limit as usize);
        Ok(wanted.filter_map(Key::of).collect())
    }

    /// Returns the key of the item that a change created.
    async fn key_created_by(
        &self,
        connection: ConnectionId,
        created: u64,
    ) -> Result<Option<Key>, StoreError> {
        let (index, hash, range) = BY_CREATION;
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index)
            .key_condition_expression("#hash = :hash AND #range = :created")
            .expression_attribute_names("#hash", hash)
            .expression_attribute_names("#range", range)
            .expression_attribute_values(":hash", text(keys::creation_partition(connection)))
            .expression_attribute_values(":created", number(created))
            .send()
            .await
            .map_err(failed)?;
        Ok(answer.items().first().and_then(Key::of))
    }

    async fn records_at(&self, keys: Vec<Key>) -> Result<Vec<Record>, StoreError> {
        records_of(self.batch(keys, Reading::Consistent).await?)
    }

    /// Returns the rows of items in one shard, stopping once there are more than `limit`.
    async fn shard_up_to(
        &self,
        connection: ConnectionId,
        shard: u8,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let query = self.query_whole(keys::item_partition(connection, shard));
        // Without tombstones.
        rows_up_to(query, limit, |row| row.contains_key("facts")).await
    }
}

fn records_of(rows: Vec<Row>) -> Result<Vec<Record>, StoreError> {
    present(rows, ItemRow::record)
}

#[async_trait]
impl Records for Dynamo {
    async fn record_page(
        &self,
        connection: ConnectionId,
        page: RecordPage,
    ) -> Result<Vec<Record>, StoreError> {
        let keys = self.keys_of_page(connection, page).await?;
        let places: HashMap<String, usize> =
            keys.iter().enumerate().map(|(place, key)| (key.sk.clone(), place)).collect();
        let mut records = self.records_at(keys).await?;
        records.sort_by_key(|record| places.get(record.item.metadata.id.as_str()).copied());
        Ok(records)
    }

    async fn records(
        &self,
        connection: ConnectionId,
        ids: &[ItemId],
    ) -> Result<HashMap<ItemId, Record>, StoreError> {
        let records = self.records_at(ids.iter().map(|id| keys::item(connection, id)).collect()).await?;
        Ok(records.into_iter().map(|record| (record.item.metadata.id.clone(), record)).collect())
    }

    async fn records_created_by(
        &self,
        connection: ConnectionId,
        created: &[u64],
    ) -> Result<Vec<Record>, StoreError> {
        let keys = stream::iter(created.to_vec())
            .map(|created| self.key_created_by(connection, created))
            .buffer_unordered(PARALLEL);
        let keys: Vec<Option<Key>> = keys.try_collect().await?;
        let records = self.records_at(keys.into_iter().flatten().collect()).await?;
        // The index lags a moment: the item may have gone and come back meanwhile, with another number.
        let meant = |record: &Record| record.item.created.is_some_and(|number| created.contains(&number));
        Ok(records.into_iter().filter(meant).collect())
    }

    async fn created_at_paths(
        &self,
        connection: ConnectionId,
        paths: &[String],
    ) -> Result<HashMap<String, u64>, StoreError> {
        self.creations_at(connection, paths).await
    }

    async fn all_records(
        &self,
        connection: ConnectionId,
        limit: usize,
    ) -> Result<Option<Vec<Record>>, StoreError> {
        let shards = stream::iter(0..SHARDS)
            .map(|shard| self.shard_up_to(connection, shard, limit))
            .buffer_unordered(PARALLEL);
        let rows = shards.try_collect::<Vec<_>>().await?.concat();
        let fits = rows.len() <= limit;
        fits.then(|| records_of(rows)).transpose()
    }
}
