//! The faults of one account.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fault::Fault;
use super::pattern::matches;
use super::plan::{Chance, Plan, Scripted, Seeded};
use crate::dice::Dice;

/// What goes wrong with the calls for one account
#[derive(Debug, Default)]
pub struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    plan: Plan,
    dice: Option<Dice>,
    injected: BTreeMap<&'static str, u64>,
}

impl Faults {
    /// The next `times` calls of `route`, after what was scripted before, get `fault`.
    ///
    /// The route is the name of one, the beginning of routes that ends in `*`, or `*`.
    pub fn next(&self, route: &str, times: u32, fault: Fault) {
        self.state().plan.script.push(Scripted { route: route.to_owned(), times, fault });
    }

    /// From now on these faults happen by chance, which follows from `seed`
    pub fn seeded(&self, seed: u64, faults: Vec<Chance>) {
        let mut state = self.state();
        state.plan.seeded = Some(Seeded { seed, faults });
        state.dice = Some(Dice::new(seed));
    }

    /// Replaces all that is to come
    pub fn replace(&self, plan: Plan) {
        let mut state = self.state();
        state.dice = plan.seeded.as_ref().map(|seeded| Dice::new(seeded.seed));
        state.plan = plan;
    }

    /// Ends all that is to come; what was injected stays counted
    pub fn clear(&self) {
        self.replace(Plan::default());
    }

    /// What is still to come
    pub fn left(&self) -> Plan {
        self.state().plan.clone()
    }

    /// How many faults there were so far, by kind
    pub fn injected(&self) -> BTreeMap<&'static str, u64> {
        self.state().injected.clone()
    }

    /// What happens to a call of `route` that is made now
    pub(crate) fn draw(&self, route: &str) -> Option<Fault> {
        let mut state = self.state();
        let fault = state.next_scripted(route).or_else(|| state.by_chance(route))?;
        *state.injected.entry(fault.kind()).or_default() += 1;
        Some(fault)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_scripted(&mut self, route: &str) -> Option<Fault> {
        let script = &mut self.plan.script;
        let next = script.iter().position(|due| due.times > 0 && matches(&due.route, route))?;
        script[next].times -= 1;
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
