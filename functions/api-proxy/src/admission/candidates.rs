//! The connections of which a call is for one.

use shared::{
    answer::{ApiError, needs_reauth},
    caller::Caller,
    dropbox_calls::CallRows,
    model::{Connection, ConnectionId, ConnectionStatus},
};

use super::connection_list::ConnectionList;

/// The connections of which a call is for one, and what was read together with them.
#[derive(Default)]
pub(super) struct Candidates {
    /// The connection that the request selects, if it exists; else all of the user's connections, the oldest first.
    pub(super) connections: Vec<Connection>,
    /// The list of the user's connections, if the request selects none and there are any.
    pub(super) list: Option<ConnectionList>,
    /// Rows of the connection that is likely to be called.
    pub(super) likely_rows: Option<LikelyRows>,
}

/// Rows that a call of a connection needs, read before it was known that this connection is called.
pub(super) struct LikelyRows {
    pub(super) connection: ConnectionId,
    pub(super) rows: CallRows,
}

/// The connection that is called.
pub(crate) struct CalledConnection {
    /// The connection.
    pub(crate) connection: Connection,
    /// The rows of it that a call needs, if they have been read.
    pub(crate) rows: Option<CallRows>,
}

impl Candidates {
    /// Returns the connection that is called, with its rows if they have been read.
    pub(super) fn choose(self, caller: &Caller) -> Result<CalledConnection, ApiError> {
        let Self { connections, likely_rows, .. } = self;
        let connection = preferred_of_caller(connections, caller)?;
        let rows = likely_rows.filter(|likely| likely.connection == connection.id).map(|likely| likely.rows);
        Ok(CalledConnection { connection, rows })
    }
}

/// Returns that one of the connections which is called: the caller's newest one that works.
pub(super) fn preferred_of_caller(
    connections: Vec<Connection>,
    caller: &Caller,
) -> Result<Connection, ApiError> {
    let is_of_caller = |one: &Connection| one.project == caller.project && one.user == caller.user;
    let preferred = Connection::preferred(connections.into_iter().filter(is_of_caller).collect());
    match preferred {
        Some(connection) if connection.status == ConnectionStatus::Active => Ok(connection),
        Some(connection) if connection.status == ConnectionStatus::NeedsReauth => Err(needs_reauth()),
        _ => Err(not_connected()),
    }
}

/// 404: the user has no connection, or not the one that the request selects.
pub(super) fn not_connected() -> ApiError {
    let message = "This user has no such Dropbox connection; let the user connect first.";
    ApiError::not_found("not_connected", message)
}
