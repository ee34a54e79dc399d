//! Changes of a project's settings.

use super::{Accent, Brake, Formats, LogoPicture, PortalInput};

/// A change of a project. Absent members stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsChange {
    /// Its name on the connect page.
    pub name: Option<String>,
    /// Origins to which a connect may return the browser.
    pub return_origins: Option<Vec<String>>,
    /// Colour of the pages that its users see; `Some(None)` for ours.
    pub accent: Option<Option<Accent>>,
    /// Logo on the pages that its users see; `Some(None)` for none.
    pub logo: Option<Option<LogoPicture>>,
    /// Inputs that users fill in for each of their accounts, in Paragon's portal.
    pub inputs: Option<Vec<PortalInput>>,
    /// Largest file that is fetched, in bytes. Larger ones are recorded as skipped.
    pub max_file_bytes: Option<u64>,
    /// Formats that are fetched. Files of other formats are recorded as skipped.
    pub formats: Option<Formats>,
    /// Whether a new connection syncs the whole account, until its user selects something else.
    pub select_everything: Option<bool>,
    /// Limit of deletions above which they wait for a confirmation.
    pub brake: Option<Brake>,
    /// Seconds from one resync of a connection to the next.
    pub resync_seconds: Option<u64>,
    /// Maximum number of steps of its workflows that call somebody at the same time.
    pub concurrent_steps: Option<u8>,
    /// Maximum number of files of a connection that are transferred at the same time.
    pub concurrent_transfers: Option<u8>,
}
