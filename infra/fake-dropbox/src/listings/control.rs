//! Endpoint of defects.

use serde_json::{Value, json};

use super::{defects::Defects, state::Listings};
use crate::{content::Account, control::Controlled};

impl Controlled for Listings {
    type Plan = Defects;

    fn of(account: &Account) -> &Self {
        &account.listings
    }

    fn tell(&self) -> Value {
        let mut told = json!(self.defects());
        told["happened"] = json!(self.happened());
        told
    }

    fn replace_by(&self, defects: Defects, _: &[&str]) -> Result<(), String> {
        defects.check()?;
        self.set(defects);
        Ok(())
    }

    fn end(&self) {
        self.clear();
    }
}
