//! Ids of what Paragon's SDK knows and we keep no row of. It takes UUIDs only; derived ones are the same every time.

use shared::model::{ConnectionId, ProjectId, UserId};
use uuid::Uuid;

use super::DROPBOX;

/// A project's Dropbox integration.
pub(super) fn integration(project: ProjectId) -> Uuid {
    Uuid::new_v5(&project.0, format!("integration:{DROPBOX}").as_bytes())
}

/// How that integration is set up.
pub(super) fn integration_config(project: ProjectId) -> Uuid {
    Uuid::new_v5(&integration(project), b"config")
}

/// A user of a project.
pub(super) fn persona(project: ProjectId, user: &UserId) -> Uuid {
    Uuid::new_v5(&project.0, format!("user:{user}").as_bytes())
}

/// The only configuration of a connection.
pub(super) fn configuration(connection: ConnectionId) -> Uuid {
    Uuid::new_v5(&connection.0, b"configuration")
}
