//! The user's choice: the selections, changed by the draft.

use std::collections::BTreeMap;

use shared::{
    answer::ApiError,
    model::{Connection, Draft, ItemId, ItemKind, Pick, Selection, SelectionState},
};

use crate::Pages;

/// Everything that is chosen, by its text in the draft. A selection that is not mirrored yet has no known
/// path.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    picks: BTreeMap<String, Option<Pick>>,
}

impl Chosen {
    /// Reads the selections, and the places of those that are mirrored.
    pub(super) async fn read(
        pages: &Pages,
        connection: &Connection,
        selections: &[Selection],
        draft: &Draft,
    ) -> Result<Self, ApiError> {
        let ids: Vec<ItemId> = wanted(selections).filter_map(|one| one.target.item().cloned()).collect();
        let items = pages.store.items(connection.id, &ids).await?;
        let mut picks: BTreeMap<String, Option<Pick>> = BTreeMap::new();
        for selection in wanted(selections) {
            let item = selection.target.item().and_then(|id| items.get(id));
            let pick = item.map(|item| Pick {
                is_folder: item.metadata.kind == ItemKind::Folder,
                name: item.metadata.name.clone(),
                path: item.metadata.path_lower.clone(),
            });
            picks.insert(Draft::key(&selection.target).to_owned(), pick);
        }
        Ok(Self { picks }.changed_by(draft))
    }

    fn changed_by(mut self, draft: &Draft) -> Self {
        self.picks.retain(|key, _| !draft.removed.contains_key(key));
        for (key, pick) in &draft.added {
            self.picks.insert(key.clone(), Some(pick.clone()));
        }
        self
    }

    /// Whether the whole account is chosen.
    pub(super) fn everything(&self) -> bool {
        self.picks.contains_key(Draft::EVERYTHING)
    }

    /// Whether a target is chosen itself.
    pub(super) fn has(&self, key: &str) -> bool {
        self.picks.contains_key(key)
    }

    /// Returns the name of the chosen folder that a path is in.
    pub(super) fn folder_around(&self, path: &str) -> Option<&str> {
        let around = |pick: &&Pick| pick.is_folder && is_below(path, &pick.path);
        self.picks.values().flatten().find(around).map(|pick| pick.name.as_str())
    }

    /// Returns the number of chosen files and folders below a path.
    pub(super) fn below(&self, path: &str) -> u64 {
        self.picks.values().flatten().filter(|pick| is_below(&pick.path, path)).count() as u64
    }

    /// Returns the numbers of chosen folders and files, without those that `leave_out` says.
    pub(super) fn counts(&self, leave_out: impl Fn(&str) -> bool) -> (u64, u64) {
        let counted = self.picks.iter().filter(|(key, _)| *key != Draft::EVERYTHING && !leave_out(key));
        counted.fold((0, 0), |(folders, files), (_, pick)| match pick {
            Some(pick) if pick.is_folder => (folders + 1, files),
            _ => (folders, files + 1),
        })
    }
}

/// Returns the selections that are not about to end.
pub(super) fn wanted(selections: &[Selection]) -> impl Iterator<Item = &Selection> {
    selections.iter().filter(|one| one.state != SelectionState::Deselected)
}

/// Whether a lower-cased path is below a folder's.
fn is_below(path: &str, folder: &str) -> bool {
    !folder.is_empty() && path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick(is_folder: bool, path: &str) -> Pick {
        Pick {
            is_folder,
            name: path.rsplit('/').next().unwrap_or_default().to_owned(),
            path: path.to_owned(),
        }
    }

    #[test]
    fn a_draft_changes_what_is_chosen() {
        let selected = Chosen {
            picks: [
                ("id:a".to_owned(), Some(pick(true, "/a"))),
                ("id:b".to_owned(), Some(pick(false, "/b.txt"))),
                ("id:new".to_owned(), None),
            ]
            .into(),
        };
        let draft = Draft {
            added: [("id:c".to_owned(), pick(true, "/x/c"))].into(),
            removed: [("id:b".to_owned(), Pick::default())].into(),
        };
        let chosen = selected.changed_by(&draft);
        assert!(chosen.has("id:a") && !chosen.has("id:b") && chosen.has("id:c"));
        assert_eq!(chosen.folder_around("/x/c/d"), Some("c"));
        assert_eq!(chosen.folder_around("/x/cd"), None);
        assert_eq!((chosen.below("/x"), chosen.below("/a"), chosen.below("/x/c")), (1, 0, 0));
        assert_eq!(chosen.counts(|_| false), (2, 1));
        assert_eq!(chosen.counts(|key| key == "id:a"), (1, 1));
        assert!(!chosen.everything());
    }
}
