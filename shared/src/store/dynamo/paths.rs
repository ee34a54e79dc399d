//! Rows of paths: the item at each path. They list a folder's children, and so a subtree.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::TransactWriteItem;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};

use super::{
    Dynamo,
    items::{OLDER, PARALLEL, Reading},
    keys::{self, Key},
    table::{Row, failed, number, row, value, won},
};
use crate::{
    model::{Change, ChangeKind, ConnectionId, Item, ItemId, ItemKind, Segment, Timestamp},
    store::{Items, PathEntry, StoreError},
};

#[derive(Serialize, Deserialize)]
struct PathRow {
    number: u64,
    /// Absent in a tombstone.
    path: Option<String>,
    item: Option<ItemId>,
    kind: Option<ItemKind>,
    /// Number of the change that created the item, as in the item's row, if that change or a later one put
    /// the item here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created: Option<u64>,
}

impl PathRow {
    fn occupant(self) -> Option<(String, ItemId, ItemKind)> {
        Some((self.path?, self.item?, self.kind?))
    }
}

/// The write of one path that a segment leads to.
pub(super) struct PathWrite {
    path: String,
    number: u64,
    becomes: Becomes,
}

enum Becomes {
    /// The item is at the path; with the number of the change that created it, if it is known.
    Occupied(ItemId, ItemKind, Option<u64>),
    /// The path is empty, if this item was there: another item may have taken it before.
    VacatedBy(ItemId),
    /// The path is empty.
    Vacant,
}

impl PathWrite {
    /// Returns the writes of all paths that the segment touches: the final state of a path, or one write for
    /// each item that left it, of which at most one is the item that the row names.
    pub(super) fn of_segment(segment: &Segment) -> Vec<Self> {
        let mut writes: BTreeMap<&str, Vec<Self>> = BTreeMap::new();
        for change in &segment.changes {
            let Change { number, kind, item, .. } = change;
            if let ChangeKind::Moved { from, .. } = kind {
                Self::vacate(writes.entry(from).or_default(), from, &item.id, *number);
            }
            let of_path = writes.entry(&item.path_lower).or_default();
            if matches!(kind, ChangeKind::Deleted { .. }) {
                Self::vacate(of_path, &item.path_lower, &item.id, *number);
            } else {
                let becomes = Becomes::Occupied(item.id.clone(), item.kind, change.created_by());
                *of_path = vec![Self { path: item.path_lower.clone(), number: *number, becomes }];
            }
        }
        writes.into_values().flatten().collect()
    }

    /// Adds to the writes of a path that an item has left it.
    fn vacate(writes: &mut Vec<Self>, path: &str, by: &ItemId, number: u64) {
        let becomes = match writes.last().map(|write| &write.becomes) {
            // The row may name any of several items that left the path, so each gets a write.
            None | Some(Becomes::VacatedBy(_)) => Becomes::VacatedBy(by.clone()),
            Some(Becomes::Occupied(id, ..)) if id != by => return,
            Some(Becomes::Occupied(..) | Becomes::Vacant) => {
                writes.clear();
                Becomes::Vacant
            }
        };
        writes.push(Self { path: path.to_owned(), number, becomes });
    }
}

impl Dynamo {
    pub(super) async fn write_path(
        &self,
        connection: ConnectionId,
        write: PathWrite,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = keys::path(connection, &write.path);
        match &write.becomes {
            Becomes::Occupied(id, kind, created) => {
                let occupied = PathRow {
                    number: write.number,
                    path: Some(write.path.clone()),
                    item: Some(id.clone()),
                    kind: Some(*kind),
                    created: *created,
                };
                self.occupy(&key, &occupied).await
            }
            Becomes::Vacant => self.bury(&key, write.number, None, now).await,
            Becomes::VacatedBy(id) => self.bury(&key, write.number, Some(id), now).await,
        }
    }

