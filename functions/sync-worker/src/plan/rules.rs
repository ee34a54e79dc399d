//! Rules that decide which files' bytes are fetched.

use shared::model::{Content, Formats, Item, ItemKind, Metadata, NotFetched, ProjectSettings};

/// Rules that decide whether a file's bytes are fetched.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Maximum file size, in bytes; larger files are skipped.
    pub max_file_bytes: u64,
    /// Formats of files to fetch; other files are skipped.
    pub formats: Formats,
    /// Maximum number of further files whose bytes may be wanted; absent: unlimited.
    pub room: Option<u64>,
}

impl From<&ProjectSettings> for Rules {
    fn from(settings: &ProjectSettings) -> Self {
        Self { max_file_bytes: settings.max_file_bytes, formats: settings.formats.clone(), room: None }
    }
}

impl Rules {
    /// Returns what must be done about an item's bytes, without regard to the file limit.
    pub(super) fn content(&self, metadata: &Metadata, downloadable: bool) -> Content {
        let Some(rev) = metadata.rev.clone().filter(|_| metadata.kind == ItemKind::File) else {
            return Content::None;
        };
        match self.reason_against(metadata, downloadable) {
            Some(reason) => Content::Skipped { rev, reason },
            None => Content::Pending { rev },
        }
    }

    /// Whether an item was skipped for a reason that has gone or changed since.
    pub(super) fn changed_for(&self, item: &Item) -> bool {
        let reason = self.reason_against(&item.metadata, true);
        match item.content {
            Content::Skipped {
                reason: before @ (NotFetched::TooLarge | NotFetched::UnwantedFormat), ..
            } => reason != Some(before),
            Content::Skipped { reason: NotFetched::FileLimit, .. } => {
                reason.is_some() || self.room != Some(0)
            }
            _ => false,
        }
    }

    /// Takes room for a file whose bytes become wanted, or gives room back if they are not wanted any more.
    pub(super) fn make_room(&mut self, before: bool, now: bool) {
        let Some(room) = &mut self.room else { return };
        match (before, now) {
            (false, true) => *room = room.saturating_sub(1),
            (true, false) => *room += 1,
            _ => {}
        }
    }

    fn reason_against(&self, metadata: &Metadata, downloadable: bool) -> Option<NotFetched> {
        if !downloadable && metadata.export_as.is_none() {
            Some(NotFetched::NotDownloadable)
        } else if !self.formats.want(&metadata.name) {
            Some(NotFetched::UnwantedFormat)
        } else if metadata.size > self.max_file_bytes {
            Some(NotFetched::TooLarge)
        } else {
            None
        }
    }
}
