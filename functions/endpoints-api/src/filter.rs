//! Reads filters.

use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::{answer::ApiError, delivery::Filter, members::Members};

use crate::value::value;

/// Names of the conditions.
const CONDITIONS: [&str; 9] =
    ["types", "connections", "users", "folders", "glob", "formats", "min_size", "max_size", "kind"];

/// Reads the member `filter`, if it is there.
pub(crate) fn read(members: &mut Members) -> Result<Option<Filter>, ApiError> {
    let Some(mut conditions) = members.object("filter")? else { return Ok(None) };
    let filter = Filter {
        types: list(&mut conditions, "types", "a list of types of events, as GET …/event-types names them")?,
        connections: list(&mut conditions, "connections", "a list of ids of connections, which are UUIDs")?,
        users: list(&mut conditions, "users", "a list of the project's own ids of users")?,
        folders: list(&mut conditions, "folders", "a list of paths that begin with a slash, such as /contracts")?,
        glob: conditions.optional("glob", "a pattern for the whole path, such as /contracts/**/*.pdf", value)?,
        formats: conditions
            .optional(
                "formats",
                "\"all\", or an object with families (document, text, image, audio, video) and endings such as csv",
                shared::members::formats,
            )?
            .unwrap_or_default(),
        min_size: conditions.optional("min_size", "a whole number of bytes", Value::as_u64)?,
        max_size: conditions.optional("max_size", "a whole number of bytes", Value::as_u64)?,
        kind: conditions.optional("kind", "file or folder", value)?,
    };
    conditions.end(&CONDITIONS)?;
    match filter.compiled() {
        Ok(_) => Ok(Some(filter)),
        Err(invalid) => {
            Err(ApiError::invalid("malformed_body", format!("filter cannot be used: {invalid}.")))
        }
    }
}

fn list<T: DeserializeOwned + Default>(
    conditions: &mut Members,
    name: &str,
    must_be: &str,
) -> Result<T, ApiError> {
    Ok(conditions.optional(name, must_be, value)?.unwrap_or_default())
}
