//! Finds what a request names, if it is the project's.

use shared::{
    answer::ApiError,
    model::{ConnectionId, ConnectionName, ProjectId},
    workflows::{Run, Workflow},
};

use crate::WorkflowsApi;

/// Returns the workflow that a part of the path names.
pub(crate) async fn workflow(
    api: &WorkflowsApi,
    project: ProjectId,
    part: &str,
) -> Result<Workflow, ApiError> {
    let id = part.parse().map_err(|_| no_workflow())?;
    api.store.workflow(project, id).await?.ok_or_else(no_workflow)
}

/// Returns the run that a part of the path names.
pub(crate) async fn run(api: &WorkflowsApi, project: ProjectId, part: &str) -> Result<Run, ApiError> {
    let id = part.parse().map_err(|_| no_run())?;
    api.store.run(project, id).await?.ok_or_else(no_run)
}

/// Returns the id of the project's connection with this name. Whose it is is not checked.
pub(crate) async fn connection(
    api: &WorkflowsApi,
    project: ProjectId,
    name: ConnectionName,
) -> Result<ConnectionId, ApiError> {
    api.store.connection_named(project, name).await?.ok_or_else(no_connection)
}

/// 404: the user has no such connection.
pub(crate) fn no_connection() -> ApiError {
    ApiError::not_found("connection_not_found", "The user has no such connection.")
}

/// 404: the project has no such workflow.
pub(crate) fn no_workflow() -> ApiError {
    ApiError::not_found("workflow_not_found", "The project has no such workflow.")
}

/// 404: the project has no such run.
pub(crate) fn no_run() -> ApiError {
    ApiError::not_found(
        "run_not_found",
        "The project has no such run, or no longer: runs are kept for 90 days.",
    )
}
