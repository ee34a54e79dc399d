//! Benchmarks of the [`sync`] loop, of the [`proxy`], of [`lists`], and of [`deliveries`].
//!
//! Times measured on one machine mean little by themselves, so each is printed beside a baseline from the
//! same run.

pub mod deliveries;
pub mod lists;
mod process;
pub mod proxy;
mod seed;
pub mod sync;
