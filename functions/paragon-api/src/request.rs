//! A request whose caller has been checked.

use http::HeaderMap;
use shared::caller::Caller;

/// A request whose caller has been checked and may make it.
pub(crate) struct AuthorizedRequest<'a> {
    /// The caller, and the user that they call for.
    pub(crate) caller: Caller,
    /// Parameters in the path after the project.
    pub(crate) parameters: Vec<&'a str>,
    /// Headers.
    pub(crate) headers: &'a HeaderMap,
    /// Query; empty if there is none.
    pub(crate) query: &'a str,
    /// Body as received.
    pub(crate) body: &'a [u8],
}

impl AuthorizedRequest<'_> {
    /// Returns the first parameter after the project, which the routes that use this have.
    pub(crate) fn named(&self) -> &str {
        self.parameters.first().copied().unwrap_or_default()
    }
}
