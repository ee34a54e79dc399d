//! How a user's accounts are followed.

use crate::{
    answer::ApiError,
    linking::follow_as_user,
    model::{Lane, ProjectId, UserId, WalkReason},
    queue::Requests,
    store::{ChoiceStore, Connections, Users},
};

/// Lets the accounts of users be followed as was chosen.
#[derive(Clone, Copy)]
pub struct Following<'a> {
    /// The users, with what was chosen for them.
    pub users: &'a dyn Users,
    /// The connections.
    pub connections: &'a dyn Connections,
    /// What is chosen for connections.
    pub choices: &'a dyn ChoiceStore,
    /// Requests for walks.
    pub requests: &'a Requests,
}

impl Following<'_> {
    /// Lets the connections that a user has be followed as is stored for the user by now. Said twice is said once.
    ///
    /// # Errors
    /// 503 where store or queue cannot be reached.
    pub async fn follow(&self, project: ProjectId, user: &UserId) -> Result<(), ApiError> {
        let Some(stored) = self.users.user(project, user).await? else { return Ok(()) };
        for connection in self.connections.connections_of_user(project, user).await? {
            follow_as_user(self.choices, connection.id, stored.settings).await?;
            // The walk sets the time of the next comparison, and fetches what was not followed before.
            self.requests.walk((&connection).into(), Lane::Changes, WalkReason::Chosen).await?;
        }
        Ok(())
    }
}
