//! Benchmarks of the [`sync`] loop and of the [`proxy`].
//!
//! Times measured on one machine mean little by themselves, so each is printed beside a baseline from the
//! same run.

mod process;
pub mod proxy;
mod seed;
pub mod sync;
