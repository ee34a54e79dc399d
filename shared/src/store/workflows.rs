//! The port to workflows, and for which users they are enabled.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Deserializer, Serialize};

use super::StoreError;
use crate::{
    model::{ConnectionId, ProjectId, Tags, Timestamp, UserId, WorkflowId},
    workflows::{Document, Workflow},
};

/// Whether a workflow runs for a user, as the user or the project has decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enablement {
    /// The user.
    pub user: UserId,
    /// The connections in which it runs; empty for all that the user has or will have.
    #[serde(
        default,
        alias = "connection",
        deserialize_with = "one_or_several",
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub connections: BTreeSet<ConnectionId>,
    /// Whether it runs.
    pub is_enabled: bool,
    /// The user's settings of the workflow, by their ids: `{{ settings.<id> }}`. Where one is missing, its default
    /// holds.
    #[serde(default)]
    pub settings: Tags,
    /// Time of the decision, in milliseconds since 1970.
    pub at: Timestamp,
}

impl Enablement {
    /// Whether it holds for a connection: that is one of those that were chosen, or none was.
    #[must_use]
    pub fn is_for(&self, connection: ConnectionId) -> bool {
        self.connections.is_empty() || self.connections.contains(&connection)
    }
}

/// Reads connections. There was one at most, before there were several.
fn one_or_several<'de, D: Deserializer<'de>>(value: D) -> Result<BTreeSet<ConnectionId>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        One(ConnectionId),
        Several(BTreeSet<ConnectionId>),
    }
    Ok(match Stored::deserialize(value)? {
        Stored::One(connection) => BTreeSet::from([connection]),
        Stored::Several(connections) => connections,
    })
}

/// Store of the projects' workflows. Versions that a run may still need are kept for 100 days after the last change.
#[async_trait]
pub trait Workflows: Send + Sync {
    /// Adds a workflow.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the project has one with this id.
    async fn add_workflow(&self, workflow: &Workflow) -> Result<(), StoreError>;

    /// Returns a project's workflows, in no particular order.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn workflows(&self, project: ProjectId) -> Result<Vec<Workflow>, StoreError>;

    /// Returns a workflow.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn workflow(&self, project: ProjectId, id: WorkflowId) -> Result<Option<Workflow>, StoreError>;

    /// Returns a version of a workflow's document, as long as a run may need it, also after the workflow was removed.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn workflow_document(
        &self,
        project: ProjectId,
        id: WorkflowId,
        version: u64,
    ) -> Result<Option<Document>, StoreError>;

    /// Replaces a workflow whose stored version is the one before `workflow`'s.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it has another version, or is gone.
    async fn change_workflow(&self, workflow: &Workflow) -> Result<(), StoreError>;

    /// Removes a workflow, its schedule, and for whom it was enabled. Its runs stay.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; repeated, it removes what is left.
    async fn remove_workflow(
        &self,
        project: ProjectId,
        id: WorkflowId,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Records for a user whether a workflow runs.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the project has no such workflow. Fails if the store cannot be reached.
    async fn enable_workflow(
        &self,
        project: ProjectId,
        id: WorkflowId,
        enablement: &Enablement,
    ) -> Result<(), StoreError>;

    /// Returns the decision about a user; `None` if there is none.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn enablement(
        &self,
        project: ProjectId,
        id: WorkflowId,
        user: &UserId,
    ) -> Result<Option<Enablement>, StoreError>;

    /// Returns a page of the decisions about users, after a user, at most `limit`, in the order of their ids.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn enablements(
        &self,
        project: ProjectId,
        id: WorkflowId,
        after: Option<&UserId>,
        limit: u16,
    ) -> Result<Vec<Enablement>, StoreError>;

    /// Returns all decisions about a user.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn enablements_of_user(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Vec<(WorkflowId, Enablement)>, StoreError>;

    /// Removes all decisions about a user.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some may have been removed.
    async fn remove_enablements(&self, project: ProjectId, user: &UserId) -> Result<(), StoreError>;

    /// Sets the time at which a workflow's schedule is next due, in the index of what is due; `None` for never.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn schedule_workflow(
        &self,
        project: ProjectId,
        id: WorkflowId,
        at: Option<Timestamp>,
    ) -> Result<(), StoreError>;

    /// Returns the time at which a workflow's schedule is due, as it was set last; `None` for never.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn scheduled_at(&self, project: ProjectId, id: WorkflowId)
    -> Result<Option<Timestamp>, StoreError>;
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_decision_for_one_connection_is_read_as_it_was_stored_before() {
        let read = |value: Value| serde_json::from_value::<Enablement>(value).unwrap();
        let (one, other) = (ConnectionId::random(), ConnectionId::random());
        let stored =
            |name: &str, value: Value| json!({"user": "ada", "is_enabled": true, "at": 1, name: value});
        let decided = read(stored("connection", json!(one)));
        assert!(decided.is_for(one) && !decided.is_for(other));
        assert_eq!(read(serde_json::to_value(&decided).unwrap()), decided);
        let all = read(json!({"user": "ada", "is_enabled": true, "at": 1}));
        assert!(all.is_for(one) && all.is_for(other));
        let both = read(stored("connections", json!([one, other])));
        assert!(both.is_for(one) && both.is_for(other) && !both.is_for(ConnectionId::random()));
    }
}
