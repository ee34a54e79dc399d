//! Faults of one account.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    fault::Fault,
    pattern::matches,
    plan::{ALWAYS, Chance, Plan, Scripted, Seeded},
};
use crate::dice::Dice;

/// Faults of the calls for one account.
#[derive(Debug, Default)]
pub struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    plan: Plan,
    dice: Option<Dice>,
    injected: BTreeMap<&'static str, u64>,
}

impl Faults {
    /// Makes the next `times` calls of `route`, after those scripted earlier, fail with `fault`.
    ///
    /// The route is a name, a prefix of routes that ends in `*`, or `*`.
    pub fn next(&self, route: &str, times: u32, fault: Fault) {
        self.state().plan.script.push(Scripted { route: route.to_owned(), about: None, times, fault });
    }

    /// Scripts a fault like [`Self::next`], for calls about one file or folder, which `about` names by its
    /// path or its id.
    pub fn next_about(&self, route: &str, about: &str, times: u32, fault: Fault) {
        let about = Some(about.to_owned());
        self.state().plan.script.push(Scripted { route: route.to_owned(), about, times, fault });
    }

    /// Replaces the random faults, which depend on `seed`.
    pub fn seeded(&self, seed: u64, faults: Vec<Chance>) {
        let mut state = self.state();
        state.plan.seeded = Some(Seeded { seed, faults });
        state.dice = Some(Dice::new(seed));
    }

    /// Replaces the whole setup.
    pub fn replace(&self, plan: Plan) {
        let mut state = self.state();
        state.dice = plan.seeded.as_ref().map(|seeded| Dice::new(seeded.seed));
        state.plan = plan;
    }

    /// Clears the setup; the counts of injected faults are kept.
    pub fn clear(&self) {
        self.replace(Plan::default());
    }

    /// Returns the remaining setup.
    #[must_use]
    pub fn left(&self) -> Plan {
        self.state().plan.clone()
    }

    /// Returns the number of injected faults so far, by kind.
    #[must_use]
    pub fn injected(&self) -> BTreeMap<&'static str, u64> {
        self.state().injected.clone()
    }

    /// Whether any fault of `route` depends on the subject of a call.
    pub(crate) fn depends_on_subject(&self, route: &str) -> bool {
        self.state().plan.script.iter().any(|due| due.about.is_some() && matches(&due.route, route))
    }

    /// Draws the fault of a call of `route` whose subjects have these `names`.
    pub(crate) fn draw(&self, route: &str, names: &[String]) -> Option<Fault> {
        let mut state = self.state();
        let fault = state.next_scripted(route, names).or_else(|| state.by_chance(route))?;
        *state.injected.entry(fault.kind()).or_default() += 1;
        Some(fault)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_scripted(&mut self, route: &str, names: &[String]) -> Option<Fault> {
        let script = &mut self.plan.script;
        let is_due = |due: &Scripted| due.times > 0 && matches(&due.route, route) && is_about(due, names);
        let next = script.iter().position(is_due)?;
        match script[next].times {
            ALWAYS => {}
            _ => script[next].times -= 1,
        }
        match script[next].times {
            0 => Some(script.remove(next).fault),
            _ => Some(script[next].fault.clone()),
        }
    }

    fn by_chance(&mut self, route: &str) -> Option<Fault> {
        let (seeded, dice) = (self.plan.seeded.as_ref()?, self.dice.as_mut()?);
        let mut may_happen = seeded.faults.iter().filter(|chance| matches(&chance.route, route));
        may_happen.find(|chance| dice.happens(chance.probability)).map(|chance| chance.fault.clone())
    }
}

fn is_about(due: &Scripted, names: &[String]) -> bool {
    let is_named = |about: &String| names.iter().any(|name| name.to_lowercase() == about.to_lowercase());
    due.about.as_ref().is_none_or(is_named)
}
