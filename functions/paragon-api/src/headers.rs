//! The headers with which the SDK picks a credential and a configuration.

use http::HeaderMap;
use shared::{answer::ApiError, model::ConnectionId};
use uuid::Uuid;

use crate::find;

/// Picks one of a user's connections.
const CREDENTIAL: &str = "x-paragon-credential";
/// Picks one of a connection's configurations.
const CONFIGURATION: &str = "x-paragon-configuration-id";

/// The credential that the caller picks. What is no id of ours is answered as one that is not there.
pub(crate) fn credential(headers: &HeaderMap) -> Result<Option<ConnectionId>, ApiError> {
    let Some(value) = headers.get(CREDENTIAL) else { return Ok(None) };
    let id = value.to_str().ok().and_then(|value| value.parse().ok());
    id.map(Some).ok_or_else(find::no_credential)
}

/// The configuration that the caller picks.
pub(crate) fn configuration(headers: &HeaderMap) -> Result<Option<Uuid>, ApiError> {
    let Some(value) = headers.get(CONFIGURATION) else { return Ok(None) };
    let id = value.to_str().ok().and_then(|value| value.parse().ok());
    id.map(Some).ok_or_else(find::no_configuration)
}
