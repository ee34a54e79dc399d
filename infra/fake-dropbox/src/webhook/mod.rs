//! Notifications of apps about changes in accounts.
//!
//! Each app has a courier. The database stores which changes an app was notified of, so an undelivered
//! notification is delivered after the next start.

mod attempt;
mod courier;
mod delivery;
mod pending;

pub(crate) use courier::Courier;
pub(crate) use delivery::Delivery;
pub(crate) use pending::pending;
