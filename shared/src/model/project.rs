//! Projects: the applications that use this deployment.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Accent, AppKey, Formats, Logo, PortalInput, ProjectId, Timestamp, UserKey, web_address, web_origin,
};

/// An application on this deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its id, which is part of every path of its API.
    pub id: ProjectId,
    /// Its name on the connect page.
    pub name: String,
    /// Origins (`https://app.example.com`) to which a connect may return the browser.
    pub return_origins: Vec<String>,
    /// The public keys for user tokens, which its server signs: several, while one is being replaced.
    #[serde(default)]
    pub user_keys: Vec<UserKey>,
    /// The rules by which tokens signed with these keys are accepted.
    #[serde(default, skip_serializing_if = "UserTokenRules::is_default")]
    pub user_tokens: UserTokenRules,
    /// Its own Dropbox app through which accounts are linked; absent for the deployment's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<AppKey>,
    /// Settings for the sync of its users' accounts.
    pub settings: ProjectSettings,
    /// Time at which it was created.
    pub created_at: Timestamp,
}

impl Project {
    /// Returns whether a web address is on one of the project's origins. Both sides are compared in the
    /// browsers' form, so that names and ports count, and not their spelling.
    #[must_use]
    pub fn has_origin_of(&self, address: &str) -> bool {
        self.origin_of(address).is_some()
    }

    /// Returns the origin of a web address, if it is one of the project's.
    #[must_use]
    pub fn origin_of(&self, address: &str) -> Option<String> {
        let origin = web_address(address).ok()?.origin().ascii_serialization();
        let is_known = |known: &String| web_origin(known).is_ok_and(|known| known == origin);
        self.return_origins.iter().any(is_known).then_some(origin)
    }
}

/// Allowed numbers of hours between full comparisons of a connection.
pub const RESYNC_HOURS: [u64; 4] = [3, 6, 12, 24];

/// Rules by which a project's user tokens are accepted, beyond those for all tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserTokenRules {
    /// Whether a token has to name its audience (`aud`).
    pub audience_required: bool,
    /// Audiences that mean this project, beside its id, `useparagon.com/{id}` and `{host of the
    /// deployment}/{id}`.
    pub audiences: Vec<String>,
    /// Longest life of a token, in seconds.
    pub longest_life_seconds: u64,
    /// Whether a page may complete an installation with a code from the application's own OAuth page
    /// (`completeInstall`). The application must then make sure that the code comes from that user's browser,
    /// by comparing the `state` in its page.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub may_complete_installs: bool,
}

impl UserTokenRules {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for UserTokenRules {
    /// A token names its audience, lives at most a day, and completes no installation.
    fn default() -> Self {
        Self {
            audience_required: true,
            audiences: Vec::new(),
            longest_life_seconds: 24 * 60 * 60,
            may_complete_installs: false,
        }
    }
}

/// Settings of a project: how its accounts are synced, and how its pages look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSettings {
    /// Largest file that is fetched, in bytes. Larger ones are recorded as skipped.
    pub max_file_bytes: u64,
    /// Formats that are fetched. Files of other formats are recorded as skipped.
    #[serde(default)]
    pub formats: Formats,
    /// Whether a new connection syncs the whole account, until its user selects something else.
    #[serde(default = "yes")]
    pub select_everything: bool,
    /// Limit of deletions above which they wait for a confirmation.
    #[serde(default)]
    pub brake: Brake,
    /// Seconds from one resync of a connection to the next.
    pub resync_seconds: u64,
    /// Colour of the pages that its users see; absent for ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<Accent>,
    /// Logo on the pages that its users see; absent for the first letter of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// Inputs that users fill in for each of their accounts, in Paragon's portal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<PortalInput>,
    /// Maximum number of steps of its workflows that call somebody at the same time; from 1 to [`MOST_CONCURRENT_STEPS`].
    #[serde(default = "concurrent_steps")]
    pub concurrent_steps: u8,
    /// Maximum number of files of a connection that are transferred at the same time; from 1 to
    /// [`MOST_CONCURRENT_TRANSFERS`].
    #[serde(default = "concurrent_transfers")]
    pub concurrent_transfers: u8,
}

/// Largest value of [`ProjectSettings::concurrent_steps`].
pub const MOST_CONCURRENT_STEPS: u8 = 100;
/// Largest value of [`ProjectSettings::concurrent_transfers`]: fewer than the hundred requests that a
/// connection of HTTP/2 usually takes at the same time.
pub const MOST_CONCURRENT_TRANSFERS: u8 = 64;

/// Half of what a deployment does at the same time (`RunConcurrency` in `infra/template.yaml`), unless its operator
/// says otherwise.
fn concurrent_steps() -> u8 {
    20
}

/// Enough for 300 small files a second where Dropbox answers after 100 ms. How many there are is decided by
/// its answers.
fn concurrent_transfers() -> u8 {
    32
}

impl ProjectSettings {
    /// Returns the time from one resync to the next.
    #[must_use]
    pub fn resync_interval(&self) -> Duration {
        Duration::from_secs(self.resync_seconds)
    }
}

impl Default for ProjectSettings {
    /// Files of every format up to 50 MB, the limit of Carbon, of the whole account, and a resync every 24
    /// hours.
    fn default() -> Self {
        Self {
            max_file_bytes: 50_000_000,
            formats: Formats::All,
            select_everything: true,
            brake: Brake::default(),
            resync_seconds: 24 * 60 * 60,
            accent: None,
            logo: None,
            inputs: Vec::new(),
            concurrent_steps: concurrent_steps(),
            concurrent_transfers: concurrent_transfers(),
        }
    }
}

/// Limit on the deletions of one walk. If a walk exceeds both parts, its deletions wait for a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brake {
    /// Share of a connection's items, in per cent; with 100 and above nothing ever waits.
    pub percent: u64,
    /// Number of items.
    pub items: u64,
}

impl Brake {
    /// Returns whether this many deletions of this many items have to wait.
    #[must_use]
    pub fn stops(&self, deletions: u64, items: u64) -> bool {
        self.percent < 100
            && deletions > self.items
            && u128::from(deletions) * 100 > u128::from(items) * u128::from(self.percent)
    }
}

impl Default for Brake {
    /// Half of the items, and a hundred items.
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
