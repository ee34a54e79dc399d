//! Adversity of one page.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::adversity::Adversity;
use crate::dice::Dice;

/// Largest number of postponed entries of a listing, because each makes its cursor longer.
const MOST_OWED: usize = 16;

/// Adversity of the listings of one account.
#[derive(Debug, Default)]
pub struct Pages(Mutex<Option<Turn>>);

#[derive(Debug)]
struct Turn {
    adversity: Adversity,
    dice: Dice,
}

/// Adversity of one call's pages. Other calls for the account wait, so that the randomness is reproducible.
pub(crate) struct Way<'p>(MutexGuard<'p, Option<Turn>>);

impl Pages {
    /// Sets the adversity.
    ///
    /// # Panics
    ///
    /// If a probability is not within 0 and 1, or all pages would be empty.
    pub fn set(&self, adversity: Adversity) {
        adversity.check().expect("an adversity that listings can bear");
        *self.turn() = Some(Turn { adversity, dice: Dice::new(adversity.seed) });
    }

    /// Clears the adversity.
    pub fn clear(&self) {
        *self.turn() = None;
    }

    /// Returns the adversity, if one is set.
    #[must_use]
    pub fn adversity(&self) -> Option<Adversity> {
        self.turn().as_ref().map(|turn| turn.adversity)
    }

    /// Returns the adversity of a call that is made now.
    pub(crate) fn way(&self) -> Way<'_> {
        Way(self.turn())
    }

    fn turn(&self) -> MutexGuard<'_, Option<Turn>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Way<'_> {
    /// Whether the page is empty.
    pub(crate) fn is_empty_page(&mut self) -> bool {
        self.happens(|adversity| adversity.empty_pages)
    }

    /// Returns the largest number of entries on the page, up to `limit`.
    pub(crate) fn limit(&mut self, limit: usize) -> usize {
        match self.0.as_mut() {
            Some(Turn { adversity, dice }) if adversity.short_pages => 1 + dice.below(limit),
            _ => limit,
        }
    }

    /// Whether a folder is postponed to a later page, in a listing with this number of postponed entries.
    pub(crate) fn is_late_folder(&mut self, owed: usize) -> bool {
        owed < MOST_OWED && self.happens(|adversity| adversity.late_folders)
    }

    /// Whether a deletion is postponed to a later page, in a listing with this number of postponed entries.
    pub(crate) fn is_late_deletion(&mut self, owed: usize) -> bool {
        owed < MOST_OWED && self.happens(|adversity| adversity.late_deletions)
    }

    /// Whether an entry is repeated later, in a listing with this number of postponed entries.
    pub(crate) fn is_repeated(&mut self, owed: usize) -> bool {
        owed < MOST_OWED && self.happens(|adversity| adversity.repeats)
    }

    /// Whether a deleted folder is followed by a deletion of each entry that was in it.
    pub(crate) fn tells_each_deletion(&self) -> bool {
        self.0.as_ref().is_some_and(|turn| turn.adversity.each_deletion)
    }

    fn happens(&mut self, share: impl FnOnce(&Adversity) -> f64) -> bool {
        self.0.as_mut().is_some_and(|Turn { adversity, dice }| dice.happens(share(adversity)))
    }
}
