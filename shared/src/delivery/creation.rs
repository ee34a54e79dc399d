//! New endpoints, whichever API they are made by.

use super::{
    Destination, Endpoint, EndpointKey, Filter, Format, Order, Purpose, RequestHeaders,
    signature::{Scheme, SigningKeys},
};
use crate::{
    model::{EndpointId, ProjectId, Timestamp},
    seal::{Keyring, SealError, Sealed},
    store::{Endpoints, StoreError},
};

/// Parts of a new endpoint. They were checked: `url` by
/// [`Destinations`](crate::egress::Destinations), `filter` by [`Filter::compiled`].
#[derive(Debug, Clone)]
pub struct NewEndpoint {
    /// The project.
    pub project: ProjectId,
    /// Purpose: [`Purpose::Events`], or [`Purpose::Triggers`]. [`NewSubscription`](super::NewSubscription) is for the
    /// others.
    pub purpose: Purpose,
    /// The address; empty if events go elsewhere.
    pub url: String,
    /// The address, or a queue or bus.
    pub destination: Destination,
    /// The project's own text about it.
    pub description: Option<String>,
    /// Filter of the events that are delivered.
    pub filter: Filter,
    /// Form of the body.
    pub format: Format,
    /// Signatures of each request.
    pub signatures: Vec<Scheme>,
    /// Treatment of the events after one that fails.
    pub order: Order,
    /// Maximum number of events in a request.
    pub batch: u16,
    /// Time from which on events are delivered.
    pub starts_at: Timestamp,
    /// Further request headers.
    pub headers: RequestHeaders,
    /// Signing keys.
    pub keys: SigningKeys,
}

/// Reason why an endpoint was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreationError {
    /// The project, or the subscription's connection, has as many as it may have.
    #[error("there are as many endpoints as there may be")]
    TooMany,
    /// The project has an endpoint for triggers already, or the subscription's connection is disconnected.
    #[error("the endpoint cannot be added to what is there")]
    Conflict,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// The keys cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl From<StoreError> for CreationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Conflict,
            error => Self::Store(error),
        }
    }
}

impl NewEndpoint {
    /// Maximum number of endpoints of a project.
    pub const MOST_OF_PROJECT: usize = 50;

    /// Seals the keys and headers, and stores the endpoint under a new id, or under that of the one for triggers. Endpoints that are made at the same time
    /// may exceed the maximum by some.
    ///
    /// # Errors
    /// The reason why it was not made.
    pub async fn add(
        self,
        endpoints: &dyn Endpoints,
        keyring: &Keyring,
        now: Timestamp,
    ) -> Result<Endpoint, CreationError> {
        let all = endpoints.endpoints(self.project).await?;
        if all.iter().filter(|found| !found.endpoint.destination.is_workflow()).count()
            >= Self::MOST_OF_PROJECT
        {
            return Err(CreationError::TooMany);
        }
        let endpoint = self.sealed(keyring, now).await?;
        endpoints.add_endpoint(&endpoint).await?;
        Ok(endpoint)
    }

    async fn sealed(self, keyring: &Keyring, now: Timestamp) -> Result<Endpoint, SealError> {
        let project = self.project;
        let id = match self.purpose {
            Purpose::Triggers => Endpoint::for_triggers(project),
            Purpose::Events | Purpose::Subscription(_) => EndpointId::random(),
        };
        Ok(Endpoint {
            id,
            project,
            version: 1,
            purpose: self.purpose,
            url: self.url,
            description: self.description,
            filter: self.filter,
            format: self.format,
            signatures: self.signatures,
            order: self.order,
            batch: self.batch,
            destination: self.destination,
            paused: false,
            created_at: now,
            starts_at: self.starts_at,
            keys: vec![seal_keys(keyring, project, id, &self.keys, now).await?],
            headers: seal_headers(keyring, project, id, &self.headers).await?,
        })
    }
}

/// Seals keys of an endpoint that are made now.
///
/// # Errors
/// Fails if the project's data key cannot be used.
pub async fn seal_keys(
    keyring: &Keyring,
    project: ProjectId,
    id: EndpointId,
    keys: &SigningKeys,
    now: Timestamp,
) -> Result<EndpointKey, SealError> {
    let sealed = keyring.seal(Endpoint::context_of_keys(project, id), &keys.expose()).await?;
    Ok(EndpointKey { sealed, public: keys.public_key(), created_at: now, valid_until: None })
}

/// Seals the further request headers of an endpoint; `None` if there are none.
///
/// # Errors
/// Fails if the project's data key cannot be used.
pub async fn seal_headers(
    keyring: &Keyring,
    project: ProjectId,
    id: EndpointId,
    headers: &RequestHeaders,
) -> Result<Option<Sealed>, SealError> {
    if headers.is_empty() {
        return Ok(None);
    }
    keyring.seal(Endpoint::context_of_headers(project, id), &headers.expose()).await.map(Some)
}
