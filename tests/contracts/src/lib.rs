//! What every adapter of a port must do: one suite a port, run on each adapter.
//!
//! A suite is a module of cases. A case is an `async fn` over the port's harness, which makes what the case needs: an
//! empty queue with a short visibility, a bus and what its consumers see. The suite's macro turns each case into a
//! test of the caller's, named as the promise that it checks:
//!
//! ```ignore
//! mod fifo {
//!     contracts::fifo_suite!(harness());
//! }
//! ```
//!
//! No case sleeps: each waits for what must happen, with a deadline. To see that something does not happen, it waits
//! as long as the harness says.

pub mod bus;
pub mod content;
mod harness;
pub mod key;
pub mod queue;
pub mod samples;
pub mod store;

pub use harness::{Harness, PATIENCE, eventually, run};
