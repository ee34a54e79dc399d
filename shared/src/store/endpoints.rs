//! The port to endpoints.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    delivery::{DeliveryError, Disabled, Endpoint, EndpointHealth},
    model::{ConnectionId, EndpointId, ProjectId, Timestamp},
};

/// An endpoint, and how it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEndpoint {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Health.
    pub health: EndpointHealth,
}

impl StoredEndpoint {
    /// Whether events are sent to it, now or later.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.stopped_because().is_none()
    }

    /// Returns as a sentence why no events are sent to it; `None` if they are.
    #[must_use]
    pub fn stopped_because(&self) -> Option<&'static str> {
        let disabled = self.health.disabled.as_ref().map(|disabled| disabled.reason.sentence());
        disabled.or_else(|| self.endpoint.paused.then_some("The project has paused it."))
    }
}

/// Reader of endpoints.
#[async_trait]
pub trait EndpointReader: Send + Sync {
    /// Returns a project's endpoints without its subscriptions, in no particular order.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn endpoints(&self, project: ProjectId) -> Result<Vec<StoredEndpoint>, StoreError>;

    /// Returns a connection's trigger subscriptions, in no particular order.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn subscriptions(&self, connection: ConnectionId) -> Result<Vec<StoredEndpoint>, StoreError>;

    /// Returns an endpoint of a project, or one of its subscriptions.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn endpoint(
        &self,
        project: ProjectId,
        id: EndpointId,
    ) -> Result<Option<StoredEndpoint>, StoreError>;
}

/// Store of the projects' endpoints.
#[async_trait]
pub trait Endpoints: EndpointReader {
    /// Adds an endpoint; a subscription is stored with its connection.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the project has one with this id, or if the subscription's connection is not there
    /// or is disconnected.
    async fn add_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError>;

    /// Replaces an endpoint whose stored version is the one before `endpoint`'s.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it has another version, or is gone.
    async fn change_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError>;

    /// Removes an endpoint, and how it answers.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn remove_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError>;

    /// Records a failure: nothing is sent before `retry_at`. Returns how the endpoint answers now.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn note_endpoint_failure(
        &self,
        endpoint: &Endpoint,
        error: &DeliveryError,
        retry_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<EndpointHealth, StoreError>;

    /// Records a success: forgets all failures. An endpoint that was disabled meanwhile stays disabled.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn note_endpoint_success(&self, endpoint: &Endpoint) -> Result<(), StoreError>;

    /// Disables an endpoint. Returns false if it was disabled before, or is gone.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn disable_endpoint(&self, endpoint: &Endpoint, disabled: &Disabled) -> Result<bool, StoreError>;

    /// Enables an endpoint again, and forgets all failures.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn enable_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError>;
}
