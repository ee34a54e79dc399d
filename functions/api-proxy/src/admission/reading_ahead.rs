//! Reads for a call whose key is remembered, while its caller is being checked.

use shared::{
    model::{ConnectionName, ConnectionStatus},
    store::StoreError,
};

use super::{
    candidates::Candidates, connection_list::ConnectionList, reading::read_connections,
    remembered_calls::RememberedCall,
};
use crate::Proxy;

/// Reads the candidates of a remembered call for another one with the same key; `None` if there are others by now.
pub(super) async fn read_ahead(
    proxy: &Proxy,
    call: &RememberedCall,
    selected: Option<ConnectionName>,
) -> Result<Option<Candidates>, StoreError> {
    match (&call.list, selected) {
        (Some(list), _) => read_listed_ahead(proxy, call, list).await,
        (None, Some(name)) => read_selected_ahead(proxy, call, name).await,
        // The remembered call has selected a connection, and this one has the same headers.
        (None, None) => Ok(None),
    }
}

/// Reads the remembered connection, and whether the name is still that of it.
async fn read_selected_ahead(
    proxy: &Proxy,
    call: &RememberedCall,
    name: ConnectionName,
) -> Result<Option<Candidates>, StoreError> {
    let (named, candidates) = tokio::try_join!(
        proxy.store.connection_named(call.project, name),
        read_connections(proxy, std::slice::from_ref(&call.called), Some(call.called)),
    )?;
    Ok((named == Some(call.called)).then_some(candidates))
}

/// Reads the connections of the remembered list, and whether these are all that the user has.
async fn read_listed_ahead(
    proxy: &Proxy,
    call: &RememberedCall,
    list: &ConnectionList,
) -> Result<Option<Candidates>, StoreError> {
    let now = proxy.clock.now();
    let ids = async {
        if list.is_trusted(now) {
            return Ok(None);
        }
        proxy.store.connection_ids_of_user(call.project, &call.user).await.map(Some)
    };
    let (version, ids, candidates) = tokio::try_join!(
        proxy.store.list_version(call.project, &call.user),
        ids,
        read_connections(proxy, list.connections(), Some(call.called)),
    )?;
    // The connections themselves tell of a disconnect, which is final, whoever has made it.
    let are_connected = candidates.connections.len() == list.connections().len()
        && candidates.connections.iter().all(|one| one.status != ConnectionStatus::Disconnected);
    let list = match ids {
        Some(ids) => list.if_same_connections(&ids, version, now),
        None => list.if_same_version(version),
    };
    let list = list.filter(|_| are_connected);
    Ok(list.map(|list| Candidates { list: Some(list), ..candidates }))
}
