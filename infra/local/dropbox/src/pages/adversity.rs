//! How awkward listings are.

use serde::{Deserialize, Serialize};

/// How awkward the listings of an account are; of each kind, how likely it is, from 0 to 1, or whether it happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Adversity {
    /// From which chance follows.
    pub seed: u64,
    /// A page has no entries and says that there is more. This must not be certain, or else there is no end.
    pub empty_pages: f64,
    /// Pages have any number of entries from 1 to the limit.
    pub short_pages: bool,
    /// A folder comes on a later page than it should, so that what is in it comes first.
    pub late_folders: f64,
    /// A deletion comes on a later page than it should, so that the new place of what was moved comes first.
    pub late_deletions: f64,
    /// What is there is told again on a later page, as if it had changed meanwhile.
    pub repeats: f64,
    /// A deleted folder is followed by a deletion of each thing that was in it, rather than by none.
    pub each_deletion: bool,
}

impl Adversity {
    /// Says what is wrong with its fields.
    pub(super) fn check(&self) -> Result<(), String> {
        let shares = [
            ("empty_pages", self.empty_pages),
            ("late_folders", self.late_folders),
            ("late_deletions", self.late_deletions),
            ("repeats", self.repeats),
        ];
        if let Some((field, share)) = shares.into_iter().find(|(_, share)| !(0.0..=1.0).contains(share)) {
            return Err(format!("{field}: {share} is not within 0 and 1"));
        }
        match self.empty_pages < 1.0 {
            true => Ok(()),
            false => Err("empty_pages: with nothing but empty pages a listing has no end".to_owned()),
        }
    }
}