    async fn occupy(&self, key: &Key, occupied: &PathRow) -> Result<(), StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row(key, occupied)?))
            .condition_expression(OLDER)
            .expression_attribute_names("#number", "number")
            .expression_attribute_values(":number", number(occupied.number));
        won(request.send().await.map(drop).map_err(failed)).map(drop)
    }

    /// Returns the write of a path's row that names the item there after the change with this number.
    pub(super) fn place_write(
        &self,
        connection: ConnectionId,
        place: &PathEntry,
        number: u64,
    ) -> Result<TransactWriteItem, StoreError> {
        let PathEntry { path, item, kind } = place;
        let (occupied_path, item) = (Some(path.clone()), Some(item.clone()));
        let occupied = PathRow { number, path: occupied_path, item, kind: Some(*kind), created: None };
        self.put(row(&keys::path(connection, path), &occupied)?, None)
    }

    /// Returns those of the items that no row names at their path.
    pub(super) async fn not_at_their_path(
        &self,
        connection: ConnectionId,
        items: &[Item],
    ) -> Result<Vec<ItemId>, StoreError> {
        let keys = items.iter().map(|item| keys::path(connection, &item.metadata.path_lower)).collect();
        let present: BTreeSet<(String, ItemId)> = occupants(self.batch(keys, Reading::Eventual).await?)?
            .into_iter()
            .map(|(path, id, _)| (path, id))
            .collect();
        let metadata = items.iter().map(|item| &item.metadata);
        let missing = metadata
            .filter(|metadata| !present.contains(&(metadata.path_lower.clone(), metadata.id.clone())));
        Ok(missing.map(|metadata| metadata.id.clone()).collect())
    }

    /// Returns the items at these paths.
    pub(super) async fn items_at(
        &self,
        connection: ConnectionId,
        paths: &[String],
    ) -> Result<HashMap<String, ItemId>, StoreError> {
        let rows = self.path_rows(connection, paths).await?;
        Ok(occupants(rows)?.into_iter().map(|(path, id, _)| (path, id)).collect())
    }

    /// Returns the numbers of the changes that created the items at these paths. The items themselves are
    /// read only where the rows of the paths do not say the number.
    pub(super) async fn creations_at(
        &self,
        connection: ConnectionId,
        paths: &[String],
    ) -> Result<HashMap<String, u64>, StoreError> {
        let (mut numbers, mut unknown) = (HashMap::new(), HashMap::new());
        for row in self.path_rows(connection, paths).await? {
            let row: PathRow = value(row)?;
            let created = row.created;
            match (row.occupant(), created) {
                (Some((path, _, _)), Some(created)) => drop(numbers.insert(path, created)),
                (Some((path, item, _)), None) => drop(unknown.insert(path, item)),
                (None, _) => {}
            }
        }
        let ids: Vec<ItemId> = unknown.values().cloned().collect();
        let items = self.items(connection, &ids).await?;
        let read = unknown.into_iter().filter_map(|(path, id)| Some((path, items.get(&id)?.created?)));
        numbers.extend(read);
        Ok(numbers)
    }

    /// Returns the ids of the items at `paths` and of all below them, level by level. Each folder is listed
    /// once.
    pub(super) async fn ids_below(
        &self,
        connection: ConnectionId,
        paths: &[String],
    ) -> Result<Vec<ItemId>, StoreError> {
        let present = occupants(self.path_rows(connection, paths).await?)?;
        let mut found: Vec<ItemId> = present.into_iter().map(|(_, id, _)| id).collect();
        // Includes paths of files and empty paths: a folder may have left such a path whose children are
        // still stored.
        let mut listed: BTreeSet<String> = paths.iter().cloned().collect();
        let mut level: Vec<String> = listed.iter().cloned().collect();
        while !level.is_empty() {
            let children = self.all_children(connection, level).await?;
            let folders = children.iter().filter(|place| place.kind == ItemKind::Folder);
            let fresh = folders.map(|place| place.path.clone()).filter(|path| listed.insert(path.clone()));
            level = fresh.collect();
            found.extend(children.into_iter().map(|place| place.item));
        }
        Ok(found)
    }

    async fn path_rows(&self, connection: ConnectionId, paths: &[String]) -> Result<Vec<Row>, StoreError> {
        // The root is not an item.
        let paths = paths.iter().filter(|path| !path.is_empty());
        self.batch(paths.map(|path| keys::path(connection, path)).collect(), Reading::Consistent).await
    }

    /// Returns the children of a folder.
    pub(super) async fn children_of(
        &self,
        connection: ConnectionId,
        folder: &str,
    ) -> Result<Vec<PathEntry>, StoreError> {
        let rows = occupants(self.partition(&keys::children_partition(connection, folder), "").await?)?;
        Ok(rows.into_iter().map(|(path, item, kind)| PathEntry { path, item, kind }).collect())
    }

    async fn all_children(
        &self,
        connection: ConnectionId,
        folders: Vec<String>,
    ) -> Result<Vec<PathEntry>, StoreError> {
        let lists = stream::iter(folders)
            .map(|folder| async move { self.children_of(connection, &folder).await })
            .buffered(PARALLEL);
        Ok(lists.try_collect::<Vec<_>>().await?.concat())
    }
}

fn occupants(rows: Vec<Row>) -> Result<Vec<(String, ItemId, ItemKind)>, StoreError> {
    let rows: Result<Vec<PathRow>, StoreError> = rows.into_iter().map(value).collect();
    Ok(rows?.into_iter().filter_map(PathRow::occupant).collect())
}
