//! Setup of mishaps, as a document.

use serde::{Deserialize, Serialize};

/// Mishap of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mishap {
    /// It is never delivered.
    Lost,
    /// It is delivered twice.
    Doubled,
    /// It is delivered later, alone.
    Late {
        /// Delay, in milliseconds.
        by_ms: u64,
    },
    /// It is delivered after the next one to the same app, whichever account that is about.
    Overtaken,
}

/// Setup of mishaps for the notifications about an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MishapPlan {
    /// Mishaps of the next ones.
    #[serde(default)]
    pub script: Vec<ScriptedMishap>,
    /// Random mishaps of those that the script does not affect.
    #[serde(default)]
    pub seeded: Option<SeededMishaps>,
}

/// Mishap of the next notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedMishap {
    /// Number of notifications.
    #[serde(default = "once")]
    pub times: u32,
    /// Mishap.
    pub mishap: Mishap,
}

/// Random mishaps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeededMishaps {
    /// Seed.
    pub seed: u64,
    /// Possible mishaps; the first that is drawn happens.
    pub mishaps: Vec<MishapChance>,
}

/// Possible mishap of each notification.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MishapChance {
    /// Probability, from 0 to 1.
    pub probability: f64,
    /// Mishap.
    pub mishap: Mishap,
}

impl Mishap {
    /// Returns the name of its kind in documents.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Doubled => "doubled",
            Self::Late { .. } => "late",
            Self::Overtaken => "overtaken",
        }
    }
}

impl MishapPlan {
    /// Validates the setup.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.script.iter().any(|scripted| scripted.times == 0) {
            return Err("times: 0 notifications are none".to_owned());
        }
        let mut shares =
            self.seeded.iter().flat_map(|seeded| &seeded.mishaps).map(|chance| chance.probability);
        match shares.find(|share| !(0.0..=1.0).contains(share)) {
            Some(share) => Err(format!("probability: {share} is not within 0 and 1")),
            None => Ok(()),
        }
    }
}

fn once() -> u32 {
    1
}
