//! Delivery of events to applications: what is sent, and how it is signed.
//!
//! - [`signature`]: secrets of an endpoint, and the headers that prove who has sent a delivery.

pub mod signature;
