//! Items page by page: shard after shard, and within a shard in the order of their ids.

use futures_util::future::try_join_all;

use super::{
    Dynamo,
    items::items_of,
    keys::{self, SHARDS},
    table::Row,
};
use crate::{
    model::{ConnectionId, ItemId},
    store::{ItemPage, StoreError},
};

impl Dynamo {
    /// Returns a page made of at most `limit` rows, tombstones among them: that bounds what a page costs. As
    /// many shards as a page probably needs are read in parallel; if they have fewer rows, the page is shorter.
    pub(super) async fn page_of_items(
        &self,
        connection: ConnectionId,
        after: Option<&ItemId>,
        limit: usize,
        total: u64,
    ) -> Result<ItemPage, StoreError> {
        let (first, at_once) = (after.map_or(0, keys::item_shard), shards_of_page(limit, total));
        let mut begin = first;
        while begin < SHARDS {
            let end = begin.saturating_add(at_once).min(SHARDS);
            let reads = (begin..end).map(|shard| {
                let after = after.filter(|_| shard == first);
                self.some_of_shard(connection, shard, after, limit)
            });
            let mut rows = try_join_all(reads).await?.concat();
            if !rows.is_empty() {
                let is_cut = rows.len() >= limit;
                rows.truncate(limit);
                let next = rows.last().filter(|_| is_cut || end < SHARDS).and_then(place);
                return Ok(ItemPage { items: items_of(rows)?, next });
            }
            begin = end;
        }
        Ok(ItemPage::default())
    }

    /// Returns at most `limit` rows of a shard; fewer only if it has no more.
    async fn some_of_shard(
        &self,
        connection: ConnectionId,
        shard: u8,
        after: Option<&ItemId>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let after = after.map(|after| keys::item(connection, after));
        self.rows_from(keys::item_partition(connection, shard), after.as_ref(), limit).await
    }
}

/// Returns how many shards have `limit` rows together, if the connection has `total` items.
fn shards_of_page(limit: usize, total: u64) -> u8 {
    let (limit, shards) = (u64::try_from(limit).unwrap_or(u64::MAX), u64::from(SHARDS));
    let wanted = limit.saturating_mul(shards).div_ceil(total.max(1));
    u8::try_from(wanted.clamp(1, shards)).unwrap_or(SHARDS)
}

/// Returns the id under which a row is stored.
fn place(row: &Row) -> Option<ItemId> {
    Some(row.get(keys::SK)?.as_s().ok()?.as_str().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_shards_are_read_at_once_as_a_page_needs() {
        for (total, shards) in [(0, 16), (500, 16), (1_000, 8), (5_000, 2), (8_000, 1), (u64::MAX, 1)] {
            assert_eq!(shards_of_page(500, total), shards, "{total} items");
        }
    }
}
