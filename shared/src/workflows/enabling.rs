//! Decisions about users: whether a workflow runs for one, in which account, and with which settings.

use std::collections::BTreeSet;

use super::{Document, Workflow, check_settings, missing_setting};
use crate::{
    answer::ApiError,
    model::{Clock, Connection, ConnectionId, ConnectionStatus, ProjectId, Tags, UserId},
    store::{Connections, Enablement, Workflows},
};

/// Whether a workflow runs for a user: as was decided, or else as its document says. Nothing runs without a setting
/// that is required.
#[must_use]
pub fn runs_for(document: &Document, decided: Option<&Enablement>) -> bool {
    let is_enabled = decided.map_or(document.enabled_by_default, |decided| decided.is_enabled);
    let none = Tags::new();
    let settings = decided.map_or(&none, |decided| &decided.settings);
    is_enabled && missing_setting(document, settings).is_none()
}

/// Changes of a decision. Absent members stay as they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice {
    /// Whether the workflow runs.
    pub is_enabled: Option<bool>,
    /// The connections in which it runs; empty for all.
    pub connections: Option<BTreeSet<ConnectionId>>,
    /// The user's settings, all of them.
    pub settings: Option<Tags>,
}

/// Dependencies of decisions.
#[derive(Clone, Copy)]
pub struct Enabling<'a> {
    /// Store of workflows.
    pub workflows: &'a dyn Workflows,
    /// Store of connections.
    pub connections: &'a dyn Connections,
    /// The clock.
    pub clock: &'a dyn Clock,
}

impl Enabling<'_> {
    /// Changes and stores the decision about a user. The last one of two at the same time counts.
    ///
    /// # Errors
    /// 400 if a setting is not one of the document's; 404 if a connection is not one of the user's, or is
    /// disconnected; 409 if the workflow would be enabled without a required setting; 503 if the store cannot be
    /// reached.
    pub async fn choose(
        &self,
        workflow: &Workflow,
        user: &UserId,
        choice: Choice,
    ) -> Result<Enablement, ApiError> {
        if let Some(settings) = &choice.settings {
            check_settings(&workflow.document, settings).map_err(|must| invalid(&must))?;
        }
        for connection in choice.connections.iter().flatten() {
            self.check_connection(workflow.project, user, *connection).await?;
        }
        let before = self.workflows.enablement(workflow.project, workflow.id, user).await?;
        let after = self.changed(workflow, user, before, choice);
        if after.is_enabled
            && let Some(missing) = missing_setting(&workflow.document, &after.settings)
        {
            let message =
                format!("The workflow cannot be enabled before its setting {} is filled in.", missing.id);
            return Err(ApiError::conflict("setting_missing", message));
        }
        self.workflows.enable_workflow(workflow.project, workflow.id, &after).await?;
        Ok(after)
    }

    fn changed(
        &self,
        workflow: &Workflow,
        user: &UserId,
        before: Option<Enablement>,
        choice: Choice,
    ) -> Enablement {
        let mut after = before.unwrap_or_else(|| Enablement {
            user: user.clone(),
            connections: BTreeSet::new(),
            is_enabled: workflow.document.enabled_by_default,
            settings: Tags::new(),
            at: self.clock.now(),
        });
        after.at = self.clock.now();
        if let Some(is_enabled) = choice.is_enabled {
            after.is_enabled = is_enabled;
        }
        if let Some(connections) = choice.connections {
            after.connections = connections;
        }
        if let Some(settings) = choice.settings {
            after.settings = settings;
        }
        after
    }

    async fn check_connection(
        &self,
        project: ProjectId,
        user: &UserId,
        id: ConnectionId,
    ) -> Result<(), ApiError> {
        let is_usable = |one: &Connection| {
            one.project == project && one.user == *user && one.status != ConnectionStatus::Disconnected
        };
        let found = self.connections.connection(id).await?;
        match found.filter(is_usable) {
            Some(_) => Ok(()),
            None => Err(ApiError::not_found("connection_not_found", "The user has no such connection.")),
        }
    }
}

fn invalid(must: &str) -> ApiError {
    ApiError::invalid("invalid_settings", format!("settings {must}."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Timestamp;

    fn document(by_default: bool, required: bool) -> Document {
        serde_json::from_value(json!({
            "name": "Copies",
            "trigger": {"type": "request"},
            "enabled_by_default": by_default,
            "settings": [{"id": "folder", "title": "Folder", "type": "folder", "required": required}],
            "steps": [],
        }))
        .unwrap()
    }

    fn decided(is_enabled: bool, settings: &serde_json::Value) -> Enablement {
        let settings = settings.as_object().unwrap().clone();
        let user = "ada".parse().unwrap();
        Enablement { user, connections: BTreeSet::new(), is_enabled, settings, at: Timestamp(0) }
    }

    #[test]
    fn a_decision_counts_before_the_default_and_neither_without_a_required_setting() {
        assert!(runs_for(&document(true, false), None));
        assert!(!runs_for(&document(false, false), None));
        assert!(!runs_for(&document(true, false), Some(&decided(false, &json!({})))));
        assert!(runs_for(&document(false, false), Some(&decided(true, &json!({})))));
        assert!(!runs_for(&document(true, true), None));
        assert!(!runs_for(&document(false, true), Some(&decided(true, &json!({})))));
        assert!(runs_for(&document(false, true), Some(&decided(true, &json!({"folder": "/a"})))));
    }
}
