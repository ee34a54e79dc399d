//! Headers by which the SDK selects a credential and a configuration.

use http::HeaderMap;
use shared::{answer::ApiError, model::ConnectionName};
use uuid::Uuid;

use crate::find;

/// Header that selects one of a user's connections.
const CREDENTIAL: &str = "x-paragon-credential";
/// Header that selects one of a connection's configurations.
const CONFIGURATION: &str = "x-paragon-configuration-id";

/// Returns the credential that the caller selects. An id in another form is answered like an id that does not
/// exist.
pub(crate) fn credential(headers: &HeaderMap) -> Result<Option<ConnectionName>, ApiError> {
    let Some(value) = headers.get(CREDENTIAL) else { return Ok(None) };
    let id = value.to_str().ok().and_then(|value| value.parse().ok());
    id.map(Some).ok_or_else(find::no_credential)
}

/// Returns the configuration that the caller selects.
pub(crate) fn configuration(headers: &HeaderMap) -> Result<Option<Uuid>, ApiError> {
    let Some(value) = headers.get(CONFIGURATION) else { return Ok(None) };
    let id = value.to_str().ok().and_then(|value| value.parse().ok());
    id.map(Some).ok_or_else(find::no_configuration)
}
