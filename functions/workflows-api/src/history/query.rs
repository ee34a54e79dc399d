//! What a request for executions asks.

use std::str::FromStr;

use shared::{
    answer::ApiError,
    model::{RunId, Timestamp},
    query::field,
    store::RunFilter,
};

/// The only integration.
const DROPBOX: &str = "dropbox";

/// What is asked.
#[derive(Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) filter: RunFilter,
    /// The run after which the page begins.
    pub(super) after: Option<RunId>,
    /// Whether it asks for another integration, which has no executions.
    pub(super) is_of_another: bool,
}

/// Reads a query.
pub(super) fn read(query: &str) -> Result<Asked, ApiError> {
    if field(query, "sortBy").is_some_and(|order| order != "DESC") {
        return Err(malformed("sortBy", "DESC: executions are listed newest first"));
    }
    if field(query, "offset").is_some_and(|offset| offset != "0") {
        return Err(malformed("offset", "absent: nextLink of a page leads to the next one"));
    }
    let status = match field(query, "status").as_deref() {
        None => None,
        Some("SUCCEEDED") => Some("succeeded"),
        Some("FAILED") => Some("failed"),
        Some("EXECUTING") => Some("running"),
        Some("CANCELLED") => Some("cancelled"),
        Some(_) => return Err(malformed("status", "SUCCEEDED, FAILED, EXECUTING or CANCELLED")),
    };
    Ok(Asked {
        filter: RunFilter {
            workflow: parsed(query, "workflowId", "a workflow's id, a UUID")?,
            user: parsed(query, "userId", "the project's own id of a user")?,
            connection: None,
            status,
            since: time(query, "afterDate")?,
            before: time(query, "beforeDate")?,
        },
        after: parsed(query, "after", "left to nextLink")?,
        is_of_another: field(query, "integration").is_some_and(|named| named != DROPBOX),
    })
}

fn parsed<T: FromStr>(query: &str, name: &str, must_be: &str) -> Result<Option<T>, ApiError> {
    let Some(text) = field(query, name) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| malformed(name, must_be))
}

/// Reads a time. Paragon's examples have none of a zone: they are UTC.
fn time(query: &str, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = field(query, name) else { return Ok(None) };
    let at = Timestamp::parse(&text).or_else(|| Timestamp::parse(&format!("{text}Z")));
    at.map(Some).ok_or_else(|| malformed(name, "a time such as 2026-01-31T12:00:00Z"))
}

fn malformed(name: &str, must_be: &str) -> ApiError {
    ApiError::invalid("malformed_query", format!("{name} must be {must_be}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_paragons_words() {
        let asked =
            read("integration=dropbox&status=FAILED&userId=ada&afterDate=1970-01-01T00:00:01").unwrap();
        assert!(!asked.is_of_another);
        assert_eq!((asked.filter.status, asked.filter.since), (Some("failed"), Some(Timestamp(1000))));
        assert_eq!(asked.filter.user, Some("ada".parse().unwrap()));
        assert!(read("integration=salesforce").unwrap().is_of_another);
        assert_eq!(read("sortBy=DESC&offset=0").unwrap(), read("").unwrap());
        for query in ["sortBy=ASC", "offset=100", "status=failed", "workflowId=1", "afterDate=yesterday"] {
            assert_eq!(read(query).unwrap_err().code, "malformed_query", "{query}");
        }
    }
}
