//! `files/search_v2`.

use crate::api::{caller::Caller, failure::Failure, search::SearchArg, wire::SearchResult};

/// Starts a search.
pub(crate) fn search(caller: &Caller, arg: &SearchArg) -> Result<SearchResult, Failure> {
    arg.read(caller)?.page(caller, 0)
}
