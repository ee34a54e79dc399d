//! Finds what a request names. Anything of another user or project is answered as not found.

use shared::{
    answer::ApiError,
    model::{Connection, ConnectionId, ConnectionName, ConnectionStatus, ProjectId},
};

use crate::{DROPBOX, ParagonApi, answer::conflict, ids, request::AuthorizedRequest};

/// Returns the id of the connection with this name, an id or an integer.
pub(crate) async fn id(
    api: &ParagonApi,
    request: &AuthorizedRequest<'_>,
    name: ConnectionName,
) -> Result<ConnectionId, ApiError> {
    let id = api.store.connection_named(request.caller.project, name).await?;
    id.ok_or_else(no_credential)
}

/// Returns the caller's connection with this name, even if it is disconnected.
pub(crate) async fn connection(
    api: &ParagonApi,
    request: &AuthorizedRequest<'_>,
    name: ConnectionName,
) -> Result<Connection, ApiError> {
    let found = api.store.connection(id(api, request, name).await?).await?;
    let is_own = |one: &Connection| one.project == request.caller.project && one.user == request.caller.user;
    found.filter(is_own).ok_or_else(no_credential)
}

/// Returns the caller's connection with this name, unless it is disconnected.
pub(crate) async fn linked(
    api: &ParagonApi,
    request: &AuthorizedRequest<'_>,
    name: ConnectionName,
) -> Result<Connection, ApiError> {
    let found = connection(api, request, name).await?;
    if found.status == ConnectionStatus::Disconnected { Err(no_credential()) } else { Ok(found) }
}

/// Returns the connection that the path names.
pub(crate) async fn named(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Result<Connection, ApiError> {
    linked(api, request, request.named().parse().map_err(|_| no_credential())?).await
}

/// Checks that an integration's id or type is Dropbox's.
pub(crate) fn integration(project: ProjectId, named: &str) -> Result<(), ApiError> {
    let is_its_id = named.parse() == Ok(ids::integration(project));
    if is_its_id || named == DROPBOX { Ok(()) } else { Err(no_integration()) }
}

/// 404: the user has no such connection.
pub(crate) fn no_credential() -> ApiError {
    let message = "This user has no such credential; GET …/sdk/credentials lists those there are.";
    ApiError::not_found("credential_not_found", message)
}

/// 404: the connection has no such configuration.
pub(crate) fn no_configuration() -> ApiError {
    ApiError::not_found("configuration_not_found", "The credential has no such configuration.")
}

/// 400: a configuration is named, and not the connection that it is of.
pub(crate) fn without_credential() -> ApiError {
    let message = "A configuration is named without its credential; send X-Paragon-Credential, too.";
    ApiError::invalid("credential_missing", message)
}

/// 404: Dropbox is the only integration.
fn no_integration() -> ApiError {
    ApiError::not_found("integration_not_found", "There is no such integration; the only one is dropbox.")
}

/// 409: there are several credentials, and the caller selects none.
pub(crate) fn ambiguous() -> ApiError {
    let message = "The user has several credentials; name the one that is meant in X-Paragon-Credential.";
    conflict("credential_ambiguous", message)
}
