//! A user's data sources: connections with their integers.

use shared::model::{Connection, ConnectionId, ConnectionName, ConnectionStatus, ItemNumber};

use crate::{CarbonApi, answer::Refusal, data_sources::missing, request::AuthorizedRequest};

/// A connection of the request's user, of which no more than its names is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) id: ConnectionId,
    pub(crate) ordinal: u32,
}

impl Named {
    /// Returns the user's connections, in the order of their integers. Some may be disconnected.
    pub(super) async fn all(api: &CarbonApi, request: &AuthorizedRequest<'_>) -> Result<Vec<Self>, Refusal> {
        let connections = request.connections(api).await?;
        let unnumbered: Vec<_> =
            connections.iter().filter(|one| one.ordinal.is_none()).map(|one| one.id).collect();
        let assigned = match unnumbered.is_empty() {
            true => Default::default(),
            false => api.store.ordinals(request.caller.project, &unnumbered).await?,
        };
        let named = connections.iter().filter_map(|one| {
            let ordinal = one.ordinal.or_else(|| assigned.get(&one.id).copied())?;
            Some(Self { id: one.id, ordinal })
        });
        let mut named: Vec<Self> = named.collect();
        named.sort_by_key(|one| one.ordinal);
        Ok(named)
    }

    /// Returns the user's connection with this name. It may be disconnected.
    pub(crate) async fn with_name(
        api: &CarbonApi,
        request: &AuthorizedRequest<'_>,
        name: ConnectionName,
    ) -> Result<Self, Refusal> {
        let all = Self::all(api, request).await?;
        all.into_iter().find(|one| name.names(one.id, one.ordinal)).ok_or_else(missing)
    }

    /// Returns whether one of these names is this connection's. Without a list of names, every one is meant.
    pub(super) fn is_among(self, names: Option<&Vec<ConnectionName>>) -> bool {
        names.is_none_or(|names| names.iter().any(|name| name.names(self.id, self.ordinal)))
    }

    /// Reads the data source; `None` if the connection is disconnected.
    pub(super) async fn read(self, api: &CarbonApi) -> Result<Option<Source>, Refusal> {
        let Self { id, ordinal } = self;
        let (connection, head) = tokio::try_join!(api.store.connection(id), api.store.head(id))?;
        let source = |connection| Source { connection, ordinal, items: head.items };
        Ok(connection.filter(is_linked).map(source))
    }

    /// Reads the data source.
    ///
    /// # Errors
    /// 404 if the connection is disconnected.
    pub(crate) async fn source(self, api: &CarbonApi) -> Result<Source, Refusal> {
        self.read(api).await?.ok_or_else(missing)
    }
}

/// A connection with its integer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) connection: Connection,
    pub(crate) ordinal: u32,
    /// Number of its files and folders.
    pub(crate) items: u64,
}

impl Source {
    /// Returns the number of an item that the change with this number created.
    pub(crate) fn number(&self, created: u64) -> Option<u64> {
        ItemNumber { ordinal: self.ordinal, created }.integer()
    }
}

/// Returns the user's data source with this name, unless it is disconnected.
pub(crate) async fn with_name(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
    name: ConnectionName,
) -> Result<Source, Refusal> {
    Named::with_name(api, request, name).await?.source(api).await
}

fn is_linked(connection: &Connection) -> bool {
    connection.status != ConnectionStatus::Disconnected
}
