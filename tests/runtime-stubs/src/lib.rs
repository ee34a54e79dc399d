//! Peers of a function's connections, for tests of its binary. They are threads that read and write raw HTTP,
//! so that a test sees what is sent.
//!
//! - [`play`] and [`serve`]: a peer that follows a script, and one that answers every request. [`Line`] is
//!   its connection, [`Http2Line`] one with HTTP/2.
//! - [`Lambda`]: Lambda's Runtime API, with at most one event.
//! - [`Function`]: a function's binary with its settings; [`start_suite!`] contains the tests of its start.
//! - [`GatewayRequest`]: a request through API Gateway, and its one line in the log.
//!
//! All of them panic on errors.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod aws;
mod function;
mod gateway_request;
mod http2;
mod lambda;
mod line;
pub mod start;
mod user_token;

pub use aws::{Answer, aws};
pub use function::{Function, Running};
pub use gateway_request::GatewayRequest;
pub use http2::Http2Line;
pub use lambda::{Lambda, Sent};
pub use line::{Head, Line, play, serve};
