//! Endpoints as requests are made to them.

use shared::{delivery::Endpoint, model::EndpointId, store::StoredEndpoint};

use crate::{Failure, Sender, request::Secrets};

/// An endpoint as requests are made to it.
pub(crate) struct Target {
    /// The endpoint; a subscription with what it has from its project's endpoint for triggers.
    pub(crate) found: StoredEndpoint,
    /// The endpoint for which the headers are sealed.
    headers_of: EndpointId,
}

impl Target {
    /// Completes an endpoint. `None` if it is a subscription whose project has no endpoint for triggers: then nothing
    /// is sent until there is one.
    pub(crate) async fn of(sender: &Sender, mut found: StoredEndpoint) -> Result<Option<Self>, Failure> {
        let headers_of = found.endpoint.headers_of();
        if found.endpoint.subscription().is_some() {
            let (project, id) = (found.endpoint.project, found.endpoint.keys_of());
            let Some(triggers) = sender.store.endpoint(project, id).await? else {
                tracing::warn!(endpoint = %found.endpoint.id, "a subscription waits for an endpoint for triggers");
                return Ok(None);
            };
            found.endpoint = found.endpoint.through(&triggers.endpoint);
        }
        Ok(Some(Self { found, headers_of }))
    }

    /// Returns the endpoint.
    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.found.endpoint
    }

    /// Opens its keys and headers.
    pub(crate) async fn secrets(&self, sender: &Sender) -> Result<Secrets, Failure> {
        Secrets::open(sender, self.endpoint(), self.headers_of).await
    }
}
