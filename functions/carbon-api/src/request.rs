//! A request whose caller is known.

use shared::{caller::ProjectCaller, model::UserId};
use url::Url;

use crate::answer::Refusal;

/// A request whose caller is known and may ask for what it asks.
pub(crate) struct Asked<'a> {
    /// Who asks, and for whom.
    pub(crate) caller: ProjectCaller,
    /// What stands in the path where the route's template has a parameter.
    pub(crate) parameters: Vec<&'a str>,
    /// The body, as it came.
    pub(crate) body: &'a [u8],
    /// The URL under which the routes are reached from outside.
    pub(crate) base: &'a Url,
}

impl Asked<'_> {
    /// The user that the request is about.
    pub(crate) fn user(&self) -> Result<&UserId, Refusal> {
        Ok(self.caller.user()?)
    }
}
