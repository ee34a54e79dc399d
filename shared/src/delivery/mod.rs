//! Delivery of events to applications: what is sent, and how it is signed.
//!
//! Events are delivered from the streams that keep them ([`Stream`]), not from a queue of messages: an endpoint
//! has a position in each stream, which a sender moves on. So no event is lost or overtakes another, an endpoint
//! that does not answer costs a row, and to deliver again is to set a position back.
//!
//! - [`Endpoint`], [`Filter`], [`Progress`]: where events go, which, and how far it is.
//! - [`Destination`], [`AwsDestination`]: an address, a queue or a bus, or a workflow.
//! - [`NewEndpoint`], [`RequestHeaders`], [`rotated`]: how an endpoint is made, and its keys are replaced.
//! - [`Purpose`], [`Subscription`], [`NewSubscription`]: endpoints of trigger subscriptions.
//! - [`Announcer`]: records events, and wakes the senders of endpoints.
//! - [`EventType`]: names of what happens, by which applications choose.
//! - [`body`]: the JSON of one event, or of several.
//! - [`trigger`]: Paragon's names of triggers.
//! - [`signature`]: secrets of an endpoint, and the headers that prove who has sent a delivery.

mod announcer;
pub mod body;
mod creation;
mod destination;
mod endpoint;
mod event_type;
mod filter;
mod message;
mod path_pattern;
mod position;
mod progress;
mod purpose;
mod removal;
mod request_headers;
mod rotation;
pub mod signature;
mod stream;
mod subscribing;
pub mod trigger;

pub use announcer::{Announcer, AnnouncerStore, Ports};
pub use creation::{CreationError, NewEndpoint, seal_headers, seal_keys};
pub use destination::{
    AwsDestination, AwsPlace, BusArn, Destination, ExternalId, InvalidDestination, Partition, QueueUrl,
    RoleArn,
};
pub use endpoint::{
    DeliveryError, Disabled, DisabledReason, Endpoint, EndpointHealth, EndpointKey, Format, Order, PATIENCE,
};
pub use event_type::EventType;
pub use filter::{Filter, InvalidFilter, Matcher};
pub use message::{DeliveryMessage, id_of_test};
pub use position::Position;
pub use progress::{Parked, Progress};
pub use purpose::{Purpose, Subscription};
pub use removal::remove_endpoint;
pub use request_headers::{InvalidHeaders, RequestHeaders};
pub use rotation::rotated;
pub use stream::{Notice, Stream};
pub use subscribing::{NewSubscription, OwnAddress};
