//! Telling apps that accounts changed.
//!
//! Each app has a courier. What an app has been told of each account is in the database, so that a notification that
//! was not delivered, for whatever reason, is delivered after the next start.

mod attempt;
mod courier;
mod delivery;
mod pending;

pub(crate) use courier::Courier;
pub(crate) use delivery::Delivery;
pub(crate) use pending::pending;
