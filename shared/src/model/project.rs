//! Projects: the applications that use this deployment.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AppKey, Formats, ProjectId, Timestamp, UserKey, web_address, web_origin};

/// One application on this deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its id, part of every path of its API.
    pub id: ProjectId,
    /// What the connect page calls it.
    pub name: String,
    /// Origins (`https://app.example.com`) that a connect may return the browser to.
    pub return_origins: Vec<String>,
    /// The keys with which its server signs user tokens: several, while one is being replaced.
    #[serde(default)]
    pub user_keys: Vec<UserKey>,
    /// Which of the tokens that these keys have signed are taken.
    #[serde(default, skip_serializing_if = "UserTokenRules::is_default")]
    pub user_tokens: UserTokenRules,
    /// The Dropbox app of its own through which accounts are linked; absent: the deployment's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<AppKey>,
    /// How its users' accounts are synced.
    pub settings: ProjectSettings,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Project {
    /// Whether an address of the web is on one of the project's origins. Both sides are compared in the browsers' form, so
    /// that names and ports count and not their spelling.
    #[must_use]
    pub fn has_origin_of(&self, address: &str) -> bool {
        let origin = web_address(address).map(|url| url.origin().ascii_serialization());
        self.return_origins.iter().any(|known| web_origin(known).is_ok_and(|known| Ok(known) == origin))
    }
}

/// Hours that may be chosen from one full comparison of a connection to the next.
pub const RESYNC_HOURS: [u64; 4] = [3, 6, 12, 24];

/// Which user tokens of a project are taken, beyond what is asked of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserTokenRules {
    /// Whether a token has to name its audience (`aud`).
    pub audience_required: bool,
    /// Audiences that mean this project, beside its id, `useparagon.com/{id}` and `{host of the deployment}/{id}`.
    pub audiences: Vec<String>,
    /// No token lives longer. Seconds.
    pub longest_life_seconds: u64,
    /// Whether a page may turn in a code of an OAuth page of the application's own (`completeInstall`). The application then
    /// has to see to it that the code comes from that user's browser: by the `state` that its page compares.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub may_complete_installs: bool,
}

impl UserTokenRules {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for UserTokenRules {
    /// A token names its audience, lives a day at most, and completes no installation.
    fn default() -> Self {
        Self {
            audience_required: true,
            audiences: Vec::new(),
            longest_life_seconds: 24 * 60 * 60,
            may_complete_installs: false,
        }
    }
}

/// How a project's accounts are synced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSettings {
    /// Files larger than this are recorded as skipped. Bytes.
    pub max_file_bytes: u64,
    /// Files of other formats are recorded as skipped.
    #[serde(default)]
    pub formats: Formats,
    /// Whether a new connection syncs the whole account, until its user selects something else.
    #[serde(default = "yes")]
    pub select_everything: bool,
    /// When deletions wait for a confirmation.
    #[serde(default)]
    pub brake: Brake,
    /// Seconds from one resync of a connection to the next.
    pub resync_seconds: u64,
}

impl ProjectSettings {
    /// The time from one resync to the next.
    #[must_use]
    pub fn resync_interval(&self) -> Duration {
        Duration::from_secs(self.resync_seconds)
    }
}

impl Default for ProjectSettings {
    /// Files of every format up to 50 MB, as Carbon has it, of the whole account, and a resync every 24 hours.
    fn default() -> Self {
        Self {
            max_file_bytes: 50_000_000,
            formats: Formats::All,
            select_everything: true,
            brake: Brake::default(),
            resync_seconds: 24 * 60 * 60,
        }
    }
}

/// When deletions are too many at once to be believed: they wait for a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brake {
    /// More than this share of a connection's items. Per cent; 100 and above never stops.
    pub percent: u64,
    /// And more than so many.
    pub items: u64,
}

impl Brake {
    /// Whether so many deletions of so many items have to wait.
    #[must_use]
    pub fn stops(&self, deletions: u64, items: u64) -> bool {
        self.percent < 100
            && deletions > self.items
            && u128::from(deletions) * 100 > u128::from(items) * u128::from(self.percent)
    }
}

impl Default for Brake {
    /// More than half of the items, and more than a hundred.
    fn default() -> Self {
        Self { percent: 50, items: 100 }
    }
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_many_deletions_that_are_a_large_share_are_stopped() {
        let brake = Brake { percent: 50, items: 100 };
        assert!(brake.stops(101, 200) && brake.stops(1_000_000, 1_000_000));
        assert!(!brake.stops(100, 100) && !brake.stops(101, 202) && !brake.stops(0, 0));
        assert!(!Brake { percent: 100, items: 0 }.stops(9, 9));
        assert!(Brake { percent: 0, items: 0 }.stops(1, u64::MAX));
    }
}
