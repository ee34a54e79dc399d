//! A request whose caller is known.

use http::HeaderMap;
use shared::caller::Caller;

/// A request whose caller is known and may ask for what it asks.
pub(crate) struct Asked<'a> {
    /// Who asks, and for whom.
    pub(crate) caller: Caller,
    /// What stands in the path behind the project.
    pub(crate) parameters: Vec<&'a str>,
    /// The headers.
    pub(crate) headers: &'a HeaderMap,
    /// The query; empty where there is none.
    pub(crate) query: &'a str,
    /// The body, as it came.
    pub(crate) body: &'a [u8],
}

impl Asked<'_> {
    /// The first thing that the path names behind the project; the routes that ask for it have one.
    pub(crate) fn named(&self) -> &str {
        self.parameters.first().copied().unwrap_or_default()
    }
}
