//! Faults of one account's notifications.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::plan::{
    ScriptedWebhookFault, SeededWebhookFaults, WebhookFault, WebhookFaultChance, WebhookFaultPlan,
};
use crate::dice::Dice;

/// Faults of the notifications about one account.
#[derive(Debug, Default)]
pub struct WebhookFaults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    plan: WebhookFaultPlan,
    dice: Option<Dice>,
    happened: BTreeMap<&'static str, u64>,
}

impl WebhookFaults {
    /// Scripts `fault` for the next `times` notifications, after those scripted earlier.
    pub fn next(&self, times: u32, fault: WebhookFault) {
        self.state().plan.script.push(ScriptedWebhookFault { times, fault });
    }

    /// Replaces the random faults, which depend on `seed`.
    pub fn seeded(&self, seed: u64, faults: Vec<WebhookFaultChance>) {
        let mut state = self.state();
        state.plan.seeded = Some(SeededWebhookFaults { seed, faults });
        state.dice = Some(Dice::new(seed));
    }

    /// Replaces the whole setup.
    pub fn replace(&self, plan: WebhookFaultPlan) {
        let mut state = self.state();
        state.dice = plan.seeded.as_ref().map(|seeded| Dice::new(seeded.seed));
        state.plan = plan;
    }

    /// Clears the setup; the counts are kept.
    pub fn clear(&self) {
        self.replace(WebhookFaultPlan::default());
    }

    /// Returns the remaining setup.
    #[must_use]
    pub fn left(&self) -> WebhookFaultPlan {
        self.state().plan.clone()
    }

    /// Returns the number of faults so far, by kind.
    #[must_use]
    pub fn happened(&self) -> BTreeMap<&'static str, u64> {
        self.state().happened.clone()
    }

    /// Draws the fault of a notification that becomes due now.
    pub(crate) fn draw(&self) -> Option<WebhookFault> {
        let mut state = self.state();
        let fault = state.next_scripted().or_else(|| state.by_chance())?;
        *state.happened.entry(fault.kind()).or_default() += 1;
        Some(fault)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_scripted(&mut self) -> Option<WebhookFault> {
        let script = &mut self.plan.script;
        script.retain(|due| due.times > 0);
        let due = script.first_mut()?;
        due.times -= 1;
        let fault = due.fault;
        script.retain(|due| due.times > 0);
        Some(fault)
    }

    fn by_chance(&mut self) -> Option<WebhookFault> {
        let (seeded, dice) = (self.plan.seeded.as_ref()?, self.dice.as_mut()?);
        let mut may_happen = seeded.faults.iter();
        may_happen.find(|chance| dice.happens(chance.probability)).map(|chance| chance.fault)
    }
}
