//! New trigger subscriptions.

use super::{
    CreationError, Destination, Endpoint, Filter, Format, Order, Purpose, RequestHeaders, Subscription,
    seal_headers,
};
use crate::{
    model::{Connection, EndpointId, Tags, Timestamp},
    seal::Keyring,
    store::Endpoints,
};

/// An address of a subscription's own (Paragon: `webhookOverride`). `url` was checked by
/// [`Destinations`](crate::egress::Destinations).
#[derive(Debug, Clone)]
pub struct OwnAddress {
    /// The address.
    pub url: String,
    /// Further request headers.
    pub headers: RequestHeaders,
    /// The application's data about the subscription, repeated in each request.
    pub metadata: Tags,
}

/// Parts of a new subscription.
#[derive(Debug, Clone)]
pub struct NewSubscription {
    /// The trigger's parameters, as the client has sent them.
    pub parameters: Tags,
    /// Filter of the parameters and the trigger's event type. It was checked by [`Filter::compiled`].
    pub filter: Filter,
    /// Its own address; without one, it is that of the project's endpoint for triggers.
    pub own_address: Option<OwnAddress>,
}

impl NewSubscription {
    /// Maximum number of subscriptions of a connection.
    pub const MOST_OF_CONNECTION: usize = 50;

    /// Stores the subscription with its connection, under a new id: events from now on are delivered.
    /// Subscriptions that are made at the same time may exceed the maximum by some.
    ///
    /// # Errors
    /// The reason why it was not made; [`CreationError::Conflict`] if the connection is disconnected.
    pub async fn add(
        self,
        connection: &Connection,
        endpoints: &dyn Endpoints,
        keyring: &Keyring,
        now: Timestamp,
    ) -> Result<Endpoint, CreationError> {
        if endpoints.subscriptions(connection.id).await?.len() >= Self::MOST_OF_CONNECTION {
            return Err(CreationError::TooMany);
        }
        let (project, id) = (connection.project, EndpointId::random());
        let mut endpoint = Endpoint {
            id,
            project,
            version: 1,
            purpose: Purpose::Subscription(Subscription {
                connection: connection.id,
                parameters: self.parameters,
            }),
            destination: Destination::Address,
            url: String::new(),
            description: None,
            filter: self.filter,
            format: Format::Paragon { metadata: Tags::new() },
            signatures: Vec::new(),
            order: Order::default(),
            batch: 1,
            paused: false,
            created_at: now,
            starts_at: now,
            keys: Vec::new(),
            headers: None,
        };
        if let Some(own) = self.own_address {
            own.put(&mut endpoint, keyring).await?;
        }
        endpoints.add_endpoint(&endpoint).await?;
        Ok(endpoint)
    }
}

impl OwnAddress {
    /// Makes it the address of a subscription, with its headers sealed.
    ///
    /// # Errors
    /// Fails if the project's data key cannot be used.
    pub async fn put(self, endpoint: &mut Endpoint, keyring: &Keyring) -> Result<(), crate::seal::SealError> {
        endpoint.headers = seal_headers(keyring, endpoint.project, endpoint.id, &self.headers).await?;
        endpoint.url = self.url;
        endpoint.format = Format::Paragon { metadata: self.metadata };
        Ok(())
    }
}
