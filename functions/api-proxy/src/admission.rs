//! Check of the caller, and choice of the connection that is called.

use futures_util::future::{join, try_join_all};
use http::HeaderMap;
use shared::{
    answer::{ApiError, needs_reauth},
    caller::{Caller, Operation},
    dropbox_calls::CallRows,
    model::{Connection, ConnectionId, ConnectionName, ConnectionStatus},
    store::StoreError,
};

use crate::{
    Proxy,
    presumption::{Carried, List, Presumed},
};

/// Header that selects one of a user's connections.
pub(crate) const CREDENTIAL_HEADER: &str = "x-paragon-credential";

/// A caller who may call the operation.
pub(crate) struct Admission<'a> {
    proxy: &'a Proxy,
    headers: &'a HeaderMap,
    /// The caller.
    pub(crate) caller: Caller,
    carried: Carried,
    presumed: Option<Presumed>,
    /// Choice of a connection that the presumption leads to, read at the same time as the caller's row.
    read: Option<Result<Choice, StoreError>>,
}

/// The connections of which one is called.
struct Choice {
    /// The connection that the request names, if it is there; else all of the user's connections, the oldest first.
    connections: Vec<Connection>,
    /// The list of the user's connections, if the request names none.
    list: Option<List>,
    /// Rows of the connection that is presumed to be called.
    rows: Option<(ConnectionId, CallRows)>,
}

impl<'a> Admission<'a> {
    /// Checks the caller. If an earlier call carried the same, what that call was for is read at the same time.
    pub(crate) async fn of(
        proxy: &'a Proxy,
        operation: Operation,
        project: &str,
        headers: &'a HeaderMap,
    ) -> Result<Self, ApiError> {
        let caller = Caller::check(proxy.store.as_ref(), operation, project, headers, proxy.clock.now());
        let carried = Carried::by(project, headers);
        let presumed = proxy.presumptions.of(&carried);
        let (caller, read) = match &presumed {
            // Boxed, because with all that it reads at the same time it would be most of each caller's own future.
            Some(presumed) => join(caller, Box::pin(presumed_choice(proxy, headers, presumed))).await,
            None => (caller.await, Ok(None)),
        };
        let caller = caller?;
        let presumed = presumed.filter(|presumed| presumed.is_of(&caller));
        let read = read.transpose().filter(|_| presumed.is_some());
        Ok(Self { proxy, headers, caller, carried, presumed, read })
    }

    /// Returns the connection that the caller named, or else the user's newest one that works; and the rows that a call
    /// needs, if they have been read.
    pub(crate) async fn connection(&mut self) -> Result<(Connection, Option<CallRows>), ApiError> {
        let name = named(self.headers)?;
        let mut choice = match self.read.take() {
            Some(read) => read?,
            None => choice(self.proxy, &self.caller, name).await?,
        };
        let list = choice.list.take();
        let (connection, rows) = choice.made(&self.caller)?;
        self.presume(connection.id, list);
        Ok((connection, rows))
    }

    /// Remembers what the call was for, unless that is known.
    fn presume(&self, called: ConnectionId, list: Option<List>) {
        let Caller { project, user, .. } = &self.caller;
        let presumed = Presumed { project: *project, user: user.clone(), called, list };
        if self.presumed.as_ref() != Some(&presumed) {
            self.proxy.presumptions.note(&self.carried, presumed);
        }
    }
}

/// Returns the same connection, for a caller who was checked otherwise.
pub(crate) async fn connection(
    proxy: &Proxy,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<Connection, ApiError> {
    let connections = match named(headers)? {
        Some(name) => match proxy.store.connection_named(caller.project, name).await? {
            Some(id) => proxy.store.connection(id).await?.into_iter().collect(),
            None => Vec::new(),
        },
        None => proxy.store.connections_of_user(caller.project, &caller.user).await?,
    };
    let (connection, _) = Choice { connections, list: None, rows: None }.made(caller)?;
    Ok(connection)
}

/// Reads what a request is about of which nothing is presumed.
async fn choice(proxy: &Proxy, caller: &Caller, name: Option<ConnectionName>) -> Result<Choice, StoreError> {
    let Some(name) = name else { return listed_choice(proxy, caller).await };
    let called = proxy.store.connection_named(caller.project, name).await?;
    let (connections, rows) = read(proxy, called.as_slice(), called).await?;
    Ok(Choice { connections, list: None, rows })
}

async fn listed_choice(proxy: &Proxy, caller: &Caller) -> Result<Choice, StoreError> {
    let Caller { project, user, .. } = caller;
    let ids = proxy.store.connection_ids_of_user(*project, user).await?;
    if ids.is_empty() {
        return Ok(Choice { connections: Vec::new(), list: None, rows: None });
    }
    let only = ids.first().copied().filter(|_| ids.len() == 1);
    let version = proxy.store.list_version(*project, user);
    let (version, (connections, rows)) = tokio::try_join!(version, read(proxy, &ids, only))?;
    Ok(Choice { connections, list: Some(List::new(ids, version)), rows })
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
    /// Returns the connection that is meant, if it is the caller's and works, with its rows if they have been read.
    fn made(self, caller: &Caller) -> Result<(Connection, Option<CallRows>), ApiError> {
        let Self { connections, rows, .. } = self;
        let is_own = |one: &Connection| one.project == caller.project && one.user == caller.user;
        let connection = callable(Connection::preferred(connections.into_iter().filter(is_own).collect()))?;
        let rows = rows.filter(|(id, _)| *id == connection.id).map(|(_, rows)| rows);
        Ok((connection, rows))
    }
}

/// Reads what an earlier call was for; `None` if a request that carries the same is for something else by now.
async fn presumed_choice(
    proxy: &Proxy,
    headers: &HeaderMap,
    presumed: &Presumed,
) -> Result<Option<Choice>, StoreError> {
    let called = presumed.called;
    if let Some(list) = &presumed.list {
        return presumed_list(proxy, presumed, list).await;
    }
    let Some(name) = named(headers).ok().flatten() else { return Ok(None) };
    let (named, (connections, rows)) = tokio::try_join!(
        proxy.store.connection_named(presumed.project, name),
        read(proxy, std::slice::from_ref(&called), Some(called)),
    )?;
    Ok((named == Some(called)).then_some(Choice { connections, list: None, rows }))
}

/// Reads the connections of a list, and whether these are all that the user has.
async fn presumed_list(
    proxy: &Proxy,
    presumed: &Presumed,
    list: &List,
) -> Result<Option<Choice>, StoreError> {
    let Presumed { project, user, called, .. } = presumed;
    let now = proxy.clock.now();
    let ids = async {
        if list.is_trusted(now) {
            return Ok(None);
        }
        proxy.store.connection_ids_of_user(*project, user).await.map(Some)
    };
    let (version, ids, (connections, rows)) = tokio::try_join!(
        proxy.store.list_version(*project, user),
        ids,
        read(proxy, list.connections(), Some(*called)),
    )?;
    // The connections themselves tell of a disconnect, which is final, whoever has made it.
    let are_there = connections.len() == list.connections().len()
        && connections.iter().all(|one| one.status != ConnectionStatus::Disconnected);
    let list = list.still(version, ids.as_deref(), now).filter(|_| are_there);
    Ok(list.map(|list| Choice { connections, list: Some(list), rows }))
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
