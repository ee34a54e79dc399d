//! Contents of the items that the next commits touch, for HEAD's count of files.

use std::collections::HashMap;

use shared::model::{ChangeKind, Content, FileCounts, Item, ItemId, Segment};

/// Content and size of items before the next commits.
#[derive(Debug, Default)]
pub(super) struct Contents(HashMap<ItemId, (Content, u64)>);

impl Contents {
    /// Takes the contents of items as they were read.
    pub(super) fn of<'a>(items: impl IntoIterator<Item = &'a Item>) -> Self {
        let known = |item: &Item| (item.metadata.id.clone(), (item.content.clone(), item.metadata.size));
        Self(items.into_iter().map(known).collect())
    }

    /// Updates the count of files by a segment. Changes of items that are unknown here are left out until the
    /// next resync counts again.
    pub(super) fn count(&mut self, counts: &mut FileCounts, segment: &Segment) {
        for change in &segment.changes {
            let before = self.0.remove(&change.item.id);
            if before.is_none() && !matches!(change.kind, ChangeKind::Created { .. }) {
                continue;
            }
            if let Some((content, size)) = &before {
                counts.remove(content, *size);
            }
            if matches!(change.kind, ChangeKind::Deleted { .. }) {
                continue;
            }
            let content = change.kind.content().cloned().or(before.map(|(content, _)| content));
            let now = (content.unwrap_or(Content::None), change.item.size);
            counts.add(&now.0, now.1);
            self.0.insert(change.item.id.clone(), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::model::{Change, Metadata, Removal};

    use super::*;
    use crate::samples::file;

    fn change(id: &str, size: u64, kind: ChangeKind) -> Change {
        let item = Metadata { size, ..file(id, &format!("/{id}"), "015") };
        Change { number: 1, kind, item, drops: None, created: None }
    }

    fn pending() -> Content {
        Content::Pending { rev: "015".into() }
    }

    #[test]
    fn an_item_that_a_segment_touches_twice_is_counted_as_it_is_in_the_end() {
        let mut counts = FileCounts::default();
        let mut contents = Contents::default();
        let created = |id| change(id, 10, ChangeKind::Created { content: pending() });
        let changes = vec![
            created("a"),
            created("b"),
            change("a", 10, ChangeKind::Moved { from: "/x".to_owned(), content: None }),
            change("a", 30, ChangeKind::Updated { content: Some(pending()) }),
            change("b", 10, ChangeKind::Deleted { why: Removal::Deleted }),
            change("unknown", 10, ChangeKind::Deleted { why: Removal::Deleted }),
        ];
        contents.count(&mut counts, &Segment { changes });
        assert_eq!((counts.wanted, counts.wanted_bytes, counts.ready_offset), (1, 30, 0));
    }
}
