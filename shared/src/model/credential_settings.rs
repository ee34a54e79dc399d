//! The settings that Paragon's clients keep with a connection, which they call a credential.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Tags, Timestamp};

/// Settings that Paragon's clients keep with a connection. They do not decide what is synced.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CredentialSettings {
    /// The application's own id for the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The configurations that were changed or added, oldest first.
    #[serde(default)]
    pub configurations: Vec<CredentialConfiguration>,
}

/// A set of settings. Each connection has a default one, and may have others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CredentialConfiguration {
    /// Its id.
    pub id: Uuid,
    /// The application's own id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Time at which it was created.
    pub created_at: Timestamp,
    /// Time of its last change.
    pub updated_at: Timestamp,
    /// Settings of the integration as a whole.
    #[serde(default)]
    pub shared_settings: Tags,
    /// Settings of workflows, by the workflows' ids.
    #[serde(default)]
    pub workflow_settings: Tags,
    /// Anything else that the application keeps with it.
    #[serde(default)]
    pub meta: Tags,
}

impl CredentialConfiguration {
    /// Returns a configuration without settings.
    #[must_use]
    pub fn new(id: Uuid, created_at: Timestamp) -> Self {
        Self {
            id,
            external_id: None,
            created_at,
            updated_at: created_at,
            shared_settings: Tags::new(),
            workflow_settings: Tags::new(),
            meta: Tags::new(),
        }
    }
}

/// Maximum length of an application's own id, in bytes.
const MAX_EXTERNAL_ID: usize = 255;
/// Prefix with which Paragon's SDK marks an id as the application's own.
const EXTERNAL: &str = "ext:";

/// Returns whether a text can be an application's own id: Paragon's SDK must not mistake it for one of ours,
/// and it has no blanks at its ends and no control characters.
#[must_use]
pub fn is_external_id(text: &str) -> bool {
    let is_plain = text.trim() == text && !text.contains(char::is_control);
    let fits = (1..=MAX_EXTERNAL_ID).contains(&text.len());
    fits && is_plain && !text.starts_with(EXTERNAL) && text.parse::<Uuid>().is_err()
}
