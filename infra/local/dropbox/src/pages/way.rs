//! What happens to one page.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::adversity::Adversity;
use crate::dice::Dice;

/// The most entries that a listing owes at a time, since each makes its cursor longer.
const MOST_OWED: usize = 16;

/// How the listings of one account are told.
#[derive(Debug, Default)]
pub struct Pages(Mutex<Option<Turn>>);

#[derive(Debug)]
struct Turn {
    adversity: Adversity,
    dice: Dice,
}

/// The way in which the pages of one call are told. Other calls for the account wait, so that chance can be repeated.
pub(crate) struct Way<'p>(MutexGuard<'p, Option<Turn>>);

impl Pages {
    /// From now on listings are as awkward as this.
    ///
    /// # Panics
    ///
    /// When a share is not within 0 and 1, or all pages would be empty.
    pub fn set(&self, adversity: Adversity) {
        adversity.check().expect("an adversity that listings can bear");
        *self.turn() = Some(Turn { adversity, dice: Dice::new(adversity.seed) });
    }

    /// From now on listings are plain.
    pub fn clear(&self) {
        *self.turn() = None;
    }

    /// How awkward listings are.
    pub fn adversity(&self) -> Option<Adversity> {
        self.turn().as_ref().map(|turn| turn.adversity)
    }

    /// The way of a call that is made now.
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

    /// How many entries the page has at most, of the `limit` that there may be.
    pub(crate) fn limit(&mut self, limit: usize) -> usize {
        match self.0.as_mut() {
            Some(Turn { adversity, dice }) if adversity.short_pages => 1 + dice.below(limit),
            _ => limit,
        }
    }

    /// Whether a folder comes on a later page, when the listing owes this many entries.
    pub(crate) fn is_late_folder(&mut self, owed: usize) -> bool {
        owed < MOST_OWED && self.happens(|adversity| adversity.late_folders)
    }

    /// Whether a deletion comes on a later page, when the listing owes this many entries.
    pub(crate) fn is_late_deletion(&mut self, owed: usize) -> bool {
        owed < MOST_OWED && self.happens(|adversity| adversity.late_deletions)
    }

    /// Whether what is told comes again, when the listing owes this many entries.
    pub(crate) fn is_repeated(&mut self, owed: usize) -> bool {
        owed < MOST_OWED && self.happens(|adversity| adversity.repeats)
    }

    /// Whether each thing that was in a deleted folder is told to be deleted.
    pub(crate) fn tells_each_deletion(&self) -> bool {
        self.0.as_ref().is_some_and(|turn| turn.adversity.each_deletion)
    }

    fn happens(&mut self, share: impl FnOnce(&Adversity) -> f64) -> bool {
        self.0.as_mut().is_some_and(|Turn { adversity, dice }| dice.happens(share(adversity)))
    }
}
