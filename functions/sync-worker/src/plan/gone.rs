//! Deletions, held back until the drain ends.

use std::collections::HashMap;

use shared::model::{Change, ChangeKind, Gone, Item, ItemId};

/// Whether a lower-cased path is `root` or lies below it.
#[must_use]
pub fn is_at_or_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Marks everything that stands at or below `path` as of change `at`. A newer mark takes the place of an older one.
pub(super) fn mark_below(gone: &mut Vec<Gone>, path: String, at: u64) {
    gone.retain(|mark| !matches!(mark, Gone::Below { path: marked, .. } if *marked == path));
    gone.push(Gone::Below { path, at, spared: Vec::new() });
}

/// An item that was seen again, unchanged, is not gone.
pub(super) fn spare(gone: &mut [Gone], item: &Item) {
    for mark in gone.iter_mut().filter(|mark| covers(mark, item)) {
        match mark {
            Gone::Below { spared, .. } => spared.push(item.facts.id.clone()),
            Gone::Item { spared, .. } => *spared = true,
        }
    }
}

/// The deletions of those of `items` that are still marked. Parents come before what is in them.
#[must_use]
pub fn deletions(head: u64, gone: &[Gone], items: Vec<Item>) -> Vec<Change> {
    let marked = items.into_iter().filter(|item| gone.iter().any(|mark| covers(mark, item)));
    let by_id: HashMap<ItemId, Item> = marked.map(|item| (item.facts.id.clone(), item)).collect();
    let mut items: Vec<Item> = by_id.into_values().collect();
    items.sort_by(|one, two| one.facts.path_lower.cmp(&two.facts.path_lower));
    let change = |(number, item): (u64, Item)| Change { number, kind: ChangeKind::Deleted, item: item.facts };
    (head + 1..).zip(items).map(change).collect()
}

/// Whether a mark means an item: it was not touched, nor seen again, since.
fn covers(mark: &Gone, item: &Item) -> bool {
    match mark {
        Gone::Below { path, at, spared } => {
            item.number <= *at
                && is_at_or_below(&item.facts.path_lower, path)
                && !spared.contains(&item.facts.id)
        }
        Gone::Item { id, at, spared } => item.number <= *at && item.facts.id == *id && !spared,
    }
}
