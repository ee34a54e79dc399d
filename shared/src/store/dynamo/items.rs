//! Rows of items.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use serde::{Deserialize, Serialize};

use super::{
    Dynamo,
    backoff::Backoff,
    keys::{self, Key, SHARDS},
    paths::PathWrite,
    table::{Row, attribute, failed, number, text, value, won},
};
use crate::{
    model::{
        Change, ChangeKind, ConnectionId, Content, Item, ItemId, Metadata, NotFetched, Record, Rev, Segment,
        StoredTags, Timestamp,
    },
    store::{ItemPage, ItemWriter, Items, PathEntry, StoreError},
};

/// Lifetime of a deleted item's row, so that a write that comes late cannot bring it back.
pub(super) const TOMBSTONE: Duration = Duration::from_secs(24 * 60 * 60);
/// Condition that no change after `:number` wrote the row.
pub(super) const OLDER: &str = "attribute_not_exists(pk) OR #number < :number";
/// Condition that the row of a path is older, and names a certain item.
const OLDER_OF_ITEM: &str = "#number < :number AND #item = :item";
/// Maximum number of rows written or read at the same time.
pub(super) const PARALLEL: usize = 16;
/// Number of shards read at the same time when all items are read.
const SCANS: usize = 4;
/// Number of items in one page of such a read.
const SCANNED: i32 = 500;
/// Maximum number of keys in one `BatchGetItem`.
pub(super) const BATCH: usize = 100;

/// Value of `wake_at` for an item whose bytes have never come; it puts the item first in the order of last
/// sync.
const NOT_SYNCED: Timestamp = Timestamp(0);
/// Assignment of the number under which an item is listed, to an item that may have one.
const NUMBERED: &str = "created = if_not_exists(created, :number)";
/// Assignments that put an item into the lists of its connection.
const LISTED: &str = "created_in = :created_in, wake_at = if_not_exists(wake_at, :not_synced), \
                      wake_shard = :synced_in";

/// Consistency of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Consistent.
    Consistent,
    /// Eventually consistent, for half the price.
    Eventual,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ItemRow {
    number: u64,
    #[serde(rename = "facts")]
    metadata: Option<Metadata>,
    content: Option<Content>,
    created: Option<u64>,
    created_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    /// Time at which its bytes last came, by which the index on `wake_at` orders items; zero if they never
    /// came.
    wake_at: Option<Timestamp>,
    /// A client's tags, as JSON.
    tags: Option<String>,
}

impl ItemRow {
    /// Returns the item, unless the row is a tombstone.
    fn item(self) -> Option<Item> {
        let Self { number, metadata, content, created, .. } = self;
        Some(Item { metadata: metadata?, content: content.unwrap_or(Content::None), number, created })
    }

    /// Returns the item with its times, unless the row is a tombstone.
    pub(super) fn record(self) -> Option<Record> {
        let Self { created_at, updated_at, wake_at, .. } = self;
        let synced_at = wake_at.filter(|at| *at > NOT_SYNCED);
        let stored = |text: String| StoredTags {
            tags: serde_json::from_str(&text).unwrap_or_default(),
            text: Some(text),
        };
        let tags = self.tags.clone().map(stored);
        Some(Record { item: self.item()?, created_at, updated_at, synced_at, tags })
    }
}

/// The write of one item that a segment leads to, however many of its changes touch the item.
struct ItemWrite {
    id: ItemId,
    number: u64,
    /// Number of the change that created the item, if it is one of the segment.
    created: Option<u64>,
    /// Absent if the item is deleted.
    metadata: Option<Metadata>,
    content: Option<Content>,
}

impl ItemWrite {
    fn of_segment(segment: &Segment) -> Vec<Self> {
        let mut writes: BTreeMap<&ItemId, Self> = BTreeMap::new();
        for change in &segment.changes {
            let write = Self::of_change(change, writes.remove(&change.item.id));
            writes.insert(&change.item.id, write);
        }
        writes.into_values().collect()
    }

    fn of_change(change: &Change, earlier: Option<Self>) -> Self {
        let deleted = matches!(change.kind, ChangeKind::Deleted { .. });
        let created = match change.kind {
            ChangeKind::Created { .. } => Some(change.number),
            ChangeKind::Deleted { .. } => None,
            _ => earlier.as_ref().and_then(|write| write.created),
        };
        let content = change.kind.content().cloned().or_else(|| earlier.and_then(|write| write.content));
        Self {
            id: change.item.id.clone(),
            number: change.number,
            created,
            metadata: (!deleted).then(|| change.item.clone()),
            content: content.filter(|_| !deleted),
        }
    }

