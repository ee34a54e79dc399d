//! `files/search/continue_v2`.

use serde::Deserialize;

use crate::api::{caller::Caller, failure::Failure, search, wire::SearchResult};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchContinueArg {
    cursor: String,
}

/// Continues a search.
pub(crate) fn search_continue(caller: &Caller, arg: &SearchContinueArg) -> Result<SearchResult, Failure> {
    search::resume(caller, &arg.cursor)
}
