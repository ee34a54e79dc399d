//! The choice of a connection without a memory.

use http::HeaderMap;
use shared::{answer::ApiError, caller::Caller, model::Connection};

use super::{
    candidates::{not_connected, preferred_of_caller},
    credential_header::selected_connection,
};
use crate::Proxy;

/// Returns the connection that a checked caller selects, or else the user's newest one that works. Nothing is
/// remembered, and nothing of it is read ahead.
pub(crate) async fn find_connection(
    proxy: &Proxy,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<Connection, ApiError> {
    let connections = match selected_connection(headers).map_err(|_| not_connected())? {
        Some(name) => match proxy.store.connection_named(caller.project, name).await? {
            Some(id) => proxy.store.connection(id).await?.into_iter().collect(),
            None => Vec::new(),
        },
        None => proxy.store.connections_of_user(caller.project, &caller.user).await?,
    };
    preferred_of_caller(connections, caller)
}
