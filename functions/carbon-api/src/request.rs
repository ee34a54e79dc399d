//! A request whose caller has been checked.

use shared::{caller::ProjectCaller, model::UserId, store::UserConnection};
use url::Url;

use crate::{CarbonApi, answer::Refusal};

/// A request whose caller has been checked and may make it.
pub(crate) struct AuthorizedRequest<'a> {
    /// The caller, and the user that they call for.
    pub(crate) caller: ProjectCaller,
    /// The user's connections, if they were read together with the check.
    pub(crate) connections: Option<Vec<UserConnection>>,
    /// Parameters in the path, in the order of the route's template.
    pub(crate) parameters: Vec<&'a str>,
    /// Body as received.
    pub(crate) body: &'a [u8],
    /// Public URL of the routes.
    pub(crate) base: &'a Url,
}

impl AuthorizedRequest<'_> {
    /// Returns the user that the request is about.
    pub(crate) fn user(&self) -> Result<&UserId, Refusal> {
        Ok(self.caller.user()?)
    }

    /// Returns the user's connections, also some that are being disconnected.
    pub(crate) async fn connections(&self, api: &CarbonApi) -> Result<Vec<UserConnection>, Refusal> {
        match &self.connections {
            Some(read) => Ok(read.clone()),
            None => Ok(api.store.connections_with_ordinals(self.caller.project, self.user()?).await?),
        }
    }
}
