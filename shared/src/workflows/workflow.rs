//! Workflows as they are stored.

use serde::{Deserialize, Serialize};

use super::Document;
use crate::model::{EndpointId, ProjectId, Timestamp, WorkflowId};

/// A workflow of a project. A run goes on with the version with which it began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workflow {
    /// Its id.
    pub id: WorkflowId,
    /// Its project.
    pub project: ProjectId,
    /// Number of its document, from 1. A change is written only if nobody else changed it meanwhile.
    pub version: u64,
    /// Whether it starts no runs. Runs that have begun go on.
    #[serde(default)]
    pub paused: bool,
    /// Time at which it was made, in milliseconds since 1970.
    pub created_at: Timestamp,
    /// Time at which it was changed last, in milliseconds since 1970.
    pub updated_at: Timestamp,
    /// Its document.
    pub document: Document,
}

impl Workflow {
    /// Returns the endpoint through which events start it: it has the workflow's own id.
    #[must_use]
    pub fn endpoint(&self) -> EndpointId {
        EndpointId(self.id.0)
    }
}
