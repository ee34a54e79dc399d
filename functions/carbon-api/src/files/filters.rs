//! Filters on files. Pure.

use shared::model::{ConnectionName, ItemId};

use super::{file::File, status::Status};
use crate::tag_filter::TagFilter;

/// Filters on files; absent ones exclude nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Filters {
    /// Whether only files of sources other than Dropbox match.
    pub(super) of_other_sources: bool,
    pub(super) data_sources: Option<Vec<ConnectionName>>,
    pub(super) numbers: Option<Vec<u64>>,
    pub(super) external_ids: Option<Vec<ItemId>>,
    pub(super) parents: Option<Vec<u64>>,
    pub(super) roots_only: bool,
    /// Whether everything below a matching folder matches, too.
    pub(super) with_children: bool,
    pub(super) without_folders: bool,
    /// Part of the name, in lower case.
    pub(super) name: Option<String>,
    pub(super) statuses: Option<Vec<String>>,
    pub(super) not_ready_only: bool,
    pub(super) request_ids: Option<Vec<String>>,
    /// Whether only uploaded files match, which do not exist here.
    pub(super) uploaded_only: bool,
    /// Part of the error message, in lower case; the empty text matches files without an error.
    pub(super) error: Option<String>,
    pub(super) urls: Option<Vec<String>>,
    pub(super) tags: Vec<TagFilter>,
}

impl Filters {
    /// Whether all files of some data sources match, so that none must be checked.
    pub(super) fn are_plain(&self) -> bool {
        let data_sources = self.data_sources.clone();
        *self
            == Self {
                data_sources,
                of_other_sources: self.of_other_sources,
                with_children: self.with_children,
                ..Self::default()
            }
    }

    /// Whether a file passes all filters.
    pub(super) fn matches(&self, file: &File) -> bool {
        !self.leave_out(file)
            && allows(self.numbers.as_ref(), |numbers| numbers.contains(&file.number))
            && allows(self.external_ids.as_ref(), |ids| ids.contains(&file.record.item.metadata.id))
            && allows(self.parents.as_ref(), |parents| {
                file.parent.is_some_and(|parent| parents.contains(&parent))
            })
            && allows(self.name.as_ref(), |part| file.record.item.metadata.name.to_lowercase().contains(part))
            && allows(self.statuses.as_ref(), |words| words.iter().any(|word| word == file.status().word()))
            && allows(self.request_ids.as_ref(), |ids| {
                file.request_id.as_ref().is_some_and(|id| ids.contains(id))
            })
            && allows(self.error.as_ref(), |part| has_error(file.status(), part))
            && allows(self.urls.as_ref(), |urls| file.url().is_some_and(|url| urls.contains(&url)))
            && self.tags.iter().all(|filter| filter.matches(&file.tags))
    }

    /// Whether one of the boolean filters leaves the file out.
    fn leave_out(&self, file: &File) -> bool {
        self.of_other_sources
            || self.uploaded_only
            || (self.without_folders && file.is_folder())
            || (self.roots_only && file.parent.is_some())
            || (self.not_ready_only && file.status() == Status::Ready)
    }
}

fn allows<T>(filter: Option<&T>, matches: impl FnOnce(&T) -> bool) -> bool {
    filter.is_none_or(matches)
}

fn has_error(status: Status, part: &str) -> bool {
    match status.error() {
        None => part.is_empty(),
        Some(message) => !part.is_empty() && message.to_lowercase().contains(part),
    }
}
