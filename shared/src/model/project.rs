//! Projects: the applications that use this deployment.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ProjectId, Timestamp};

/// One application on this deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its id, part of every path of its API.
    pub id: ProjectId,
    /// What the connect page calls it.
    pub name: String,
    /// Origins (`https://app.example.com`) that a connect may return the browser to.
    pub return_origins: Vec<String>,
    /// How its users' accounts are synced.
    pub settings: ProjectSettings,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How a project's accounts are synced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSettings {
    /// Files larger than this are recorded as skipped. Bytes.
    pub max_file_bytes: u64,
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
    /// 50 MB a file, as Carbon has it, and a resync every 24 hours.
    fn default() -> Self {
        Self { max_file_bytes: 50_000_000, resync_seconds: 24 * 60 * 60 }
    }
}
