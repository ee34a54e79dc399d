//! Benchmarks of the [`sync`] loop, of the [`proxy`], of [`webhooks`], of [`lists`], and of [`deliveries`].
//!
//! Times measured on one machine mean little by themselves, so each is printed beside a baseline from the
//! same run.

pub mod deliveries;
pub mod lists;
mod measurements;
mod part;
mod process;
pub mod proxy;
mod sample;
mod seed;
mod server;
mod store;
pub mod sync;
pub mod webhooks;
