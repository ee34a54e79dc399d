//! Ids that Paragon's SDK needs and that have no row in the store. The SDK accepts UUIDs only; these are
//! derived, so they are always the same.

use shared::model::{ConnectionId, ProjectId, UserId};
use uuid::Uuid;

/// Returns the id of a project's Dropbox integration.
pub(crate) fn integration(project: ProjectId) -> Uuid {
    project.dropbox_integration()
}

/// Returns the id of that integration's configuration.
pub(crate) fn integration_config(project: ProjectId) -> Uuid {
    Uuid::new_v5(&integration(project), b"config")
}

/// Returns the id of a project's user.
pub(crate) fn persona(project: ProjectId, user: &UserId) -> Uuid {
    Uuid::new_v5(&project.0, format!("user:{user}").as_bytes())
}

/// Returns the id of a connection's default configuration.
pub(crate) fn default_configuration(connection: ConnectionId) -> Uuid {
    Uuid::new_v5(&connection.0, b"configuration")
}
