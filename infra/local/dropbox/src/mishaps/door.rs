//! Endpoint of mishaps.

use serde_json::{Value, json};

use super::{plan::MishapPlan, roll::Mishaps};
use crate::{content::Account, door::Trouble};

impl Trouble for Mishaps {
    type Plan = MishapPlan;

    fn of(account: &Account) -> &Self {
        &account.mishaps
    }

    fn tell(&self) -> Value {
        let MishapPlan { script, seeded } = self.left();
        json!({ "script": script, "seeded": seeded, "happened": self.happened() })
    }

    fn replace_by(&self, plan: MishapPlan, _: &[&str]) -> Result<(), String> {
        plan.check()?;
        self.replace(plan);
        Ok(())
    }

    fn end(&self) {
        self.clear();
    }
}
