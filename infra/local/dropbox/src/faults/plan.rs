//! What is to go wrong, as documents have it.

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::pattern;

/// As many times as there are calls.
pub const ALWAYS: u32 = u32::MAX;

/// What is to go wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What happens to the next calls.
    #[serde(default)]
    pub script: Vec<Scripted>,
    /// What happens by chance to the calls that the script leaves alone.
    #[serde(default)]
    pub seeded: Option<Seeded>,
}

/// What happens to the next calls of a route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scripted {
    /// The route, the beginning of routes that ends in `*`, or `*`.
    pub route: String,
    /// The path or the id of what a call has to be about; any call when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// To how many calls; [`ALWAYS`] is never used up.
    #[serde(default = "once")]
    pub times: u32,
    /// What.
    pub fault: Fault,
}

/// What happens by chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seeded {
    /// From which chance follows.
    pub seed: u64,
    /// What may happen; the first that does is what happens.
    pub faults: Vec<Chance>,
}

/// What may happen to each call of a route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chance {
    /// The route, the beginning of routes that ends in `*`, or `*`.
    pub route: String,
    /// How likely it is, from 0 to 1.
    pub probability: f64,
    /// What.
    pub fault: Fault,
}

impl Plan {
    /// Says what is wrong with it, given the names of all routes.
    pub(super) fn check(&self, routes: &[&str]) -> Result<(), String> {
        for scripted in &self.script {
            pattern::check(&scripted.route, routes)?;
            scripted.fault.check()?;
            if scripted.times == 0 {
                return Err("times: 0 calls are none".to_owned());
            }
        }
        for chance in self.seeded.iter().flat_map(|seeded| &seeded.faults) {
            pattern::check(&chance.route, routes)?;
            chance.fault.check()?;
            if !(0.0..=1.0).contains(&chance.probability) {
                return Err(format!("probability: {} is not within 0 and 1", chance.probability));
            }
        }
        Ok(())
    }
}

fn once() -> u32 {
    1
}
