//! Triggers: Paragon's names of what happens to files and folders.
//!
//! Paragon has the first three of files; the others are ours, in the same form.

use super::EventType;

/// A trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trigger {
    /// Its type, as clients name it.
    pub name: &'static str,
    /// The type of the events that it stands for.
    pub event: EventType,
    /// Title for people: the `detail-type` of its events on the bus.
    pub title: &'static str,
    /// Description for people.
    pub description: &'static str,
}

/// All triggers.
pub const TRIGGERS: [Trigger; 12] = [
    Trigger {
        name: "TRIGGER_DROPBOX_FILE_CREATED",
        event: EventType::FileCreated,
        title: "File Created",
        description: "A file was added to what is synced of the account.",
    },
    Trigger {
        name: "TRIGGER_DROPBOX_FILE_UPDATED",
        event: EventType::FileUpdated,
        title: "File Updated",
        description: "A file has other content or other metadata.",
    },
    Trigger {
        name: "TRIGGER_DROPBOX_FILE_DELETED",
        event: EventType::FileDeleted,
        title: "File Deleted",
        description: "A file was deleted in Dropbox.",
    },
    Trigger {
        name: "TRIGGER_DROPBOX_FILE_MOVED",
        event: EventType::FileMoved,
        title: "File Moved",
        description: "A file has another path, or another name.",
    },
    Trigger {
        name: "TRIGGER_DROPBOX_FILE_REMOVED",
        event: EventType::FileRemoved,
        title: "File Removed",
        description: "A file is still in Dropbox, and no longer synced.",
    },
    Trigger {
        name: "TRIGGER_DROPBOX_FILE_READY",
        event: EventType::FileReady,
        title: "File Ready",
        description: "The bytes of a file's revision can be read.",
    },
    Trigger {
        name: "TRIGGER_DROPBOX_FILE_FAILED",
        event: EventType::FileFailed,
        title: "File Failed",
        description: "The bytes of a file's revision could not be fetched.",
    },
    Trigger {
        name: "TRIGGER_DROPBOX_FOLDER_CREATED",
        event: EventType::FolderCreated,
        title: "Folder Created",
        description: "A folder was added to what is synced of the account.",
    },
    Trigger {
        name: "TRIGGER_DROPBOX_FOLDER_UPDATED",
        event: EventType::FolderUpdated,
        title: "Folder Updated",
        description: "A folder has other metadata.",
    },
    Trigger {
        name: "TRIGGER_DROPBOX_FOLDER_DELETED",
        event: EventType::FolderDeleted,
        title: "Folder Deleted",
        description: "A folder was deleted in Dropbox.",
    },
    Trigger {
        name: "TRIGGER_DROPBOX_FOLDER_MOVED",
        event: EventType::FolderMoved,
        title: "Folder Moved",
        description: "A folder has another path, or another name.",
    },
    Trigger {
        name: "TRIGGER_DROPBOX_FOLDER_REMOVED",
        event: EventType::FolderRemoved,
        title: "Folder Removed",
        description: "A folder is still in Dropbox, and no longer synced.",
    },
];

/// Returns the trigger with this name, if there is one.
#[must_use]
pub fn named(name: &str) -> Option<&'static Trigger> {
    TRIGGERS.iter().find(|trigger| trigger.name == name)
}

/// Returns the trigger of a type of event. Only events of files and folders have one.
#[must_use]
pub fn of(event: EventType) -> Option<&'static Trigger> {
    TRIGGERS.iter().find(|trigger| trigger.event == event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::body::samples;

    #[test]
    fn events_of_files_and_folders_have_a_trigger_with_their_name_and_title() {
        for event in samples::all() {
            let kind = EventType::of(&event);
            let Some(trigger) = of(kind) else {
                assert!(!kind.as_str().starts_with("file.") && !kind.as_str().starts_with("folder."));
                continue;
            };
            assert_eq!(trigger.title, event.detail_type());
            let name = kind.as_str().replace('.', "_").to_uppercase();
            assert_eq!(trigger.name, format!("TRIGGER_DROPBOX_{name}"));
            assert_eq!(named(trigger.name), Some(trigger));
        }
        assert_eq!(named("TRIGGER_DROPBOX"), None);
    }
}
