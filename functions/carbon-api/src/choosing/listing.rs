//! The content of a folder of an account, in a stable order. Pure, except for the listing itself.

use shared::{
    dropbox::{Dropbox, DropboxError, Entry, Session},
    dropbox_calls::CallRows,
    model::{ItemKind, Metadata},
};

use crate::{
    CarbonApi,
    answer::Refusal,
    fields::{Step, WrongField},
    files::Source,
    format::format_of,
};

/// Maximum number of entries of a folder that can be listed.
const MAX_ENTRIES: usize = 10_000;
/// Number of entries per page of Dropbox's listing.
const PAGE: u32 = 2_000;

/// Lists everything that is directly in a folder, or in the root if there is no folder.
pub(super) async fn children(
    api: &CarbonApi,
    source: &Source,
    rows: CallRows,
    folder: Option<&str>,
) -> Result<Vec<Metadata>, Refusal> {
    let folder = folder.unwrap_or_default().to_owned();
    let call = |dropbox: Dropbox, session: Session| {
        let folder = folder.clone();
        async move { all_pages(&dropbox, &session, &folder).await }
    };
    let found = api.calls.ask_with(&source.connection, rows, call).await?;
    found.ok_or_else(too_many)
}

async fn all_pages(
    dropbox: &Dropbox,
    session: &Session,
    folder: &str,
) -> Result<Option<Vec<Metadata>>, DropboxError> {
    let mut page = dropbox.list_children(session, folder, PAGE).await?;
    let mut found = Vec::new();
    loop {
        let present = page.entries.into_iter().filter_map(|entry| match entry {
            Entry::Present { metadata, .. } => Some(metadata),
            Entry::Deleted(_) | Entry::Unreadable(_) => None,
        });
        found.extend(present);
        if found.len() > MAX_ENTRIES {
            return Ok(None);
        }
        if !page.has_more {
            return Ok(Some(found));
        }
        page = dropbox.list_continue(session, &page.cursor).await?;
    }
}

/// Filters on items; absent ones exclude nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ItemFilters {
    /// Part of the name, in lower case.
    pub(super) name: Option<String>,
    pub(super) external_ids: Option<Vec<String>>,
    pub(super) numbers: Option<Vec<u64>>,
    /// Formats in capitals.
    pub(super) formats: Option<Vec<String>>,
    pub(super) kind: Option<Vec<ItemKind>>,
}

impl ItemFilters {
    pub(super) fn matches(&self, metadata: &Metadata, number: u64) -> bool {
        let format = || format_of(&metadata.name).unwrap_or_default();
        self.name.as_ref().is_none_or(|part| metadata.name.to_lowercase().contains(part))
            && self.external_ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id == metadata.id.as_str()))
            && self.numbers.as_ref().is_none_or(|numbers| numbers.contains(&number))
            && self
                .formats
                .as_ref()
                .is_none_or(|formats| metadata.kind == ItemKind::File && formats.contains(&format()))
            && self.kind.as_ref().is_none_or(|kinds| kinds.contains(&metadata.kind))
    }
}

/// Order of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemOrder {
    Name,
    Number,
    FoldersFirst,
}

impl ItemOrder {
    pub(super) const WORDS: &'static [(&'static str, Self)] =
        &[("name", Self::Name), ("id", Self::Number), ("directories_first", Self::FoldersFirst)];

    /// Sorts items with their integers. Equal ones are ordered by their ids, so that pages are stable; in
    /// [`Self::FoldersFirst`], folders come first in either direction.
    pub(super) fn sort(self, items: &mut [(u64, Metadata)], descending: bool) {
        items.sort_by(|(one_number, one), (other_number, other)| {
            let names = || one.name.to_lowercase().cmp(&other.name.to_lowercase());
            let order = match self {
                Self::Name | Self::FoldersFirst => names(),
                Self::Number => one_number.cmp(other_number),
            };
            let order = order.then(one.id.cmp(&other.id));
            let order = if descending { order.reverse() } else { order };
            match self {
                Self::FoldersFirst => is_file(one).cmp(&is_file(other)).then(order),
                Self::Name | Self::Number => order,
            }
        });
    }
}

fn is_file(metadata: &Metadata) -> bool {
    metadata.kind == ItemKind::File
}

/// 422: the folder has more entries than can be sorted for one answer.
fn too_many() -> Refusal {
    let message = format!("the folder has more than {MAX_ENTRIES} entries; choose it as a whole");
    let place = vec![Step::Name("body"), Step::Name("parent_id")];
    Refusal::Fields(vec![WrongField::new(message, "value_error.too_many").at(place)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(kind: ItemKind, name: &str) -> (u64, Metadata) {
        let metadata = Metadata {
            id: format!("id:{name}").into(),
            kind,
            name: name.to_owned(),
            path_lower: format!("/{}", name.to_lowercase()),
            path_display: format!("/{name}"),
            rev: None,
            size: 0,
            content_hash: None,
            export_as: None,
            export_by_name: false,
            symlink_target: None,
            server_modified: None,
        };
        (name.len() as u64, metadata)
    }

    fn items() -> Vec<(u64, Metadata)> {
        use ItemKind::{File, Folder};
        vec![item(File, "b.txt"), item(Folder, "z"), item(File, "A.PDF"), item(Folder, "v1.2 notes")]
    }

    fn names(order: ItemOrder, descending: bool) -> Vec<String> {
        let mut items = items();
        order.sort(&mut items, descending);
        items.into_iter().map(|(_, metadata)| metadata.name).collect()
    }

    #[test]
    fn folders_are_first_in_either_direction() {
        assert_eq!(names(ItemOrder::FoldersFirst, false), ["v1.2 notes", "z", "A.PDF", "b.txt"]);
        assert_eq!(names(ItemOrder::FoldersFirst, true), ["z", "v1.2 notes", "b.txt", "A.PDF"]);
        assert_eq!(names(ItemOrder::Name, false), ["A.PDF", "b.txt", "v1.2 notes", "z"]);
        assert_eq!(names(ItemOrder::Number, false)[0], "z");
    }

    #[test]
    fn filters_leave_what_they_name() {
        let left = |filters: &ItemFilters| -> Vec<String> {
            let kept = items().into_iter().filter(|(number, metadata)| filters.matches(metadata, *number));
            kept.map(|(_, metadata)| metadata.name).collect()
        };
        let filters = ItemFilters::default;
        assert_eq!(left(&filters()).len(), 4);
        assert_eq!(left(&ItemFilters { name: Some("note".into()), ..filters() }), ["v1.2 notes"]);
        assert_eq!(left(&ItemFilters { formats: Some(vec!["PDF".into()]), ..filters() }), ["A.PDF"]);
        assert_eq!(
            left(&ItemFilters { kind: Some(vec![ItemKind::Folder]), ..filters() }),
            ["z", "v1.2 notes"]
        );
        assert_eq!(left(&ItemFilters { external_ids: Some(vec!["id:z".into()]), ..filters() }), ["z"]);
        assert_eq!(left(&ItemFilters { numbers: Some(vec![1]), ..filters() }), ["z"]);
        assert!(left(&ItemFilters { external_ids: Some(Vec::new()), ..filters() }).is_empty());
    }
}
