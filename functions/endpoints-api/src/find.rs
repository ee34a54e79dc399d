//! Finds what a request names, if it is the project's.

use shared::{
    answer::ApiError,
    model::{Connection, ConnectionName, ProjectId},
    store::StoredEndpoint,
};

use crate::EndpointsApi;

/// Returns the endpoint that a part of the path names.
pub(crate) async fn endpoint(
    api: &EndpointsApi,
    project: ProjectId,
    part: &str,
) -> Result<StoredEndpoint, ApiError> {
    let id = part.parse().map_err(|_| missing())?;
    let found = api.store.endpoint(project, id).await?;
    // Those of workflows are changed with their workflows only.
    found.filter(|found| !found.endpoint.destination.is_workflow()).ok_or_else(missing)
}

/// Returns a connection of the project, whoever its user is.
pub(crate) async fn connection(
    api: &EndpointsApi,
    project: ProjectId,
    name: ConnectionName,
) -> Result<Connection, ApiError> {
    let missing = || ApiError::not_found("connection_not_found", "The project has no such connection.");
    let id = api.store.connection_named(project, name).await?.ok_or_else(missing)?;
    let found = api.store.connection(id).await?;
    found.filter(|connection| connection.project == project).ok_or_else(missing)
}

/// 404: the project has no such endpoint.
pub(crate) fn missing() -> ApiError {
    ApiError::not_found("endpoint_not_found", "The project has no such endpoint.")
}
