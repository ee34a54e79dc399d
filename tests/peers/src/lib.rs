//! The other ends of a function's connections, for tests of its binary: threads that read and write HTTP by hand, so
//! that a test sees what is on the wire.
//!
//! - [`play`] and [`serve`]: a peer that follows a script, and one that answers everything. [`Line`] is its connection,
//!   [`Http2Line`] one that speaks HTTP/2.
//! - [`Lambda`]: Lambda's Runtime API, with at most one event.
//! - [`Function`]: a function's binary, with the settings that it needs; [`start_suite!`] is what each must do at start.
//! - [`Asked`]: a request through API Gateway, and the one line that the log has of it.
//!
//! What cannot go on panics.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod asked;
mod aws;
mod function;
mod http2;
mod lambda;
mod line;
pub mod start;

pub use asked::Asked;
pub use aws::{Answer, aws};
pub use function::{Function, Running};
pub use http2::Http2Line;
pub use lambda::{Lambda, Sent};
pub use line::{Head, Line, play, serve};
