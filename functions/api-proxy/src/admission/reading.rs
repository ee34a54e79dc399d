//! Reads of the connections of which a call is for one.

use futures_util::future::try_join_all;
use shared::{
    caller::Caller,
    model::{Connection, ConnectionId, ConnectionName, ProjectId},
    store::StoreError,
};

use super::{
    candidates::{Candidates, LikelyRows},
    connection_list::ConnectionList,
};
use crate::Proxy;

/// Reads the candidates for a call of which nothing is remembered.
pub(super) async fn read_candidates(
    proxy: &Proxy,
    caller: &Caller,
    selected: Option<ConnectionName>,
) -> Result<Candidates, StoreError> {
    match selected {
        Some(name) => read_selected(proxy, caller.project, name).await,
        None => read_listed(proxy, caller).await,
    }
}

/// Reads the connection with this name, if it exists.
async fn read_selected(
    proxy: &Proxy,
    project: ProjectId,
    name: ConnectionName,
) -> Result<Candidates, StoreError> {
    let id = proxy.store.connection_named(project, name).await?;
    read_connections(proxy, id.as_slice(), id).await
}

/// Reads the list of the user's connections, and then the connections with the list's version.
async fn read_listed(proxy: &Proxy, caller: &Caller) -> Result<Candidates, StoreError> {
    let Caller { project, user, .. } = caller;
    let ids = proxy.store.connection_ids_of_user(*project, user).await?;
    if ids.is_empty() {
        return Ok(Candidates::default());
    }
    let only = ids.first().copied().filter(|_| ids.len() == 1);
    let version = proxy.store.list_version(*project, user);
    let (version, candidates) = tokio::try_join!(version, read_connections(proxy, &ids, only))?;
    Ok(Candidates { list: Some(ConnectionList::untrusted(ids, version)), ..candidates })
}

/// Reads connections, and the rows of the one that is likely to be called, if any.
pub(super) async fn read_connections(
    proxy: &Proxy,
    ids: &[ConnectionId],
    likely: Option<ConnectionId>,
) -> Result<Candidates, StoreError> {
    let rows = async {
        let Some(connection) = likely else { return Ok(None) };
        Ok(Some(LikelyRows { connection, rows: proxy.calls.rows(connection).await? }))
    };
    let connections = try_join_all(ids.iter().map(|id| proxy.store.connection(*id)));
    let (connections, likely_rows) = tokio::try_join!(connections, rows)?;
    let mut connections: Vec<Connection> = connections.into_iter().flatten().collect();
    connections.sort_by_key(|connection| connection.created_at);
    Ok(Candidates { connections, list: None, likely_rows })
}
