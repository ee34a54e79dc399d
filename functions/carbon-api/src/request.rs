//! A request whose caller has been checked.

use shared::{caller::ProjectCaller, model::UserId};
use url::Url;

use crate::answer::Refusal;

/// A request whose caller has been checked and may make it.
pub(crate) struct Asked<'a> {
    /// The caller, and the user that they call for.
    pub(crate) caller: ProjectCaller,
    /// Parameters in the path, in the order of the route's template.
    pub(crate) parameters: Vec<&'a str>,
    /// Body as received.
    pub(crate) body: &'a [u8],
    /// Public URL of the routes.
    pub(crate) base: &'a Url,
}

impl Asked<'_> {
    /// Returns the user that the request is about.
    pub(crate) fn user(&self) -> Result<&UserId, Refusal> {
        Ok(self.caller.user()?)
    }
}
