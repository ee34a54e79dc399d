//! Automatic syncs of a user's accounts.

use crate::{
    answer::ApiError,
    linking::follow_as_user,
    model::{Lane, ProjectId, UserId, WalkReason},
    queue::Requests,
    store::{ChoiceStore, Connections, Users},
};

/// Application of a user's sync settings to the user's accounts.
#[derive(Clone, Copy)]
pub struct Following<'a> {
    /// Store of users and their settings.
    pub users: &'a dyn Users,
    /// Store of connections.
    pub connections: &'a dyn Connections,
    /// Store of choices.
    pub choices: &'a dyn ChoiceStore,
    /// Requests for walks.
    pub requests: &'a Requests,
}

impl Following<'_> {
    /// Applies the user's stored settings to all connections of the user. Idempotent.
    ///
    /// # Errors
    /// 503 if the store or the queue cannot be reached.
    pub async fn follow(&self, project: ProjectId, user: &UserId) -> Result<(), ApiError> {
        let Some(stored) = self.users.user(project, user).await? else { return Ok(()) };
        for connection in self.connections.connections_of_user(project, user).await? {
            follow_as_user(self.choices, connection.id, stored.settings).await?;
            // The walk sets the time of the next comparison, and catches up with changes that were not
            // followed.
            self.requests.walk((&connection).into(), Lane::Changes, WalkReason::Chosen).await?;
        }
        Ok(())
    }
}
