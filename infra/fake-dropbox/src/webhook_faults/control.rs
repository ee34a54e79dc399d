//! Endpoint of faults.

use serde_json::{Value, json};

use super::{plan::WebhookFaultPlan, roll::WebhookFaults};
use crate::{content::Account, control::Controlled};

impl Controlled for WebhookFaults {
    type Plan = WebhookFaultPlan;

    fn of(account: &Account) -> &Self {
        &account.webhook_faults
    }

    fn tell(&self) -> Value {
        let WebhookFaultPlan { script, seeded } = self.left();
        json!({ "script": script, "seeded": seeded, "happened": self.happened() })
    }

    fn replace_by(&self, plan: WebhookFaultPlan, _: &[&str]) -> Result<(), String> {
        plan.check()?;
        self.replace(plan);
        Ok(())
    }

    fn end(&self) {
        self.clear();
    }
}
