//! Setup of defects, as a document.

use serde::{Deserialize, Serialize};

use super::damage::Damage;

/// Defects of an account's listings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Defects {
    /// Number of calls that list nothing although there is news, each time.
    pub late_calls: u32,
    /// Duration of a page per entry, in milliseconds.
    pub ms_per_entry: u64,
    /// Number of pages after which each listing's cursor is reset.
    pub reset_after: Option<u32>,
    /// Entries that cannot be parsed; the first match counts.
    pub unreadable: Vec<Unreadable>,
    /// Files and folders that are listed at another one's path.
    pub twins: Vec<Twin>,
}

/// Entries that cannot be parsed: those of a path or id, or every n-th.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unreadable {
    /// Path or id of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Interval among all entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
    /// Number of times; `None`: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Damage.
    pub damage: Damage,
}

/// A file or folder that is listed at another path than its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twin {
    /// Its path or id.
    pub path: String,
    /// Path at which it is listed.
    pub at: String,
}

impl Unreadable {
    /// Damages the entry of a path or an id, always.
    #[must_use]
    pub fn at(path: &str, damage: Damage) -> Self {
        Self { path: Some(path.to_owned()), every: None, times: None, damage }
    }

    /// Damages each `every`th entry, always.
    #[must_use]
    pub fn each(every: u32, damage: Damage) -> Self {
        Self { path: None, every: Some(every), times: None, damage }
    }
}

impl Defects {
    /// Validates the fields.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.reset_after == Some(0) {
            return Err("reset_after: a listing gives one page before its cursor can be reset".to_owned());
        }
        for unreadable in &self.unreadable {
            match (&unreadable.path, unreadable.every) {
                (Some(_), None) => {}
                (None, Some(every)) if every > 0 => {}
                _ => return Err("unreadable: needs either path or every, which is 1 or more".to_owned()),
            }
        }
        match self.twins.iter().find(|twin| !twin.at.starts_with('/')) {
            Some(twin) => Err(format!("twins: \"{}\" is no path", twin.at)),
            None => Ok(()),
        }
    }
}
