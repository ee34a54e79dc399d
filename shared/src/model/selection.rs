//! Selections: what a user chose to sync, and the other choices about a connection's sync.

use serde::{Deserialize, Serialize};

use super::{ItemId, Tags, Timestamp, UserSettings};

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
    /// While it is listed: how many entries were listed so far.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub listed: u64,
    /// Why Dropbox refuses it, or refused it last: kept while it is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<SelectionRefusal>,
    /// How many times Dropbox has begun to refuse it, or has given another reason.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refusals: u32,
}

/// Why Dropbox refuses what is selected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectionRefusal {
    /// The reason in one word, such as `restricted_content`, `locked` or `malformed_id`. The list is open: most are tags
    /// of Dropbox's.
    pub code: String,
    /// Dropbox's summary of the error, at most 200 characters.
    pub summary: String,
    /// Since when Dropbox refuses it for this reason.
    pub since: Timestamp,
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
    /// Dropbox refuses to tell of it. What is mirrored of it stays as it is, and each resync tries again.
    Refused,
    /// To be given up: what no other selection holds is removed from the mirror.
    Unwanted,
}

impl Selection {
    /// A selection that was just asked for.
    #[must_use]
    pub fn new(target: Target, selected_at: Timestamp) -> Self {
        let state = SelectionState::Wanted;
        Self { target, state, selected_at, listing: None, listed: 0, refusal: None, refusals: 0 }
    }

    /// The selection, once Dropbox has refused it. A reason that it had before keeps its time.
    #[must_use]
    pub fn refused(&self, code: String, summary: String, at: Timestamp) -> Self {
        let known = self.refusal.clone().filter(|known| known.code == code);
        let refusals = self.refusals + u32::from(known.is_none());
        let refusal = Some(known.unwrap_or(SelectionRefusal { code, summary, since: at }));
        Self { state: SelectionState::Refused, listing: None, listed: 0, refusal, refusals, ..self.clone() }
    }

    /// The selection, once it is listed to its end.
    #[must_use]
    pub fn held(&self) -> Self {
        Self { state: SelectionState::Held, listing: None, listed: 0, refusal: None, ..self.clone() }
    }

    /// Whether what it names belongs into the mirror.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.state != SelectionState::Unwanted
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

/// What was chosen for one connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// What is selected, oldest first.
    pub selections: Vec<Selection>,
    /// How often it is compared in full; absent: as its project says.
    pub resync: Option<ResyncChoice>,
    /// Whether changes are followed only when somebody asks for it.
    pub manual: bool,
    /// Deletions that somebody confirmed.
    pub confirmed: Option<Confirmation>,
}

impl Choices {
    /// The choices, followed as the settings say where nothing was chosen for the connection itself.
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

/// A file that is not wanted, although a selection takes it in: a client has deleted it here and not in Dropbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// The file.
    pub item: ItemId,
    /// Where it stood then, lower-cased.
    pub path: String,
    /// Whether it has been removed from the mirror since.
    pub removed: bool,
}

/// What a client calls what it has selected: it says so of each file that the selection takes in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The client's id of the request that selected it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The client's tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
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

impl ResyncChoice {
    /// Every so many hours.
    #[must_use]
    pub fn every_hours(hours: u64) -> Self {
        Self::Every(hours * 60 * 60)
    }
}

/// Somebody confirmed that so many deletions are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// At most so many.
    pub deletions: u64,
    /// When.
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
        let settings = |auto_sync| UserSettings { auto_sync, resync_hours: Some(6), max_files: None };
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
