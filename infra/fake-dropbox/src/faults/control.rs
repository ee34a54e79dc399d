//! Endpoint of faults.

use serde_json::{Value, json};

use super::{plan::Plan, roll::Faults};
use crate::{content::Account, control::Controlled};

impl Controlled for Faults {
    type Plan = Plan;

    fn of(account: &Account) -> &Self {
        &account.faults
    }

    fn tell(&self) -> Value {
        let Plan { script, seeded } = self.left();
        json!({ "script": script, "seeded": seeded, "injected": self.injected() })
    }

    fn replace_by(&self, plan: Plan, routes: &[&str]) -> Result<(), String> {
        plan.check(routes)?;
        self.replace(plan);
        Ok(())
    }

    fn end(&self) {
        self.clear();
    }
}
