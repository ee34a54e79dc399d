//! Setup of faults, as a document.

use serde::{Deserialize, Serialize};

use super::{fault::Fault, pattern};

/// Number of times that is never used up.
pub const ALWAYS: u32 = u32::MAX;

/// Setup of faults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Faults of the next calls.
    #[serde(default)]
    pub script: Vec<Scripted>,
    /// Random faults of the calls that the script does not affect.
    #[serde(default)]
    pub seeded: Option<Seeded>,
}

/// Fault of the next calls of a route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scripted {
    /// Route, a prefix of routes that ends in `*`, or `*`.
    pub route: String,
    /// Path or id of the file or folder that a call must be about; `None`: any call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Number of calls; [`ALWAYS`] is never used up.
    #[serde(default = "once")]
    pub times: u32,
    /// Fault.
    pub fault: Fault,
}

/// Random faults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seeded {
    /// Seed.
    pub seed: u64,
    /// Possible faults; the first that is drawn happens.
    pub faults: Vec<Chance>,
}

/// Possible fault of each call of a route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chance {
    /// Route, a prefix of routes that ends in `*`, or `*`.
    pub route: String,
    /// Probability, from 0 to 1.
    pub probability: f64,
    /// Fault.
    pub fault: Fault,
}

impl Plan {
    /// Validates the setup, given the names of all routes.
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
