//! The field `limit` of a query: how many entries an answer has at most.

use shared::{answer::ApiError, query};

/// Default number of entries.
const USUAL: u64 = 50;
/// Maximum number of entries.
const MOST: u64 = 200;

/// Reads the number of entries: 1 to 200, and 50 if the field is absent.
pub(crate) fn of(query: &str) -> Result<u16, ApiError> {
    let limit = query::number(query, "limit", 1..=MOST, USUAL)?;
    Ok(u16::try_from(limit).unwrap_or(u16::MAX))
}