    fn update(&self, connection: ConnectionId, now: Timestamp) -> Result<(String, Row), StoreError> {
        let times = "created_at = if_not_exists(created_at, :now), updated_at = :now";
        // An item that has left and come back within a segment is another one.
        let numbered = if self.created.is_some() { "created = :created" } else { NUMBERED };
        let mut update = format!("SET #number = :number, facts = :facts, {numbered}, {LISTED}, {times}");
        let mut values = listed(connection, self.number);
        values.extend(self.created.map(|created| (":created".to_owned(), number(created))));
        values.insert(":facts".to_owned(), attribute(&self.metadata)?);
        values.insert(":now".to_owned(), number(now.0));
        if let Some(content) = &self.content {
            update.push_str(", content = :content");
            values.insert(":content".to_owned(), attribute(content)?);
        }
        update.push_str(" REMOVE expires_at");
        Ok((update, values))
    }
}

/// Returns the values of [`NUMBERED`] and [`LISTED`].
fn listed(connection: ConnectionId, at: u64) -> Row {
    Row::from([
        (":number".to_owned(), number(at)),
        (":created_in".to_owned(), text(keys::creation_partition(connection))),
        (":synced_in".to_owned(), text(keys::sync_partition(connection))),
        (":not_synced".to_owned(), number(NOT_SYNCED.0)),
    ])
}

impl Dynamo {
    /// Gives an item its number, unless it has one or a change has touched it meanwhile.
    async fn number_item(&self, connection: ConnectionId, id: ItemId, number: u64) -> Result<(), StoreError> {
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::item(connection, &id).attributes()))
            .update_expression(format!("SET {NUMBERED}, {LISTED}"))
            .condition_expression("#number = :number AND attribute_not_exists(created)")
            .expression_attribute_names("#number", "number")
            .set_expression_attribute_values(Some(listed(connection, number)));
        won(request.send().await.map(drop).map_err(failed)).map(drop)
    }

    async fn write_item(
        &self,
        connection: ConnectionId,
        write: ItemWrite,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = keys::item(connection, &write.id);
        if write.metadata.is_none() {
            return self.bury(&key, write.number, None, now).await;
        }
        let (update, values) = write.update(connection, now)?;
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .condition_expression(OLDER)
            .expression_attribute_names("#number", "number")
            .set_expression_attribute_values(Some(values));
        won(request.send().await.map(drop).map_err(failed)).map(drop)
    }

    /// Replaces a row by a tombstone, unless a later change wrote it. The row of a path is replaced only if
    /// it names `item`, when one is given.
    pub(super) async fn bury(
        &self,
        key: &Key,
        at: u64,
        item: Option<&ItemId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tombstone = key.attributes();
        tombstone.insert("number".to_owned(), number(at));
        tombstone.insert(keys::EXPIRES.to_owned(), number(now.plus(TOMBSTONE).unix_seconds()));
        let mut values = HashMap::from([(":number".to_owned(), number(at))]);
        let mut names = HashMap::from([("#number".to_owned(), "number".to_owned())]);
        if let Some(item) = item {
            values.insert(":item".to_owned(), text(item.as_str()));
            names.insert("#item".to_owned(), "item".to_owned());
        }
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(tombstone))
            .condition_expression(if item.is_some() { OLDER_OF_ITEM } else { OLDER })
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values));
        won(request.send().await.map(drop).map_err(failed)).map(drop)
    }

    /// Streams the items of one shard, page by page.
    fn scan_shard(
        &self,
        connection: ConnectionId,
        shard: u8,
    ) -> BoxStream<'_, Result<Vec<Item>, StoreError>> {
        let pages =
            self.query_whole(keys::item_partition(connection, shard)).limit(SCANNED).into_paginator().send();
        let items = stream::try_unfold(pages, |mut pages| async move {
            let Some(page) = pages.try_next().await.map_err(failed)? else { return Ok(None) };
            Ok(Some((items_of(page.items.unwrap_or_default())?, pages)))
        });
        items.boxed()
    }

    /// Reads rows by their keys, in as many calls as needed. Each key is requested once, because DynamoDB
    /// refuses a call that names a key twice.
    pub(super) async fn batch(&self, mut keys: Vec<Key>, reading: Reading) -> Result<Vec<Row>, StoreError> {
        keys.sort();
        keys.dedup();
        let batches: Vec<Vec<Row>> =
            keys.chunks(BATCH).map(|keys| keys.iter().map(Key::attributes).collect()).collect();
        let rows = stream::iter(batches).map(|keys| self.one_batch(keys, reading)).buffered(PARALLEL);
        Ok(rows.try_collect::<Vec<_>>().await?.concat())
    }

    async fn one_batch(&self, keys: Vec<Row>, reading: Reading) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::with_capacity(keys.len());
        let (mut left, mut backoff) = (keys, Backoff::default());
        loop {
            let keys = std::mem::take(&mut left);
            let asked = keys.len();
            let is_consistent = reading == Reading::Consistent;
            let wanted =
                KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(is_consistent).build();
            let wanted = wanted.map_err(|error| StoreError::Corrupt(error.to_string()))?;
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, wanted)
                .send()
                .await
                .map_err(failed)?;
            rows.extend(answer.responses.unwrap_or_default().remove(&self.table).unwrap_or_default());
            let unprocessed = answer.unprocessed_keys.unwrap_or_default().remove(&self.table);
            left = unprocessed.map(|left| left.keys).unwrap_or_default();
            if left.is_empty() {
                return Ok(rows);
            }
            backoff.wait(left.len() < asked, left.first()).await?;
        }
    }
}

