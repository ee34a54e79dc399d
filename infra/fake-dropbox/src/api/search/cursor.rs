//! Positions in a search.

use serde::{Deserialize, Serialize};

use super::Search;
use crate::api::{caller::Caller, failure::Failure, seal, wire::SearchResult};

const PURPOSE: &str = "search";

/// A position in a search, and the search itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SearchCursor {
    account: i64,
    root: i64,
    base: String,
    search: Search,
    skip: usize,
}

impl SearchCursor {
    pub(super) fn new(caller: &Caller, search: Search, skip: usize) -> Self {
        let account = caller.account.profile.namespace;
        Self { account, root: caller.view.root, base: caller.view.top.clone(), search, skip }
    }

    /// Encodes the cursor as text, for the app of `caller`.
    pub(super) fn encode(&self, caller: &Caller) -> Result<String, Failure> {
        Ok(seal::seal(&caller.app, PURPOSE, serde_json::to_vec(self)?))
    }

    fn is_of(&self, caller: &Caller) -> bool {
        self.account == caller.account.profile.namespace
            && self.root == caller.view.root
            && self.base == caller.view.top
    }
}

/// Continues the search of a cursor.
pub(crate) fn resume(caller: &Caller, text: &str) -> Result<SearchResult, Failure> {
    let read = |bytes: Vec<u8>| serde_json::from_slice::<SearchCursor>(&bytes).ok();
    let cursor = seal::open(&caller.app, PURPOSE, text).and_then(read);
    let cursor = cursor.filter(|cursor| cursor.is_of(caller));
    let SearchCursor { search, skip, .. } = cursor.ok_or_else(Failure::invalid_cursor)?;
    search.page(caller, skip)
}
