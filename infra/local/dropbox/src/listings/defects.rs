//! What is wrong with listings, as documents have it.

use serde::{Deserialize, Serialize};

use super::damage::Damage;

/// What is wrong with the listings of an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Defects {
    /// How many calls that would have listed news list nothing, each time that there is some.
    pub late_calls: u32,
    /// How long a page takes for each of its entries, in milliseconds.
    pub ms_per_entry: u64,
    /// After how many pages each listing's cursor is reset.
    pub reset_after: Option<u32>,
    /// Entries that cannot be read; of several that fit, the first counts.
    pub unreadable: Vec<Unreadable>,
    /// What is told to be where something else is.
    pub twins: Vec<Twin>,
}

/// Entries that cannot be read: those of one path or id, or every so many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unreadable {
    /// The path or the id of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Every how many of all entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
    /// How often; always when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// How.
    pub damage: Damage,
}

/// A file or folder that is told to be at another path than its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twin {
    /// Its path or its id.
    pub path: String,
    /// Where it is told to be.
    pub at: String,
}

impl Unreadable {
    /// The entry of a path or an id, always.
    #[must_use]
    pub fn at(path: &str, damage: Damage) -> Self {
        Self { path: Some(path.to_owned()), every: None, times: None, damage }
    }

    /// Each `every`th entry, always.
    #[must_use]
    pub fn each(every: u32, damage: Damage) -> Self {
        Self { path: None, every: Some(every), times: None, damage }
    }
}

impl Defects {
    /// Says what is wrong with its fields.
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
