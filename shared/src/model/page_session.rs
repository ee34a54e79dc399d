//! Sessions of the pages on which users choose and look.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Label, ProjectId, SecretHash, Target, Timestamp, UserId};

/// The page on which a link ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPage {
    /// The account is connected; the browser returns to the application.
    #[default]
    Connect,
    /// The user chooses files and folders.
    Choose,
    /// The user looks at what is synced, and may choose or disconnect.
    Manage,
    /// The user looks at the application's workflows, and decides which of them run.
    Workflows,
}

impl LinkPage {
    /// Whether the visit is for looking: it also helps with an account that must be connected again, and it may end
    /// without a choice.
    #[must_use]
    pub fn is_for_looking(self) -> bool {
        matches!(self, Self::Manage | Self::Workflows)
    }
}

/// A browser's right to the pages of one user, until an hour after their last use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageSession {
    /// Its id, which is part of the pages' addresses. It is worth nothing without the browser's cookie.
    pub id: Uuid,
    /// The project.
    pub project: ProjectId,
    /// The user of that project.
    pub user: UserId,
    /// Hash of the browser's cookie.
    pub browser: SecretHash,
    /// The link that opened it, whose status says how it ended.
    pub link: Uuid,
    /// Address to which the browser returns at the end; absent for a page of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_to: Option<String>,
    /// Tag of the language that the link asks for; absent for the browser's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Label of the files that are chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// The page for which the link was made.
    #[serde(default)]
    pub page: LinkPage,
    /// Time at which it was opened; absent in rows of versions that did not extend sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<Timestamp>,
    /// Time after which it is void.
    pub valid_until: Timestamp,
}

impl PageSession {
    /// Life of a session after its last use, and of the cookie that it is bound to.
    pub const LIFE: Duration = Duration::from_secs(60 * 60);
    /// Longest life of a session, however much it is used.
    pub const LONGEST: Duration = Duration::from_secs(8 * 60 * 60);
    /// Time that is left when a use extends it. A use before that is not recorded, which would be a write
    /// for each page.
    const LEFT: Duration = Duration::from_secs(30 * 60);

    /// Returns the time at which it was opened.
    #[must_use]
    pub fn opened_at(&self) -> Timestamp {
        let life = u64::try_from(Self::LIFE.as_millis()).unwrap_or(u64::MAX);
        self.opened.unwrap_or(Timestamp(self.valid_until.0.saturating_sub(life)))
    }

    /// Returns the time at which it ends at the latest.
    #[must_use]
    pub fn latest_end(&self) -> Timestamp {
        self.opened_at().plus(Self::LONGEST)
    }

    /// Returns the time until which a use now extends it, if it does.
    #[must_use]
    pub fn extended(&self, now: Timestamp) -> Option<Timestamp> {
        let until = now.plus(Self::LIFE).min(self.latest_end());
        (self.valid_until <= now.plus(Self::LEFT) && until > self.valid_until).then_some(until)
    }
}

/// A draft as it is stored, with the number of its changes, by which concurrent ones are noticed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptDraft {
    /// The draft.
    pub draft: Draft,
    /// Number of changes so far.
    pub version: u64,
}

/// Boxes that a user has ticked or cleared, as differences from the selections. Each target is by its text: a
/// Dropbox id, or [`Draft::EVERYTHING`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Targets to select.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub added: BTreeMap<String, Pick>,
    /// Targets whose selection ends.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub removed: BTreeMap<String, Pick>,
}

/// A ticked file or folder, as it was listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Its name.
    pub name: String,
    /// Its lower-cased path.
    pub path: String,
}

impl Draft {
    /// Text of the whole account.
    pub const EVERYTHING: &'static str = "everything";

    /// Returns the text of a target.
    #[must_use]
    pub fn key(target: &Target) -> &str {
        target.item().map_or(Self::EVERYTHING, super::ItemId::as_str)
    }

    /// Returns the target of a text.
    #[must_use]
    pub fn target(key: &str) -> Target {
        if key == Self::EVERYTHING { Target::Everything } else { Target::Item(key.into()) }
    }

    /// Records that a target's box is ticked or not. A box as the selection has it is no difference.
    pub fn tick(&mut self, key: &str, pick: Pick, is_ticked: bool, is_selected: bool) {
        self.added.remove(key);
        self.removed.remove(key);
        if is_ticked == is_selected {
            return;
        }
        let differences = if is_ticked { &mut self.added } else { &mut self.removed };
        differences.insert(key.to_owned(), pick);
    }

    /// Whether there are no differences.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// Returns the number of differences.
    #[must_use]
    pub fn len(&self) -> usize {
        self.added.len() + self.removed.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(opened: Option<Timestamp>, valid_until: Timestamp) -> PageSession {
        PageSession {
            id: Uuid::nil(),
            project: ProjectId::random(),
            user: "ada".parse().unwrap(),
            browser: SecretHash::of("browser"),
            link: Uuid::nil(),
            return_to: None,
            language: None,
            label: None,
            page: LinkPage::Choose,
            opened,
            valid_until,
        }
    }

    #[test]
    fn use_extends_a_session_up_to_its_longest_life() {
        let at = |minutes: u64| Timestamp(minutes * 60_000);
        let of = |valid_until| session(Some(at(0)), at(valid_until));
        assert_eq!(of(60).extended(at(29)), None, "soon after it was opened nothing is recorded");
        assert_eq!(of(60).extended(at(30)), Some(at(90)));
        assert_eq!(of(470).extended(at(450)), Some(at(480)), "eight hours are the most");
        assert_eq!(of(480).extended(at(470)), None);
        let before = session(None, at(60));
        assert_eq!((before.opened_at(), before.extended(at(59))), (at(0), Some(at(119))));
    }

    #[test]
    fn a_draft_holds_differences_only() {
        let mut draft = Draft::default();
        draft.tick("id:a", Pick::default(), true, false);
        draft.tick("id:b", Pick::default(), false, true);
        draft.tick("id:c", Pick::default(), true, true);
        assert!(draft.added.contains_key("id:a") && draft.removed.contains_key("id:b"));
        assert_eq!(draft.len(), 2);
        draft.tick("id:a", Pick::default(), false, false);
        draft.tick("id:b", Pick::default(), true, true);
        assert!(draft.is_empty());
    }

    #[test]
    fn a_target_is_found_again_by_its_text() {
        for target in [Target::Everything, Target::Item("id:a".into())] {
            assert_eq!(Draft::target(Draft::key(&target)), target);
        }
    }
}
