//! Check of the caller, and choice of the connection that is called.

use futures_util::future::{join, try_join_all};
use http::HeaderMap;
use shared::{
    answer::{ApiError, needs_reauth},
    caller::{Caller, Operation},
    dropbox_calls::CallRows,
    model::{Connection, ConnectionId, ConnectionName, ConnectionStatus, ProjectId},
    store::StoreError,
};

use crate::{Proxy, presumption::Presumed};

/// Header that selects one of a user's connections.
pub(crate) const CREDENTIAL_HEADER: &str = "x-paragon-credential";

/// A caller who may call the operation.
pub(crate) struct Admission<'a> {
    proxy: &'a Proxy,
    project: &'a str,
    headers: &'a HeaderMap,
    /// The caller.
    pub(crate) caller: Caller,
    /// Connections of the presumption, read at the same time as the caller's row.
    read: Option<Result<Choice, StoreError>>,
}

/// The connections of which one is called.
struct Choice {
    /// All of the user's connections.
    all: Vec<Connection>,
    /// The connection that the request names, if it names one.
    named: Option<ConnectionId>,
    /// Rows of the connection that is presumed to be called.
    rows: Option<(ConnectionId, CallRows)>,
}

impl<'a> Admission<'a> {
    /// Checks the caller. If an earlier call carried the same, what that call was for is read at the same time.
    pub(crate) async fn of(
        proxy: &'a Proxy,
        operation: Operation,
        project: &'a str,
        headers: &'a HeaderMap,
    ) -> Result<Self, ApiError> {
        let caller = Caller::check(proxy.store.as_ref(), operation, project, headers, proxy.clock.now());
        let Some(presumed) = proxy.presumptions.of(project, headers) else {
            return Ok(Self { proxy, project, headers, caller: caller.await?, read: None });
        };
        let (caller, read) = join(caller, presumed_choice(proxy, headers, &presumed)).await;
        let caller = caller?;
        let read = read.transpose().filter(|_| presumed.is_of(&caller));
        Ok(Self { proxy, project, headers, caller, read })
    }

    /// Returns the connection that the caller named, or else the user's newest one that works; and the rows that a call
    /// needs, if they have been read.
    pub(crate) async fn connection(&mut self) -> Result<(Connection, Option<CallRows>), ApiError> {
        let name = named(self.headers)?;
        let choice = match self.read.take() {
            Some(read) => read?,
            None => choice(self.proxy, &self.caller, name).await?,
        };
        let connections = choice.all.iter().map(|connection| connection.id).collect();
        let (connection, rows) = choice.made(name.is_some())?;
        let Caller { project, user, .. } = self.caller.clone();
        let presumed = Presumed { project, user, connections, called: connection.id };
        self.proxy.presumptions.note(self.project, self.headers, presumed);
        Ok((connection, rows))
    }
}

/// Returns the same connection, for a caller who was checked otherwise.
pub(crate) async fn connection(
    proxy: &Proxy,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<Connection, ApiError> {
    let name = named(headers)?;
    let all = proxy.store.connections_of_user(caller.project, &caller.user);
    let (all, named) = tokio::try_join!(all, id_of(proxy, caller.project, name))?;
    let (connection, _) = Choice { all, named, rows: None }.made(name.is_some())?;
    Ok(connection)
}

/// Reads the connections of a caller of whom nothing is presumed.
async fn choice(proxy: &Proxy, caller: &Caller, name: Option<ConnectionName>) -> Result<Choice, StoreError> {
    let ids = proxy.store.connection_ids_of_user(caller.project, &caller.user);
    let (ids, named) = tokio::try_join!(ids, id_of(proxy, caller.project, name))?;
    let only = ids.first().copied().filter(|_| ids.len() == 1);
    let (all, rows) = read(proxy, &ids, named.filter(|id| ids.contains(id)).or(only)).await?;
    Ok(Choice { all, named, rows })
}

/// Reads connections, and the rows of the one that is likely to be called, if any.
async fn read(
    proxy: &Proxy,
    ids: &[ConnectionId],
    called: Option<ConnectionId>,
) -> Result<(Vec<Connection>, Option<(ConnectionId, CallRows)>), StoreError> {
    let rows = async {
        let Some(id) = called else { return Ok(None) };
        Ok(Some((id, proxy.calls.rows(id).await?)))
    };
    let connections = try_join_all(ids.iter().map(|id| proxy.store.connection(*id)));
    let (all, rows) = tokio::try_join!(connections, rows)?;
    let mut all: Vec<Connection> = all.into_iter().flatten().collect();
    all.sort_by_key(|connection| connection.created_at);
    Ok((all, rows))
}

impl Choice {
    /// Returns the connection that is meant, if it works, with its rows if they have been read.
    fn made(self, is_named: bool) -> Result<(Connection, Option<CallRows>), ApiError> {
        let Self { all, named, rows } = self;
        let connection = callable(if is_named {
            all.into_iter().find(|connection| Some(connection.id) == named)
        } else {
            Connection::preferred(all)
        })?;
        let rows = rows.filter(|(id, _)| *id == connection.id).map(|(_, rows)| rows);
        Ok((connection, rows))
    }
}

/// Reads what an earlier call was for; `None` if the user has other connections by now.
async fn presumed_choice(
    proxy: &Proxy,
    headers: &HeaderMap,
    presumed: &Presumed,
) -> Result<Option<Choice>, StoreError> {
    let Presumed { project, user, connections, called } = presumed;
    let name = named(headers).ok().flatten();
    let (ids, named, (all, rows)) = tokio::try_join!(
        proxy.store.connection_ids_of_user(*project, user),
        id_of(proxy, *project, name),
        read(proxy, connections, Some(*called)),
    )?;
    let are_all = ids.len() == all.len() && all.iter().all(|connection| ids.contains(&connection.id));
    Ok(are_all.then_some(Choice { all, named, rows }))
}

async fn id_of(
    proxy: &Proxy,
    project: ProjectId,
    name: Option<ConnectionName>,
) -> Result<Option<ConnectionId>, StoreError> {
    match name {
        Some(name) => proxy.store.connection_named(project, name).await,
        None => Ok(None),
    }
}

fn named(headers: &HeaderMap) -> Result<Option<ConnectionName>, ApiError> {
    let Some(value) = headers.get(CREDENTIAL_HEADER) else { return Ok(None) };
    let id = value.to_str().ok().and_then(|value| value.parse().ok());
    // An id in another form is answered like an id that does not exist.
    id.map(Some).ok_or_else(not_connected)
}

fn callable(connection: Option<Connection>) -> Result<Connection, ApiError> {
    match connection {
        Some(connection) if connection.status == ConnectionStatus::Active => Ok(connection),
        Some(connection) if connection.status == ConnectionStatus::NeedsReauth => Err(needs_reauth()),
        _ => Err(not_connected()),
    }
}

fn not_connected() -> ApiError {
    let message = "This user has no such Dropbox connection; let the user connect first.";
    ApiError::not_found("not_connected", message)
}
