//! Selections: the files and folders that a user chose to sync, and the other choices about a connection's
//! sync.

use serde::{Deserialize, Serialize};

use super::{ItemId, Tags, Timestamp, UserSettings};

/// Target of a selection. It is stored by its id, so it follows the file or folder wherever that is moved.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what", content = "id")]
pub enum Target {
    /// The whole account.
    Everything,
    /// A file, or a folder with everything in it, now and later.
    Item(ItemId),
}

impl Target {
    /// Returns the item, unless the target is the whole account.
    #[must_use]
    pub fn item(&self) -> Option<&ItemId> {
        match self {
            Self::Everything => None,
            Self::Item(id) => Some(id),
        }
    }
}

/// A selection of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Its target.
    pub target: Target,
    /// Its state.
    pub state: SelectionState,
    /// Time at which it was requested.
    pub selected_at: Timestamp,
    /// Cursor of the next page, while it is being listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<String>,
    /// Number of entries listed so far, while it is being listed.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub listed: u64,
    /// The reason why Dropbox refuses it, or last refused it: kept while it is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<SelectionRefusal>,
    /// Number of times that Dropbox has begun to refuse it, or has given another reason.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refusals: u32,
    /// Whether what is removed with it is removed quietly ([`Removal::DeselectedQuietly`]). It means something
    /// only for one that is to be removed.
    ///
    /// [`Removal::DeselectedQuietly`]: super::Removal::DeselectedQuietly
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quietly: bool,
}

/// A refusal of a selection by Dropbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectionRefusal {
    /// The reason in one word, such as `restricted_content`, `locked` or `malformed_id`. The list is open:
    /// most are tags of Dropbox's.
    pub code: String,
    /// Dropbox's summary of the error, at most 200 characters.
    pub summary: String,
    /// Time since which Dropbox refuses it for this reason.
    pub since: Timestamp,
}

/// State of a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelectionState {
    /// Requested, and not yet listed to its end.
    #[serde(rename = "wanted")]
    Requested,
    /// Listed; its changes are followed.
    #[serde(rename = "held")]
    Listed,
    /// Unknown to Dropbox. If it comes back, it is listed again.
    Missing,
    /// Refused by Dropbox. What is mirrored of it stays as it is, and each resync tries again.
    Refused,
    /// To be removed, and with it everything in the mirror that no other selection contains.
    #[serde(rename = "unwanted")]
    Deselected,
}

impl Selection {
    /// Returns a selection that is requested now.
    #[must_use]
    pub fn new(target: Target, selected_at: Timestamp) -> Self {
        let state = SelectionState::Requested;
        Self {
            target,
            state,
            selected_at,
            listing: None,
            listed: 0,
            refusal: None,
            refusals: 0,
            quietly: false,
        }
    }

    /// Returns the selection after a refusal by Dropbox. A reason that it already had keeps its time.
    #[must_use]
    pub fn refused(&self, code: String, summary: String, at: Timestamp) -> Self {
        let known = self.refusal.clone().filter(|known| known.code == code);
        let refusals = self.refusals + u32::from(known.is_none());
        let refusal = Some(known.unwrap_or(SelectionRefusal { code, summary, since: at }));
        Self { state: SelectionState::Refused, listing: None, listed: 0, refusal, refusals, ..self.clone() }
    }

    /// Returns the selection after it was listed to its end.
    #[must_use]
    pub fn fully_listed(&self) -> Self {
        Self { state: SelectionState::Listed, listing: None, listed: 0, refusal: None, ..self.clone() }
    }

    /// Returns whether its target belongs in the mirror.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.state != SelectionState::Deselected
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_nothing(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The choices made for one connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// The selections, oldest first.
    pub selections: Vec<Selection>,
    /// Interval of full comparisons; absent for the project's.
    pub resync: Option<ResyncChoice>,
    /// Whether changes are synced only on request.
    pub manual: bool,
    /// Confirmed deletions.
    pub confirmed: Option<Confirmation>,
}

impl Choices {
    /// Returns the choices, completed by the user's settings unless the connection has its own choice of
    /// resyncs.
    #[must_use]
    pub fn or_as_user(self, settings: UserSettings) -> Self {
        if self.resync.is_some() {
            return self;
        }
        let (resync, manual) = match settings.auto_sync {
            Some(false) => (Some(ResyncChoice::Off), true),
            _ => (settings.resync_hours.map(ResyncChoice::every_hours), false),
        };
        Self { resync, manual, ..self }
    }
}

/// A file that is not wanted although a selection contains it, because a client has deleted it here and not
/// in Dropbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// The file.
    pub item: ItemId,
    /// Its lower-cased path at that time.
    pub path: String,
    /// Whether it has been removed from the mirror since.
    pub removed: bool,
    /// Whether it is removed quietly ([`Removal::DeselectedQuietly`](super::Removal::DeselectedQuietly)).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quietly: bool,
}

/// A client's label of a selection: it is displayed with each file of the selection.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The client's id of the latest request that selected it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The client's tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

/// Interval of a connection's full comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "resync", content = "seconds")]
pub enum ResyncChoice {
    /// This number of seconds.
    Every(u64),
    /// Never, except when the cursor is lost.
    Off,
}

impl ResyncChoice {
    /// Returns an interval of this number of hours.
    #[must_use]
    pub fn every_hours(hours: u64) -> Self {
        Self::Every(hours * 60 * 60)
    }
}

/// A confirmation that deletions are intended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Largest number of deletions that it covers.
    pub deletions: u64,
    /// Time of the confirmation.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection() -> Selection {
        Selection::new(Target::Item("id:a".into()), Timestamp(1))
    }

    #[test]
    fn a_reason_keeps_its_time_and_another_is_new() {
        let locked = selection().refused("locked".into(), "path/locked".into(), Timestamp(5));
        let again = locked.refused("locked".into(), "path/locked".into(), Timestamp(9));
        assert_eq!((again, locked.refusals), (locked.clone(), 1));
        let other = locked.refused("no_permission".into(), "path/no_permission".into(), Timestamp(9));
        assert_eq!(other.refusals, 2);
        assert_eq!(other.refusal.map(|refusal| refusal.since), Some(Timestamp(9)));
    }

    #[test]
    fn a_connection_of_which_nothing_was_chosen_is_followed_as_its_user_says() {
        let settings =
            |auto_sync| UserSettings { auto_sync, resync_hours: Some(6), ..UserSettings::default() };
        let followed = |resync, auto_sync| {
            let choices = Choices { resync, ..Choices::default() }.or_as_user(settings(auto_sync));
            (choices.resync, choices.manual)
        };
        assert_eq!(followed(None, None), (Some(ResyncChoice::Every(6 * 3600)), false));
        assert_eq!(followed(None, Some(false)), (Some(ResyncChoice::Off), true));
        let chosen = Some(ResyncChoice::Every(1));
        assert_eq!(followed(chosen, Some(false)), (chosen, false));
        assert_eq!(Choices::default().or_as_user(UserSettings::default()), Choices::default());
    }

    #[test]
    fn rows_of_before_are_read_and_are_written_as_before() {
        let row = r#"{"target":{"what":"item","id":"id:a"},"state":"wanted","selected_at":1}"#;
        assert_eq!(serde_json::from_str::<Selection>(row).unwrap(), selection());
        assert_eq!(serde_json::to_string(&selection()).unwrap(), row);
    }
}
