//! Finds a data source by its integer.

use shared::{
    answer::ApiError,
    model::{Connection, ConnectionId, ConnectionStatus, ItemNumber},
};

use crate::{
    CarbonApi,
    answer::Refusal,
    fields::{Fields, whole},
    request::Asked,
};

/// Reads the integer of a data source in a body, where it is required.
pub(crate) fn data_source_id(fields: &mut Fields) -> Option<u32> {
    let read = fields.required("data_source_id", whole(1..=i64::from(ItemNumber::MAX_ORDINAL)));
    read.and_then(|number| u32::try_from(number).ok())
}

/// Returns the connection with this integer, if it is the caller's. A disconnected one is returned only if
/// `disconnected` is true.
pub(crate) async fn connection_with_id(
    api: &CarbonApi,
    asked: &Asked<'_>,
    ordinal: u32,
    disconnected: bool,
) -> Result<Connection, Refusal> {
    connection(api, asked, id_with(api, asked, ordinal).await?, disconnected).await
}

/// Finds the id of the connection with this integer, of any user of the project.
pub(crate) async fn id_with(
    api: &CarbonApi,
    asked: &Asked<'_>,
    ordinal: u32,
) -> Result<ConnectionId, Refusal> {
    api.ordinals.connection_with(asked.caller.project, ordinal).await?.ok_or_else(missing)
}

/// Reads the connection with this id, if it is the caller's and not disconnected.
pub(crate) async fn linked_connection(
    api: &CarbonApi,
    asked: &Asked<'_>,
    id: ConnectionId,
) -> Result<Connection, Refusal> {
    connection(api, asked, id, false).await
}

async fn connection(
    api: &CarbonApi,
    asked: &Asked<'_>,
    id: ConnectionId,
    disconnected: bool,
) -> Result<Connection, Refusal> {
    let (project, user) = (asked.caller.project, asked.user()?);
    let found = api.connections.connection(id).await?;
    let is_theirs = |one: &Connection| {
        one.project == project
            && one.user == *user
            && (disconnected || one.status != ConnectionStatus::Disconnected)
    };
    found.filter(is_theirs).ok_or_else(missing)
}

fn missing() -> Refusal {
    let message = "This user of the project has no such data source.";
    ApiError::not_found("data_source_not_found", message).into()
}
