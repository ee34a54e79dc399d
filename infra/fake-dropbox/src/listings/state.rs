//! State of one account's defects.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    damage::Damage,
    defects::{Defects, Unreadable},
};

/// Defects of the listings of one account.
#[derive(Debug, Default)]
pub struct Listings(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    defects: Defects,
    /// Number of further calls that list no news; `None` while there is no news.
    silent: Option<u32>,
    entries: u64,
    happened: BTreeMap<&'static str, u64>,
}

impl Listings {
    /// Replaces the defects.
    ///
    /// # Panics
    ///
    /// If the defects are impossible: an entry without path and number, or a reset before the first page.
    pub fn set(&self, defects: Defects) {
        defects.check().expect("defects that listings can have");
        let mut state = self.state();
        let happened = std::mem::take(&mut state.happened);
        *state = State { defects, happened, ..State::default() };
    }

    /// Clears the defects; the counts are kept.
    pub fn clear(&self) {
        self.set(Defects::default());
    }

    /// Returns the defects.
    #[must_use]
    pub fn defects(&self) -> Defects {
        self.state().defects.clone()
    }

    /// Returns the number of times that each defect was encountered.
    #[must_use]
    pub fn happened(&self) -> BTreeMap<&'static str, u64> {
        self.state().happened.clone()
    }

    /// Whether a call that has news lists nothing. `has_more` means that the news fills more than one page.
    pub(crate) fn is_late(&self, has_more: bool) -> bool {
        let mut state = self.state();
        let silent = state.silent.unwrap_or(state.defects.late_calls);
        if silent == 0 {
            state.silent = has_more.then_some(0);
            return false;
        }
        state.silent = Some(silent - 1);
        state.count("late");
        true
    }

    /// Returns the duration of a page with this number of entries.
    pub(crate) fn pause(&self, entries: usize) -> Duration {
        let entries = u32::try_from(entries).unwrap_or(u32::MAX);
        Duration::from_millis(self.state().defects.ms_per_entry).saturating_mul(entries)
    }

    /// Whether a cursor is reset after this number of pages.
    pub(crate) fn is_reset(&self, pages: u32) -> bool {
        let mut state = self.state();
        let is_reset = state.defects.reset_after.is_some_and(|most| pages >= most);
        if is_reset {
            state.count("reset");
        }
        is_reset
    }

    /// Returns the damage of an entry with this path and id.
    pub(crate) fn damage(&self, path: &str, id: Option<&str>) -> Option<Damage> {
        let mut state = self.state();
        state.entries += 1;
        let number = state.entries;
        let is_hit = |unreadable: &&mut Unreadable| {
            unreadable.times != Some(0)
                && match (&unreadable.path, unreadable.every) {
                    (Some(name), _) => is_named(name, path, id),
                    (None, Some(every)) => number.is_multiple_of(every.into()),
                    (None, None) => false,
                }
        };
        let hit = state.defects.unreadable.iter_mut().find(is_hit)?;
        hit.times = hit.times.map(|times| times - 1);
        let damage = hit.damage.clone();
        state.count("unreadable");
        Some(damage)
    }

    /// Returns the path at which a file or folder with this path and id is listed, if it is another.
    pub(crate) fn place(&self, path: &str, id: &str) -> Option<String> {
        let mut state = self.state();
        let twin = state.defects.twins.iter().find(|twin| is_named(&twin.path, path, Some(id)))?;
        let at = twin.at.clone();
        state.count("twins");
        Some(at)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn count(&mut self, kind: &'static str) {
        *self.happened.entry(kind).or_default() += 1;
    }
}

fn is_named(name: &str, path: &str, id: Option<&str>) -> bool {
    name.to_lowercase() == path.to_lowercase() || id == Some(name)
}
