//! Ids of what Paragon's SDK knows and we keep no row of. It takes UUIDs only; derived ones are the same every time.

use shared::model::{ConnectionId, ProjectId, UserId};
use uuid::Uuid;

use crate::DROPBOX;

/// A project's Dropbox integration.
pub(crate) fn integration(project: ProjectId) -> Uuid {
    Uuid::new_v5(&project.0, format!("integration:{DROPBOX}").as_bytes())
}

/// How that integration is set up.
pub(crate) fn integration_config(project: ProjectId) -> Uuid {
    Uuid::new_v5(&integration(project), b"config")
}

/// A user of a project.
pub(crate) fn persona(project: ProjectId, user: &UserId) -> Uuid {
    Uuid::new_v5(&project.0, format!("user:{user}").as_bytes())
}

/// The configuration that every connection has.
pub(crate) fn default_configuration(connection: ConnectionId) -> Uuid {
    Uuid::new_v5(&connection.0, b"configuration")
}
