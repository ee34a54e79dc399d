//! A user's data sources: connections with their integers.

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::model::{Connection, ConnectionName, ConnectionStatus, Head, ItemNumber};

use crate::{
    CarbonApi,
    answer::Refusal,
    data_sources::{id_named, linked_connection},
    request::Asked,
};

/// Maximum number of connections that are read in parallel.
const PARALLEL: usize = 8;

/// A connection with its integer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) connection: Connection,
    pub(crate) ordinal: u32,
    /// Number of its files and folders.
    pub(crate) items: u64,
}

impl Source {
    /// Returns whether one of these names is this data source's. Without a list of names, every one is meant.
    pub(crate) fn is_among(&self, names: Option<&Vec<ConnectionName>>) -> bool {
        let (id, ordinal) = (self.connection.id, self.ordinal);
        names.is_none_or(|names| names.iter().any(|name| name.names(id, ordinal)))
    }

    /// Returns the integer of an item that the change with this number created.
    pub(crate) fn number(&self, created: u64) -> Option<u64> {
        ItemNumber { ordinal: self.ordinal, created }.integer()
    }
}

/// Returns the user's data sources, without disconnected ones, in the order of their integers.
pub(super) async fn all(api: &CarbonApi, asked: &Asked<'_>) -> Result<Vec<Source>, Refusal> {
    let project = asked.caller.project;
    let ids = api.connections.connection_ids_of_user(project, asked.user()?).await?;
    let read = |id| async move { tokio::try_join!(api.connections.connection(id), api.log.head(id)) };
    let reads = stream::iter(ids.clone()).map(read).buffered(PARALLEL);
    let (all, ordinals) =
        tokio::try_join!(reads.try_collect::<Vec<_>>(), api.ordinals.ordinals(project, &ids))?;
    let source = |(connection, head): (Option<Connection>, Head)| {
        let connection = connection.filter(is_linked)?;
        let ordinal = *ordinals.get(&connection.id)?;
        Some(Source { connection, ordinal, items: head.items })
    };
    let mut sources: Vec<Source> = all.into_iter().filter_map(source).collect();
    sources.sort_by_key(|source| source.ordinal);
    Ok(sources)
}

/// Returns the user's data source with this name, unless it is disconnected.
pub(crate) async fn with_name(
    api: &CarbonApi,
    asked: &Asked<'_>,
    name: ConnectionName,
) -> Result<Source, Refusal> {
    let id = id_named(api, asked, name).await?;
    let connection = async { linked_connection(api, asked, id).await };
    let head = async { Ok(api.log.head(id).await?) };
    let (connection, head) = tokio::try_join!(connection, head)?;
    let ordinal = match name {
        ConnectionName::Ordinal(ordinal) => ordinal,
        ConnectionName::Id(_) => {
            let ordinals = api.ordinals.ordinals(asked.caller.project, &[id]).await?;
            ordinals.get(&id).copied().unwrap_or_default()
        }
    };
    Ok(Source { connection, ordinal, items: head.items })
}

fn is_linked(connection: &Connection) -> bool {
    connection.status != ConnectionStatus::Disconnected
}
