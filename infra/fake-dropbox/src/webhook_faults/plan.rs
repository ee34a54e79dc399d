//! Setup of faults, as a document.

use serde::{Deserialize, Serialize};

/// Fault of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum WebhookFault {
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

/// Setup of faults for the notifications about an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookFaultPlan {
    /// Faults of the next ones.
    #[serde(default)]
    pub script: Vec<ScriptedWebhookFault>,
    /// Random faults of those that the script does not affect.
    #[serde(default)]
    pub seeded: Option<SeededWebhookFaults>,
}

/// Fault of the next notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedWebhookFault {
    /// Number of notifications.
    #[serde(default = "once")]
    pub times: u32,
    /// Fault.
    #[serde(rename = "mishap")]
    pub fault: WebhookFault,
}

/// Random faults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeededWebhookFaults {
    /// Seed.
    pub seed: u64,
    /// Possible faults; the first that is drawn happens.
    #[serde(rename = "mishaps")]
    pub faults: Vec<WebhookFaultChance>,
}

/// Possible fault of each notification.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookFaultChance {
    /// Probability, from 0 to 1.
    pub probability: f64,
    /// Fault.
    #[serde(rename = "mishap")]
    pub fault: WebhookFault,
}

impl WebhookFault {
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

impl WebhookFaultPlan {
    /// Validates the setup.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.script.iter().any(|scripted| scripted.times == 0) {
            return Err("times: 0 notifications are none".to_owned());
        }
        let mut shares =
            self.seeded.iter().flat_map(|seeded| &seeded.faults).map(|chance| chance.probability);
        match shares.find(|share| !(0.0..=1.0).contains(share)) {
            Some(share) => Err(format!("probability: {share} is not within 0 and 1")),
            None => Ok(()),
        }
    }
}

fn once() -> u32 {
    1
}
