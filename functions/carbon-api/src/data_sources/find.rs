//! Finds a data source by its integer.

use serde_json::Value;
use shared::{
    answer::ApiError,
    model::{Connection, ConnectionName, ConnectionStatus},
};

use crate::{
    CarbonApi,
    answer::Refusal,
    fields::{Fields, Read, WrongField},
    request::AuthorizedRequest,
};

/// Reads the name of a data source in a body, its integer or the connection's id, which must be there.
pub(crate) fn data_source_id(fields: &mut Fields) -> Option<ConnectionName> {
    fields.required("data_source_id", connection_name)
}

/// Reads the name of a data source.
pub(crate) fn connection_name(value: &Value) -> Read<ConnectionName> {
    let wrong = |error| vec![WrongField::new(format!("{error}"), "value_error.data_source_id")];
    ConnectionName::of_value(value).map_err(wrong)
}

/// Reads the name of a data source in a filter. An integer of 63 bits that no data source can have names none.
pub(crate) fn connection_filter(value: &Value) -> Read<ConnectionName> {
    let is_integer = value.as_i64().is_some_and(|number| number >= 0);
    let names_none = is_integer && ConnectionName::of_value(value).is_err();
    if names_none { Ok(ConnectionName::Ordinal(0)) } else { connection_name(value) }
}

/// Finds the connection with this name, if it is the caller's; a disconnected one only if `disconnected` allows
/// it.
pub(crate) async fn connection_named(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
    name: ConnectionName,
    disconnected: bool,
) -> Result<Connection, Refusal> {
    let (project, user) = (request.caller.project, request.user()?);
    let id = api.store.connection_named(project, name).await?.ok_or_else(missing)?;
    let found = api.store.connection(id).await?;
    let is_theirs = |one: &Connection| {
        one.project == project
            && one.user == *user
            && (disconnected || one.status != ConnectionStatus::Disconnected)
    };
    found.filter(is_theirs).ok_or_else(missing)
}

/// 404: the user has no connection of this name.
pub(crate) fn missing() -> Refusal {
    let message = "This user of the project has no such data source.";
    ApiError::not_found("data_source_not_found", message).into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_filter_takes_integers_of_63_bits_and_ids() {
        for none in [json!(0), json!(100_000_000), json!(i64::MAX)] {
            assert_eq!(connection_filter(&none), Ok(ConnectionName::Ordinal(0)), "{none}");
        }
        assert_eq!(connection_filter(&json!(7)), Ok(ConnectionName::Ordinal(7)));
        assert!(connection_filter(&json!("6d1f6c1e-2f0b-4f55-9f38-0c5f6f4f1f10")).is_ok());
        for wrong in [json!(-1), json!(1_u64 << 63), json!(u64::MAX), json!(1.0), json!("7"), json!(null)] {
            assert!(connection_filter(&wrong).is_err(), "{wrong}");
        }
    }
}
