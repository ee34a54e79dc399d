//! A row of the chooser: a file or folder, and what can be done with it.

use shared::model::{Content, ItemKind, Metadata, Project, Record};

use super::{chosen::Chosen, listing::Listed};

/// A row.
pub(super) struct Row {
    pub(super) metadata: Metadata,
    pub(super) choice: Choice,
    pub(super) obstacle: Option<Obstacle>,
    /// State of the bytes, if the file is mirrored.
    pub(super) content: Option<Content>,
}

/// Whether a row is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    /// Not chosen; this many files and folders in it are.
    No { inside: u64 },
    /// Chosen itself.
    Yes,
    /// Part of the whole account.
    InEverything,
    /// Part of a chosen folder with this name.
    In(String),
}

/// Reason why a file cannot be synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    TooLarge,
    Format,
    NotDownloadable,
}

impl Row {
    pub(super) fn new(listed: Listed, chosen: &Chosen, record: Option<&Record>, project: &Project) -> Self {
        let choice = choice(&listed.metadata, chosen);
        let obstacle = obstacle(&listed, project);
        let content = record.map(|record| record.item.content.clone());
        Self { metadata: listed.metadata, choice, obstacle, content }
    }

    pub(super) fn is_folder(&self) -> bool {
        self.metadata.kind == ItemKind::Folder
    }

    /// Whether its box can be changed: what is part of something chosen cannot be left out of it, and what
    /// cannot be synced cannot be chosen, but a choice of before can be ended.
    pub(super) fn is_open(&self) -> bool {
        match self.choice {
            Choice::Yes => true,
            Choice::No { .. } => self.obstacle.is_none(),
            Choice::InEverything | Choice::In(_) => false,
        }
    }
}

fn choice(metadata: &Metadata, chosen: &Chosen) -> Choice {
    if chosen.has(metadata.id.as_str()) {
        return Choice::Yes;
    }
    if chosen.everything() {
        return Choice::InEverything;
    }
    match chosen.folder_around(&metadata.path_lower) {
        Some(folder) => Choice::In(folder.to_owned()),
        None if metadata.kind == ItemKind::Folder => {
            Choice::No { inside: chosen.below(&metadata.path_lower) }
        }
        None => Choice::No { inside: 0 },
    }
}

/// Returns what hinders a file, by the same rules as the worker's.
fn obstacle(listed: &Listed, project: &Project) -> Option<Obstacle> {
    let (metadata, settings) = (&listed.metadata, &project.settings);
    if metadata.kind == ItemKind::Folder {
        None
    } else if !settings.formats.want(&metadata.name) {
        Some(Obstacle::Format)
    } else if metadata.size > settings.max_file_bytes {
        Some(Obstacle::TooLarge)
    } else if !listed.downloadable && metadata.export_as.is_none() {
        Some(Obstacle::NotDownloadable)
    } else {
        None
    }
}
