//! Mishaps of one account's notifications.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::plan::{Mishap, MishapChance, MishapPlan, ScriptedMishap, SeededMishaps};
use crate::dice::Dice;

/// Mishaps of the notifications about one account.
#[derive(Debug, Default)]
pub struct Mishaps(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    plan: MishapPlan,
    dice: Option<Dice>,
    happened: BTreeMap<&'static str, u64>,
}

impl Mishaps {
    /// Scripts `mishap` for the next `times` notifications, after those scripted earlier.
    pub fn next(&self, times: u32, mishap: Mishap) {
        self.state().plan.script.push(ScriptedMishap { times, mishap });
    }

    /// Replaces the random mishaps, which depend on `seed`.
    pub fn seeded(&self, seed: u64, mishaps: Vec<MishapChance>) {
        let mut state = self.state();
        state.plan.seeded = Some(SeededMishaps { seed, mishaps });
        state.dice = Some(Dice::new(seed));
    }

    /// Replaces the whole setup.
    pub fn replace(&self, plan: MishapPlan) {
        let mut state = self.state();
        state.dice = plan.seeded.as_ref().map(|seeded| Dice::new(seeded.seed));
        state.plan = plan;
    }

    /// Clears the setup; the counts are kept.
    pub fn clear(&self) {
        self.replace(MishapPlan::default());
    }

    /// Returns the remaining setup.
    #[must_use]
    pub fn left(&self) -> MishapPlan {
        self.state().plan.clone()
    }

    /// Returns the number of mishaps so far, by kind.
    #[must_use]
    pub fn happened(&self) -> BTreeMap<&'static str, u64> {
        self.state().happened.clone()
    }

    /// Draws the mishap of a notification that becomes due now.
    pub(crate) fn draw(&self) -> Option<Mishap> {
        let mut state = self.state();
        let mishap = state.next_scripted().or_else(|| state.by_chance())?;
        *state.happened.entry(mishap.kind()).or_default() += 1;
        Some(mishap)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_scripted(&mut self) -> Option<Mishap> {
        let script = &mut self.plan.script;
        script.retain(|due| due.times > 0);
        let due = script.first_mut()?;
        due.times -= 1;
        let mishap = due.mishap;
        script.retain(|due| due.times > 0);
        Some(mishap)
    }

    fn by_chance(&mut self) -> Option<Mishap> {
        let (seeded, dice) = (self.plan.seeded.as_ref()?, self.dice.as_mut()?);
        let mut may_happen = seeded.mishaps.iter();
        may_happen.find(|chance| dice.happens(chance.probability)).map(|chance| chance.mishap)
    }
}
