//! The API of endpoints: the addresses, queues and buses of an application to which events are delivered.
//!
//! A project's server makes endpoints, changes, pauses, tests and deletes them, replaces their keys, has events
//! delivered again, and reads what became of each request. Nothing here is posted to an endpoint: what must be sent
//! is asked of the event sender by the queue of deliveries.

mod api;
mod attempts;
mod change;
mod create;
mod delete;
mod deliveries;
mod destination;
mod event_types;
mod fields;
mod filter;
mod find;
mod health;
mod latest;
mod limit;
mod list;
mod preview;
mod public_keys;
mod purpose;
mod replay;
mod rotate;
mod routes;
mod secret;
mod store;
mod test_request;
mod to_json;
mod value;

pub use api::{EndpointsApi, handle};
pub use store::Store;
