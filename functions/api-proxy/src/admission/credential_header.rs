//! The header that selects one of a user's connections, which Paragon's SDK calls credentials.

use http::HeaderMap;
use shared::model::{ConnectionName, NoConnectionName};

/// Header that selects one of a user's connections.
pub(super) const CREDENTIAL_HEADER: &str = "x-paragon-credential";

/// Returns the name of the connection that a request selects, if it selects one. What is no name is to be answered like
/// the name of a connection that does not exist.
pub(super) fn selected_connection(headers: &HeaderMap) -> Result<Option<ConnectionName>, NoConnectionName> {
    let Some(value) = headers.get(CREDENTIAL_HEADER) else { return Ok(None) };
    let name = value.to_str().map_err(|_| NoConnectionName)?;
    name.parse().map(Some)
}
