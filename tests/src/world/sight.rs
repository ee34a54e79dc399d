//! Inspection: items, log, events and bytes, and whether they equal the files on disk.

use aws_sdk_dynamodb::types::AttributeValue;
use local::TABLE;
use local_adapters::Published;
use shared::{
    content::ContentStore,
    model::{Change, ChangeKind, ConnectionId, Content, ContentKey, Item, ItemKind, ProjectId},
    store::{Connections, History, ItemWriter, Log},
};

use super::World;
use crate::disk::{self, Tree};

impl World {
    /// Returns the whole change log of a connection.
    pub async fn log(&self, connection: ConnectionId) -> Vec<Change> {
        let history = self.stack.store().changes(connection, 0, usize::MAX).await;
        let History::Changes(changes) = history.expect("the log can be read") else {
            panic!("the log is not old enough to expire")
        };
        let numbers: Vec<u64> = changes.iter().map(|change| change.number).collect();
        assert_eq!(numbers, (1..=changes.len() as u64).collect::<Vec<_>>(), "the log has gaps (I12)");
        changes
    }

    /// Returns kind and path of each change after `number`.
    pub async fn changes_after(&self, connection: ConnectionId, number: usize) -> Vec<(String, String)> {
        let log = self.log(connection).await;
        let word = |change: &Change| (change.kind.as_str().to_owned(), change.item.path_lower.clone());
        log.iter().skip(number).map(word).collect()
    }

    /// Returns all items of a connection.
    pub async fn items(&self, connection: ConnectionId) -> Vec<Item> {
        self.stack.store().all_items(connection).await.expect("the items can be read")
    }

    /// Returns all published events.
    pub async fn events(&self) -> Vec<Published> {
        self.stack.machine.bus.read(0, usize::MAX >> 1).await.expect("the bus can be read")
    }

    /// Returns the keys of all rows about a connection, sorted.
    pub async fn rows_of(&self, connection: ConnectionId) -> Vec<String> {
        let scan = self.stack.machine.dynamo.client().scan().table_name(TABLE);
        let rows: Result<Vec<_>, _> = scan.into_paginator().items().send().try_collect().await;
        let key = |row: std::collections::HashMap<String, AttributeValue>| {
            let part = |name: &str| row[name].as_s().expect("keys are texts").clone();
            format!("{}/{}", part("pk"), part("sk"))
        };
        let keys = rows.expect("the table can be read").into_iter().map(key);
        let mut found: Vec<String> = keys.filter(|key| key.contains(&connection.to_string())).collect();
        found.sort();
        found
    }

    /// Returns the keys of the rows that a connection leaves: without its notices, of which the last one tells
    /// endpoints that it has ended, and without its integer, which clients may keep.
    pub async fn rows_left_by(&self, connection: ConnectionId) -> Vec<String> {
        let notices = format!("notices#{connection}/");
        let is_kept = |row: &str| row.starts_with(&notices) || row.starts_with("ordinal#");
        let rows = self.rows_of(connection).await;
        rows.into_iter().filter(|row| !is_kept(row)).collect()
    }

    /// Returns the number of a connection's objects in the bucket.
    pub async fn objects_of(&self, project: ProjectId, connection: ConnectionId) -> usize {
        let listed = self.stack.machine.content.list(project, connection, None).await;
        listed.expect("the bucket answers").keys.len()
    }

    /// Returns the account's tree according to the items.
    pub async fn item_tree(&self, connection: ConnectionId) -> Tree {
        tree_of(self.items(connection).await)
    }

    /// Returns the account's tree according to the replayed change log.
    pub async fn log_tree(&self, connection: ConnectionId) -> Tree {
        let mut tree = std::collections::HashMap::new();
        for change in self.log(connection).await {
            match change.kind {
                ChangeKind::Deleted { .. } => drop(tree.remove(&change.item.id)),
                _ => drop(tree.insert(change.item.id.clone(), change.item)),
            }
        }
        let entry = |metadata: shared::model::Metadata| {
            let hash = (metadata.kind == ItemKind::File).then(|| metadata.content_hash.unwrap_or_default());
            (metadata.path_lower, hash)
        };
        tree.into_values().map(entry).collect()
    }

    /// Returns the bytes of an item's current revision.
    pub async fn bytes_of(&self, connection: ConnectionId, item: &Item) -> Option<bytes::Bytes> {
        let project = self.stack.store().connection(connection).await.expect("the store answers");
        let rev = item.content.rev()?;
        let key = ContentKey::new(project?.project, connection, &item.metadata.id, rev);
        self.stack.machine.content.read(&key).await.expect("the bucket answers")
    }

    /// Returns the lower-cased paths of all items, sorted.
    pub async fn paths(&self, connection: ConnectionId) -> Vec<String> {
        self.item_tree(connection).await.into_keys().collect()
    }

    /// Asserts that items, replayed log and bytes each equal the files on disk (invariant I11).
    pub async fn assert_mirrors(&self, connection: ConnectionId, account: &str) {
        let disk = disk::tree(&self.directory(account));
        assert_eq!(self.item_tree(connection).await, disk, "the items are not what is on disk");
        assert_eq!(self.log_tree(connection).await, disk, "the log does not lead to what is on disk");
        self.assert_bytes(connection).await;
    }

    /// Asserts that every ready file's bytes are in the bucket with Dropbox's hash, and that each file is
    /// ready or skipped.
    pub async fn assert_bytes(&self, connection: ConnectionId) {
        let project = self.stack.store().connection(connection).await.expect("the store answers");
        let project = project.expect("the connection is there").project;
        for item in self.items(connection).await {
            let path = &item.metadata.path_lower;
            match item.content {
                Content::Ready { rev, .. } => {
                    let key = ContentKey::new(project, connection, &item.metadata.id, &rev);
                    let file = self.stack.machine.content.path(&key).expect("the key is a path");
                    assert_eq!(Some(disk::content_hash(&file)), item.metadata.content_hash, "{path}");
                }
                Content::None => assert_eq!(item.metadata.kind, ItemKind::Folder, "{path}"),
                Content::Skipped { .. } => {}
                other => panic!("{path} is {other:?}"),
            }
        }
    }
}

pub(super) fn tree_of(items: Vec<Item>) -> Tree {
    let entry = |item: Item| {
        let hash =
            (item.metadata.kind == ItemKind::File).then(|| item.metadata.content_hash.unwrap_or_default());
        (item.metadata.path_lower, hash)
    };
    items.into_iter().map(entry).collect()
}
