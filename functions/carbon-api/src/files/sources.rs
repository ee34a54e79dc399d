//! A user's data sources: connections with their integers.

use shared::model::{Connection, ConnectionStatus, ItemNumber};

use crate::{CarbonApi, answer::Refusal, data_sources::connection_with_id, request::Asked};

/// A connection with its integer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) connection: Connection,
    pub(crate) ordinal: u32,
}

impl Source {
    /// Returns the integer of an item that the change with this number created.
    pub(crate) fn number(&self, created: u64) -> Option<u64> {
        ItemNumber { ordinal: self.ordinal, created }.integer()
    }
}

/// Returns the user's data sources, without disconnected ones, in the order of their integers.
pub(super) async fn all(api: &CarbonApi, asked: &Asked<'_>) -> Result<Vec<Source>, Refusal> {
    let project = asked.caller.project;
    let mut linked = api.connections.connections_of_user(project, asked.user()?).await?;
    linked.retain(is_linked);
    let ids: Vec<_> = linked.iter().map(|connection| connection.id).collect();
    let ordinals = api.ordinals.ordinals(project, &ids).await?;
    let source = |connection: Connection| {
        let ordinal = *ordinals.get(&connection.id)?;
        Some(Source { connection, ordinal })
    };
    let mut sources: Vec<Source> = linked.into_iter().filter_map(source).collect();
    sources.sort_by_key(|source| source.ordinal);
    Ok(sources)
}

/// Returns the user's data source with this integer, unless it is disconnected.
pub(crate) async fn with_number(api: &CarbonApi, asked: &Asked<'_>, ordinal: u32) -> Result<Source, Refusal> {
    let connection = connection_with_id(api, asked, ordinal, false).await?;
    Ok(Source { connection, ordinal })
}

fn is_linked(connection: &Connection) -> bool {
    connection.status != ConnectionStatus::Disconnected
}
