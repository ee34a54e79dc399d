//! Contents of many items, read by ranges of their ids: a unit of reading is 4 KB of a range, and a whole row where it
//! is read by its key.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;

use super::{
    Dynamo,
    items::{PARALLEL, Reading},
    keys,
    table::{failed, text, value},
};
use crate::{
    model::{ConnectionId, Content, ItemId},
    store::StoreError,
};

/// Number of ids of a shard up to which they are read by their keys.
const FEW: usize = 2;
/// Maximum number of rows of a range for each id that is looked for. Between the ids may be any number of items that
/// nobody asks for; beyond this many it is cheaper to read the rest by their keys.
const SPARSEST: usize = 4;

#[derive(Deserialize)]
struct ContentRow {
    sk: String,
    /// Absent in a tombstone.
    content: Option<Content>,
}

/// Ids in one shard.
struct InShard {
    shard: u8,
    ids: BTreeSet<ItemId>,
}

impl Dynamo {
    /// Returns the contents of items, read eventually consistently.
    pub(super) async fn read_contents(
        &self,
        connection: ConnectionId,
        ids: &[ItemId],
    ) -> Result<HashMap<ItemId, Content>, StoreError> {
        let mut shards: BTreeMap<u8, BTreeSet<ItemId>> = BTreeMap::new();
        for id in ids {
            shards.entry(keys::item_shard(id)).or_default().insert(id.clone());
        }
        let (few, many): (Vec<InShard>, Vec<InShard>) = shards
            .into_iter()
            .map(|(shard, ids)| InShard { shard, ids })
            .partition(|one| one.ids.len() <= FEW);
        let ranges =
            stream::iter(many).map(|one| self.read_range(connection, one)).buffer_unordered(PARALLEL);
        let mut found = HashMap::new();
        let mut left: Vec<ItemId> = few.into_iter().flat_map(|one| one.ids).collect();
        for (rows, beyond) in ranges.try_collect::<Vec<_>>().await? {
            found.extend(rows);
            left.extend(beyond);
        }
        let keys = left.iter().map(|id| keys::item(connection, id)).collect();
        for row in self.batch(keys, Reading::Eventual).await? {
            found.extend(content_of(value(row)?));
        }
        Ok(found)
    }

    /// Returns the contents of ids in a shard, and those ids that are beyond the part of the range that was read.
    async fn read_range(
        &self,
        connection: ConnectionId,
        InShard { shard, ids }: InShard,
    ) -> Result<(Vec<(ItemId, Content)>, Vec<ItemId>), StoreError> {
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else {
            return Ok((Vec::new(), Vec::new()));
        };
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":pk", text(keys::item_partition(connection, shard)))
            .expression_attribute_values(":first", text(first.as_str()))
            .expression_attribute_values(":last", text(last.as_str()))
            .projection_expression("sk, content")
            .limit(i32::try_from(ids.len().saturating_mul(SPARSEST)).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(failed)?;
        let end = answer.last_evaluated_key.and_then(|key| key.get(keys::SK)?.as_s().ok().cloned());
        let rows = answer.items.unwrap_or_default().into_iter().map(value::<ContentRow>);
        let contents = rows.map(|row| row.map(content_of)).collect::<Result<Vec<_>, _>>()?;
        let wanted = contents.into_iter().flatten().filter(|(id, _)| ids.contains(id)).collect();
        let is_beyond = |id: &&ItemId| end.as_deref().is_some_and(|end| id.as_str() > end);
        Ok((wanted, ids.iter().filter(is_beyond).cloned().collect()))
    }
}

fn content_of(ContentRow { sk, content }: ContentRow) -> Option<(ItemId, Content)> {
    Some((sk.as_str().into(), content?))
}
