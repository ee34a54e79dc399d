//! The query of a request for executions.

use std::str::FromStr;

use shared::{
    answer::ApiError,
    model::Timestamp,
    query::{field, number},
    store::RunFilter,
};

use super::page::Page;

/// The only integration.
const DROPBOX: &str = "dropbox";

/// Maximum offset.
const FURTHEST: u64 = 1_000_000_000;

/// Query of a request for executions.
#[derive(Debug, PartialEq)]
pub(super) struct ExecutionQuery {
    pub(super) filter: RunFilter,
    /// Number of executions before the page.
    pub(super) offset: u64,
    /// Beginning of the page, if `nextLink` led to it.
    pub(super) page: Option<Page>,
    /// Whether it asks for another integration, which has no executions.
    pub(super) is_of_another: bool,
}

/// Reads a query.
pub(super) fn read(query: &str) -> Result<ExecutionQuery, ApiError> {
    let oldest_first = match field(query, "sortBy").as_deref() {
        None | Some("DESC") => false,
        Some("ASC") => true,
        Some(_) => return Err(malformed("sortBy", "ASC or DESC")),
    };
    let (status, waits) = match field(query, "status").as_deref() {
        None => (None, None),
        Some("SUCCEEDED") => (Some("succeeded"), None),
        Some("FAILED") => (Some("failed"), None),
        Some("EXECUTING") => (Some("running"), Some(false)),
        Some("DELAYED") => (Some("running"), Some(true)),
        Some("CANCELLED") => (Some("cancelled"), None),
        Some(_) => return Err(malformed("status", "SUCCEEDED, FAILED, EXECUTING, DELAYED or CANCELLED")),
    };
    let offset = number(query, "offset", 0..=FURTHEST, 0)?;
    let page: Option<Page> = parsed(query, "page", "left to nextLink")?;
    Ok(ExecutionQuery {
        filter: RunFilter {
            workflow: parsed(query, "workflowId", "a workflow's id, a UUID")?,
            user: parsed(query, "userId", "the project's own id of a user")?,
            connection: None,
            status,
            since: time(query, "afterDate")?,
            before: time(query, "beforeDate")?,
            waits,
            oldest_first,
        },
        offset,
        // A client may count on from a link's offset.
        page: page.filter(|page| page.offset == offset),
        is_of_another: field(query, "integration").is_some_and(|named| named != DROPBOX),
    })
}

fn parsed<T: FromStr>(query: &str, name: &str, must_be: &str) -> Result<Option<T>, ApiError> {
    let Some(text) = field(query, name) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| malformed(name, must_be))
}

/// Reads a time or a day. Paragon's examples have none of a zone: they are UTC.
fn time(query: &str, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = field(query, name) else { return Ok(None) };
    let forms = [text.to_string(), format!("{text}Z"), format!("{text}T00:00:00Z")];
    let at = forms.iter().find_map(|form| Timestamp::parse(form));
    at.map(Some).ok_or_else(|| malformed(name, "a time such as 2026-01-31T12:00:00Z"))
}

fn malformed(name: &str, must_be: &str) -> ApiError {
    ApiError::invalid("malformed_query", format!("{name} must be {must_be}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_counts_only_with_its_own_offset() {
        let page = "page=100.250.0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a";
        assert!(read(&format!("offset=100&{page}")).unwrap().page.is_some());
        assert_eq!(read(&format!("offset=200&{page}")).unwrap().page, None);
        assert_eq!(read(page).unwrap().page, None);
    }

    #[test]
    fn a_query_has_paragons_words() {
        let asked =
            read("integration=dropbox&status=FAILED&userId=ada&afterDate=1970-01-01T00:00:01").unwrap();
        assert!(!asked.is_of_another);
        assert_eq!((asked.filter.status, asked.filter.since), (Some("failed"), Some(Timestamp(1000))));
        assert_eq!(asked.filter.user, Some("ada".parse().unwrap()));
        assert!(read("integration=salesforce").unwrap().is_of_another);
        assert_eq!(read("sortBy=DESC&offset=0").unwrap(), read("").unwrap());
        assert_eq!(read("beforeDate=1970-01-02").unwrap().filter.before, Some(Timestamp(86_400_000)));
        let delayed = read("status=DELAYED&sortBy=ASC&offset=300").unwrap();
        assert_eq!((delayed.filter.status, delayed.filter.waits), (Some("running"), Some(true)));
        assert!(delayed.filter.oldest_first);
        assert_eq!(delayed.offset, 300);
        for query in
            ["sortBy=asc", "offset=-1", "page=1", "status=failed", "workflowId=1", "afterDate=yesterday"]
        {
            assert_eq!(read(query).unwrap_err().code, "malformed_query", "{query}");
        }
    }
}
