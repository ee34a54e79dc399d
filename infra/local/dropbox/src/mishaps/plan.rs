//! What is to happen to notifications, as documents have it.

use serde::{Deserialize, Serialize};

/// What happens to a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mishap {
    /// It never comes.
    Lost,
    /// It comes twice.
    Doubled,
    /// It comes later, alone.
    Late {
        /// How much later, in milliseconds.
        by_ms: u64,
    },
    /// It comes after the next one to the same app, whichever account that is about.
    Overtaken,
}

/// What is to happen to the notifications about an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MishapPlan {
    /// What happens to the next ones.
    #[serde(default)]
    pub script: Vec<ScriptedMishap>,
    /// What happens by chance to those that the script leaves alone.
    #[serde(default)]
    pub seeded: Option<SeededMishaps>,
}

/// What happens to the next notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedMishap {
    /// To how many.
    #[serde(default = "once")]
    pub times: u32,
    /// What.
    pub mishap: Mishap,
}

/// What happens by chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeededMishaps {
    /// From which chance follows.
    pub seed: u64,
    /// What may happen; the first that does is what happens.
    pub mishaps: Vec<MishapChance>,
}

/// What may happen to each notification.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MishapChance {
    /// How likely it is, from 0 to 1.
    pub probability: f64,
    /// What.
    pub mishap: Mishap,
}

impl Mishap {
    /// The name of its kind, as documents have it.
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
    /// Says what is wrong with it.
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
