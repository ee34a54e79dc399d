//! Endpoint of adversity.

use serde_json::{Value, json};

use super::{adversity::Adversity, way::Pages};
use crate::{content::Account, control::Controlled};

impl Controlled for Pages {
    type Plan = Adversity;

    fn of(account: &Account) -> &Self {
        &account.pages
    }

    fn tell(&self) -> Value {
        json!(self.adversity())
    }

    fn replace_by(&self, adversity: Adversity, _: &[&str]) -> Result<(), String> {
        adversity.check()?;
        self.set(adversity);
        Ok(())
    }

    fn end(&self) {
        self.clear();
    }
}
