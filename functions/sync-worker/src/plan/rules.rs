//! Which files' bytes are fetched.

use shared::model::{Content, Facts, Formats, Item, ItemKind, NotFetched, ProjectSettings};

/// What decides whether a file's bytes are fetched.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Larger files are skipped. Bytes.
    pub max_file_bytes: u64,
    /// Files of other formats are skipped.
    pub formats: Formats,
}

impl From<&ProjectSettings> for Rules {
    fn from(settings: &ProjectSettings) -> Self {
        Self { max_file_bytes: settings.max_file_bytes, formats: settings.formats.clone() }
    }
}

impl Rules {
    /// What is to be done about the bytes of an item.
    pub(super) fn content(&self, facts: &Facts, downloadable: bool) -> Content {
        let Some(rev) = facts.rev.clone().filter(|_| facts.kind == ItemKind::File) else {
            return Content::None;
        };
        match self.reason_against(facts, downloadable) {
            Some(reason) => Content::Skipped { rev, reason },
            None => Content::Pending { rev },
        }
    }

    /// Whether an item was skipped for a reason that the project has since changed.
    pub(super) fn changed_for(&self, item: &Item) -> bool {
        match item.content {
            Content::Skipped {
                reason: before @ (NotFetched::TooLarge | NotFetched::UnwantedFormat), ..
            } => self.reason_against(&item.facts, true) != Some(before),
            _ => false,
        }
    }

    fn reason_against(&self, facts: &Facts, downloadable: bool) -> Option<NotFetched> {
        if !downloadable && facts.export_as.is_none() {
            Some(NotFetched::NotDownloadable)
        } else if !self.formats.want(&facts.name) {
            Some(NotFetched::UnwantedFormat)
        } else if facts.size > self.max_file_bytes {
            Some(NotFetched::TooLarge)
        } else {
            None
        }
    }
}
