//! Selections: what a user chose to sync, and the other choices about a connection's sync.

use serde::{Deserialize, Serialize};

use super::{ItemId, Timestamp};

/// What is selected. Held by its id, so it follows the file or folder wherever that is moved.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what", content = "id")]
pub enum Target {
    /// The whole account.
    Everything,
    /// A file, or a folder with everything in it, now and later.
    Item(ItemId),
}

impl Target {
    /// The item, unless it is the whole account.
    #[must_use]
    pub fn item(&self) -> Option<&ItemId> {
        match self {
            Self::Everything => None,
            Self::Item(id) => Some(id),
        }
    }
}

/// One selection of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// What is selected.
    pub target: Target,
    /// How far it is.
    pub state: SelectionState,
    /// When it was asked for.
    pub selected_at: Timestamp,
    /// While it is listed: the cursor of the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<String>,
}

/// How far a selection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelectionState {
    /// Asked for, and not listed to the end yet.
    Wanted,
    /// Listed; changes follow.
    Held,
    /// Dropbox knows no such file or folder. Should it come back, it is held again.
    Missing,
    /// To be given up: what no other selection holds is removed from the mirror.
    Unwanted,
}

impl Selection {
    /// A selection that was just asked for.
    #[must_use]
    pub fn new(target: Target, selected_at: Timestamp) -> Self {
        Self { target, state: SelectionState::Wanted, selected_at, listing: None }
    }

    /// Whether what it names belongs into the mirror.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.state != SelectionState::Unwanted
    }
}

/// What was chosen for one connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// What is selected, oldest first.
    pub selections: Vec<Selection>,
    /// How often it is compared in full; absent: as its project says.
    pub resync: Option<ResyncChoice>,
    /// Deletions that somebody confirmed.
    pub confirmed: Option<Confirmation>,
}

/// How often a connection is compared in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "resync", content = "seconds")]
pub enum ResyncChoice {
    /// Every so many seconds.
    Every(u64),
    /// Never, but where the cursor is lost.
    Off,
}

/// Somebody confirmed that so many deletions are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// At most so many.
    pub deletions: u64,
    /// When.
    pub at: Timestamp,
}
