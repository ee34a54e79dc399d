//! What Paragon's clients keep with a connection, which they call a credential.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Tags, Timestamp};

/// What Paragon's clients keep with a connection. Nothing here decides what is synced.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CredentialSettings {
    /// The application's own id for the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The configurations that were changed or added, oldest first.
    #[serde(default)]
    pub configurations: Vec<CredentialConfiguration>,
}

/// A set of settings. A connection has one by default, and may have others beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CredentialConfiguration {
    /// Its id.
    pub id: Uuid,
    /// The application's own id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Settings of the integration as a whole.
    #[serde(default)]
    pub shared_settings: Tags,
    /// Settings of workflows, by the workflows' ids.
    #[serde(default)]
    pub workflow_settings: Tags,
    /// Whatever else the application keeps with it.
    #[serde(default)]
    pub meta: Tags,
}

impl CredentialConfiguration {
    /// A configuration without settings.
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
