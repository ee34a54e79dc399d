//! Delivery of events to applications: what is sent, and how it is signed.
//!
//! - [`EventType`]: names of what happens, by which applications choose.
//! - [`body`]: the JSON of one event, or of several.
//! - [`trigger`]: Paragon's names of triggers.
//! - [`signature`]: secrets of an endpoint, and the headers that prove who has sent a delivery.

pub mod body;
mod event_type;
pub mod signature;
pub mod trigger;

pub use event_type::EventType;