pub(super) fn items_of(rows: Vec<Row>) -> Result<Vec<Item>, StoreError> {
    present(rows, ItemRow::item)
}

/// Reads rows of items, leaving out tombstones.
pub(super) fn present<T>(rows: Vec<Row>, read: fn(ItemRow) -> Option<T>) -> Result<Vec<T>, StoreError> {
    let rows: Result<Vec<ItemRow>, StoreError> = rows.into_iter().map(value).collect();
    Ok(rows?.into_iter().filter_map(read).collect())
}

#[async_trait]
impl Items for Dynamo {
    async fn items(
        &self,
        connection: ConnectionId,
        ids: &[ItemId],
    ) -> Result<HashMap<ItemId, Item>, StoreError> {
        let keys = ids.iter().map(|id| keys::item(connection, id)).collect();
        let rows = self.batch(keys, Reading::Consistent).await?;
        Ok(items_of(rows)?.into_iter().map(|item| (item.metadata.id.clone(), item)).collect())
    }

    async fn ids_in(&self, connection: ConnectionId, paths: &[String]) -> Result<Vec<ItemId>, StoreError> {
        self.ids_below(connection, paths).await
    }

    async fn children(&self, connection: ConnectionId, folder: &str) -> Result<Vec<PathEntry>, StoreError> {
        self.children_of(connection, folder).await
    }

    async fn item_page(
        &self,
        connection: ConnectionId,
        after: Option<&ItemId>,
        limit: u16,
        total: u64,
    ) -> Result<ItemPage, StoreError> {
        self.page_of_items(connection, after, limit.into(), total).await
    }

    async fn record_content(
        &self,
        connection: ConnectionId,
        item: &ItemId,
        content: &Content,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let rev = content.rev().map(Rev::as_str).unwrap_or_default();
        let mut update = "SET content = :content, updated_at = :now".to_owned();
        let mut values = Row::from([
            (":content".to_owned(), attribute(content)?),
            (":now".to_owned(), number(now.0)),
            (":rev".to_owned(), text(rev)),
        ]);
        if matches!(content, Content::Ready { .. }) {
            update.push_str(", wake_at = :now, wake_shard = :synced_in");
            values.insert(":synced_in".to_owned(), text(keys::sync_partition(connection)));
        }
        let condition = match content {
            Content::Ready { .. } | Content::Failed { .. } => {
                values.insert(":removed".to_owned(), attribute(&NotFetched::Removed)?);
                "content.rev = :rev AND (attribute_not_exists(content.reason) OR content.reason <> :removed)"
            }
            _ => "content.rev = :rev",
        };
        won(self.update_row(&keys::item(connection, item), &update, Some(condition), values).await)
    }
}

#[async_trait]
impl ItemWriter for Dynamo {
    async fn at_paths(
        &self,
        connection: ConnectionId,
        paths: &[String],
    ) -> Result<HashMap<String, ItemId>, StoreError> {
        self.items_at(connection, paths).await
    }

    async fn misplaced(&self, connection: ConnectionId, items: &[Item]) -> Result<Vec<ItemId>, StoreError> {
        self.not_at_their_path(connection, items).await
    }

    fn scan_items(&self, connection: ConnectionId) -> BoxStream<'_, Result<Vec<Item>, StoreError>> {
        let shards = stream::iter(0..SHARDS).map(move |shard| self.scan_shard(connection, shard));
        shards.flatten_unordered(SCANS).boxed()
    }

    async fn apply(
        &self,
        connection: ConnectionId,
        segment: &Segment,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        stream::iter(ItemWrite::of_segment(segment))
            .map(|write| self.write_item(connection, write, now))
            .buffer_unordered(PARALLEL)
            .try_collect::<Vec<()>>()
            .await?;
        stream::iter(PathWrite::of_segment(segment))
            .map(|write| self.write_path(connection, write, now))
            .buffer_unordered(PARALLEL)
            .try_collect::<Vec<()>>()
            .await
            .map(drop)
    }

    async fn number_items(&self, connection: ConnectionId, items: &[Item]) -> Result<(), StoreError> {
        let unnumbered = items.iter().filter(|item| item.created.is_none());
        let unnumbered: Vec<(ItemId, u64)> =
            unnumbered.map(|item| (item.metadata.id.clone(), item.number)).collect();
        stream::iter(unnumbered)
            .map(|(id, number)| self.number_item(connection, id, number))
            .buffer_unordered(PARALLEL)
            .try_collect()
            .await
    }
}
