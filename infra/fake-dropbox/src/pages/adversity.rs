//! Adversity of listings.

use serde::{Deserialize, Serialize};

/// Adversity of an account's listings: for each kind its probability, from 0 to 1, or whether it happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Adversity {
    /// Seed of the randomness.
    pub seed: u64,
    /// Pages without entries that claim that there are more. Must be below 1, or listings would never end.
    pub empty_pages: f64,
    /// Whether pages have a random number of entries, from 1 to the limit.
    pub short_pages: bool,
    /// Folders that are listed on a later page, after their contents.
    pub late_folders: f64,
    /// Deletions that are listed on a later page, so that the new path of a moved entry comes first.
    pub late_deletions: f64,
    /// Existing entries that are repeated on a later page, as if they had changed in the meantime.
    pub repeats: f64,
    /// Whether a deleted folder is followed by a deletion of each entry that was in it, rather than by none.
    pub each_deletion: bool,
}

impl Adversity {
    /// Validates the fields.
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
        if self.empty_pages < 1.0 {
            Ok(())
        } else {
            Err("empty_pages: with nothing but empty pages a listing has no end".to_owned())
        }
    }
}
