//! Items of one connection, and the changes that create them.

use std::collections::BTreeMap;

use shared::{
    model::{Change, ChangeKind, ConnectionId, Content, Item, ItemId, Metadata, Removal, Rev, Segment},
    store::ItemWriter,
};

use super::{StoreHarness, ok};
use crate::samples;

pub(super) fn pending(rev: &str) -> Content {
    Content::Pending { rev: Rev::from(rev) }
}

pub(super) fn ready(rev: &str) -> Content {
    Content::Ready { rev: Rev::from(rev), exported: None }
}

pub(super) fn created(number: u64, item: Metadata) -> Change {
    let content = item.rev.clone().map_or(Content::None, |rev| Content::Pending { rev });
    Change { number, kind: ChangeKind::Created { content }, item, drops: None, created: None }
}

pub(super) fn updated(number: u64, item: Metadata, content: Option<Content>) -> Change {
    Change { number, kind: ChangeKind::Updated { content }, item, drops: None, created: None }
}

pub(super) fn moved(number: u64, from: &str, item: Metadata) -> Change {
    Change {
        number,
        kind: ChangeKind::Moved { from: from.to_owned(), content: None },
        item,
        drops: None,
        created: None,
    }
}

pub(super) fn deleted(number: u64, item: Metadata) -> Change {
    Change { number, kind: ChangeKind::Deleted { why: Removal::Deleted }, item, drops: None, created: None }
}

/// Items of one connection in a store.
pub(super) struct Mirror<'a, S> {
    pub(super) store: &'a S,
    pub(super) connection: ConnectionId,
}

/// Creates an empty mirror.
pub(super) fn mirror<H: StoreHarness>(harness: &H) -> Mirror<'_, H::Store> {
    Mirror { store: harness.store(), connection: ConnectionId::random() }
}

impl<S: ItemWriter> Mirror<'_, S> {
    pub(super) async fn apply(&self, changes: &[Change]) {
        let segment = Segment { changes: changes.to_vec() };
        ok(self.store.apply(self.connection, &segment, samples::now()).await);
    }

    pub(super) async fn record_content(&self, id: &str, content: &Content) -> bool {
        let id = ItemId::from(format!("id:{id}"));
        ok(self.store.record_content(self.connection, &id, content, samples::now()).await)
    }

    pub(super) async fn item(&self, id: &str) -> Option<Item> {
        let id = ItemId::from(format!("id:{id}"));
        ok(self.store.items(self.connection, std::slice::from_ref(&id)).await).remove(&id)
    }

    pub(super) async fn at(&self, path: &str) -> Option<ItemId> {
        ok(self.store.at_paths(self.connection, &[path.to_owned()]).await).remove(path)
    }

    pub(super) async fn expect_at(&self, path: &str, id: &str) {
        assert_eq!(self.at(path).await, Some(ItemId::from(format!("id:{id}"))), "at {path}");
    }

    /// Returns the ids of all items, by path.
    pub(super) async fn all(&self) -> BTreeMap<String, String> {
        by_path(ok(self.store.all_items(self.connection).await))
    }

    pub(super) async fn below(&self, path: &str) -> Vec<String> {
        by_path(ok(self.store.subtree(self.connection, path).await)).into_keys().collect()
    }

    /// Asserts that exactly these items exist, by every way of reading them.
    pub(super) async fn expect(&self, expected: &[(&str, &str)]) {
        let expected = expected.iter().map(|(path, id)| ((*path).to_owned(), format!("id:{id}")));
        let expected: BTreeMap<_, _> = expected.collect();
        assert_eq!(self.all().await, expected);
        let paths: Vec<_> = expected.keys().cloned().collect();
        let at_paths = ok(self.store.at_paths(self.connection, &paths).await);
        let at_paths: BTreeMap<_, _> =
            at_paths.into_iter().map(|(path, id)| (path, id.as_str().to_owned())).collect();
        assert_eq!(at_paths, expected);
    }
}

fn by_path(items: Vec<Item>) -> BTreeMap<String, String> {
    let count = items.len();
    let by_path: BTreeMap<_, _> = items
        .into_iter()
        .map(|item| (item.metadata.path_lower, item.metadata.id.as_str().to_owned()))
        .collect();
    assert_eq!(by_path.len(), count, "two items at one path, or one twice");
    by_path
}
