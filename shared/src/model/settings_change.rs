//! Changes of a project's settings.

use super::{Brake, Formats};

/// What is to be changed of a project; absent: as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsChange {
    /// What the connect page calls it.
    pub name: Option<String>,
    /// Origins that a connect may return the browser to.
    pub return_origins: Option<Vec<String>>,
    /// Files larger than this are recorded as skipped. Bytes.
    pub max_file_bytes: Option<u64>,
    /// Files of other formats are recorded as skipped.
    pub formats: Option<Formats>,
    /// Whether a new connection syncs the whole account, until its user selects something else.
    pub select_everything: Option<bool>,
    /// When deletions wait for a confirmation.
    pub brake: Option<Brake>,
    /// Seconds from one resync of a connection to the next.
    pub resync_seconds: Option<u64>,
}
