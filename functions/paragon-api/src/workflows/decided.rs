//! Decisions about a user, as settings of the user's credentials.

use serde_json::json;
use shared::{
    model::{Connection, ConnectionId, CredentialSettings, ProjectId, Tags, UserId, WorkflowId},
    store::{Enablement, StoreError},
    workflows::{Workflow, runs_for},
};

use crate::{ParagonApi, credential::configurations};

/// A project's workflows, and what was decided about each for a user.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    workflows: Vec<Workflow>,
    decisions: Vec<(WorkflowId, Enablement)>,
}

impl Decided {
    /// Reads what was decided, in one round.
    pub(crate) async fn read(
        api: &ParagonApi,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Self, StoreError> {
        let (workflows, decisions) =
            tokio::try_join!(api.store.workflows(project), api.store.enablements_of_user(project, user),)?;
        Ok(Self { workflows, decisions })
    }

    /// Returns the workflow with this id as text.
    pub(crate) fn workflow(&self, id: &str) -> Option<&Workflow> {
        let id: WorkflowId = id.parse().ok()?;
        self.workflows.iter().find(|workflow| workflow.id == id)
    }

    /// Returns the user's own settings of a workflow.
    pub(crate) fn settings_of(&self, workflow: &Workflow) -> Tags {
        self.decision(workflow.id).map(|decided| decided.settings.clone()).unwrap_or_default()
    }

    /// Returns settings of a connection with those of the project's workflows, in each configuration: what was
    /// decided about the user holds in all of them. Settings of other names stay as they were stored.
    pub(crate) fn within(
        &self,
        connection: &Connection,
        settings: &CredentialSettings,
    ) -> CredentialSettings {
        let mut json = settings.clone();
        json.configurations = configurations(connection, settings);
        for configuration in &mut json.configurations {
            configuration.workflow_settings.extend(self.settings_in(connection.id));
        }
        json
    }

    fn settings_in(&self, connection: ConnectionId) -> Tags {
        let setting = |workflow: &Workflow| {
            let decided = self.decision(workflow.id);
            let is_there = decided.is_none_or(|decided| decided.is_for(connection));
            let own = self.settings_of(workflow);
            let is_enabled = is_there && runs_for(&workflow.document, decided);
            (workflow.id.to_string(), json!({"enabled": is_enabled, "settings": own}))
        };
        self.workflows.iter().map(setting).collect()
    }

    fn decision(&self, id: WorkflowId) -> Option<&Enablement> {
        self.decisions.iter().find(|(workflow, _)| *workflow == id).map(|(_, decided)| decided)
    }
}
