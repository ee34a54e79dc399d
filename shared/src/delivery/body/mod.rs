//! Bodies of deliveries.
//!
//! - [`Envelope`]: one event in the form of Standard Webhooks, with data in the words of the API. A batch is a JSON
//!   array of envelopes.
//! - [`paragon`]: one event in the form of Paragon's triggers.
//! - [`carbon`]: messages in the form of Carbon's webhooks.

pub mod carbon;
mod data;
mod envelope;
pub mod paragon;
#[cfg(test)]
pub(crate) mod samples;

pub use data::data;
pub use envelope::Envelope;

use crate::model::{Event, Timestamp};

/// An event with what it does not say itself.
#[derive(Debug, Clone, Copy)]
pub struct Occurrence<'a> {
    /// The event.
    pub event: &'a Event,
    /// Time at which it happened: for a change, the time of its commit.
    pub at: Timestamp,
}
