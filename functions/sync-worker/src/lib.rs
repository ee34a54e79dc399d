//! Walks an account's changes, applies them, and transfers the bytes.
//!
//! One binary is deployed as two functions: one handles walks and ticks, the other transfers, each from the
//! queues of its lanes. The message says which kind of work it is, and the rows say what there is to do.
//!
//! A walk reads Dropbox's changes page by page. [`plan`] decides, without I/O, which changes a page makes; a
//! segment of changes and the new cursor are committed in one transaction; then the segment is applied:
//! items, transfers, events. A walk that is killed anywhere is finished by the next one.

mod backoff;
mod capacity;
mod connection_state;
mod delay;
mod disconnect;
mod failure;
mod handler;
mod health;
pub mod plan;
mod reauth;
#[cfg(test)]
mod samples;
mod shift;
mod store;
mod tick;
mod time_budget;
mod transfer;
mod walk;
mod worker;

pub use capacity::Capacity;
pub use failure::Failure;
pub use handler::{MOST_RECEIVES, Source, handle, handle_message};
pub use store::Store;
pub use time_budget::TimeBudget;
pub use worker::Worker;
